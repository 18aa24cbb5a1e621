from odoo.tests import new_test_user, tagged

from .customers_common import GSTIN, OTHER_GSTIN, PUNE, CustomersCommon


@tagged("post_install", "-at_install")
class TestCustomerTaxIds(CustomersCommon):
    """By a valid tax id a customer is known to the company, by an invalid one to nobody; run where
    Odoo checks Indian ones (see devtools)."""

    def test_a_tax_id_is_the_same_however_it_is_written(self):
        first = self.buyer(tax_id=GSTIN)
        self.assertEqual(first.vat, GSTIN)
        for written in ("27aapfu0939f1zv", "27 AAPFU 0939 F1ZV", "27-AAPFU0939-F1ZV", "IN" + GSTIN):
            self.assertEqual(self.buyer(name="Other", tax_id=written), first, written)

    def test_a_tax_id_that_staff_entered_is_found(self):
        known = self.staff_made(vat=GSTIN)
        self.assertEqual(self.buyer(tax_id=GSTIN), known)
        self.assertEqual(known.name, "ACME")

    def test_one_that_was_imported_in_another_spelling_is_found(self):
        known = self.staff_made()
        self.env.cr.execute("UPDATE res_partner SET vat = 'in 27aapfu-0939 f1zv' WHERE id = %s",
                            known.ids)
        self.env.invalidate_all()
        self.assertEqual(self.buyer(tax_id=GSTIN), known)
        self.assertEqual(known.vat, "in 27aapfu-0939 f1zv")
        # Odoo itself writes it in its own spelling where a contact is made
        self.assertEqual(self.bought(tax_id=GSTIN).partner_id, known)

    def test_the_company_of_a_contact_with_its_tax_id_is_the_customer(self):
        known = self.staff_made(vat=GSTIN, is_company=True)
        contact = self.env["res.partner"].create({"name": "Jane Doe", "parent_id": known.id})
        self.assertEqual(contact.vat, GSTIN)
        self.assertEqual(self.buyer(tax_id=GSTIN), known)

    def test_a_company_of_a_group_is_found(self):
        group = self.staff_made(name="Group", vat=OTHER_GSTIN, is_company=True)
        known = self.staff_made(vat=GSTIN, is_company=True, parent_id=group.id)
        self.assertEqual(self.buyer(tax_id=GSTIN), known)

    def test_of_two_with_one_tax_id_the_one_of_that_name_is_the_customer(self):
        self.staff_made(name="ACME Nagpur", vat=GSTIN)
        known = self.staff_made(name="ACME Pune", vat=GSTIN)
        self.assertEqual(self.buyer(name="ACME Pune", tax_id=GSTIN), known)

    def test_the_digits_of_another_country_are_another_tax_id(self):
        other = self.staff_made(country_id=self.env.ref("base.us").id, vat=GSTIN)
        self.assertNotEqual(self.buyer(tax_id=GSTIN), other)

    def test_a_foreign_tax_id_is_found_with_and_without_its_country(self):
        known = self.staff_made(country_id=self.env.ref("base.de").id, vat="DE136695976")
        berlin = {"street": "1 Hauptstr.", "city": "Berlin", "zip": "10115", "country": "DE"}
        self.assertEqual(self.buyer(tax_id="DE 136 695 976"), known)
        self.assertEqual(self.buyer(tax_id="136695976", billing_address=berlin), known)
        self.assertNotEqual(self.buyer(tax_id="136695976"), known)

    def test_another_companys_archived_or_staffs_partner_is_not_found(self):
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self.staff_made(vat=GSTIN, company_id=other.id)
        archived = self.staff_made(vat=GSTIN, active=False)
        user = new_test_user(self.env, "staff")
        user.partner_id.write({"vat": GSTIN, "country_id": self.company.country_id.id})
        self.assertNotIn(self.buyer(tax_id=GSTIN), elsewhere | archived | user.partner_id)

    def test_a_branch_sells_to_the_customers_of_its_company(self):
        known = self.staff_made(vat=GSTIN, company_id=self.company.id)
        branch = self.env["res.company"].create({
            "name": "Branch", "parent_id": self.company.id,
            "country_id": self.company.country_id.id,
        })
        customers, details = self.env["enord.customer"], self.details(tax_id=GSTIN)
        locks = customers._locks(self.storefront, details)
        self.env.cr.execute("UPDATE enord_storefront SET company_id = %s WHERE id = %s",
                            [branch.id, self.storefront.id])
        self.env.invalidate_all()
        self.assertEqual(self.buyer(tax_id=GSTIN), known)
        self.assertEqual(customers._locks(self.storefront, details), locks)

    def test_a_company_of_this_database_is_no_customer(self):
        branch = self.env["res.company"].create({
            "name": "Branch", "parent_id": self.company.id, "vat": OTHER_GSTIN,
            "country_id": self.company.country_id.id,
        })
        self.company.write({"vat": GSTIN, "state_id": self.env.ref("base.state_in_mh").id})
        self.staff_made(name="Desk", parent_id=self.company.partner_id.id)
        companies = self.company.partner_id | branch.partner_id
        for tax_id in (GSTIN, f"in {GSTIN}", OTHER_GSTIN):
            first = self.bought(name=f"One {tax_id}", tax_id=tax_id)
            self.assertNotIn(first.partner_id.commercial_partner_id, companies)
            self.assertEqual(first.invoice_ids.state, "posted", first.enord_invoice_error)
            self.assertEqual(first.partner_id.enord_tax_id, tax_id)
            self.assertFalse(first.partner_id.vat)
            self.assertNotEqual(self.buyer(name="Two", tax_id=tax_id), first.partner_id)

    def test_an_invalid_tax_id_identifies_only_together_with_the_name(self):
        for tax_id in ("00000", "NOGST0000", "GSTIN12345"):
            first = self.bought(name="One", email=f"one{tax_id}@example.com", tax_id=tax_id)
            second = self.bought(name="Two", email=f"two{tax_id}@example.com", tax_id=tax_id)
            self.assertNotEqual(first.partner_id, second.partner_id, tax_id)
            self.assertEqual(second.invoice_ids.partner_id.name, "Two")
            self.assertEqual(self.buyer(name="one", tax_id=tax_id.lower()), first.partner_id)

    def test_an_invalid_tax_id_is_known_within_the_storefront_only(self):
        known = self.staff_made(name="Jane Doe")
        known.enord_tax_id = "GSTIN12345"
        self.assertNotEqual(self.buyer(tax_id="GSTIN12345"), known)

    def test_an_invalid_tax_id_makes_nobody_of_another_email(self):
        self.assertNotEqual(self.buyer(tax_id="00000", email="a@example.com"),
                            self.buyer(tax_id="00000", email="b@example.com"))

    def test_where_odoo_has_no_check_no_tax_id_is_valid(self):
        partners = self.env.registry["res.partner"]
        self.patch(partners, "_run_vat_checks",
                   lambda _self, country, vat, *_args, **_options: (vat, country.code))
        known = self.staff_made(vat="12-3456789")
        first = self.buyer(name="One", tax_id="12-3456789")
        self.assertNotEqual(first, known)
        self.assertEqual(first.vat, "12-3456789")
        self.assertEqual(self.buyer(name="One", tax_id="123456789"), first)
        self.assertNotEqual(self.buyer(name="Two", tax_id="12-3456789"), first)
        self.assertEqual(self.buyer(name="Three", tax_id="n/a").enord_tax_id, "n/a")

    def test_a_check_that_stumbles_refuses_no_order(self):
        taipei = {"street": "1 Road", "city": "Taipei", "country": "TW"}
        self.assertEqual(self.buyer(tax_id="BPZER9EE", billing_address=taipei).enord_tax_id,
                         "BPZER9EE")

    def test_a_number_that_a_country_has_for_whoever_gives_none_identifies_nobody(self):
        for country, number in (
            ("MX", "XAXX010101000"), ("MX", "XEXX-010101-000"), ("PT", "999999990"),
            ("PT", "PT999999990"), ("CL", "66.666.666-6"), ("CL", "CL555555555"),
        ):
            home = {"street": "1 Road", "city": "Town", "zip": "10", "country": country}
            first = self.buyer(name="One", tax_id=number, billing_address=home)
            self.assertTrue(first.vat, "it stands on the invoice all the same")
            away = {**home, "street": "2 Road"}
            for name in ("One", "Two"):
                other = self.buyer(name=name, tax_id=number, billing_address=away)
                self.assertNotEqual(other, first, (number, name))

    def test_whoever_gave_anybodys_number_gives_an_own_one_later(self):
        home = {"street": "1 Road", "city": "Town", "zip": "10", "country": "PT"}
        known = self.buyer(tax_id="999999990", email="jane@example.com", billing_address=home)
        again = self.buyer(tax_id="501442600", email="jane@example.com", billing_address=home)
        self.assertEqual((again, again.vat), (known, "501442600"))
        once_more = self.buyer(tax_id="999999990", email="jane@example.com", billing_address=home)
        self.assertEqual((once_more, once_more.vat), (known, "501442600"))

    def test_nobody_asks_a_network_about_a_new_contact_while_products_are_locked(self):
        """As Odoo's Peppol add-on asks about each new contact that has a tax id."""
        partners, asked = self.env.registry["res.partner"], []
        create = partners.create

        def create_and_ask(partners, vals_list):
            made = create(partners, vals_list)
            asked.extend(made.filtered("vat").mapped("name"))
            return made

        self.patch(partners, "create", create_and_ask)
        sale = self.bought(tax_id=GSTIN, billing_address={**PUNE, "name": "Accounts"})
        self.assertEqual((sale.partner_id.vat, sale.partner_invoice_id.vat), (GSTIN, GSTIN))
        self.assertEqual(sale.partner_invoice_id.parent_id, sale.partner_id)
        self.assertEqual(asked, [])

    def test_the_storefront_can_be_kept_to_its_own_customers(self):
        known = self.staff_made(vat=GSTIN)
        own = self.storefront
        own.own_customers_only = True
        first = self.buyer(tax_id=GSTIN)
        self.assertNotEqual(first, known)
        self.assertEqual(self.buyer(name="Other", tax_id=GSTIN), first)

    def test_a_private_person_with_the_email_of_a_business_does_not_become_it(self):
        jane = self.buyer(email="jane@example.com")
        acme = self.buyer(name="ACME", email="jane@example.com", tax_id=GSTIN)
        self.assertNotEqual(acme, jane)
        self.assertFalse(jane.vat)

    def test_whoever_buys_for_a_company_by_its_contacts_email_buys_for_the_company(self):
        acme = self.staff_made(vat=GSTIN, is_company=True)
        staff_made = self.env["res.partner"].create({
            "name": "Jim", "email": "jim@example.com", "parent_id": acme.id,
        })
        self.assertNotIn(self.buyer(name="Jim", email="jim@example.com"), acme | staff_made)
        self.bought(email="jane@example.com", tax_id=GSTIN)
        self.assertEqual(self.buyer(email="Jane@example.com", shipping_address=PUNE), acme)
