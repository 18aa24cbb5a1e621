from odoo.tests import Form, tagged

from ..orders_common import OrdersCommon
from .gst_common import AWAY, HOME, GstCommon

#: Of Maharashtra, which is neither HOME nor AWAY.
GSTIN = "27AAPFU0939F1ZV"
#: Computed fields of documents that are the storefront's and not Odoo's: its prices, whom to ask,
#: its warehouses; and what tells one document from another.
OURS = {
    "sale.order": {"pricelist_id", "require_signature", "require_payment", "user_id",
                   "validity_date", "name"},
    "sale.order.line": {"warehouse_id", "price_unit", "discount", "customer_lead"},
    "account.move": {"name", "payment_reference", "invoice_user_id", "checked",
                     "invoice_partner_display_name", "quick_edit_total_amount"},
    "account.move.line": {"name", "price_unit", "discount"},
}


@tagged("post_install", "-at_install")
class TestTaxTable(GstCommon, OrdersCommon):
    """Taxes of an online order are those of the same order that staff make in Odoo's own forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drone.taxes_id = cls.gst[18]
        cls.guard.taxes_id = cls.gst[5]
        cls.env.user.group_ids += cls.env.ref("account.group_delivery_invoice_address")
        # staff and storefront agree on what day it is
        cls.storefront.tz = cls.env.user.tz or "UTC"
        cls.number = 0

    def assertAsInOdoo(self, request, staff=None, known=None, contact=None):
        """An order of a customer as requests tell of them, against one made by hand.

        :param dict request: ``customer_details``
        :param dict staff: what staff fill in of a new customer; None where ``known`` is one
        :param dict contact: what staff fill in of a delivery address of that customer
        """
        type(self).number += 1
        reference = f"TAX-{self.number}"
        self.post(reference, {"name": f"Buyer {self.number}", **request})
        ours = self.sale(reference)
        if known:
            self.assertEqual(ours.partner_id.commercial_partner_id, known)
        theirs = self.by_hand(known or self.partner_by_hand(staff), contact)
        self.assertDocument(ours, theirs)
        for our_line, their_line in zip(ours.order_line, theirs.order_line, strict=True):
            self.assertDocument(our_line, their_line)
        invoice, their_invoice = ours.invoice_ids, theirs._create_invoices()
        their_invoice.action_post()
        self.assertDocument(invoice, their_invoice)
        for our_line, their_line in zip(
            invoice.invoice_line_ids, their_invoice.invoice_line_ids, strict=True
        ):
            self.assertDocument(our_line, their_line)
        self.assertEqual(self.taxes(invoice), self.taxes(their_invoice))
        self.assertEqual(ours.amount_total, theirs.amount_total)
        return invoice

    def partner_by_hand(self, values):
        with Form(self.env["res.partner"]) as form:
            form.name = f"Buyer {self.number} by hand"
            form.country_id = self.company.country_id
            for field, value in values.items():
                setattr(form, field, value)
        return form.record

    def by_hand(self, partner, contact=None):
        form = Form(self.env["sale.order"])
        form.partner_id = partner
        if contact:
            form.partner_shipping_id = self.env["res.partner"].create({
                "name": "Parcels", "parent_id": partner.id, "type": "delivery", **contact,
            })
        for product, quantity, price in ((self.drone, 1, 45000.0), (self.guard, 2, 500.0)):
            with form.order_line.new() as line:
                line.product_id = product
                line.product_uom_qty = quantity
                line.price_unit = price
        order = form.save()
        order.action_confirm()
        return order

    def assertDocument(self, ours, theirs):
        for name, field in ours._fields.items():
            if (
                field.compute and field.store and not field.readonly and not field.related
                and name not in OURS[ours._name] and field.type != "datetime"
                and not name.startswith("partner_") and not field.type.endswith("2many")
            ):
                self.assertEqual(ours[name], theirs[name], f"{ours._name}.{name}")
        if "tax_ids" in ours._fields:
            self.assertEqual(ours.tax_ids, theirs.tax_ids)

    def taxes(self, invoice):
        return {
            line.tax_line_id: (line.amount_currency, line.tax_base_amount)
            for line in invoice.line_ids.filtered("tax_line_id")
        }

    def state(self, code):
        return self.env["res.country.state"].search(
            [("country_id.code", "=", "IN"), ("code", "=", code)]
        )

    def test_no_state(self):
        invoice = self.assertAsInOdoo({"tax_id": "GSTIN12345"}, {})
        self.assertEqual(invoice.l10n_in_state_id, self.company.state_id)

    def test_in_the_state_of_the_company(self):
        self.assertAsInOdoo({"billing_address": {"state": HOME}}, {"state_id": self.state(HOME)})

    def test_in_another_state(self):
        self.assertAsInOdoo({"shipping_address": {"state": AWAY}}, {"state_id": self.state(AWAY)})

    def test_delivered_to_another_state(self):
        self.assertAsInOdoo(
            {"billing_address": {"state": HOME}, "shipping_address": {"state": AWAY}},
            {"state_id": self.state(HOME)}, contact={"state_id": self.state(AWAY).id},
        )

    def test_a_tax_id_of_another_state_without_an_address(self):
        invoice = self.assertAsInOdoo({"tax_id": GSTIN.lower()}, {"vat": GSTIN})
        self.assertEqual(invoice.l10n_in_state_id, self.state("MH"))

    def test_an_address_says_more_than_the_tax_id(self):
        invoice = self.assertAsInOdoo(
            {"tax_id": GSTIN, "billing_address": {"state": HOME}},
            {"vat": GSTIN, "state_id": self.state(HOME)},
        )
        self.assertEqual(invoice.l10n_in_state_id, self.state(HOME))

    def test_an_address_without_a_state_says_nothing_of_it(self):
        invoice = self.assertAsInOdoo(
            {"tax_id": GSTIN, "billing_address": {"city": "Pune"}}, {"vat": GSTIN, "city": "Pune"},
        )
        self.assertEqual(invoice.l10n_in_state_id, self.state("MH"))

    def test_a_special_economic_zone(self):
        known = self.partner_by_hand({
            "vat": GSTIN, "state_id": self.state(HOME),
            "l10n_in_gst_treatment": "special_economic_zone",
        })
        self.assertAsInOdoo({"tax_id": GSTIN}, known=known)

    def test_export(self):
        abroad = self.env.ref("base.us")
        self.assertAsInOdoo(
            {"billing_address": {"country": "US", "city": "Reno"}},
            {"country_id": abroad, "city": "Reno"},
        )

    def test_sold_at_home_and_delivered_abroad(self):
        self.assertAsInOdoo(
            {"billing_address": {"state": HOME}, "shipping_address": {"country": "US"}},
            {"state_id": self.state(HOME)}, contact={"country_id": self.env.ref("base.us").id},
        )

    def test_unregistered(self):
        for treatment in ("unregistered", "consumer", "uin_holders"):
            known = self.partner_by_hand({
                "email": f"{treatment}@example.com", "l10n_in_gst_treatment": treatment,
                "state_id": self.state(AWAY),
            })
            known.enord_storefront_id = self.storefront
            self.assertAsInOdoo({"email": known.email}, known=known)

    def test_a_fiscal_position_and_terms_of_the_customers_own(self):
        known = self.partner_by_hand({"email": "own@example.com", "state_id": self.state(HOME)})
        known.property_account_position_id = self.env["account.fiscal.position"].search(
            [("name", "=", "Export"), ("company_id", "=", self.company.id)], limit=1,
        )
        known.property_payment_term_id = self.env.ref("account.account_payment_term_30days")
        known.enord_storefront_id = self.storefront
        self.assertAsInOdoo({"email": known.email}, known=known)

    def test_a_company_that_is_not_registered(self):
        self.company.l10n_in_is_gst_registered = False
        self.company.vat = False
        self.assertAsInOdoo({"shipping_address": {"state": AWAY}}, {"state_id": self.state(AWAY)})

    def test_what_is_paid_is_what_the_taxes_come_to(self):
        """Taxes that the price does not contain, of a fiscal position that maps to others."""
        self.configure("tax_included", False)
        for number, address in enumerate(({}, {"state": AWAY}, {"country": "US"})):
            answer = self.post(f"PAID-{number}", {
                "name": f"Payer {number}", "billing_address": {"city": "City", **address},
            })
            self.assertEqual(answer["invoice"]["amount_total"], 46000.0)
