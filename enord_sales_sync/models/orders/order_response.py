from odoo import models

from ...contract import events


class EnordStorefront(models.Model):
    """What a storefront is told of its order."""

    _inherit = "enord.storefront"

    def _order_response(self, sale):
        """The answer to an accepted order, whenever it is asked for. Override to add members.

        :rtype: dict
        """
        return {
            "transaction_id": sale.enord_transaction_reference,
            "status": sale._enord_status(),
            "order": {"name": sale.name, "state": sale.state},
            "invoice": self._document(sale._enord_invoices()[:1]),
            "amount_total": sale.amount_total,
            "currency": sale.currency_id.name,
            "line_items": [
                {
                    "sku": line.enord_sku,
                    "quantity": events.quantity(line.product_uom_qty),
                    "unit_price": line.enord_unit_price,
                    "reserved_quantity": events.quantity(line._enord_reserved_quantity()),
                    "delivered_quantity": events.quantity(line.qty_delivered),
                    "location_code": line.enord_warehouse_id.enord_location_code,
                }
                for line in sale.order_line.filtered("enord_sku")
            ],
        }
