"""What no trigger sees is found all the same: everything is compared with what was told."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from ...delivery.sender import Result
from ..common import SalesSyncCommon

JOB = "enord_sales_sync.cron_compare"
#: Minutes in which everything is compared; the first of another round is in the last of them.
ROUND = 4


@tagged("post_install", "-at_install")
class TestComparison(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.drone | cls.guard
        for number in range(4):
            cls.products |= cls._make_product(f"SKU-{number}", 10.0 + number, (number, 0))
        cls.storefront.comparison_minutes = ROUND - 1

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.storefront.action_resync()
        while self.leaving():
            pass
        self.Event = self.env["enord.webhook.event"]

    def pass_minutes(self, minutes=ROUND):
        """Run the job through some minutes; return what it queued."""
        before = self.Event.search([])
        for _minute in range(minutes):
            self.now += timedelta(minutes=1)
            with freeze_time(self.now), self.enter_registry_test_mode():
                self.env.ref(JOB).method_direct_trigger()
        self.env.invalidate_all()
        return self.Event.search([], order="id") - before

    def behind_the_back(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def rename(self, product, name):
        self.behind_the_back(
            "UPDATE product_template SET name = jsonb_build_object('en_US', %s) WHERE id = %s",
            name, product.product_tmpl_id.id,
        )

    def test_what_has_not_changed_is_not_queued(self):
        self.assertFalse(self.pass_minutes())
        comparison = self.env["enord.comparison"].search([])
        self.assertEqual(comparison.size, 6)

    def test_what_nobody_told_is_told_within_the_time_behind_what_is_live(self):
        self.rename(self.drone, "Falcon")
        event = self.pass_minutes()
        self.assertEqual(event.mapped("priority"), [1])
        [data] = self.leaving()
        self.assertEqual(data["group_name"], "Falcon")
        self.assertFalse(self.pass_minutes())

    def test_all_are_compared_at_an_even_pace(self):
        compared = []
        catalogue = self.env.registry["enord.catalog.update"]
        original = catalogue._data

        def data(self, storefront, template, batch=None):
            compared.append(template.id)
            return original(self, storefront, template, batch)

        self.patch(catalogue, "_data", data)
        steps = []
        for _step in range(6):
            before = len(compared)
            self.pass_minutes(1)
            steps.append(len(compared) - before)
        self.assertEqual(steps, [2] * 6)
        self.assertEqual(compared, self.products.product_tmpl_id.ids * 2)

    def test_after_a_pause_of_the_job_it_goes_on_where_it_was_and_in_no_haste(self):
        self.storefront.comparison_minutes = 6
        self.pass_minutes(2)
        self.rename(self.products[-1], "Last")
        self.now += timedelta(days=1)
        self.assertFalse(self.pass_minutes(1))
        self.assertEqual(len(self.pass_minutes(3)), 1)

    def test_another_time_and_never(self):
        self.assertEqual(self.storefront.default_get(["comparison_minutes"]),
                         {"comparison_minutes": 60})
        self.storefront.comparison_minutes = 1
        self.rename(self.guard, "Guard")
        self.assertEqual(len(self.pass_minutes(1)), 1)
        self.leaving()
        self.storefront.comparison_minutes = 0
        self.rename(self.guard, "Other Guard")
        self.assertFalse(self.pass_minutes())

    def test_where_nothing_is_acknowledged_nothing_is_compared(self):
        self.rename(self.guard, "Guard")
        for values in ({"delivery_state": "paused"}, {"delivery_state": "failing"},
                       {"webhook_url": False}, {"active": False}):
            self.storefront.write({
                "active": True, "webhook_url": "https://shop.example.com/webhooks/erp",
                "delivery_state": "running", **values,
            })
            self.Event.search([("state", "=", "pending")]).unlink()
            self.assertFalse(self.pass_minutes(), values)

    def test_what_waits_to_be_told_is_not_queued_again(self):
        self.rename(self.guard, "Guard")
        self.assertEqual(len(self.pass_minutes()), 1)
        self.assertFalse(self.pass_minutes())
        # nor what the storefront has refused so far
        deliveries = self.claim()
        self.Event._record([Result(delivery, 500, "HTTP 500", 0.01) for delivery in deliveries])
        self.assertFalse(self.pass_minutes())
        self.rename(self.guard, "Other Guard")
        self.assertEqual(len(self.pass_minutes()), 1)

    def test_a_dead_letter_is_told_again(self):
        self.rename(self.guard, "Guard")
        event = self.pass_minutes()
        self.Event._record([Result(delivery, 500, "", 0.01) for delivery in self.claim()])
        event.state = "dead"
        self.assertEqual(self.pass_minutes().key, event.key)

    def test_what_is_not_sold_any_more_is_withdrawn(self):
        self.behind_the_back(
            "UPDATE product_template SET enord_published = FALSE WHERE id = %s",
            self.drone.product_tmpl_id.id,
        )
        self.pass_minutes()
        [data] = self.leaving()
        self.assertEqual((data["group_name"], data["is_active"]), ("DRONE-X1-PRO-KIT", False))
        self.assertFalse(self.pass_minutes())

    def test_what_was_deleted_is_withdrawn(self):
        gone = self.products[-1].product_tmpl_id
        group = gone.enord_group_id
        self.behind_the_back("DELETE FROM stock_quant WHERE product_id = %s", self.products[-1].id)
        self.behind_the_back("DELETE FROM product_template WHERE id = %s", gone.id)
        self.pass_minutes()
        [data] = self.leaving()
        self.assertEqual((data["group_id"], data["is_active"]), (group, False))
        self.assertFalse(self.pass_minutes())

    def test_stock_that_differs_from_what_was_told_is_told(self):
        self.behind_the_back(
            "UPDATE stock_quant SET quantity = quantity + 1 WHERE product_id = %s AND location_id"
            " = %s", self.drone.id, self.warehouse.lot_stock_id.id,
        )
        event = self.pass_minutes()
        self.assertEqual(event.mapped("priority"), [1])
        self.assertEqual(
            self.stock_leaving(), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): ("RESYNC", 13)},
        )
        self.assertFalse(self.pass_minutes())

    def test_skus_exchanged_behind_the_back(self):
        self.behind_the_back(
            "UPDATE product_product this"
            "   SET default_code = other.default_code, enord_sku = other.enord_sku"
            "  FROM product_product other WHERE (this.id, other.id) IN ((%s, %s), (%s, %s))",
            self.drone.id, self.guard.id, self.guard.id, self.drone.id,
        )
        self.pass_minutes()
        stock = {}
        while told := self.leaving():
            stock |= {
                (data["sku"], data["location_code"]): data["new_quantity"]
                for data in told if "sku" in data
            }
        self.assertEqual(stock, {
            ("PROP-GUARD-X1", "WH-TECH-01"): 12, ("PROP-GUARD-X1", "WH-MUM-01"): 3,
            ("DRONE-X1-PRO-KIT", "WH-TECH-01"): 80, ("DRONE-X1-PRO-KIT", "WH-MUM-01"): 25,
        })

    def test_a_product_that_cannot_be_built_holds_up_no_other(self):
        catalogue = self.env.registry["enord.catalog.update"]
        original = catalogue._data

        def data(self, storefront, template, batch=None):
            if template.name == "SKU-1":
                raise ValueError("no body")
            return original(self, storefront, template, batch)

        self.patch(catalogue, "_data", data)
        self.storefront.comparison_minutes = 1
        self.rename(self.guard, "Guard")
        self.pass_minutes(2)
        with self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"):
            [told] = self.leaving()
        self.assertEqual(told["group_name"], "Guard")
        self.assertEqual(
            self.Event.search([("last_error", "!=", False)]).product_tmpl_id.name, "SKU-1",
        )

    def test_a_storefront_that_cannot_be_compared_holds_up_no_other(self):
        other = self.another(sequence=-1)
        product = self.env.registry["product.product"]
        original = product._enord_published_domain

        def published_domain(self, storefront):
            if storefront.id == other.id:
                raise ValueError("no domain")
            return original(self, storefront)

        self.patch(product, "_enord_published_domain", published_domain)
        self.rename(self.guard, "Guard")
        with self.assertLogs("odoo.addons.enord_sales_sync.models.catalogue.comparison", "ERROR"):
            event = self.pass_minutes()
        self.assertEqual(event.storefront_id, self.storefront)

    def test_a_clock_that_was_put_back_holds_nothing_up(self):
        self.now += timedelta(days=3)
        self.pass_minutes(2)
        self.now -= timedelta(days=3)
        self.rename(self.drone, "Falcon")
        self.assertEqual(len(self.pass_minutes()), 1)

    def test_an_upgraded_database_that_forgot_what_stock_it_told_tells_it_once(self):
        self.Event.search([("event_type", "=", "inventory.change")]).unlink()
        self.assertEqual(len(self.pass_minutes()), 12)
        self.leaving()
        self.assertFalse(self.pass_minutes())

    def test_it_goes_with_its_storefront(self):
        self.pass_minutes(1)
        self.assertTrue(self.env["enord.comparison"].search([]))
        self.storefront.unlink()
        self.assertFalse(self.env["enord.comparison"].search([]))
