"""What is shown can be ordered, and nothing else, whatever a storefront's filter looks at."""

from odoo import Command
from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestShownAndSold(OrdersCommon):
    def shown(self):
        """``{sku: variant}`` of the catalogue, which events and the snapshot agree with."""
        page = self.call("GET", "/api/catalog/products").json()
        variants = {variant["sku"]: variant for product in page["products"]
                    for variant in product["variants"]}
        self.assertEqual(self.snapshot().keys(), variants.keys())
        for product in self.drone | self.guard:
            data = self.catalog_data(product.product_tmpl_id)
            self.assertEqual(data["is_active"], product.enord_sku in variants)
        return variants

    def assertSold(self, sku, is_sold):
        self.assertEqual(sku in self.shown(), is_sold)
        lines = {"line_items": self.lines((sku, 1, 500.0)), "total_amount": 500.0,
                 "shipping_charge": 0}
        if is_sold:
            self.post(f"ORD-{sku}-{self.env['sale.order'].search_count([])}", **lines)
        else:
            self.refused(422, "unknown_sku", "/line_items/0/sku", "ORD-NOT", **lines)
        [one] = self.call("GET", f"/api/inventory/availability?sku={sku}").json()
        self.assertEqual("unknown" not in one, is_sold)

    def test_a_filter_on_what_was_archived_since(self):
        tax = self.env["account.tax"].create({"name": "Web Tax", "amount": 0.0})
        route = self.env["stock.route"].create({"name": "Web", "product_selectable": True})
        self.guard.write({
            "taxes_id": [Command.set(tax.ids)], "route_ids": [Command.link(route.id)],
        })
        for domain, record in (
            ("[('taxes_id.name', '=', 'Web Tax')]", tax),
            ("[('route_ids.name', '=', 'Web')]", route),
        ):
            self.storefront.product_domain = domain
            self.assertSold("PROP-GUARD-X1", True)
            record.active = False
            self.assertSold("PROP-GUARD-X1", False)
            self.storefront.product_domain = f"['!', {domain[1:]}"
            self.assertSold("PROP-GUARD-X1", True)

    def test_a_filter_on_variants_of_which_one_was_archived(self):
        attribute = self.env["product.attribute"].create({
            "name": "Colour", "value_ids": [Command.create({"name": name}) for name in "rg"],
        })
        template = self.env["product.template"].create({
            "name": "Kite", "is_storable": True, "taxes_id": [Command.clear()],
            "attribute_line_ids": [Command.create({
                "attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)],
            })],
        })
        one, other = template.product_variant_ids
        one.default_code, other.default_code = "KITE-1", "KITE-2"
        self._put(one, self.warehouse, 5)
        self.storefront.product_domain = (
            "[('product_tmpl_id.product_variant_ids.default_code', '=', 'KITE-2')]"
        )
        self.assertSold("KITE-1", True)
        other.active = False
        self.assertSold("KITE-1", False)

    def test_a_filter_on_names_in_the_storefronts_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.guard.with_context(lang="de_DE").name = "Schutz"
        self.company.partner_id.lang = "de_DE"
        self.storefront.product_domain = "[('name', '=', 'Schutz')]"
        self.assertSold("PROP-GUARD-X1", True)
        self.storefront.product_domain = "[('name', '=', 'PROP-GUARD-X1')]"
        self.assertSold("PROP-GUARD-X1", False)

    def test_archived_taxes_are_in_no_price(self):
        tax, gone = self.env["account.tax"].create([
            {"name": name, "amount": 10.0, "price_include_override": "tax_excluded"}
            for name in ("Ten", "Gone")
        ])
        self.guard.taxes_id = tax | gone
        self.storefront.price_policy = "tax_included"
        self.assertEqual(self.shown()["PROP-GUARD-X1"]["selling_price"], 600.0)
        gone.active = False
        self.assertEqual(self.shown()["PROP-GUARD-X1"]["selling_price"], 550.0)
        told = [data for data in self.leaving() if data.get("group_name") == "PROP-GUARD-X1"]
        self.assertEqual(told[-1]["variants"][0]["selling_price"], 550.0)
        self.post("ORD-1", line_items=self.lines(("PROP-GUARD-X1", 1, 550.0)),
                  total_amount=550.0, shipping_charge=0)
        self.assertEqual(self.sale("ORD-1").amount_untaxed, 500.0)
