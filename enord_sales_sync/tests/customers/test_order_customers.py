from odoo.tests import tagged

from ...contract.requests import CustomerDetails
from ..orders_common import OrdersCommon

PUNE = {"street": "1 Main Road", "city": "Pune", "state": "MH", "zip": "411001", "country": "IN"}
DELHI = {"name": "Aunt May", "street": "2 Ring Road", "city": "New Delhi", "state": "Delhi"}
GSTIN = "27AAPFU0939F1ZV"


@tagged("post_install", "-at_install")
class TestOrderCustomers(OrdersCommon):
    """One partner for each customer, whatever a storefront knows of him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what an address or a tax id leaves out is the company's own
        cls.company.country_id = cls.env.ref("base.in")
        cls.number = 0

    def buyer(self, **customer):
        type(self).number += 1
        reference = f"BUYER-{self.number}"
        self.post(reference, customer, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)))
        return self.sale(reference).partner_id

    def test_a_tax_id_is_the_same_however_it_is_written(self):
        first = self.buyer(tax_id=GSTIN)
        self.assertEqual(first.vat, GSTIN)
        for written in ("27aapfu0939f1zv", "27 AAPFU 0939 F1ZV", "27-AAPFU0939-F1ZV", "IN" + GSTIN):
            self.assertEqual(self.buyer(name="Other", tax_id=written), first, written)

    def test_a_tax_id_that_staff_entered_is_found(self):
        known = self.env["res.partner"].create({"name": "ACME", "vat": GSTIN})
        self.assertEqual(self.buyer(tax_id=GSTIN), known)
        self.assertEqual(known.name, "ACME")

    def test_what_people_write_who_have_no_tax_id_identifies_nobody(self):
        self.assertNotEqual(self.buyer(name="One", tax_id="n/a"),
                            self.buyer(name="Two", tax_id="n/a"))
        self.assertNotEqual(self.buyer(name="One", tax_id="none"),
                            self.buyer(name="Three", tax_id="none"))

    def test_an_email_is_the_same_in_capitals(self):
        first = self.buyer(email="jane@example.com")
        self.assertEqual(self.buyer(name="Jane D.", email="Jane@Example.COM"), first)

    def test_the_same_name_with_another_email_is_another_customer(self):
        self.assertNotEqual(self.buyer(email="a@example.com"), self.buyer(email="b@example.com"))

    def test_one_email_for_two_tax_ids_is_two_customers(self):
        first = self.buyer(tax_id=GSTIN, email="buyer@example.com")
        second = self.buyer(tax_id="GSTIN99999", email="buyer@example.com")
        self.assertNotEqual(first, second)

    def test_the_exact_name_is_found_within_the_storefront_only(self):
        self.env["res.partner"].create({"name": "Jane Doe"})
        first = self.buyer()
        self.assertEqual(first.enord_storefront_id, self.storefront)
        self.assertEqual(self.buyer(), first)
        self.assertNotEqual(self.buyer(name="jane doe"), first)

    def test_staff_are_not_customers_by_their_email(self):
        admin = self.env.ref("base.user_admin").partner_id
        admin.email = "admin@example.com"
        self.assertNotEqual(self.buyer(email="admin@example.com"), admin)

    def test_what_is_missing_is_filled_in_and_nothing_is_overwritten(self):
        partner = self.buyer(email="jane@example.com")
        self.buyer(email="jane@example.com", phone="+91 1", tax_id=GSTIN)
        self.assertEqual((partner.phone, partner.vat), ("+91 1", GSTIN))
        self.buyer(name="Janet", email="JANE@example.com", phone="+91 2")
        self.buyer(email="jane@example.com")
        self.assertEqual((partner.name, partner.phone, partner.email, partner.vat),
                         ("Jane Doe", "+91 1", "jane@example.com", GSTIN))

    def test_the_address_of_a_new_customer_is_the_partners_own(self):
        partner = self.buyer(billing_address=PUNE, shipping_address=PUNE)
        self.assertEqual((partner.street, partner.city, partner.state_id.code, partner.zip),
                         ("1 Main Road", "Pune", "MH", "411001"))
        self.assertFalse(partner.child_ids)
        sale = self.sale(f"BUYER-{self.number}")
        self.assertEqual(sale.partner_invoice_id, partner)
        self.assertEqual(sale.partner_shipping_id, partner)

    def test_another_address_is_a_contact_and_used_again(self):
        partner = self.buyer(billing_address=PUNE, shipping_address=DELHI)
        sale = self.sale(f"BUYER-{self.number}")
        contact = sale.partner_shipping_id
        self.assertEqual((contact.parent_id, contact.type, contact.name, contact.state_id.name),
                         (partner, "delivery", "Aunt May", "Delhi"))
        self.assertEqual(sale.partner_invoice_id, partner)
        self.assertEqual(sale.picking_ids.partner_id, contact)
        self.buyer(billing_address=PUNE, shipping_address={**DELHI, "street": "2  ring road"})
        self.assertEqual(self.sale(f"BUYER-{self.number}").partner_shipping_id, contact)
        self.buyer(billing_address={**PUNE, "street": "3 Other Road"}, shipping_address=DELHI)
        sale = self.sale(f"BUYER-{self.number}")
        self.assertEqual(sale.partner_invoice_id.street, "3 Other Road")
        self.assertEqual(partner.street, "1 Main Road")
        self.assertEqual(len(partner.child_ids), 2)

    def test_two_orders_that_share_an_identity_wait_for_one_another(self):
        def locks(**customer):
            return set(self.env["enord.customer"]._locks(
                self.storefront, CustomerDetails(**customer)
            ))

        by_email = locks(name="A", email="x@example.com")
        self.assertTrue(by_email & locks(name="B", email="X@EXAMPLE.com"))
        by_tax_id = locks(name="A", tax_id=GSTIN)
        self.assertTrue(by_tax_id & locks(name="B", tax_id="in " + GSTIN.lower()))
        self.assertTrue(locks(name="A") & locks(name="A", email="x@example.com"))
        self.assertFalse(locks(name="A") & locks(name="B", tax_id="none"))
