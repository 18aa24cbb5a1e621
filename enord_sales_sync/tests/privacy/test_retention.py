from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon


@tagged("post_install", "-at_install")
class TestRetention(OrdersCommon):
    """Nothing that tells of a person is kept for longer than it is needed."""

    def transaction(self):
        return self.env["enord.api.transaction"].search(
            [("reference", "=", "ORD-WEB-2024-999")]
        )

    def test_the_details_of_a_request_are_forgotten_and_the_request_is_not(self):
        first = self.post()
        Transaction = self.env["enord.api.transaction"]
        Transaction._gc_member_hashes()
        self.assertTrue(self.transaction().member_hashes)
        self.env.cr.execute(
            "UPDATE enord_api_transaction SET create_date = %s",
            [fields.Datetime.now() - timedelta(days=366)],
        )
        self.assertEqual(Transaction._gc_member_hashes(), (1, 0))
        self.env.invalidate_all()
        self.assertFalse(self.transaction().member_hashes)
        again = self.call("POST", PATH, self.order())
        self.assertEqual((again.status_code, again.json()), (200, first))
        other = self.call("POST", PATH, self.order(customer={"name": "Other"}))
        problem = self.assertProblem(other, 409, "conflict", "/transaction_id")
        self.assertEqual(problem["errors"][0]["code"], "content_differs")

    def test_the_time_is_a_setting(self):
        settings = self.env["res.config.settings"].create({"enord_request_detail_days": 10})
        settings.execute()
        self.post()
        self.env.cr.execute(
            "UPDATE enord_api_transaction SET create_date = %s",
            [fields.Datetime.now() - timedelta(days=11)],
        )
        self.env["enord.api.transaction"]._gc_member_hashes()
        self.env.invalidate_all()
        self.assertFalse(self.transaction().member_hashes)
        for name in ("enord_request_detail_days", "enord_reservation_retention_days",
                     "enord_event_retention_days", "enord_api_log_days"):
            with self.assertRaises(ValidationError, msg=name):
                self.env["res.config.settings"].create({name: -1})

    def test_a_neutralised_copy_has_neither_secrets_nor_logs(self):
        former = self.storefront.webhook_secret
        self.env["enord.secret.wizard"].create(
            {"storefront_id": self.storefront.id}
        ).action_rotate()
        self.post()
        self.refused(422, "unknown_sku", None, "BAD", customer={"name": "Jane Doe"},
                     line_items=self.lines(("NOT-THERE", 1, 1.0)))
        self.sale().enord_invoice_due = fields.Datetime.now()
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        self.storefront.https_only = True
        self.env.flush_all()
        [script] = get_neutralization_queries(["enord_sales_sync"])
        self.env.cr.execute(script)
        self.env.invalidate_all()
        self.assertFalse(self.storefront.webhook_url or self.storefront.previous_secret)
        self.assertNotIn(former, (self.storefront.webhook_secret or ""))
        self.assertGreaterEqual(len(self.storefront.webhook_secret), 24)
        other = self.env["enord.storefront"].with_context(active_test=False).search(
            [("id", "!=", self.storefront.id)], limit=1
        )
        self.assertNotEqual(other.webhook_secret, self.storefront.webhook_secret)
        self.assertFalse(self.env["enord.api.call"].search([]))
        self.assertFalse(self.env["enord.webhook.event"].search(
            [("state", "in", ("pending", "sending"))]
        ))
        self.assertFalse(self.sale().enord_invoice_due)
        self.assertFalse(self.transaction().member_hashes)
        self.assertEqual(set(self.storefront.key_ids.mapped("state")), {"revoked"})
        self.assertNotIn("md5(", script)
        # it has no key that could be read on the way, and is tried where there is no https
        self.assertFalse(self.storefront.https_only)
        key = self.storefront._generate_api_key()
        self.assertEqual(
            self.call("GET", "/api/inventory/snapshot", key=key).status_code, 200
        )
