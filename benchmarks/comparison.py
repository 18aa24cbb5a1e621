"""What the rolling comparison of 10,000 products costs, as a share of one core, on average."""

from .stock import put_stock

PRODUCTS = 10_000
HOUR = 3600
SHARE = 0.02


def run(bench, products=PRODUCTS):
    url = bench.receiver()
    storefront = bench.storefront("Compared", url)
    bench.only(storefront)
    bench.products(products)
    put_stock(bench)
    bench.staff.call("enord.storefront", "action_resync", [storefront])
    bench.settle(storefront, 600)
    # the server's own job keeps out of it, and the processor time counted is the round's alone
    bench.database.execute("""
        UPDATE ir_cron SET active = FALSE FROM ir_model_data data
         WHERE data.module = 'enord_sales_sync' AND data.name = 'cron_compare'
           AND data.res_id = ir_cron.id
    """)
    round_ = bench.in_shell("comparison_in_shell.py", storefront=storefront)
    if round_["compared"] < products or round_["queued"]:
        raise AssertionError(f"not a round in which nothing differs: {round_}")
    seconds = round_["python"] + round_["postgres"]
    bench.figure(
        f"comparing {round_['compared']:,} products and their stock in an hour",
        f"{round_['python']:.1f} s of Odoo and {round_['postgres']:.1f} s of PostgreSQL:"
        f" {seconds / HOUR:.2%} of a core", f"< {SHARE:.0%}", seconds / HOUR < SHARE,
    )
