from unittest.mock import patch

from odoo.tests import tagged

from ...models.orders import online_order
from .customers_common import CustomersCommon

BERLIN = {"street": "1 Hauptstr.", "city": "Berlin", "zip": "10115", "country": "DE"}
CHECK = "odoo.addons.base_vat.models.res_partner.check_vies"


@tagged("post_install", "-at_install")
class TestVies(CustomersCommon):
    """A server of the European Union says whether a tax id is valid, as slowly as it likes: nobody
    waits for a product meanwhile. Run where Odoo checks tax ids (see devtools)."""

    def setUp(self):
        super().setUp()
        self.company.vat_check_vies = True
        self.asked, self.locked = [], False
        in_locked_transaction = online_order.in_locked_transaction

        def locking(*args, **kwargs):
            self.locked = True
            try:
                return in_locked_transaction(*args, **kwargs)
            finally:
                self.locked = False

        def check_vies(vat, timeout):
            self.asked.append((vat, self.locked))
            return {"valid": True}

        self.enterContext(patch.object(online_order, "in_locked_transaction", locking))
        self.enterContext(patch(CHECK, check_vies))

    def test_it_is_asked_before_the_products_are_locked_and_once(self):
        sale = self.bought(tax_id="DE136695976", billing_address=BERLIN)
        self.assertEqual(self.asked, [("DE136695976", False)])
        self.assertTrue(sale.partner_id.vies_valid)

    def test_a_known_customer_is_not_asked_about(self):
        first = self.bought(tax_id="DE136695976", billing_address=BERLIN).partner_id
        self.asked.clear()
        again = self.bought(tax_id="DE 136 695 976", billing_address=BERLIN)
        self.assertEqual(again.partner_id, first)
        self.assertEqual(self.asked, [])

    def test_one_who_gives_a_tax_id_later_is_asked_about_before_too(self):
        jane = {"email": "jane@example.com", "billing_address": BERLIN}
        first = self.bought(**jane).partner_id
        self.assertEqual(self.asked, [])
        again = self.bought(tax_id="DE136695976", **jane)
        self.assertEqual((again.partner_id, first.vat), (first, "DE136695976"))
        self.assertEqual(self.asked, [("DE136695976", False)])
        self.assertTrue(first.vies_valid)

    def test_where_no_company_has_it_asked_nobody_is(self):
        self.company.vat_check_vies = False
        sale = self.bought(tax_id="DE136695976", billing_address=BERLIN)
        self.assertEqual((self.asked, sale.partner_id.vies_valid), ([], False))
