"""Stock and catalogue out, orders and adjustments in: over real processes and HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import paths, scenario
from devtools.shop_client import wait_for

EXAMPLES = paths.REPOSITORY / "enord_sales_sync" / "contract" / "examples"
LATEST_SECONDS = 5


def shown(shop, sku, stock):
    """Whether the shop shows this much of the SKU in time."""
    return wait_for(lambda: shop.stock(sku), lambda found: found == stock, LATEST_SECONDS)


def test_the_scenario_of_make_run_is_good(connection, monkeypatch, capsys):
    monkeypatch.setattr(scenario, "Shop", lambda connection: _shop(connection))
    assert scenario.main(connection) == 0, capsys.readouterr().out


def _shop(connection):
    from devtools.shop_client import Shop

    return Shop(connection, paths.VAR / "e2e")


def test_a_new_product_and_each_change_of_its_stock_reach_the_shop(shop, warehouse, make_product):
    sku = make_product(stock=4)
    assert shown(shop, sku, 4)
    warehouse.receive(sku, 3)
    assert shown(shop, sku, 7)
    warehouse.deliver(sku, 2)
    assert shown(shop, sku, 5)
    warehouse.count(sku, 0)
    assert shown(shop, sku, 0) is not None


def test_a_changed_price_reaches_the_shop_and_a_withdrawn_product_leaves_it(
    shop, staff, make_product
):
    sku = make_product(price=1000.0, stock=1)
    assert shown(shop, sku, 1)
    template = staff.one("product.template", [("default_code", "=", sku)])["id"]
    staff.call("product.template", "write", [template], {"list_price": 1234.5})
    assert wait_for(lambda: shop.products()[sku]["price"], lambda price: price == 1234.5)
    staff.call("product.template", "write", [template], {"enord_published": False})
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock is None)


def test_the_specifications_requests_are_accepted_as_they_stand(shop, staff):
    # the demonstration data holds the specification's products
    for path, name in (("/api/sales/orders", "sales-order"),):
        answer = shop.erp("POST", path, data=(EXAMPLES / f"{name}.json").read_bytes(),
                          headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 201), answer.text
    assert answer.json()["amount_total"] == 46000.0
    assert _taxes(staff, answer.json()["invoice"]["name"]) == {"CGST", "SGST/UTGST"}
    adjustment = json.loads((EXAMPLES / "inventory-adjust.json").read_text())
    refused = shop.erp("POST", "/api/inventory/adjust", json=adjustment)
    assert refused.status_code == 409, "the order has taken these units already"
    adjustment["reference_id"] = "ORD-WEB-2024-1000"
    assert shop.erp("POST", "/api/inventory/adjust", json=adjustment).status_code in (200, 201)


def test_goods_for_another_state_bear_the_tax_between_states(shop, staff):
    order = json.loads((EXAMPLES / "sales-order.json").read_text())
    order["transaction_id"] = "ORD-WEB-2024-DELHI"
    order["customer_details"]["shipping_address"] = {"city": "New Delhi", "state": "DL"}
    answer = shop.erp("POST", "/api/sales/orders", json=order)
    assert answer.status_code in (200, 201), answer.text
    assert answer.json()["amount_total"] == 46000.0
    assert _taxes(staff, answer.json()["invoice"]["name"]) == {"IGST"}


def _taxes(staff, invoice):
    """Names of the groups of taxes on an invoice."""
    lines = staff.search_read(
        "account.move.line", [("move_name", "=", invoice), ("tax_group_id", "!=", False)],
        ["tax_group_id"],
    )
    return {line["tax_group_id"][1] for line in lines}


def test_the_last_units_are_sold_once(shop, make_product):
    sku = make_product(stock=5)
    assert shown(shop, sku, 5)

    def buy(number):
        answer = shop.erp("POST", "/api/sales/orders", json={
            "transaction_id": f"{sku}-{number}",
            "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": f"Buyer {number}"},
            "line_items": [{"sku": sku, "quantity": 1, "unit_price": 1000.0}],
        })
        return answer.status_code

    with ThreadPoolExecutor(8) as buyers:
        answers = sorted(buyers.map(buy, range(16)))
    assert answers == [201] * 5 + [409] * 11
    assert shown(shop, sku, 0) is not None


@pytest.mark.parametrize(("share", "units"), [(50, 5), (100, 10)])
def test_units_are_held_once_and_sold_to_those_who_hold_them(
    share, units, shop, staff, request, make_product
):
    """Of twenty at the same moment so many hold one as all together may."""
    [storefront] = staff.call("enord.storefront", "search", [])
    [former] = staff.call("enord.storefront", "read", [storefront], ["reservation_total_share"])
    request.addfinalizer(lambda: staff.call("enord.storefront", "write", [storefront], {
        "reservation_total_share": former["reservation_total_share"],
    }))
    staff.call("enord.storefront", "write", [storefront], {"reservation_total_share": share})
    sku = make_product(stock=10)
    assert shown(shop, sku, 10)
    prefix = sku.rpartition("-")[2]

    def hold(number):
        return shop.erp("POST", "/api/inventory/reservations", json={
            "reservation_id": f"{prefix}-{number}", "items": [{"sku": sku, "quantity": 1}],
        }).status_code

    def order(number, **reservation):
        return shop.erp("POST", "/api/sales/orders", json={
            "transaction_id": f"{prefix}-O{number}", "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": f"Customer {number}"},
            "line_items": [{"sku": sku, "quantity": 1, "unit_price": 10.0}], **reservation,
        }).status_code

    with ThreadPoolExecutor(20) as pool:
        held = list(pool.map(hold, range(20)))
        assert sorted(held) == [201] * units + [409] * (20 - units)
        holders = [number for number, status in enumerate(held) if status == 201]
        buyers = [
            pool.submit(order, number, reservation_id=f"{prefix}-{number}") for number in holders
        ]
        strangers = [pool.submit(order, 100 + number) for number in range(10)]
        assert [buyer.result() for buyer in buyers] == [201] * units
        assert sorted(stranger.result() for stranger in strangers) == (
            [201] * (10 - units) + [409] * units
        )
    assert shown(shop, sku, 0) is not None


def test_drift_in_the_shop_is_found_and_mended(shop, make_product, connection):
    import sqlite3

    sku = make_product(stock=6)
    assert shown(shop, sku, 6)
    with sqlite3.connect(paths.VAR / "e2e" / "storefront.sqlite", timeout=10) as db:
        changed = db.execute("UPDATE stock SET quantity = 60 WHERE sku = ?", (sku,)).rowcount
    assert changed
    assert shop.reconcile("--dry-run").returncode == 1
    assert shop.reconcile().returncode == 1
    assert shop.stock(sku) == 6
    assert shop.reconcile("--dry-run").returncode == 0


def test_pictures_open_without_a_login(shop):
    import requests

    drones = {sku: product for sku, product in shop.products().items() if not sku.startswith("E2E")}
    images = [image for product in drones.values() for image in product["images"]]
    assert len(images) >= len(drones) > 20
    for image in set(images):
        answer = requests.get(image, timeout=10)
        assert answer.status_code == 200, image
        assert answer.headers["Content-Type"].startswith("image/"), image


def test_odoo_logged_neither_warning_nor_error(connection):
    log = (paths.VAR / "e2e" / "log" / "odoo.log").read_text()
    odd = [line for line in log.splitlines() if " WARNING " in line or " ERROR " in line]
    assert not odd
