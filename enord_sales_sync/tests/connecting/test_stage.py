"""Before a storefront is live nothing leaves for it, and it sells nothing."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..common import SalesSyncCommon, SalesSyncHttpCommon, example

STAGES_BEFORE = ("draft", "tested")
WRITES = [
    ("POST", "/api/sales/orders"), ("POST", "/api/sales/orders/X/cancel"),
    ("POST", "/api/inventory/adjust"), ("POST", "/api/inventory/reservations"),
    ("PUT", "/api/inventory/reservations/X"), ("PATCH", "/api/inventory/reservations/X"),
    ("DELETE", "/api/inventory/reservations/X"),
]
READS = [
    "/api/sales/orders/X", "/api/inventory/reservations/X", "/api/catalog/products",
    "/api/inventory/availability?sku=PROP-GUARD-X1", "/api/inventory/snapshot",
]


@tagged("post_install", "-at_install")
class TestStage(SalesSyncCommon):

    def events(self, storefront):
        self.recorded()
        return self.env["enord.webhook.event"].search([("storefront_id", "=", storefront.id)])

    def change_everything(self, storefront):
        """What would be told of a live storefront."""
        self._put(self.drone, self.warehouse, 1)
        self.drone.list_price += 1
        self._make_product("KITE", 1.0, (2, 0))
        self.warehouse.enord_location_code = f"WH-{storefront.id}"
        storefront.write({
            "safety_stock": storefront.safety_stock + 1,
            "product_domain": "[('list_price', '>', 0)]",
        })
        self.env["product.category"].search([], limit=1).name = "Renamed"
        self.env["ir.config_parameter"].set_param("web.base.url", "https://erp2.example.com")
        self.env["enord.inventory.change"]._sources_changed()
        self.env["enord.storefront"]._cron_changed_prices()

    def compare(self):
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_compare").method_direct_trigger()

    def test_a_new_storefront_is_a_draft(self):
        storefront = self.env["enord.storefront"].create({"name": "New"})
        self.assertEqual(storefront.stage, "draft")

    def test_before_it_is_live_nothing_is_queued(self):
        for stage in STAGES_BEFORE:
            storefront = self.another(stage, stage=stage)
            self.change_everything(storefront)
            self.assertFalse(self.events(storefront), stage)
            with self.assertRaisesRegex(UserError, "live"):
                storefront.action_resync()

    def test_nor_compared_nor_claimed(self):
        for stage in STAGES_BEFORE:
            storefront = self.another(stage, stage=stage)
            self.env["enord.webhook.event"].create({
                "storefront_id": storefront.id, "event_type": "catalog.update",
                "key": "catalog:1", "state": "pending",
                "next_attempt_at": storefront.create_date,
            })
            self.env.flush_all()
            self.assertNotIn(
                storefront, [one for one, _probed in storefront._open_for_delivery()], stage,
            )
            self.compare()
            self.assertFalse(self.env["enord.comparison"].search(
                [("storefront_id", "=", storefront.id)]
            ), stage)

    def test_going_live_queues_everything_once(self):
        storefront = self.another("New", stage="tested")
        storefront.stage = "live"
        keys = self.events(storefront).mapped("key")
        self.assertEqual((len(keys), len(set(keys))), (6, 6))

    def test_what_waits_does_not_when_it_is_a_draft_again(self):
        storefront = self.another("New")
        self.assertEqual(storefront.pending_count, 6)
        storefront.stage = "draft"
        storefront.invalidate_recordset()
        self.assertEqual(storefront.pending_count, 0)
        self.assertFalse(self.events(storefront).filtered(lambda event: event.state == "pending"))

    def test_a_duplicate_is_a_draft_without_an_address(self):
        other = self.storefront.copy()
        self.assertEqual(other.stage, "draft")
        self.assertFalse(other.webhook_url)
        other.webhook_url = "https://new.example.com/hook"
        self.assertFalse(self.events(other))

    def test_another_address_or_secret_is_to_be_tested_again(self):
        for values in (
            {"webhook_url": "https://new.example.com/hook"},
            {"webhook_secret": "another-secret-of-24-bytes"},
        ):
            for stage, then in (("draft", "draft"), ("tested", "draft"), ("live", "live")):
                storefront = self.another(stage, stage=stage)
                storefront.write(values)
                self.assertEqual(storefront.stage, then, values)

    def test_a_copy_of_the_database_has_drafts(self):
        self.env.flush_all()
        with file_open("enord_sales_sync/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.storefront.stage, "draft")


@tagged("post_install", "-at_install")
class TestApiBeforeLive(SalesSyncHttpCommon):

    def test_a_draft_may_read(self):
        for stage in STAGES_BEFORE:
            self.storefront.stage = stage
            for path in READS:
                self.assertIn(self.call("GET", path).status_code, (200, 404), path)
            self.assertEqual(self.call("GET", "/api/inventory/snapshot").json(), [
                {"sku": "DRONE-X1-PRO-KIT", "qty": 15}, {"sku": "PROP-GUARD-X1", "qty": 105},
            ])

    def test_but_neither_sells_nor_holds(self):
        for stage in STAGES_BEFORE:
            self.storefront.stage = stage
            for method, path in WRITES:
                body = example("sales-order") if method != "DELETE" else None
                self.assertProblem(
                    self.call(method, path, body), 403, "storefront_not_live",
                )
        self.assertFalse(self.env["enord.api.transaction"].search([]))
        self.assertTrue(self.env["enord.api.call"].search(
            [("code", "=", "storefront_not_live"), ("storefront_id", "=", self.storefront.id)]
        ))

    def test_a_test_storefront_may_do_everything(self):
        self.storefront.write({"stage": "draft", "test_mode": True})
        response = self.call("POST", "/api/sales/orders", example("sales-order"))
        self.assertEqual(response.status_code, 201, response.text)
