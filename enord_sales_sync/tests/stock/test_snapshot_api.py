import gzip
import json
from unittest.mock import patch

from odoo.tests import tagged

from ...models.stock import snapshot as stock_snapshot
from ..common import SalesSyncHttpCommon, example

PATH = "/api/inventory/snapshot"


@tagged("post_install", "-at_install")
class TestSnapshotApi(SalesSyncHttpCommon):
    """``GET /api/inventory/snapshot`` (specification, section 6)."""

    def test_the_specifications_example_is_produced(self):
        self._put(self.drone, self.warehouse, -1)
        response = self.call("GET", PATH)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json(), json.loads(example("inventory-snapshot")))
        self.assertEqual(list(response.json()[0]), ["sku", "qty"])

    def test_one_location_alone(self):
        response = self.call("GET", PATH + "?location_code=WH-MUM-01")
        self.assertEqual(response.json(), [
            {"sku": "DRONE-X1-PRO-KIT", "qty": 3}, {"sku": "PROP-GUARD-X1", "qty": 25},
        ])
        self.assertProblem(
            self.call("GET", PATH + "?location_code=X"), 422, "unknown_location", "location_code"
        )

    def test_every_published_sku_is_there_and_no_other(self):
        self._make_product("EMPTY", 1.0)
        self._make_product("HIDDEN", 1.0, (5, 5), enord_published=False)
        self._make_product("ARCHIVED", 1.0, (5, 5)).active = False
        self.assertEqual(
            {item["sku"]: item["qty"] for item in self.call("GET", PATH).json()},
            {"DRONE-X1-PRO-KIT": 15, "PROP-GUARD-X1": 105, "EMPTY": 0},
        )

    def test_it_agrees_with_what_events_and_catalogue_tell(self):
        self._move(
            self.drone, 4, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"), done=False,
        )
        snapshot = {item["sku"]: item["qty"] for item in self.call("GET", PATH).json()}
        for product in (self.drone, self.guard):
            by_event = sum(
                self.inventory_data(product, warehouse, "")["new_quantity"]
                for warehouse in self.warehouses
            )
            [variant] = self.catalog_data(product.product_tmpl_id)["variants"]
            self.assertEqual(
                {snapshot[product.default_code], by_event, variant["current_stock"]}, {by_event}
            )

    def test_an_unchanged_snapshot_is_not_sent_twice(self):
        etag = self.call("GET", PATH).headers["ETag"]
        again = self.call("GET", PATH, headers={"If-None-Match": etag})
        self.assertEqual((again.status_code, again.content), (304, b""))
        self._put(self.drone, self.warehouse, 1)
        changed = self.call("GET", PATH, headers={"If-None-Match": etag})
        self.assertEqual(changed.status_code, 200)

    def test_it_is_compressed_when_asked(self):
        plain = self.call("GET", PATH, headers={"Accept-Encoding": "identity"})
        self.assertNotIn("Content-Encoding", plain.headers)
        packed = self.call("GET", PATH, headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(packed.json(), plain.json())
        self.assertNotEqual(packed.headers["ETag"], plain.headers["ETag"])
        answer = stock_snapshot.snapshot(self.storefront, self.warehouses, compressed=True)
        self.assertEqual(gzip.decompress(answer.body.read()), plain.content)
        again = self.call("GET", PATH, headers={
            "Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"],
        })
        self.assertEqual(again.status_code, 304)

    def test_it_is_read_in_pieces(self):
        self._make_product(
            "AAA", 1.0, (0.5, 0), uom_id=self.env.ref("uom.product_uom_kgm").id,
        )
        whole = self.call("GET", PATH).content
        for rows in (1, 2, 3):
            with patch.object(stock_snapshot, "FETCH_ROWS", rows):
                self.assertEqual(self.call("GET", PATH).content, whole)
        self.assertEqual(json.loads(whole)[0], {"sku": "AAA", "qty": 0.5})

    def test_skus_of_any_text_are_told_as_they_are(self):
        for sku in ('A"B', "A\\B", "A%sB", "Ä😀", "A\tB"):
            self._make_product(sku, 1.0, (1, 0))
            self.assertIn({"sku": sku, "qty": 1}, self.call("GET", PATH).json())

    def test_of_two_products_with_one_sku_the_older_is_told(self):
        self._make_product("DRONE-X1-PRO-KIT", 1.0, (99, 0))
        self.assertEqual(self.call("GET", PATH).json(), [
            {"sku": "DRONE-X1-PRO-KIT", "qty": 15}, {"sku": "PROP-GUARD-X1", "qty": 105},
        ])

    def test_nothing_is_sold(self):
        self.storefront.product_domain = "[('id', '=', 0)]"
        self.assertEqual(self.call("GET", PATH).json(), [])
