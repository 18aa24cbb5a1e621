from odoo import Command, fields
from odoo.tests import tagged

from ..orders_common import OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 46000.0}


@tagged("post_install", "-at_install")
class TestInvoiceAudit(OrdersCommon):
    """Invoices of online orders have the audit messages of those that a person makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.restrictive_audit_trail = True
        # by hand, as from Odoo's screens: the tests' own context keeps no track of changes
        cls.tracked = cls.env(context={
            key: value for key, value in cls.env.context.items() if key != "tracking_disable"
        })

    def ended(self):
        """Odoo notes what has changed at the end of the transaction."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def by_hand(self, online):
        """The sales order, invoice and payment of an order equal to ``online``."""
        sale = self.tracked["sale.order"].create({
            "partner_id": online.partner_id.id, "pricelist_id": online.pricelist_id.id,
            "order_line": [Command.create({
                "product_id": line.product_id.id, "product_uom_qty": line.product_uom_qty,
                "price_unit": line.price_unit, "tax_ids": line.tax_ids.ids,
            }) for line in online.order_line],
        })
        sale.action_confirm()
        self.ended()
        invoice = sale._create_invoices()
        self.ended()
        invoice.action_post()
        self.ended()
        payment = self.tracked["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({
            "journal_id": self.storefront.payment_journal_id.id, "amount": online.amount_total,
            "payment_date": fields.Date.today(),
        })._create_payments()
        self.ended()
        self.assertEqual(invoice.amount_total, online.amount_total)
        return invoice, payment

    def audit(self, record):
        """What the messages of a record say: kinds, and the fields whose changes they tell."""
        messages = record.message_ids
        return (
            sorted((message.message_type, message.subtype_id.name or "") for message in messages),
            sorted(set(messages.tracking_value_ids.mapped("field_id.name"))),
        )

    def test_as_many_changes_are_noted_as_of_an_invoice_made_by_hand(self):
        self.post(payment={**PAYMENT, "date": str(fields.Date.today())})
        online = self.sale()
        invoice, payment = self.by_hand(online)
        self.assertIn("state", self.audit(invoice)[1])
        self.assertEqual(self.audit(online.invoice_ids), self.audit(invoice))
        self.assertEqual(self.audit(online.enord_payment_id), self.audit(payment))
        self.assertEqual(
            self.audit(online.enord_payment_id.move_id), self.audit(payment.move_id),
        )
        trail = self.env["mail.message"].search([
            ("account_audit_log_move_id", "in", online.invoice_ids.ids),
        ])
        self.assertEqual(len(trail), len(online.invoice_ids.message_ids))

    def test_an_invoice_in_the_background_is_no_exception(self):
        self.storefront.invoice_policy = "background"
        self.post(payment={**PAYMENT, "date": str(fields.Date.today())})
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_invoice").with_env(
                self.tracked
            ).method_direct_trigger()
        self.env.invalidate_all()
        online = self.sale()
        invoice, payment = self.by_hand(online)
        self.assertEqual(self.audit(online.invoice_ids), self.audit(invoice))
        self.assertEqual(self.audit(online.enord_payment_id), self.audit(payment))
