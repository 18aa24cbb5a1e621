from odoo import models

from ..contract import events


class EnordStorefront(models.Model):
    """What a storefront is told of its order."""

    _inherit = "enord.storefront"

    def _order_response(self, order, sale):
        """The answer to an accepted order. Override to add members."""
        invoice = sale.invoice_ids[:1]
        return {
            "transaction_id": order.transaction_id,
            "status": "confirmed",
            "order": {"name": sale.name, "state": sale.state},
            "invoice": {
                "name": invoice.name or None, "state": invoice.state,
                "amount_total": invoice.amount_total, "payment_state": invoice.payment_state,
            } if invoice else None,
            "amount_total": sale.amount_total,
            "currency": sale.currency_id.name,
            "line_items": [
                {
                    "sku": item.sku,
                    "quantity": events.quantity(line.product_uom_qty),
                    "unit_price": float(item.unit_price),
                    "reserved_quantity": events.quantity(line._enord_reserved_quantity()),
                    "delivered_quantity": events.quantity(line.qty_delivered),
                    "location_code": line.enord_warehouse_id.enord_location_code,
                }
                for item, line in _parts(order, sale)
            ],
        }


def _parts(order, sale):
    """Each request line with the lines that it became, one for each warehouse."""
    lines = iter(sale.order_line.filtered("enord_warehouse_id"))
    for item in order.line_items:
        units = item.quantity
        while units > 0:
            line = next(lines)
            units -= line.product_uom_qty
            yield item, line
