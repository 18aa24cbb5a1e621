from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestIndianLocalisation(OrdersCommon):
    """What Odoo's localisation adds; run where it is installed alone (see devtools)."""

    def test_its_code_of_a_product_is_the_tax_code(self):
        self.leaving()
        self.drone.product_tmpl_id.l10n_in_hsn_code = "8806"
        [data] = self.leaving()
        self.assertEqual(data["tax_code"], "HSN-8806")

    def test_products_without_its_code_are_said_to_staff(self):
        self.drone.product_tmpl_id.l10n_in_hsn_code = "8806"
        self.guard.product_tmpl_id.l10n_in_hsn_code = False
        [check] = [
            check for check in self.env["enord.check"]._checks(self.storefront)
            if check.code == "hsn"
        ]
        self.assertEqual(check.state, "warning")
        self.assertIn(self.guard, self.env["enord.check"]._products(self.storefront, "hsn"))
        self.assertNotIn(self.drone, self.env["enord.check"]._products(self.storefront, "hsn"))

    def test_a_malformed_tax_id_is_kept_and_shown(self):
        def buyer(reference, **customer):
            self.post(reference, customer, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)))
            return self.sale(reference).partner_id

        partner = buyer("BUYER-1", tax_id="GSTIN12345")
        self.assertEqual((partner.vat, partner.enord_tax_id), (False, "GSTIN12345"))
        self.assertEqual(buyer("BUYER-2", tax_id="gstin 12345"), partner)
