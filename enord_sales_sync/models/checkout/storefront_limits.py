from odoo import fields, models


class EnordStorefront(models.Model):
    """How long and how much is held during checkout."""

    _inherit = "enord.storefront"

    reservation_minutes = fields.Integer(
        "Hold for (minutes)", default=15, required=True,
        help="How long units are held for a customer who is checking out, where the storefront "
             "does not ask for another time.",
    )
    reservation_max_minutes = fields.Integer(
        "At Most (minutes)", default=60, required=True,
        help="No reservation lasts longer than this, however often it is extended.",
    )
    reservation_max_units = fields.Integer(
        "Units of a Product per Customer", default=100,
        help="A single reservation holds no more of one product, so that nobody buys the shop "
             "empty without paying. Orders are not limited. 0: no limit.",
    )
    reservation_total_units = fields.Integer(
        "Units Held at a Time", default=10000,
        help="All reservations of the storefront together hold no more units than this; further "
             "customers check out without a hold until some have ended. 0: no limit.",
    )

    _reservation_time = models.Constraint(
        "CHECK (reservation_minutes > 0 AND reservation_max_minutes >= reservation_minutes)",
        "The longest time of a reservation cannot be shorter than the usual one.",
    )
