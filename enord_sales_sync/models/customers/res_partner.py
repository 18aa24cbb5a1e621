from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront through which this customer, or this contact of an order, came.",
    )
    enord_tax_id = fields.Char(
        "Tax ID as Entered", readonly=True, copy=False, index="btree_not_null",
        help="What the customer entered in the storefront, where it is not a valid tax ID.",
    )

    _enord_vat_idx = models.Index(
        "(upper(regexp_replace(vat, '[^0-9A-Za-z]', '', 'g'))) WHERE vat IS NOT NULL"
    )
    _enord_tax_id_idx = models.Index(
        "(upper(regexp_replace(enord_tax_id, '[^0-9A-Za-z]', '', 'g')))"
        " WHERE enord_tax_id IS NOT NULL"
    )
    _enord_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _enord_name_idx = models.Index(
        r"(enord_storefront_id, lower(regexp_replace(normalize(name, NFKC), '\s+', ' ', 'g')))"
        " WHERE enord_storefront_id IS NOT NULL"
    )

    def address_get(self, adr_pref=None):
        """Where an online order went once is not where the customer's other sales go."""
        found = super().address_get(adr_pref)
        for kind, partner_id in found.items():
            contact = self.browse(partner_id)
            if contact.parent_id and contact.enord_storefront_id and contact not in self:
                usual = contact.commercial_partner_id.child_ids.filtered(
                    lambda other, kind=kind: other.type == kind and not other.enord_storefront_id
                )
                found[kind] = usual[:1].id or found["contact"]
        return found
