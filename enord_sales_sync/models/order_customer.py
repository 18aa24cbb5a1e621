import hashlib

from odoo import models
from odoo.exceptions import ValidationError


class EnordStorefront(models.Model):
    """Who bought: one partner for each customer of a storefront."""

    _inherit = "enord.storefront"

    def _customer_number(self, customer):
        """A number to lock while looking for or creating this customer."""
        identity = f"{self.id}:{(customer.tax_id or customer.name).casefold()}"
        return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big", signed=True)

    def _customer(self, customer):
        """Find the customer by tax id, then by exact name within this storefront, or create it.

        A tax id that Odoo's validation refuses never refuses a paid order: it is kept beside.
        """
        Partner = self.env["res.partner"].with_context(
            no_vat_validation=False, mail_create_nolog=True, tracking_disable=True,
        )
        companies = ("company_id", "in", [False, self.company_id.id])
        if customer.tax_id:
            found = Partner.search(
                [companies, ("parent_id", "=", False), "|", ("vat", "=", customer.tax_id),
                 "&", ("enord_tax_id", "=", customer.tax_id),
                 ("enord_storefront_id", "=", self.id)],
                order="id", limit=1,
            )
            if found:
                return found
        else:
            found = Partner.search(
                [companies, ("enord_storefront_id", "=", self.id), ("name", "=", customer.name),
                 ("vat", "=", False), ("enord_tax_id", "=", False)],
                order="id", limit=1,
            )
            if found:
                return found
        values = {
            "name": customer.name,
            "company_id": self.company_id.id,
            "country_id": self.company_id.country_id.id,
            "enord_storefront_id": self.id,
        }
        if customer.tax_id:
            try:
                with self.env.cr.savepoint():
                    return Partner.create({**values, "vat": customer.tax_id})
            except ValidationError:
                values["enord_tax_id"] = customer.tax_id
        return Partner.create(values)
