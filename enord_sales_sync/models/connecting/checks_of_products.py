"""Products that are not published, and published ones that lack something."""

from odoo import api, models
from odoo.fields import Domain

from ..sellable.product_filter import filter_error, filter_trouble
from ..sellable.unpublished import DOUBLE_SKU, ODD_SKU
from .check import Check, close_dialog

#: Reasons for which a product is not published though somebody may have meant it to be.
SKU_REASONS = ("no_sku", ODD_SKU, DOUBLE_SKU)


class EnordCheck(models.AbstractModel):
    _inherit = "enord.check"

    @api.model
    def _checks(self, storefront):
        found = self.env["product.product"]._enord_unpublished(storefront)
        return [
            *super()._checks(storefront),
            self._check_published(storefront, found[None]),
            *(self._check_sku(reason, found[reason]) for reason in SKU_REASONS),
            *(self._check_content(storefront, found[None], code)
              for code in self._content_domains(storefront)),
        ]

    @api.model
    def _products(self, storefront, code):
        found = self.env["product.product"]._enord_unpublished(storefront)
        if code == "published":
            return found[None]
        if code in found:
            return found[code]
        return self._lacking(storefront, found[None], code)

    def _check_published(self, storefront, products):
        env = self.env
        if error := filter_error(storefront):
            return Check(
                "published", "problem", filter_trouble(storefront, error),
                env._("Mend the filter under Products. Until then the storefront goes on with what "
                      "it was told: nothing is withdrawn, and nothing new is published."),
                env._("Change It"), close_dialog(),
            )
        if not products:
            return Check(
                "published", "problem", env._("No product would be published"),
                env._("What Would Be Published says why each is left out."),
            )
        return Check(
            "published", "ok", env._("Products that would be published: %s", len(products)), "",
            env._("Show"), {"products": "published"},
        )

    def _check_sku(self, reason, products):
        env = self.env
        names = {
            "no_sku": (env._("Products without an SKU"), env._("Every product has its SKU")),
            ODD_SKU: (env._("Products with an odd SKU"), env._("No SKU is odd")),
            DOUBLE_SKU: (env._("Products whose SKU another one has"), env._("No SKU is double")),
        }
        whys = {
            "no_sku": env._("The storefront knows a product by its internal reference; without "
                            "one it is not published."),
            ODD_SKU: env._("An internal reference has 1 to 64 characters that one can see."),
            DOUBLE_SKU: env._("Of several products with one internal reference the oldest is "
                              "sold."),
        }
        fault, fine = names[reason]
        if not products:
            return Check(reason, "ok", fine)
        return Check(
            reason, "warning", f"{fault}: {len(products)}", whys[reason], env._("Show"),
            {"products": reason},
        )

    def _content_domains(self, storefront):
        """What published products may lack: ``{code: domain of those that do}``."""
        company = storefront.company_id
        images = [
            ("mimetype", "=like", "image/%"), ("enord_to_storefronts", "=", True),
            ("type", "=", "binary"), ("checksum", "!=", False),
        ]
        found = {
            "price": Domain("list_price", "=", 0),
            "picture": Domain([
                ("image_variant_1920", "=", False), ("product_tmpl_id.image_1920", "=", False),
                ("product_document_ids", "not any", images),
                ("product_tmpl_id.product_document_ids", "not any", images),
            ]),
            "tax": Domain("taxes_id", "not any", [("company_id", "in", company.parent_ids.ids)]),
        }
        if "l10n_in_hsn_code" in self.env["product.template"]._fields and (
            company.account_fiscal_country_id.code == "IN"
        ):
            found["hsn"] = Domain("product_tmpl_id.l10n_in_hsn_code", "in", (False, ""))
        return found

    def _lacking(self, storefront, products, code):
        if code == "price" and storefront.pricelist_id:
            prices = storefront.pricelist_id._get_products_price(products, 1.0)
            return products.filtered(lambda product: not prices[product.id])
        domain = self._content_domains(storefront)[code]
        # what is archived, a tax or a document, is not there
        return products.with_context(active_test=True).search(
            Domain("id", "in", products.ids) & domain
        )

    def _check_content(self, storefront, products, code):
        env = self.env
        names = {
            "price": (env._("Products at a price of 0"), env._("Every product has a price")),
            "picture": (env._("Products without a picture"), env._("Every product has a picture")),
            "tax": (env._("Products without a sales tax"), env._("Every product has a sales tax")),
            "hsn": (env._("Products without an HSN code"), env._("Every product has an HSN code")),
        }
        whys = {
            "price": env._("The storefront would give them away."),
            "picture": env._("The storefront has nothing to show of them."),
            "tax": env._("No tax is charged or invoiced for them."),
            "hsn": env._("Invoices in India name it for each line."),
        }
        fault, fine = names[code]
        lacking = self._lacking(storefront, products, code)
        if not lacking:
            return Check(code, "ok", fine)
        return Check(
            code, "warning", f"{fault}: {len(lacking)}", whys[code], env._("Show"),
            {"products": code},
        )
