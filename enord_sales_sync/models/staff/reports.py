"""The storefront in Odoo's own reports."""

from odoo import fields, models
from odoo.tools import SQL


class SaleReport(models.Model):
    _inherit = "sale.report"

    enord_storefront_id = fields.Many2one("enord.storefront", "Storefront", readonly=True)

    def _select_additional_fields(self):
        return super()._select_additional_fields() | {
            "enord_storefront_id": "s.enord_storefront_id",
        }


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    enord_storefront_id = fields.Many2one("enord.storefront", "Storefront", readonly=True)

    def _select(self):
        return SQL("%s, move.enord_storefront_id AS enord_storefront_id", super()._select())
