from odoo.tests import new_test_user, tagged

from ...models.outbox.event_body import as_it_is_told
from ..common import SalesSyncHttpCommon

CATALOGUE = "/api/catalog/products"
AVAILABILITY = "/api/inventory/availability"
DRONE, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"


@tagged("post_install", "-at_install")
class TestCatalogueApi(SalesSyncHttpCommon):
    """``GET /api/catalog/products``"""

    def walk(self, limit):
        pages, cursor = [], ""
        while cursor is not None:
            page = self.call("GET", f"{CATALOGUE}?limit={limit}{cursor}").json()
            pages.append([product["group_id"] for product in page["products"]])
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return pages

    def test_a_page_has_the_bodies_of_catalog_update(self):
        page = self.call("GET", CATALOGUE).json()
        self.assertIsNone(page["next_cursor"])
        self.assertEqual(page["products"], [
            self.catalog_data(product.product_tmpl_id)
            for product in (self.drone, self.guard)
        ])

    def test_it_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        self.drone.product_tmpl_id.update_field_translations("name", {"fr_FR": "Le Drone"})
        page = self.call("GET", CATALOGUE, headers={"Accept-Language": "en-US"}).json()
        self.assertEqual(page["products"][0]["group_name"], "Le Drone")

    def test_where_the_company_has_none_it_is_the_same_as_events_and_comparisons_have(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = False
        self.drone.product_tmpl_id.update_field_translations("name", {"fr_FR": "Le Drone"})
        page = self.call("GET", CATALOGUE, headers={"Accept-Language": "fr-FR"}).json()
        shown = page["products"][0]
        self.storefront.action_resync()
        [told] = [data for data in self.leaving() if data.get("group_id") == shown["group_id"]]
        self.assertEqual(told["group_name"], shown["group_name"])
        keeper = new_test_user(
            self.env, "french.keeper", "enord_sales_sync.group_manager", lang="fr_FR",
        )
        comparing = as_it_is_told(self.storefront.with_user(keeper)).env
        self.assertEqual(self.drone.with_context(lang=comparing.lang).name, told["group_name"])

    def test_every_product_is_seen_once_however_long_the_pages_are(self):
        for number in range(3):
            self._make_product(f"P{number}", 1.0)
        self._make_product("HIDDEN", 1.0, enord_published=False)
        self.env["product.template"].create({
            "name": "No SKU", "is_storable": True, "list_price": 1.0,
        })
        products = (self.drone | self.guard | self.env["product.product"].search(
            [("default_code", "in", ["P0", "P1", "P2"])]
        )).product_tmpl_id.sorted("id")
        for limit in (1, 2, 5, 200):
            pages = self.walk(limit)
            self.assertEqual(sum(pages, []), products.mapped("enord_group_id"))
            self.assertTrue(all(len(page) == limit for page in pages[:-1]))

    def test_a_walk_goes_on_where_it_was_though_products_come_and_go(self):
        first = self.call("GET", f"{CATALOGUE}?limit=1").json()
        self.drone.enord_published = False
        self._make_product("NEW", 1.0)
        rest = self.call("GET", f"{CATALOGUE}?cursor={first['next_cursor']}").json()
        self.assertEqual([product["variants"][0]["sku"] for product in rest["products"]],
                         [GUARD, "NEW"])

    def test_bad_parameters_are_named(self):
        for query, parameter in (
            ("cursor=x", "cursor"), ("cursor=%00", "cursor"), ("cursor=é", "cursor"),
            ("cursor=YWZ0ZXI6OTk5OTk5OTk5OQ", "cursor"), ("limit=0", "limit"),
            ("limit=201", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"),
            ("page=1", "page"),
        ):
            with self.subTest(query):
                response = self.call("GET", f"{CATALOGUE}?{query}")
                self.assertIn(response.status_code, (400, 422))
                self.assertEqual(response.headers["Content-Type"], "application/problem+json")
                if response.status_code == 422:
                    self.assertEqual([error["pointer"] for error in response.json()["errors"]],
                                     [parameter])


@tagged("post_install", "-at_install")
class TestAvailabilityApi(SalesSyncHttpCommon):
    """``GET /api/inventory/availability``"""

    def test_what_can_be_sold_is_told_by_location(self):
        self.assertEqual(self.call("GET", f"{AVAILABILITY}?sku={GUARD}&sku={DRONE}").json(), [
            {"sku": GUARD, "available": 105, "locations": [
                {"location_code": "WH-TECH-01", "available": 80},
                {"location_code": "WH-MUM-01", "available": 25},
            ]},
            {"sku": DRONE, "available": 15, "locations": [
                {"location_code": "WH-TECH-01", "available": 12},
                {"location_code": "WH-MUM-01", "available": 3},
            ]},
        ])

    def test_an_unknown_sku_is_listed_as_such_and_one_asked_twice_once(self):
        self.guard.enord_published = False
        rows = self.call("GET", f"{AVAILABILITY}?sku=NOPE&sku={DRONE}&sku={DRONE}&sku={GUARD}")
        self.assertEqual(
            [(row["sku"], row["available"], row.get("unknown", False)) for row in rows.json()],
            [("NOPE", 0, True), (DRONE, 15, False), (GUARD, 0, True)],
        )

    def test_the_safety_stock_stays_behind(self):
        self.storefront.safety_stock = 2
        [row] = self.call("GET", f"{AVAILABILITY}?sku={DRONE}").json()
        self.assertEqual(row["available"], 11)

    def test_bad_parameters_are_named(self):
        for query in (
            "", "sku=", "sku=%00", "skus=A", "sku=" + "x" * 129, "&".join(["sku=A"] * 101),
        ):
            with self.subTest(query[:20]):
                response = self.call("GET", f"{AVAILABILITY}?{query}")
                self.assertIn(response.status_code, (400, 422))
                self.assertEqual(response.headers["Content-Type"], "application/problem+json")
