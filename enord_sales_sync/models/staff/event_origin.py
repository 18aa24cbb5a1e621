from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class EnordInventoryChange(models.AbstractModel):
    """Which move changed what is told of stock, for staff to look at."""

    _inherit = "enord.inventory.change"

    def _queue_collected(self, collected):
        moves = self.env["stock.move"].browse(
            [*collected.get("touched", ()), *collected.get("moves", ())]
        ).exists()
        by_product = tuple({move.product_id.id: move.id for move in moves}.items())
        return super(
            EnordInventoryChange, self.with_context(enord_moves=by_product)
        )._queue_collected(collected)

    def _queue(self, rows, priority=0, more_columns=()):
        by_product = self.env.context.get("enord_moves")
        if by_product:
            product_ids, move_ids = map(list, zip(*by_product, strict=True))
            # what is sold as others is told because of them: then it is the last move
            rows = SQL(
                """
                SELECT told.*, COALESCE(moved.move_id, %s) AS move_id
                  FROM (%s) AS told
             LEFT JOIN unnest(%s::int[], %s::int[]) AS moved (product_id, move_id)
                    ON moved.product_id = told.product_id
                """, move_ids[-1], rows, product_ids, move_ids,
            )
            more_columns = [*more_columns, "move_id"]
        return super()._queue(rows, priority, more_columns)

    def _touched(self, move_ids):
        """Remember moves whose reservation changes, the latest last."""
        self._collected().setdefault("touched", {}).update(dict.fromkeys(move_ids))


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _enord_tell_reason(self):
        self.env["enord.inventory.change"]._touched(self.move_id.ids)
        return super()._enord_tell_reason()

    def unlink(self):
        self.env["enord.inventory.change"]._touched(self.move_id.ids)
        return super().unlink()


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    move_id = fields.Many2one(
        "stock.move", readonly=True, index="btree_not_null", ondelete="set null",
    )
    origin = fields.Char(
        compute="_compute_origin", compute_sudo=True,
        help="The order, transfer or count that changed the stock.",
    )

    def _compute_origin(self):
        for event in self:
            document = event._origin_document()
            number = document._name == "sale.order" and document.enord_transaction_reference
            if number:
                event.origin = f"{number} ({document.name})"
            elif document:
                event.origin = document.display_name or event.move_id.reference
            else:
                event.origin = False

    def _origin_document(self):
        """The order, or else the transfer, or else the move itself."""
        move = self.move_id
        return move.sale_line_id.order_id or move.picking_id or move

    def action_open_origin(self):
        """Open what changed the stock."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo()._origin_document().with_env(self.env)
        if not document:
            raise UserError(self.env._("What changed the stock is not known (any more)."))
        document.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": document._name,
            "res_id": document.id, "views": [(False, "form")],
        }
