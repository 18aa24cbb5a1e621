"""Past sales: one online order, delivered and invoiced by Odoo, and its copies."""

from .copies import Copies
from .orders import post


def make_past_orders(bench, storefront, shop, count):
    """Orders of customers of their own, delivered, with posted invoices."""
    bench.staff.call("enord.storefront", "write", [storefront], {"delivery_policy": "deliver"})
    post(shop, "PAST", {"name": "Past", "email": "past@example.com"})
    bench.staff.call("enord.storefront", "write", [storefront], {"delivery_policy": "reserve"})
    _copies(bench.database).make(count)


def _copies(database):
    def ids(query, *values):
        database.execute(query, values)
        return sorted(row for (row,) in database.fetchall())

    [order] = ids("SELECT id FROM sale_order WHERE enord_transaction_reference = 'PAST'")
    pickings = ids("SELECT id FROM stock_picking WHERE sale_id = %s", order)
    invoices = ids("""
        SELECT line.move_id FROM account_move_line line
          JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
          JOIN sale_order_line sold ON sold.id = rel.order_line_id
         WHERE sold.order_id = %s GROUP BY line.move_id
    """, order)
    return Copies(
        database,
        {
            "res_partner": ids("SELECT partner_id FROM sale_order WHERE id = %s", order),
            "sale_order": [order],
            "sale_order_line": ids("SELECT id FROM sale_order_line WHERE order_id = %s", order),
            "enord_api_transaction": ids(
                "SELECT id FROM enord_api_transaction WHERE sale_order_id = %s", order,
            ),
            "stock_picking": pickings,
            "stock_move": ids("SELECT id FROM stock_move WHERE picking_id = ANY(%s)", pickings),
            "stock_move_line": ids(
                "SELECT id FROM stock_move_line WHERE picking_id = ANY(%s)", pickings,
            ),
            "account_move": invoices,
            "account_move_line": ids(
                "SELECT id FROM account_move_line WHERE move_id = ANY(%s)", invoices,
            ),
        },
        {
            "res_partner": {
                "name": "'Past ' || n", "complete_name": "'Past ' || n",
                "email": "'past' || n || '@example.com'",
                "email_normalized": "'past' || n || '@example.com'",
            },
            "sale_order": {
                "name": "'PAST' || n", "client_order_ref": "'PAST-' || n",
                "enord_transaction_reference": "'PAST-' || n", "access_token": "NULL",
            },
            "enord_api_transaction": {"reference": "'PAST-' || n"},
            "stock_picking": {"name": "original.name || '-' || n"},
            "account_move": {
                "name": "original.sequence_prefix || original.sequence_number + n",
                "sequence_number": "original.sequence_number + n", "access_token": "NULL",
            },
            "account_move_line": {"move_name": "original.move_name || '-' || n"},
        },
        links=("sale_order_line_invoice_rel", "account_tax_sale_order_line_rel",
               "account_move_line_account_tax_rel"),
    )
