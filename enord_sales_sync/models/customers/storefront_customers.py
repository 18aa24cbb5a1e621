from odoo import fields, models


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    own_customers_only = fields.Boolean(
        "Only Its Own Customers", tracking=True,
        help="Orders are booked on customers that came through this storefront, or on new ones. "
             "Otherwise whoever gives the valid tax ID of a customer of the company buys on that "
             "customer's account; the order says so the first time.",
    )
