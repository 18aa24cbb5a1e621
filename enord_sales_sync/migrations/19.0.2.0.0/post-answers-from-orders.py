import json


def migrate(cr, version):
    """What an order is answered is made from the order now, so its lines know what was sent; the
    job of the invoices is the safety net of each order's second step, and looks every minute."""
    cr.execute(
        """
        SELECT sale_order_id, response FROM enord_api_transaction
         WHERE kind = 'order' AND sale_order_id IS NOT NULL AND response IS NOT NULL
        """
    )
    for order_id, response in cr.fetchall():
        _fill_lines(cr, order_id, json.loads(response)["line_items"])
    cr.execute("UPDATE enord_api_transaction SET response = NULL WHERE kind = 'order'")
    cr.execute(
        """
        UPDATE ir_cron SET interval_number = 1
          FROM ir_model_data data
         WHERE data.module = 'enord_sales_sync' AND data.name = 'cron_invoice'
           AND data.model = 'ir.cron' AND data.res_id = ir_cron.id
           AND interval_number = 10 AND interval_type = 'minutes'
        """
    )


def _fill_lines(cr, order_id, items):
    """
    :param list items: of the answer: one for each line, in their order
    """
    cr.execute(
        """
        SELECT line.id, product.default_code
          FROM sale_order_line line JOIN product_product product ON product.id = line.product_id
         WHERE order_id = %s AND enord_warehouse_id IS NOT NULL ORDER BY sequence, line.id
        """, [order_id],
    )
    lines = cr.fetchall()
    if len(lines) == len(items):
        of_line = {line_id: item for (line_id, _sku), item in zip(lines, items, strict=True)}
    else:  # staff have taken lines out or put some in
        by_sku = {item["sku"]: item for item in items}
        of_line = {line_id: by_sku[sku] for line_id, sku in lines if sku in by_sku}
    for line_id, item in of_line.items():
        cr.execute(
            "UPDATE sale_order_line SET enord_sku = %s, enord_unit_price = %s WHERE id = %s",
            [item["sku"], item["unit_price"], line_id],
        )
