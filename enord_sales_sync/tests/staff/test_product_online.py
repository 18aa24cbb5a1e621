import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.sql_db import db_connect
from odoo.tests import Form, new_test_user, tagged

from ...models.sellable.unpublished import reasons
from ...models.staff.online_place import DRIFT_LOCK
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestProductOnline(SalesSyncCommon):
    """Whether a product is online, why not, and what was told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].search([
            ("id", "not in", (cls.drone | cls.guard).ids),
        ]).enord_published = False
        cls.twin = cls._make_product(" drone-x1-pro-kit ".upper(), 10.0)
        cls.without = cls._make_product(False, 10.0, name="Without")
        cls.loose = cls._make_product("LOOSE", 10.0)
        cls.loose.is_storable = False
        cls.odd = cls._make_product("X" * 129, 10.0)
        cls.withdrawn = cls._make_product("WITHDRAWN", 10.0, enord_published=False)
        cls.not_sold = cls._make_product("NOT-SOLD", 10.0, sale_ok=False)
        cls.filtered = cls._make_product("FILTERED", 10.0)
        cls.storefront.product_domain = "[('default_code', '!=', 'FILTERED')]"
        cls.expected = {
            cls.drone: "online", cls.guard: "online", cls.twin: "double_sku",
            cls.without: "no_sku", cls.odd: "odd_sku", cls.loose: "not_tracked",
            cls.withdrawn: "withdrawn", cls.not_sold: "not_for_sale", cls.filtered: "filtered",
        }
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env["enord.webhook.event"].sudo().search([]).unlink()

    def tell_everything(self):
        self.storefront.action_resync()
        while self.leaving():
            pass

    def places(self, products):
        return self.env["enord.online.place"].search(products.action_enord_online()["domain"])

    def test_each_product_says_whether_it_is_online_or_why_not(self):
        for product, state in self.expected.items():
            self.assertEqual(product.enord_online, state, product.name)
            self.assertEqual(product.product_tmpl_id.enord_online, state, product.name)
        self.drone.active = False
        self.env.invalidate_all()
        self.assertEqual(self.drone.enord_online, "archived")
        self.assertEqual(self.twin.enord_online, "online", "the SKU is free")

    def test_what_is_online_is_what_is_published(self):
        products = self.env["product.product"].search([])
        online = products.filtered(lambda product: product.enord_online == "online")
        self.assertEqual(online, products & self.published())

    def test_lists_are_filtered_by_it(self):
        among = [("id", "in", self.env["product.product"].union(*self.expected).ids)]
        for state in set(self.expected.values()):
            found = self.env["product.product"].search([*among, ("enord_online", "=", state)])
            self.assertEqual(
                set(found), {one for one, its in self.expected.items() if its == state}, state,
            )
            templates = self.env["product.template"].search([("enord_online", "=", state)])
            self.assertLessEqual(set(found.product_tmpl_id), set(templates), state)
        others = self.env["product.product"].search([*among, ("enord_online", "!=", "online")])
        self.assertEqual(others, self.env["product.product"].union(*self.expected).filtered(
            lambda product: product.enord_online != "online"
        ).sorted(lambda product: others.ids.index(product.id)))

    def test_one_storefront_that_sells_it_is_enough(self):
        other = self.storefront.copy({"product_domain": "[]"})
        self.assertEqual(self.filtered.enord_online, "online")
        self.assertEqual(
            {place.storefront_id: place.is_online for place in self.places(self.filtered)},
            {self.storefront: False, other: True},
        )

    def test_a_product_of_several_variants_may_be_online_in_part(self):
        attribute = self.env["product.attribute"].create({
            "name": "Colour", "value_ids": [(0, 0, {"name": "A"}), (0, 0, {"name": "B"})],
        })
        template = self.env["product.template"].create({
            "name": "Two", "is_storable": True, "attribute_line_ids": [(0, 0, {
                "attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)],
            })],
        })
        self.assertEqual(template.enord_online, "no_sku")
        template.product_variant_ids[0].default_code = "TWO-A"
        self.assertEqual(template.enord_online, "partly")
        found = self.env["product.template"].search([("enord_online", "=", "partly")])
        self.assertIn(template, found)
        self.assertNotIn(self.drone.product_tmpl_id, found)

    def test_another_rule_of_the_database_is_named_as_such(self):
        Product = self.env.registry["product.product"]
        original = Product._enord_published_domain
        self.patch(
            Product, "_enord_published_domain", lambda products, storefront:
            original(products, storefront) & Domain("id", "!=", self.guard.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self.guard.enord_online, "other_rule")
        self.assertEqual(
            self.env["product.product"].search([("enord_online", "=", "other_rule")]), self.guard,
        )

    def test_the_table_says_what_can_be_sold_and_what_was_told(self):
        here, there = self.places(self.drone)
        self.assertEqual(
            [(place.warehouse_id, place.sellable, place.told, place.step)
             for place in (here, there)],
            [(self.warehouse, "12", False, "not_told"),
             (self.second_warehouse, "3", False, "not_told")],
        )
        self._put(self.drone, self.warehouse, -2)
        self.assertEqual(self.stock_leaving()["DRONE-X1-PRO-KIT", "WH-TECH-01"][1], 10)
        here, _there = self.places(self.drone)
        self.assertEqual((here.sellable, here.told, here.step), ("10", "10", "in_step"))
        self.assertTrue(here.told_at)
        self._put(self.drone, self.warehouse, -1)
        self.recorded()
        here, _there = self.places(self.drone)
        self.assertEqual((here.sellable, here.told, here.step), ("9", "10", "waiting"))

    def test_what_is_not_online_has_its_reason_in_the_table(self):
        for product, state in self.expected.items():
            places = self.places(product)
            self.assertEqual(len(places), 2, product.name)
            words = reasons(self.env).get(state, "")
            self.assertEqual(set(places.mapped("why")), {words}, product.name)
        self.filtered.write({"is_storable": False, "sale_ok": False})
        self.assertEqual(self.places(self.filtered)[0].why, ". ".join(
            reasons(self.env)[one] for one in ("filtered", "not_for_sale", "not_tracked")
        ))

    def test_send_now_tells_the_product_and_its_stock(self):
        self.tell_everything()
        here = self.places(self.drone).filtered(
            lambda place: place.warehouse_id == self.warehouse
        )
        for _time in range(3):
            here.action_send_now()
        self.assertEqual(here.step, "waiting")
        self.assertEqual(self.storefront.pending_count, 2, "each is queued once")
        stock, product = sorted(self.leaving(), key=lambda data: "variants" in data)
        self.assertEqual(product["variants"][0]["sku"], "DRONE-X1-PRO-KIT")
        self.assertEqual((stock["location_code"], stock["new_quantity"]), ("WH-TECH-01", 12))
        self.assertEqual(self.places(self.drone)[0].step, "in_step")

    def test_whoever_sees_products_sees_it_and_sends_nothing(self):
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman")
        places = self.env["enord.online.place"].with_user(user).search(
            self.drone.with_user(user).action_enord_online()["domain"]
        )
        self.assertEqual(places.mapped("sellable"), ["12", "3"])
        with self.assertRaises(AccessError):
            places.action_send_now()

    def test_drift_is_what_was_told_otherwise(self):
        def drift():
            action = self.env["enord.online.place"].action_drift()
            return self.env["enord.online.place"].search(action["domain"])

        self.assertEqual(
            set(drift().mapped("product_id")), {self.drone, self.guard}, "nothing was told yet",
        )
        self.tell_everything()
        self.assertFalse(drift())
        told = self.env["enord.webhook.event"].search([
            ("product_id", "=", self.guard.id), ("warehouse_id", "=", self.warehouse.id),
            ("state", "=", "delivered"),
        ], limit=1)
        body = json.loads(told.body)
        body["data"]["new_quantity"] = 81
        told.body = json.dumps(body)
        told.flush_recordset()
        [place] = drift()
        self.assertEqual(
            (place.product_id, place.sellable, place.told, place.step),
            (self.guard, "80", "81", "differs"),
        )
        place.action_send_now()
        self.assertEqual(self.stock_leaving()["PROP-GUARD-X1", "WH-TECH-01"][1], 80)
        self.assertFalse(drift())

    def test_drift_is_looked_for_once_at_a_time(self):
        other = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(other.close)
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DRIFT_LOCK, self.storefront.id])
        with self.assertRaisesRegex(UserError, "right now"):
            self.env["enord.online.place"].action_drift()
        second = self.another()
        action = self.env["enord.online.place"].action_drift(second.ids)
        self.assertTrue(action["domain"], "another storefront's is")
        other.rollback()
        self.assertTrue(self.env["enord.online.place"].action_drift()["domain"])

    def test_a_taken_sku_is_warned_of_while_it_is_entered(self):
        for view, record in (
            ("product.product_template_only_form_view", self.guard.product_tmpl_id),
            ("product.product_normal_form_view", self.guard),
        ):
            form = Form(record, view)
            self.assertFalse(form.enord_sku_problem)
            form.default_code = "WITHDRAWN"
            self.assertFalse(form.enord_sku_problem, "that one is not online")
            form.default_code = "X" * 129
            self.assertIn("128", form.enord_sku_problem)
        form = Form(self.env["product.template"])
        form.name = "New"
        form.default_code = "\u200bDRONE-X1-PRO-KIT"
        self.assertIn("DRONE-X1-PRO-KIT", form.enord_sku_problem)

    def test_the_title_of_a_product_without_variants_can_be_set(self):
        with Form(self.env["product.template"]) as form:
            form.name = "New"
            form.enord_variant_title = "As the shop calls it"
        template = form.save()
        self.assertEqual(template.product_variant_ids._enord_variant_title(),
                         "As the shop calls it")
        with Form(template) as form:
            form.enord_variant_title = "Otherwise"
        self.assertEqual(template.product_variant_ids.enord_variant_title, "Otherwise")
