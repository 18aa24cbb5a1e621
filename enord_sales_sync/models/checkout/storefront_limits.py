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
    reservation_share = fields.Integer(
        "Held by One Customer (%)", default=25, required=True,
        help="The most of a product that a single reservation holds, in percent of what is for "
             "sale, so that nobody keeps others from buying without paying. Up to 2 units may "
             "always be held. Orders are not limited.",
    )
    reservation_total_share = fields.Integer(
        "Held by All Customers (%)", default=50, required=True,
        help="The most of a product that all reservations together hold, in percent of what is for "
             "sale; further customers check out without a hold until some have ended. Up to 2 "
             "units may always be held.",
    )

    _reservation_time = models.Constraint(
        "CHECK (reservation_minutes > 0 AND reservation_max_minutes >= reservation_minutes)",
        "The longest time of a reservation cannot be shorter than the usual one.",
    )
    _reservation_shares = models.Constraint(
        "CHECK (reservation_share BETWEEN 1 AND reservation_total_share"
        " AND reservation_total_share <= 100)",
        "Held by one customer and by all customers: expected 1 to 100 percent, and by one no more "
        "than by all.",
    )
