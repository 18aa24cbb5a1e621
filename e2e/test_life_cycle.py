"""Up, down, crashes in between, and the add-on's own installation."""

import os
import signal
import time

import pytest

from devtools import marks, odoo_process, odoo_tree, paths, stack, template
from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import Shop, wait_for
from devtools.sites import site

VAR = paths.VAR / "e2e"


@pytest.fixture(autouse=True)
def _first_the_shared_stack(connection):
    """These tests end and start it; what comes later finds it up."""
    yield
    stack.up(VAR)


def test_up_twice_and_down_twice():
    first = stack.up(VAR)
    assert stack.up(VAR) == first
    assert stack.down(VAR) is True
    assert stack.down(VAR) is False
    assert not marks.find(VAR)
    assert stack.up(VAR)["api_key"] == first["api_key"]


@pytest.mark.parametrize("service", ["supervisor", "postgres", "odoo", "storefront"])
def test_up_heals_what_a_kill_left(service, connection, make_product):
    # of its own: other tests leave the shop with another stock than Odoo's
    sku = make_product(stock=1)
    assert wait_for(lambda: Shop(connection, VAR).stock(sku), lambda stock: stock == 1)
    victims = marks.find(VAR, service)
    assert victims
    os.kill(min(victims), signal.SIGKILL)
    healed = stack.up(VAR)
    shop = Shop(healed, VAR)
    Warehouse(Staff(healed), "WH-TECH-01").receive(sku, 1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 2, seconds=30)


def test_a_change_is_told_though_the_leading_process_is_killed(connection, shop, warehouse,
                                                               make_product):
    sku = make_product(stock=1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 1)
    log = (VAR / "log" / "odoo.log").read_text()
    leader = int([line for line in log.splitlines() if " leads" in line][-1].split()[2])
    os.kill(leader, signal.SIGKILL)
    warehouse.receive(sku, 1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 2, seconds=5)


UNINSTALL = """
env["res.config.settings"].create({}).execute()  # keeps what is set nowhere else
env["ir.module.module"].search([("name", "=", "enord_sales_sync")]).button_immediate_uninstall()
"""
#: What is the add-on's own in a database.
OURS = """
    SELECT relname FROM pg_class WHERE relname LIKE '%enord%' UNION
    SELECT attname FROM pg_attribute WHERE attname LIKE 'enord%' AND NOT attisdropped UNION
    SELECT key FROM ir_config_parameter WHERE key LIKE 'enord%' UNION
    SELECT name FROM ir_model_data WHERE module LIKE 'enord%'
"""


@pytest.mark.parametrize("kind", ["base", "demo", "neighbours"])
def test_the_add_on_installs_updates_and_uninstalls_without_a_warning(kind, tmp_path):
    """Alone, with its demonstration, and with all that is added beside eCommerce and others."""
    tree = odoo_tree.ensure()
    place = site(VAR / "installation")
    place.create(template.ensure(kind, tree))
    uninstall = tmp_path / "uninstall.py"
    uninstall.write_text(UNINSTALL)
    try:
        with place.serving() as server:
            config = odoo_process.write_config(place.folder, tree, server, place.database)
            begin = odoo_process.progress.SETUP_LOG.stat().st_size
            if kind == "base":
                odoo_process.run_once(config, tree, "installing", "-i", "enord_sales_sync")
            odoo_process.run_once(config, tree, "updating", "-u", "enord_sales_sync")
            had = {name for [name] in server.execute(place.database, OURS)}
            odoo_process.run_script(config, tree, uninstall, {})
            left = server.execute(place.database, OURS)
            if kind != "base":  # beside what stays of the former demonstration
                again = ["-i", "enord_sales_sync", *(["--with-demo"] if kind == "demo" else [])]
                odoo_process.run_once(config, tree, "installing again", *again)
            installed = {name for [name] in server.execute(
                place.database, "SELECT name FROM ir_module_module WHERE state = 'installed'"
            )}
        with odoo_process.progress.SETUP_LOG.open() as log:
            log.seek(begin)
            said = log.read()
    finally:
        place.remove()
    odd = [line for line in said.splitlines() if " WARNING " in line or " ERROR " in line]
    assert not odd
    assert "enord_sales_sync" in said
    assert had and not left
    ours = {name for name in installed if name.startswith("enord_sales_sync")}
    assert ours == ({
        "base": set(), "demo": set(paths.ADDONS),
        "neighbours": {*paths.ADDONS, *paths.BESIDE_NEIGHBOURS},
    }[kind])


def test_an_unused_stack_delivers_within_the_poll_even_without_a_notification(
    connection, shop, staff, make_product
):
    """NOTIFY lost: the poll every two seconds finds the event."""
    import psycopg2

    sku = make_product(stock=1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 1)
    with psycopg2.connect(connection["postgres_dsn"]) as database, database.cursor() as cr:
        cr.execute("""
            UPDATE stock_quant SET quantity = 9 FROM product_product product
             WHERE product.id = product_id AND product.default_code = %s AND quantity = 1;
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, product_id,
                   warehouse_id, change_reason, priority, state, attempts, recorded_at,
                   next_attempt_at)
            SELECT storefront_id, event_type, key, product_id, warehouse_id, change_reason, 0,
                   'pending', 0, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM enord_webhook_event
             WHERE event_type = 'inventory.change'
               AND storefront_id = (SELECT id FROM enord_storefront WHERE webhook_url = %s)
               AND product_id = (SELECT id FROM product_product WHERE default_code = %s)
               AND warehouse_id = (SELECT id FROM stock_warehouse
                                    WHERE enord_location_code = 'WH-TECH-01')
             LIMIT 1
        """, [sku, f"{connection['storefront_url']}/webhooks/erp", sku])
    started = time.monotonic()
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 9, seconds=5)
    assert time.monotonic() - started < 5
