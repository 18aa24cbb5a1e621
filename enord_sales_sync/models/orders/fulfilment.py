import logging

from odoo import models
from odoo.exceptions import UserError

from ..stock.allocation import NotReservable, reserve

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """The units of an online order are held, and handed over at once where that is the policy."""

    _inherit = "sale.order"

    def _enord_reserve(self):
        """Hold the units; the check before has made sure that they are there."""
        # the confirmation has reserved already where the operation type says so
        reserve(self.picking_ids.move_ids)
        if self.enord_storefront_id.oversell_policy == "backorder":
            return
        lines = self.order_line.filtered("enord_warehouse_id")
        for line in lines:
            product, warehouse = line.product_id, line.enord_warehouse_id
            if product._enord_sources(warehouse, product.ids).of(product.id, warehouse.id).brought:
                continue
            if line.product_id.uom_id.compare(
                line._enord_reserved_quantity(), line.product_uom_qty
            ) < 0:
                raise NotReservable(
                    "/line_items", line.product_id, line.enord_warehouse_id,
                    sum(other._enord_reserved_quantity() for other in lines.filtered(
                        lambda other, line=line: other.product_id == line.product_id
                        and other.enord_warehouse_id == line.enord_warehouse_id
                    )),
                )

    def _enord_deliver(self):
        """Carry out what is reserved, step by step where the warehouse has several.

        What cannot be carried out (a check that a person must make) stays reserved.
        """
        try:
            with self.env.cr.savepoint():
                while ready := self.picking_ids.filtered(lambda picking: (
                    picking.state not in ("done", "cancel")
                    and any(move.quantity for move in picking.move_ids)
                )):
                    ready.move_ids.filtered("quantity").picked = True
                    ready._action_done()
        except UserError as error:
            _logger.warning("Delivery of online order %s failed: %s", self.name, error)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("The delivery could not be carried out"), note=str(error),
                user_id=self.enord_storefront_id._responsible().id,
            )
