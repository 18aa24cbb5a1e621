from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..outbox.webhook_event import RESYNC


class Origins(tuple):
    """A value of the context that nobody can send over RPC: pairs of a column of the outbox and
    ``((product_id, id), …)``."""


class EnordInventoryChange(models.AbstractModel):
    """What changed what is told of stock, for staff to look at: a move, or what another add-on
    collects under ``origins``, by column of the outbox: ``{product_id: id}``."""

    _inherit = "enord.inventory.change"

    def _queue_collected(self, collected):
        moves = self.env["stock.move"].browse(
            [*collected.get("touched", ()), *collected.get("moves", ())]
        ).exists()
        origins = collected.get("origins", {}) | {
            "move_id": {move.product_id.id: move.id for move in moves},
        }
        return super(EnordInventoryChange, self.with_context(enord_origins=Origins(
            (column, tuple(by_product.items())) for column, by_product in origins.items()
        )))._queue_collected(collected)

    def _queue(self, rows, priority=0, more_columns=()):
        origins = self.env.context.get("enord_origins")
        for column, by_product in origins if isinstance(origins, Origins) else ():
            if not by_product:
                continue
            product_ids, ids = map(list, zip(*by_product, strict=True))
            # what is sold as others is told because of them: then it is the last one; what is
            # sent again, for another reason
            rows = SQL(
                """
                SELECT told.*, CASE WHEN told.change_reason IS DISTINCT FROM %s
                                    THEN COALESCE(origin.id, %s) END AS %s
                  FROM (%s) AS told
             LEFT JOIN unnest(%s::int[], %s::int[]) AS origin (product_id, id)
                    ON origin.product_id = told.product_id
                """, RESYNC, ids[-1], SQL.identifier(column), rows, product_ids, ids,
            )
            more_columns = [*more_columns, column]
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
            elif document._name == "stock.move":  # a count, for example
                event.origin = document.reference or document.display_name
            elif document:
                event.origin = document.display_name
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
        if document._name == "stock.move":
            return self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_line_action") | {
                "domain": [("move_id", "=", document.id)], "context": {},
            }
        return {
            "type": "ir.actions.act_window", "res_model": document._name,
            "res_id": document.id, "views": [(False, "form")],
        }
