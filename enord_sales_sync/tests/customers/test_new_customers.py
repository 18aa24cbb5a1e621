from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .customers_common import GSTIN, PUNE, CustomersCommon


@tagged("post_install", "-at_install")
class TestNewCustomers(CustomersCommon):
    """A new customer begins as a contact that was chosen for it, or as the country's consumer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # as some countries have a field of their own for it
        cls.taxed_as = cls.env["res.partner.industry"].create({"name": "Consumer"})
        cls.terms = cls.env["account.payment.term"].create({"name": "At once"})
        cls.consumer = cls.env["res.partner"].create({
            "name": "Consumer", "industry_id": cls.taxed_as.id, "vat": "12345",
            "property_payment_term_id": cls.terms.id, "company_registry": "4711",
            "street": "Nowhere", "email": "consumer@example.com",
        })

    def test_what_a_country_wants_to_know_lets_the_invoice_be_posted(self):
        moves = self.env.registry["account.move"]
        original = moves._post
        unknown = UserError("What kind of taxpayer is this?")

        def post(moves, soft=True):
            if not all(move.commercial_partner_id.industry_id for move in moves):
                raise unknown
            return original(moves, soft)

        self.patch(moves, "_post", post)
        refused = self.bought(name="One", email="one@example.com", billing_address=PUNE)
        self.assertIn("What kind of taxpayer", refused.enord_invoice_error)
        self.storefront.new_customers_like_id = self.consumer
        sale = self.bought(name="Two", email="two@example.com", billing_address=PUNE)
        self.assertFalse(sale.enord_invoice_error)
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        for contact in sale.partner_id | sale.partner_invoice_id | sale.partner_shipping_id:
            self.assertEqual(contact.industry_id, self.taxed_as)
        self.assertEqual(sale.partner_id.property_payment_term_id, self.terms)

    def test_whose_number_it_is_and_where_it_lives_stay_its_own(self):
        self.storefront.new_customers_like_id = self.consumer
        customer = self.buyer(email="two@example.com")
        self.assertEqual(
            (customer.name, customer.email, customer.street, customer.vat,
             customer.company_registry), ("Jane Doe", "two@example.com", False, False, False),
        )
        accounts = "property_account_receivable_id"
        self.assertEqual(customer[accounts], self.consumer[accounts])
        self.assertEqual(self.raw(customer, accounts), None, "what it would have anyway")

    def raw(self, partner, name):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT {name} FROM res_partner WHERE id = %s", partner.ids)
        return self.env.cr.fetchone()[0]

    def test_anybodys_number_comes_along_where_the_customer_gives_none(self):
        self.consumer.with_context(no_vat_validation=True).vat = "9999999999999"
        self.storefront.new_customers_like_id = self.consumer
        self.assertEqual(self.buyer(name="One", email="1@example.com").vat, "9999999999999")
        one, other = (self.buyer(name=name, phone=name, tax_id="n/a") for name in ("One", "Two"))
        self.assertNotEqual(one, other)
        self.assertEqual((one.vat, one.enord_tax_id), ("9999999999999", "n/a"))

    def test_a_known_customer_gets_what_is_wanted_of_all_and_keeps_its_terms(self):
        known = self.buyer(email="two@example.com")
        other = self.staff_made()
        self.storefront.new_customers_like_id = self.consumer
        self.assertEqual(self.buyer(email="two@example.com"), known)
        self.assertEqual(known.industry_id, self.taxed_as)
        self.assertFalse(known.property_payment_term_id or known.vat or other.industry_id)
        known.industry_id = own = self.taxed_as.copy({"name": "Own"})
        self.assertEqual(self.buyer(email="two@example.com").industry_id, own)

    def test_where_none_is_chosen_it_is_the_consumer_of_the_country(self):
        self.env["ir.model.data"].create({
            "module": "l10n_xx", "name": "par_cfa", "model": "res.partner",
            "res_id": self.consumer.id,
        })
        consumers = "odoo.addons.enord_sales_sync.models.customers.new_customers.CONSUMERS"
        with patch.dict(consumers, {"IN": "l10n_xx.par_cfa"}):
            self.company.account_fiscal_country_id = self.env.ref("base.in")
            self.assertEqual(self.buyer(tax_id=GSTIN).industry_id, self.taxed_as)
        with patch.dict(consumers, {"IN": "l10n_yy.not_installed"}):
            self.assertFalse(self.buyer(email="3@example.com").industry_id)
