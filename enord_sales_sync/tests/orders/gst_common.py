from decimal import Decimal

HOME, AWAY = "KA", "DL"
RATES = (5, 18, 40)


class GstCommon:
    """GST as India has it: CGST and SGST within the state, IGST to other states; and a product of
    each rate, one without taxes, and one with a second tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        state = cls.env["res.country.state"].search(
            [("country_id.code", "=", "IN"), ("code", "=", HOME)]
        )
        # as in the settings: l10n_in then has fiscal positions by state, and GST taxes
        cls.company.write({"country_id": state.country_id.id, "state_id": state.id})
        cls.company.l10n_in_is_gst_registered = True
        cls.gst = {rate: cls.chart_tax(f"sgst_sale_{rate}") for rate in RATES}
        cls.green_levy = cls.env["account.tax"].create({
            "name": "Green Levy", "amount": 1.25, "type_tax_use": "sale",
            "is_base_affected": False,
        })
        cls.storefront.shipping_product_id.taxes_id = cls.gst[18]
        cls.taxed = {
            f"GST-{rate}": cls._make_product(
                f"GST-{rate}", 100.0, (10**6,), taxes_id=[(6, 0, tax.ids)],
            )
            for rate, tax in cls.gst.items()
        }
        cls.taxed["NO-TAX"] = cls._make_product("NO-TAX", 100.0, (10**6,))
        cls.taxed["TWO-TAXES"] = cls._make_product(
            "TWO-TAXES", 100.0, (10**6,), taxes_id=[(6, 0, (cls.gst[18] | cls.green_levy).ids)],
        )
        cls.rates = {
            **{f"GST-{rate}": rate for rate in RATES}, "NO-TAX": 0, "TWO-TAXES": Decimal("19.25"),
        }

    @classmethod
    def _make_product(cls, sku, price, stock=(0, 0), **values):
        return super()._make_product(sku, price, (*stock, 0)[:2], **values)

    @classmethod
    def chart_tax(cls, name):
        return cls.env["account.chart.template"].ref(name)

    def configure(self, policy, included):
        """Prices of the storefront, and the taxes' own configuration."""
        self.storefront.price_policy = policy
        taxes = self.env["account.tax"].search([("company_id", "=", self.company.id)])
        taxes.price_include_override = "tax_included" if included else "tax_excluded"
