from odoo import api, fields, models
from odoo.exceptions import UserError

#: Value of the context key ``enord_ends_holds`` where this add-on, or Odoo of itself, changes the
#: transfer of a hold. An object, which nobody can send over RPC.
MAY_CHANGE_HOLDS = object()


class StockPickingType(models.Model):
    """A kind of operation of its own: what is not sold yet stands in no list of deliveries or
    internal transfers."""

    _inherit = "stock.picking.type"

    code = fields.Selection(
        selection_add=[("enord_hold", "Checkout Hold")],
        ondelete={"enord_hold": lambda types: types.write({"code": "internal", "active": False})},
    )


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    enord_hold_type_id = fields.Many2one(
        "stock.picking.type", "Checkout Hold Type", readonly=True, copy=False,
    )

    def _enord_hold_type(self):
        """The operation type of checkout holds, made when the first one is needed."""
        self.ensure_one()
        stock, held = self.lot_stock_id, self.enord_hold_type_id
        if not held:
            held = self.enord_hold_type_id = self.env["stock.picking.type"].create({
                "name": self.env._("Checkout Holds"),
                "code": "enord_hold",
                "sequence_code": "HOLD",
                "sequence": self.out_type_id.sequence + 1,
                "warehouse_id": self.id,
                "company_id": self.company_id.id,
                "default_location_src_id": stock.id,
                "default_location_dest_id": stock._enord_hold_location().id,
                # units are reserved in the request or not at all
                "reservation_method": "manual",
                "print_label": False,
            })
        elif held.code != "enord_hold" or held.default_location_src_id != stock:
            # of version 19.0.1, where holds were deliveries; or the stock lies elsewhere since
            held.write({
                "code": "enord_hold",
                "default_location_src_id": stock.id,
                "default_location_dest_id": stock._enord_hold_location().id,
            })
        return held


class StockLocation(models.Model):
    _inherit = "stock.location"

    enord_holds = fields.Boolean("Online Holds", readonly=True, copy=False)

    def _enord_hold_location(self):
        """Where holds of what lies here go: inside of it, and nothing ever arrives. Made when it
        is needed.

        A move between the two is no demand. Odoo's forecast of this location, and of whatever it
        lies in, stays as it is, and no rule buys or makes anything for a customer who only looks.
        """
        self.ensure_one()
        return self.with_context(active_test=False).search(
            [("enord_holds", "=", True), ("location_id", "=", self.id)], order="id", limit=1,
        ) or self.create({
            "name": self.env._("Online Holds"),
            "usage": "internal",
            "location_id": self.id,
            "company_id": self.company_id.id,
            "enord_holds": True,
        })


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_reservation_id = fields.Many2one(
        "enord.reservation", "Checkout Reservation", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
    )
    enord_held_until = fields.Datetime(related="enord_reservation_id.expires_at")
    enord_reservation_state = fields.Selection(related="enord_reservation_id.state")

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        pickings._enord_check_not_held()
        return pickings

    def write(self, vals):
        self._enord_check_not_held()
        result = super().write(vals)
        if "enord_reservation_id" in vals:
            self._enord_check_not_held()
        return result

    def unlink(self):
        self._enord_check_not_held(operation="unlink")
        return super().unlink()

    def action_enord_release(self):
        return self.enord_reservation_id.action_release()

    def _enord_check_not_held(self, changed=None, operation="write"):
        """Past the reservation nobody changes what is held for it.

        :param changed: what of these transfers is changed, by default themselves
        :raise odoo.exceptions.AccessError: where the user may not change it anyhow, who is told
            nothing of the customer
        :raise odoo.exceptions.UserError: where a customer's units are held here
        """
        if self.env.context.get("enord_ends_holds") is MAY_CHANGE_HOLDS:
            return
        if held := self.sudo().enord_reservation_id.filtered(lambda one: not one.ended):
            (self if changed is None else changed).check_access(operation)
            raise UserError(self.env._(
                "%(transfers)s holds units for a customer who is checking out (reservation "
                "%(reservations)s). Release the reservation to have them free.",
                transfers=", ".join(held.picking_ids.mapped("name")),
                reservations=", ".join(held.mapped("reference")),
            ))


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves.picking_id._enord_check_not_held(moves)
        return moves

    def write(self, vals):
        self.picking_id._enord_check_not_held(self)
        result = super().write(vals)
        if "picking_id" in vals:
            self.picking_id._enord_check_not_held(self)
        return result

    def unlink(self):
        self.picking_id._enord_check_not_held(self, "unlink")
        return super().unlink()

    def _action_assign(self, *args, **kwargs):
        # a hold gets back what it has lost
        return super(StockMove, self.with_context(enord_ends_holds=MAY_CHANGE_HOLDS))\
            ._action_assign(*args, **kwargs)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._enord_check_not_held()
        return lines

    def write(self, vals):
        self._enord_check_not_held()
        result = super().write(vals)
        if not {"picking_id", "move_id"}.isdisjoint(vals):
            self._enord_check_not_held()
        return result

    def unlink(self):
        self._enord_check_not_held("unlink")
        return super().unlink()

    def _free_reservation(self, *args, **kwargs):
        # what was moved or counted is not there any more, whoever it was held for
        return super(StockMoveLine, self.with_context(enord_ends_holds=MAY_CHANGE_HOLDS))\
            ._free_reservation(*args, **kwargs)

    def _enord_check_not_held(self, operation="write"):
        (self.picking_id | self.move_id.picking_id)._enord_check_not_held(self, operation)
