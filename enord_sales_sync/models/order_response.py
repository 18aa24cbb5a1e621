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
                "name": invoice.name, "state": invoice.state, "amount_total": invoice.amount_total,
            } if invoice else None,
            "amount_total": sale.amount_total,
            "currency": sale.currency_id.name,
            "line_items": [
                {
                    "sku": line.product_id.default_code,
                    "quantity": events.quantity(line.product_uom_qty),
                    "unit_price": line.price_unit,
                    "reserved_quantity": events.quantity(line._enord_reserved_quantity()),
                    "location_code": line.enord_warehouse_id.enord_location_code,
                }
                for line in sale.order_line
            ],
        }
