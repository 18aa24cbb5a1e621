from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

LINK = '<a href="http://evil.example/login">Session expired</a> & more\nsecond line'
ESCAPED = "&lt;a href="


@tagged("post_install", "-at_install")
class TestEscapedNotes(OrdersCommon):
    """What went wrong is told to staff as text, whatever is in it."""

    def failing(self, model, method):
        error = UserError(LINK)

        def fail(*_args, **_kwargs):
            raise error

        return patch.object(self.env.registry[model], method, fail)

    def assertText(self, html):
        self.assertNotIn("<a", html)
        self.assertIn(ESCAPED, html)
        self.assertIn("&amp; more", html)

    def test_an_invoice_that_fails(self):
        with self.failing("sale.order", "_create_invoices"):
            self.post()
        self.assertText(self.sale().activity_ids.note)

    def test_a_delivery_that_fails(self):
        self.storefront.delivery_policy = "deliver"
        with self.failing("stock.picking", "_action_done"):
            self.post()
        self.assertText(self.sale().activity_ids.note)

    def test_a_credit_note_that_fails(self):
        self.post()
        with self.failing("account.move", "_reverse_moves"):
            self.call("POST", f"{PATH}/ORD-WEB-2024-999/cancel")
        self.assertText(self.sale().activity_ids.note)

    def test_the_name_of_a_storefront_and_the_reason_of_a_cancellation(self):
        self.storefront.name = LINK
        self.post()
        self.call("POST", f"{PATH}/ORD-WEB-2024-999/cancel", {"reason": LINK})
        bodies = "".join(self.sale().message_ids.mapped("body"))
        self.assertText(bodies)
        self.assertEqual(bodies.count(ESCAPED), 2)
