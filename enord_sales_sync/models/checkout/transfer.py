from odoo import fields, models
from odoo.exceptions import UserError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    enord_hold_type_id = fields.Many2one(
        "stock.picking.type", "Checkout Hold Type", readonly=True, copy=False,
    )

    def _enord_hold_type(self):
        """The operation type of checkout holds, made when the first one is needed.

        It is not the one for deliveries: a picker's list shows nothing that is not sold yet.
        """
        self.ensure_one()
        if not self.enord_hold_type_id:
            self.enord_hold_type_id = self.env["stock.picking.type"].create({
                "name": self.env._("Checkout Holds"),
                "code": "outgoing",
                "sequence_code": "HOLD",
                "sequence": self.out_type_id.sequence + 1,
                "warehouse_id": self.id,
                "company_id": self.company_id.id,
                "default_location_src_id": self.lot_stock_id.id,
                "default_location_dest_id": self.env.ref("stock.stock_location_customers").id,
                # units are reserved in the request or not at all
                "reservation_method": "manual",
            })
        return self.enord_hold_type_id


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_reservation_id = fields.Many2one(
        "enord.reservation", "Checkout Reservation", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
    )
    enord_held_until = fields.Datetime(related="enord_reservation_id.expires_at")
    enord_reservation_state = fields.Selection(related="enord_reservation_id.state")

    def _action_done(self):
        if held := self.filtered("enord_reservation_id"):
            raise UserError(self.env._(
                "%(transfers)s only holds units for a customer who is checking out. The delivery "
                "comes with the order.",
                transfers=", ".join(held.mapped("name")),
            ))
        return super()._action_done()

    def action_cancel(self):
        result = super().action_cancel()
        open_reservations = self.sudo().enord_reservation_id.filtered(
            lambda reservation: not reservation.ended
        )
        if open_reservations:
            # a hold that lost one of its transfers is none
            open_reservations._end("released")
        return result
