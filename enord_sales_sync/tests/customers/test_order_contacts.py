from odoo.tests import tagged

from .customers_common import DELHI, PUNE, CustomersCommon

FRIEND = {"name": "Friend", "street": "5 Friend St", "city": "Delhi", "state": "DL"}


@tagged("post_install", "-at_install")
class TestOrderContacts(CustomersCommon):
    """What an order says of its customer is on contacts of its own."""

    def test_the_address_of_a_new_customer_is_the_partners_own(self):
        sale = self.bought(billing_address=PUNE, shipping_address=PUNE)
        partner = sale.partner_id
        self.assertEqual((partner.street, partner.city, partner.state_id.code, partner.zip),
                         ("1 Main Road", "Pune", "MH", "411001"))
        self.assertFalse(partner.child_ids)
        self.assertEqual(sale.partner_invoice_id, partner)
        self.assertEqual(sale.partner_shipping_id, partner)

    def test_another_address_is_a_contact_and_used_again(self):
        sale = self.bought(billing_address=PUNE, shipping_address=DELHI)
        partner, contact = sale.partner_id, sale.partner_shipping_id
        self.assertEqual((contact.parent_id, contact.type, contact.name, contact.state_id.name),
                         (partner, "delivery", "Aunt May", "Delhi"))
        self.assertEqual(sale.partner_invoice_id, partner)
        self.assertEqual(sale.picking_ids.partner_id, contact)
        sale = self.bought(billing_address=PUNE,
                           shipping_address={**DELHI, "street": "2  ring road"})
        self.assertEqual(sale.partner_shipping_id, contact)
        sale = self.bought(email="jane@example.com", shipping_address=DELHI,
                           billing_address=PUNE)
        self.assertEqual(sale.partner_id, partner)
        sale = self.bought(email="jane@example.com", shipping_address=DELHI,
                           billing_address={**PUNE, "street": "3 Other Road"})
        self.assertEqual(sale.partner_invoice_id.street, "3 Other Road")
        self.assertEqual(partner.street, "1 Main Road")
        self.assertEqual(len(partner.child_ids), 2)

    def test_without_an_address_it_goes_to_the_customer_not_to_the_last_gifts_recipient(self):
        customer = {"name": "Gina", "email": "gina@example.com"}
        gina = self.buyer(**customer, shipping_address=PUNE)
        gift = self.bought(**customer, shipping_address=FRIEND)
        self.assertEqual(gift.partner_shipping_id.street, "5 Friend St")
        sale = self.bought(**customer)
        self.assertEqual(sale.partner_shipping_id, gina)
        self.assertEqual(sale.partner_invoice_id, gina)
        self.assertEqual(sale.picking_ids.partner_id, gina)

    def test_no_other_sale_goes_to_a_contact_of_an_order(self):
        gina = self.buyer(name="Gina", email="g@example.com", shipping_address=PUNE)
        self.bought(name="Gina", email="g@example.com", shipping_address=FRIEND,
                    billing_address={**FRIEND, "name": "Office"})
        self.assertEqual(set(gina.child_ids.mapped("type")), {"invoice", "delivery"})
        sale = self.env["sale.order"].create({"partner_id": gina.id})
        self.assertEqual(sale.partner_shipping_id | sale.partner_invoice_id, gina)
        usual = self.env["res.partner"].create({
            "name": "Zoe", "type": "delivery", "parent_id": gina.id,
        })
        self.assertEqual(gina.address_get(["delivery"])["delivery"], usual.id)
        friend = gina.child_ids.filtered(lambda child: child.name == "Friend")
        self.assertEqual(friend.address_get(["delivery"])["delivery"], friend.id)

    def test_the_telephone_that_was_sent_is_on_the_delivery_contact(self):
        customer = {"email": "jane@example.com", "phone": "+91 98765 43210"}
        sale = self.bought(**customer, billing_address=PUNE, shipping_address=DELHI)
        self.assertEqual(sale.partner_shipping_id.phone, "+91 98765 43210")
        sale = self.bought(email="jane@example.com", phone="+91 91234 56789")
        self.assertEqual(sale.partner_id.phone, "+91 98765 43210")
        contact = sale.partner_shipping_id
        self.assertEqual((contact.parent_id, contact.phone, contact.street, contact.name),
                         (sale.partner_id, "+91 91234 56789", "1 Main Road", "Jane Doe"))
        sale = self.bought(email="jane@example.com", phone="091234-56789")
        self.assertEqual(sale.partner_shipping_id, contact)

    def test_the_name_that_was_sent_is_on_the_invoice_and_the_delivery(self):
        self.buyer(name="Lena Meier", email="shared@example.com", billing_address=PUNE)
        sale = self.bought(name="Paulo Costa", email="shared@example.com")
        self.assertEqual(sale.partner_id.name, "Lena Meier")
        for contact in (sale.partner_invoice_id, sale.partner_shipping_id,
                        sale.invoice_ids.partner_id, sale.picking_ids.partner_id):
            self.assertEqual((contact.name, contact.street, contact.commercial_partner_id),
                             ("Paulo Costa", "1 Main Road", sale.partner_id))
        again = self.bought(name="paulo costa", email="shared@example.com")
        self.assertEqual(again.partner_invoice_id, sale.partner_invoice_id)
        self.assertEqual(again.partner_shipping_id, sale.partner_shipping_id)
        self.assertEqual(again.invoice_ids.commercial_partner_id, sale.partner_id)
