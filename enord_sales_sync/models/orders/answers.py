"""What a storefront is told of its order."""

from ...contract import events


def order_answer(sale):
    """An order as it is, to whoever sends it, the first time or again."""
    return sale._enord_extend_answer({
        "transaction_id": sale.enord_transaction_reference,
        "status": sale._enord_status(),
        "order": {"name": sale.name, "state": sale.state},
        "invoice": _document(sale._enord_invoices()[:1]),
        "amount_total": sale.amount_total,
        "currency": sale.currency_id.name,
        "line_items": _lines(sale),
        "notices": sale._enord_told_notices(),
    })


def order_status(sale):
    """``GET /api/sales/orders/{transaction_id}``: what has become of an order."""
    credit_notes = sale._enord_credit_notes().sorted("id")
    return sale._enord_extend_status({
        "transaction_id": sale.enord_transaction_reference,
        "status": sale._enord_status(),
        "order": {"name": sale.name, "state": sale.state},
        "invoice": _document(sale._enord_invoices()[:1]),
        "credit_note": _document(credit_notes[-1:]),
        "credit_notes": [_document(move) for move in credit_notes],
        "amount_total": sale.amount_total,
        "currency": sale.currency_id.name,
        "line_items": _lines(sale),
        "deliveries": [_delivery(picking) for picking in sale._enord_deliveries().sorted("id")],
        "cancellable": sale._enord_is_cancellable(),
        "notices": sale._enord_told_notices(),
    })


def _lines(sale):
    return [
        {
            "sku": line.enord_sku,
            "quantity": events.quantity(line.product_uom_qty),
            "unit_price": line.enord_unit_price,
            "reserved_quantity": events.quantity(line._enord_reserved_quantity()),
            "delivered_quantity": events.quantity(line.qty_delivered),
            "location_code": line.enord_warehouse_id.enord_location_code,
        }
        for line in sale.order_line.filtered("enord_sku")
    ]


def _document(move):
    return {
        "name": move.name or None, "state": move.state,
        "amount_total": move.amount_total,
        "payment_state": move.payment_state,
    } if move else None


def _delivery(picking):
    carriers = "carrier_tracking_ref" in picking._fields
    return {
        "name": picking.name,
        "state": picking.state,
        "location_code": picking.picking_type_id.warehouse_id.enord_location_code or None,
        "tracking_reference": carriers and picking.carrier_tracking_ref or None,
        "delivered_at": events.timestamp(picking.date_done) if picking.date_done else None,
    }
