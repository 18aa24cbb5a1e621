from odoo.tests import new_test_user, tagged

from .customers_common import DELHI, GSTIN, PUNE, CustomersCommon

PHONE = "+91 98765 43210"


@tagged("post_install", "-at_install")
class TestOrderCustomers(CustomersCommon):
    """One partner for each customer, and nobody's order on somebody else's."""

    def test_what_people_write_who_have_no_tax_id_identifies_nobody(self):
        self.assertNotEqual(self.buyer(name="One", tax_id="n/a"),
                            self.buyer(name="Two", tax_id="n/a"))
        self.assertNotEqual(self.buyer(name="One", tax_id="none"),
                            self.buyer(name="One", tax_id="none"))

    def test_an_email_is_the_same_in_capitals(self):
        first = self.buyer(email="jane@example.com")
        self.assertEqual(self.buyer(name="Jane D.", email="Jane@Example.COM"), first)

    def test_an_email_that_staff_wrote_with_a_name_is_the_same(self):
        first = self.buyer(email="jane@example.com")
        first.email = "Jane Doe <JANE@example.com>"
        self.assertEqual(self.buyer(email="jane@example.com"), first)

    def test_an_email_is_known_within_the_storefront_only(self):
        known = self.staff_made(email="jane@example.com")
        first = self.buyer(email="jane@example.com")
        self.assertNotEqual(first, known)
        self.assertEqual(self.buyer(email="jane@example.com"), first)

    def test_an_email_that_shops_write_for_whoever_has_none_identifies_nobody(self):
        for email in ("noreply@example.com", "no-reply@example.com", "none@example.com",
                      "guest@example.com", "n.a@example.com", "no_email@example.com"):
            self.assertNotEqual(self.buyer(name="One", email=email),
                                self.buyer(name="Two", email=email), email)

    def test_what_is_not_one_email_identifies_nobody(self):
        first = self.buyer(name="One", email="jane@example.com")
        self.assertNotEqual(
            self.buyer(name="Two", email="jane@example.com, jim@example.com"), first
        )
        self.assertNotEqual(self.buyer(name="One", email="jane"),
                            self.buyer(name="Two", email="jane"))

    def test_the_companys_own_email_identifies_nobody(self):
        self.company.email = "Sales <sales@company.example>"
        self.assertNotEqual(self.buyer(name="One", email="sales@company.example"),
                            self.buyer(name="Two", email="sales@company.example"))

    def test_the_same_name_with_another_email_is_another_customer(self):
        self.assertNotEqual(self.buyer(email="a@example.com"), self.buyer(email="b@example.com"))

    def test_one_email_for_two_tax_ids_is_two_customers(self):
        first = self.buyer(tax_id=GSTIN, email="buyer@example.com")
        second = self.buyer(tax_id="GSTIN99999", email="buyer@example.com")
        self.assertNotEqual(first, second)

    def test_a_name_alone_is_never_enough(self):
        self.env["res.partner"].create({"name": "Jane Doe"})
        first = self.buyer()
        self.assertEqual(first.enord_storefront_id, self.storefront)
        self.assertNotEqual(self.buyer(), first)

    def test_three_orders_of_two_people_of_one_name(self):
        ring = {"street": "1 Ring", "city": "Pune", "state": "MH", "zip": "411001"}
        lena = self.bought(name="Lena Meier", email="lena@example.com", phone="+91 98765 43210",
                           shipping_address=ring).partner_id
        other = self.bought(name="Lena Meier", phone="+91 91234 56789", shipping_address=DELHI)
        self.assertNotEqual(other.partner_id, lena)
        again = self.bought(name="Lena Meier", email="lena@example.com")
        self.assertEqual(again.partner_id, lena)
        self.assertEqual(again.partner_shipping_id.street, "1 Ring")

    def test_nobody_takes_over_the_email_of_a_namesake(self):
        nameless = self.buyer(name="John Smith")
        with_email = self.buyer(name="John Smith", email="js1@example.com")
        self.assertNotEqual(nameless, with_email)
        self.assertFalse(nameless.email)
        self.assertNotIn(self.buyer(name="John Smith"), nameless | with_email)

    def test_a_name_with_the_same_telephone_is_enough(self):
        first = self.buyer(phone=PHONE)
        for written in ("098765 43210", "0091-98765-43210", "+91 (98765) 43210"):
            self.assertEqual(self.buyer(name="jane  doe", phone=written), first, written)
        self.assertNotEqual(self.buyer(name="John Doe", phone=PHONE), first)
        self.assertNotEqual(self.buyer(phone="+91 98765 43211"), first)

    def test_a_telephone_that_is_none_identifies_nobody(self):
        for phone in ("0000000000", "+91 1", "-", "n/a"):
            self.assertNotEqual(self.buyer(phone=phone), self.buyer(phone=phone), phone)

    def test_a_name_with_the_same_address_is_enough(self):
        first = self.buyer(billing_address=PUNE)
        written = {**PUNE, "street": "1, MAIN  road.", "zip": "411001"}
        self.assertEqual(self.buyer(shipping_address=written), first)
        self.assertNotEqual(self.buyer(billing_address={**PUNE, "street": "2 Main Road"}), first)
        self.assertNotEqual(self.buyer(name="John Doe", billing_address=PUNE), first)
        # of two who send to a third, neither is the other
        self.assertNotEqual(self.buyer(shipping_address={**PUNE, "name": "Aunt May"}), first)

    def test_a_town_is_no_address(self):
        self.assertNotEqual(self.buyer(billing_address={"city": "Pune"}),
                            self.buyer(billing_address={"city": "Pune"}))

    def test_a_name_is_the_same_in_another_normal_form(self):
        first = self.buyer(name="Zoë Müller", phone=PHONE)
        self.assertEqual(self.buyer(name="ZOE\u0308 MU\u0308LLER", phone=PHONE), first)

    def test_another_storefronts_customers_are_not_this_ones(self):
        first = self.buyer(email="jane@example.com", phone=PHONE)
        first.enord_storefront_id = self.another("Other Shop")
        self.assertNotEqual(self.buyer(email="jane@example.com"), first)
        self.assertNotEqual(self.buyer(phone=PHONE), first)

    def test_a_customer_that_staff_archived_is_not_sold_to(self):
        first = self.buyer(email="jane@example.com")
        first.active = False
        self.assertNotEqual(self.buyer(email="jane@example.com"), first)

    def test_a_customer_of_another_company_is_not_this_ones(self):
        first = self.buyer(email="jane@example.com")
        other = self.env["res.company"].create({"name": "Other"})
        self.env.cr.execute("UPDATE res_partner SET company_id = %s WHERE id = %s",
                            [other.id, first.id])
        self.env.invalidate_all()
        self.assertNotEqual(self.buyer(email="jane@example.com"), first)

    def test_two_partners_that_staff_merged_are_one_customer(self):
        known = self.staff_made(email="jane@example.com")
        first = self.buyer(email="jane@example.com", phone=PHONE)
        self.env["base.partner.merge.automatic.wizard"]._merge((known | first).ids, known)
        self.assertEqual(self.buyer(email="jane@example.com"), known)

    def test_a_customer_whom_staff_made_a_contact_is_that_company(self):
        acme = self.staff_made(is_company=True)
        jane = self.buyer(email="jane@example.com")
        jane.parent_id = acme
        sale = self.bought(email="jane@example.com")
        self.assertEqual(sale.partner_id, acme)
        self.assertEqual(sale.partner_invoice_id.name, "Jane Doe")

    def test_a_contact_of_this_company_is_no_customer(self):
        jane = self.buyer(email="jane@example.com")
        jane.parent_id = self.company.partner_id
        customer = self.buyer(email="jane@example.com")
        self.assertNotIn(customer, jane | self.company.partner_id)

    def test_a_customer_without_name_and_email_stands_in_nobodys_way(self):
        first = self.bought(email="jane@example.com", phone=PHONE, shipping_address=DELHI)
        (first.partner_id | first.partner_id.child_ids).write({
            "name": "Erased", "email": False, "phone": False, "street": False, "city": False,
        })
        second = self.buyer(email="jane@example.com", phone=PHONE, shipping_address=DELHI)
        self.assertNotEqual(second, first.partner_id)
        self.env.cr.execute("UPDATE res_partner SET name = NULL, type = 'other' WHERE id = %s",
                            second.ids)
        self.env.invalidate_all()
        second.email = "jane@example.com"
        self.assertEqual(self.buyer(email="jane@example.com"), second)

    def test_staff_are_not_customers_by_their_email(self):
        admin = self.env.ref("base.user_admin").partner_id
        admin.email = "admin@example.com"
        self.assertNotEqual(self.buyer(email="admin@example.com"), admin)

    def test_a_customer_who_became_one_of_the_staff_buys_as_a_customer_beside(self):
        jane = self.buyer(email="jane@example.com")
        new_test_user(self.env, "jane", partner_id=jane.id, company_id=self.company.id)
        self.assertNotEqual(self.buyer(email="jane@example.com"), jane)

    def test_what_is_missing_is_filled_in_and_nothing_is_overwritten(self):
        partner = self.buyer(email="jane@example.com")
        self.buyer(email="jane@example.com", phone="+91 1", tax_id=GSTIN)
        self.assertEqual((partner.phone, partner.vat), ("+91 1", GSTIN))
        self.buyer(name="Janet", email="JANE@example.com", phone="+91 2")
        self.buyer(email="jane@example.com")
        self.assertEqual((partner.name, partner.phone, partner.email, partner.vat),
                         ("Jane Doe", "+91 1", "jane@example.com", GSTIN))

    def test_what_somebody_of_another_name_sends_is_not_filled_in(self):
        partner = self.buyer(email="jane@example.com")
        sale = self.bought(name="Janet", email="jane@example.com", phone=PHONE, tax_id="00000")
        self.assertEqual(sale.partner_id, partner)
        self.assertEqual((partner.phone, partner.enord_tax_id), (False, False))
        self.assertEqual(sale.partner_shipping_id.phone, PHONE)

    def test_two_orders_that_share_an_identity_wait_for_one_another(self):
        def locks(**customer):
            return set(self.env["enord.customer"]._locks(
                self.storefront, self.details(**customer)
            ))

        by_email = locks(name="A", email="x@example.com")
        self.assertTrue(by_email & locks(name="B", email="X@EXAMPLE.com"))
        by_tax_id = locks(name="A", tax_id=GSTIN)
        self.assertTrue(by_tax_id & locks(name="B", tax_id="in " + GSTIN.lower()))
        self.assertTrue(locks(name="A B") & locks(name="a  b", email="x@example.com"))
        self.assertFalse(locks(name="A") & locks(name="B", tax_id="none"))
        self.assertFalse(locks(name="A", email="noreply@x.example")
                         & locks(name="B", email="noreply@x.example"))
