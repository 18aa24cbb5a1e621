import logging

from markupsafe import escape
from odoo import fields, models
from odoo.exceptions import UserError

from ..stock.allocation import NotReservable, reserve
from ..storefront.responsible import mailing_later, responsible

_logger = logging.getLogger(__name__)

ACTIVITY = "enord_sales_sync.activity_delivery_problem"


class SaleOrder(models.Model):
    """The units of an online order are held, and handed over at once where that is the policy."""

    _inherit = "sale.order"

    enord_delivery_error = fields.Text(
        "Delivery Problem", readonly=True, copy=False,
        help="Why this online order could not be delivered at once.",
    )

    def _enord_reserve(self):
        """Hold the units; the check before has made sure that they are there."""
        # the confirmation has reserved already where the operation type says so
        reserve(self.picking_ids.move_ids)
        if self.enord_storefront_id.oversell_policy == "backorder":
            return
        lines = self.order_line.filtered("enord_warehouse_id")
        short = lines.filtered(lambda line: line.product_id.uom_id.compare(
            line._enord_reserved_quantity(), line.product_uom_qty
        ) < 0)
        if not short:
            return
        sources = self.env["product.product"]._enord_sources(
            short.enord_warehouse_id, short.product_id.ids
        )
        for line in short:
            product, warehouse = line.product_id, line.enord_warehouse_id
            if not sources.of(product.id, warehouse.id).brought:
                raise NotReservable(
                    "/line_items", product, warehouse,
                    sum(other._enord_reserved_quantity() for other in lines if (
                        other.product_id == product and other.enord_warehouse_id == warehouse
                    )),
                )

    def _enord_deliver(self):
        """Carry out what is reserved, step by step where the warehouse has several.

        What cannot be carried out (a check that a person must make) stays reserved.
        """
        try:
            with self.env.cr.savepoint():
                # the customer, too, is told by e-mail where the company says so
                mailing_later(self)._enord_carry_out()
        except UserError as error:
            _logger.warning("Delivery of online order %s failed: %s", self.name, error)
            self.enord_delivery_error = str(error)
            mailing_later(self).activity_schedule(
                ACTIVITY, note=escape(str(error)), user_id=responsible(self.enord_storefront_id).id,
            )

    def _enord_carry_out(self):
        while ready := self.picking_ids.filtered(lambda picking: (
            picking.state not in ("done", "cancel")
            and any(move.quantity for move in picking.move_ids)
        )):
            ready.move_ids.filtered("quantity").picked = True
            ready._action_done()

    def action_enord_deliver(self):
        """Carry out the delivery of an online order, after what stood in the way is mended."""
        orders = self.sudo()
        orders.picking_ids.with_env(self.env).check_access("write")
        for order in orders:
            order._enord_carry_out()
        orders._enord_delivery_done()

    def _enord_delivery_done(self):
        """Nothing of the delivery is in the way any more, whoever carried it out."""
        mended = self.filtered("enord_delivery_error")
        mended.activity_unlink([ACTIVITY])
        mended.enord_delivery_error = False
