"""Stock and past sales by the hundred thousand, made by SQL from rows that Odoo has made itself."""


def put_stock(bench, units=1000):
    """Units of every benchmark product in the first warehouse of the demonstration, once."""
    bench.database.execute("""
        INSERT INTO stock_quant (product_id, company_id, location_id, quantity, reserved_quantity,
               in_date, create_uid, create_date, write_uid, write_date)
        SELECT product.id, warehouse.company_id, warehouse.lot_stock_id, %s, product.id %% 7,
               now(), 1, now(), 1, now()
          FROM product_product product, stock_warehouse warehouse
         WHERE product.default_code LIKE 'BENCH-%%' AND warehouse.enord_location_code = 'WH-TECH-01'
           AND NOT EXISTS (SELECT FROM stock_quant WHERE product_id = product.id);
        ANALYZE stock_quant
    """, [units])
