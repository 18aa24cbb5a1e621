from odoo.tests import tagged

from .customers_common import DELHI, GSTIN, PUNE, CustomersCommon


@tagged("post_install", "-at_install")
class TestExistingCustomers(CustomersCommon):
    """A customer that did not come through the storefront stays as it is, and its own is filled in;
    run where Odoo checks Indian tax ids (see devtools)."""

    def test_nothing_of_an_existing_customer_is_changed_or_filled_in(self):
        known = self.staff_made(vat=GSTIN)
        before = self.everything(known)
        sale = self.bought(
            name="Mallory", email="mallory@evil.example", phone="+91 98765 43210",
            tax_id=GSTIN, billing_address=PUNE, shipping_address=DELHI,
        )
        self.assertEqual(sale.partner_id, known)
        self.assertEqual(self.everything(known), before)
        invoice, delivery = sale.partner_invoice_id, sale.partner_shipping_id
        self.assertEqual((invoice.name, invoice.email, invoice.street, invoice.type),
                         ("Mallory", "mallory@evil.example", "1 Main Road", "invoice"))
        self.assertEqual((delivery.name, delivery.phone, delivery.street, delivery.type),
                         ("Aunt May", "+91 98765 43210", "2 Ring Road", "delivery"))
        self.assertEqual(invoice.vat, GSTIN)

    def test_nor_without_an_address_nor_under_its_own_name(self):
        known = self.staff_made(vat=GSTIN, street="9 Own Road", city="Nagpur")
        before = self.everything(known)
        sale = self.bought(name="ACME", email="buyer@acme.example", phone="+91 98765 43210",
                           tax_id=GSTIN)
        self.assertEqual(self.everything(known), before)
        self.assertEqual((sale.partner_invoice_id.email, sale.partner_invoice_id.street),
                         ("buyer@acme.example", "9 Own Road"))
        self.assertEqual((sale.partner_shipping_id.phone, sale.partner_shipping_id.street),
                         ("+91 98765 43210", "9 Own Road"))

    def test_what_says_nothing_new_needs_no_contact(self):
        known = self.staff_made(vat=GSTIN, email="acme@example.com")
        sale = self.bought(name="acme", email="ACME@example.com", tax_id=GSTIN)
        self.assertEqual(sale.partner_invoice_id | sale.partner_shipping_id, known)
        self.assertFalse(known.child_ids)

    def test_an_invoice_goes_where_staff_have_entered_it(self):
        known = self.staff_made(vat=GSTIN)
        accounts = self.env["res.partner"].create({
            "name": "Accounts", "type": "invoice", "parent_id": known.id,
        })
        sale = self.bought(name="ACME", tax_id=GSTIN)
        self.assertEqual(sale.partner_invoice_id, accounts)
        self.assertEqual(sale.partner_shipping_id, known)

    def test_staff_see_the_first_order_on_an_existing_customer(self):
        known = self.staff_made(vat=GSTIN)
        first = self.bought(name="ACME", tax_id=GSTIN)
        self.assertEqual(first.partner_id, known)
        self.assertIn("did not come through the storefront", first.enord_notice_text)
        self.assertIn("did not come through the storefront",
                      "".join(first.message_ids.mapped("body")))
        self.assertFalse(self.bought(name="ACME", tax_id=GSTIN).enord_notice_text)
        self.assertFalse(self.bought(name="Other").enord_notice_text)

    def test_the_storefront_is_not_told_who_is_known(self):
        self.staff_made(vat=GSTIN)
        lines = self.lines(("PROP-GUARD-X1", 1, 500.0))
        answer = self.post("KNOWN-1", {"name": "ACME", "tax_id": GSTIN}, line_items=lines)
        self.assertEqual(answer["notices"], [])

    def test_a_customer_of_the_storefront_who_gives_a_tax_id_later_is_where_it_says(self):
        """As a new one is: it decides the taxes."""
        jane = self.buyer(email="jane@example.com")
        self.assertFalse(jane.state_id)
        self.assertEqual(self.buyer(email="jane@example.com", tax_id=GSTIN), jane)
        self.assertEqual((jane.vat, jane.state_id.code), (GSTIN, "MH"))
