"""What a storefront uses belongs to its company, also where it is changed later.

Odoo checks that where the storefront is saved. What went to another company afterwards would have
every order refused.
"""

from odoo import api, models
from odoo.fields import Domain


def _check_storefronts(records):
    """:raise UserError: where a storefront of another company uses one of these records"""
    storefronts = records.env["enord.storefront"].sudo()
    names = [
        name for name, field in storefronts._fields.items()
        if field.type == "many2one" and field.check_company
        and field.comodel_name == records._name
    ]
    storefronts.search(
        Domain.OR(Domain(name, "in", records.ids) for name in names)
    )._check_company(names)


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.constrains("company_id")
    def _check_enord_storefronts(self):
        _check_storefronts(self)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.constrains("company_id")
    def _check_enord_storefronts(self):
        variants = self.with_context(active_test=False).product_variant_ids
        _check_storefronts(variants.with_env(self.env))


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.constrains("company_id")
    def _check_enord_storefronts(self):
        _check_storefronts(self)


class AccountJournal(models.Model):
    _inherit = "account.journal"

    @api.constrains("company_id")
    def _check_enord_storefronts(self):
        _check_storefronts(self)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.constrains("company_id")
    def _check_enord_storefronts(self):
        _check_storefronts(self)
