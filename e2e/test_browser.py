"""A customer in a real browser, and staff in Odoo's own screens."""

import uuid

import pytest
from playwright.sync_api import expect

from .screens import assert_fits, go_to_payment, log_in


def test_a_customer_sees_stock_move_without_reloading_and_buys(
    page, connection, shop, staff, warehouse, make_product
):
    sku = make_product(price=2500.0, stock=12)
    from devtools.shop_client import wait_for

    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 12)
    page.goto(f"{connection['storefront_url']}/")
    page.get_by_role("searchbox").fill(sku)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=f"Product {sku}").click()
    stock = page.get_by_test_id("stock").first
    expect(stock).to_have_attribute("data-stock", "12")
    loads = []
    page.wait_for_load_state("load")
    page.on("load", lambda _page: loads.append(1))
    warehouse.deliver(sku, 9)
    expect(stock).to_have_attribute("data-stock", "3")
    warehouse.count(sku, 0)
    expect(stock).to_have_attribute("data-stock", "0")
    expect(page.get_by_test_id("add-to-cart")).to_be_disabled()
    warehouse.receive(sku, 4)
    expect(page.get_by_test_id("add-to-cart")).to_be_enabled()
    assert not loads, "the page was reloaded"

    page.get_by_test_id("add-to-cart").click()
    expect(page.locator(".cart-count")).to_have_text("1")
    page.goto(f"{connection['storefront_url']}/checkout")
    go_to_payment(page, "Browser Customer")
    page.get_by_test_id("place-order").click()
    expect(page.get_by_test_id("order-reference")).to_be_visible()
    name = page.get_by_test_id("order-reference").inner_text().strip()
    order = staff.one("sale.order", [("name", "=", name)], ("state", "amount_total", "invoice_ids"))
    assert (order["state"], order["amount_total"]) == ("sale", 2500.0)
    invoice = staff.one("account.move", [("id", "in", order["invoice_ids"])], ("name", "state"))
    assert invoice["state"] == "posted"
    expect(page.get_by_test_id("invoice-number")).to_contain_text(invoice["name"])
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 3)


@pytest.fixture
def customer(browser, connection):
    """Make a customer with a browser of their own; returns its page."""
    contexts = []

    def customer(path):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{connection['storefront_url']}{path}")
        return page

    yield customer
    for context in contexts:
        context.close()


def test_a_unit_held_by_one_customer_is_sold_out_for_another_until_the_hold_ends(
    customer, connection, shop, staff, warehouse, make_product
):
    sku = make_product(price=900.0, stock=1)
    from devtools.shop_client import wait_for

    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 1)
    other = customer(f"/products/{sku}")
    button = other.get_by_test_id("add-to-cart")
    expect(button).to_be_enabled()
    loads = []
    other.wait_for_load_state("load")
    other.on("load", lambda _page: loads.append(1))

    buyer = customer(f"/products/{sku}")
    buyer.get_by_test_id("add-to-cart").click()
    expect(buyer.locator(".cart-count")).to_have_text("1")
    checkout = f"{connection['storefront_url']}/checkout"
    buyer.goto(checkout)
    expect(button).to_be_enabled()  # looking holds nothing
    go_to_payment(buyer, "First Customer")
    expect(buyer.get_by_test_id("held")).to_contain_text("Held for you until")
    expect(button).to_be_disabled()
    expect(button).to_have_text("Sold out")

    # the time runs out
    [transfer] = staff.call("stock.picking", "search_read", [
        ("move_ids.product_id.default_code", "=", sku), ("state", "=", "assigned"),
    ], ["origin", "picking_type_id"])
    assert "Checkout Holds" in transfer["picking_type_id"][1]
    path = f"/api/inventory/reservations/{transfer['origin']}"
    assert shop.erp("PATCH", path, json={"expires_in_seconds": 3}).status_code == 200
    expect(button).to_be_enabled(timeout=8_000)
    assert shop.erp("GET", path).json()["status"] == "expired"

    # held anew, and given up with the cart
    buyer.goto(checkout)
    go_to_payment(buyer, "First Customer")
    expect(buyer.get_by_test_id("held")).to_be_visible()
    expect(button).to_be_disabled()
    buyer.goto(f"{connection['storefront_url']}/cart")
    buyer.get_by_role("button", name=f"Remove Product {sku}").click()
    expect(button).to_be_enabled()

    assert not loads, "the product page was reloaded"

    # bought with the hold
    button.click()
    other.goto(checkout)
    go_to_payment(other, "Second Customer")
    expect(other.get_by_test_id("held")).to_be_visible()
    other.get_by_test_id("place-order").click()
    expect(other.get_by_test_id("order-reference")).to_be_visible()
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 0)


SCREENS = [
    "action_storefront", "action_webhook_event", "action_api_call",
    "action_api_transaction", "action_online_orders",
    "action_reservation",
]


@pytest.mark.parametrize("action", SCREENS)
def test_staff_open_each_screen_of_the_add_on(
    page, connection, staff, shop, make_product, action
):
    if action == "action_reservation":
        held = {"reservation_id": uuid.uuid4().hex, "items": [
            {"sku": make_product(stock=1), "quantity": 1},
        ]}
        assert shop.erp("POST", "/api/inventory/reservations", json=held).status_code == 201
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": 1366, "height": 900})
    log_in(page, connection)
    record = staff.one(
        "ir.model.data", [("module", "=", "enord_sales_sync"), ("name", "=", action)], ("res_id",)
    )
    screen = f"{connection['odoo_url']}/odoo/action-{record['res_id']}"
    page.goto(screen)
    row = page.locator(".o_data_row").first
    expect(row).to_be_visible()
    assert_fits(page)
    row.locator(".o_data_cell").nth(1).click()
    expect(page.locator(".o_form_view")).to_be_visible()
    assert_fits(page)

    # the same on a telephone
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(screen)
    card = page.locator(".o_kanban_record:not(.o_kanban_ghost)").first
    expect(card).to_be_visible()
    assert_fits(page)
    card.click(position={"x": 10, "y": 10})
    expect(page.locator(".o_form_view")).to_be_visible()
    assert_fits(page)
    assert page.locator(".o_error_dialog").count() == 0
    assert not errors


def test_on_a_telephone_a_product_says_what_it_is_online_and_is_sent_again(
    page, connection, staff, make_product
):
    sku = make_product(stock=3)
    product = staff.one("product.template", [("default_code", "=", sku)])["id"]
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, connection)
    page.goto(f"{connection['odoo_url']}/odoo/product.template/{product}")
    page.locator(".o_button_more").click()
    page.locator("[name=action_enord_online]").click()
    card = page.locator(".o_kanban_record", has_text=sku).first
    expect(card).to_contain_text("Sellable")
    assert_fits(page)
    card.get_by_role("button", name="Send Now").click()
    expect(page.locator(".o_notification")).to_contain_text("on their way")


def test_sending_everything_again_asks_before(page, connection, staff):
    log_in(page, connection)
    storefront = staff.one("enord.storefront", [("name", "=", "Enord Web Shop")])["id"]
    page.goto(f"{connection['odoo_url']}/odoo/enord.storefront/{storefront}")
    page.get_by_role("button", name="Send Everything Again").click()
    dialog = page.locator(".modal-dialog")
    expect(dialog).to_contain_text("Products that are sent again")
    dialog.get_by_role("button", name="Send Everything Again").click()
    expect(page.locator(".o_notification")).to_contain_text("on their way")


def test_staff_of_a_renamed_database_say_with_one_click_that_it_is_the_live_one(
    page, connection, staff, outbox, receiver, database, warehouse, make_product
):
    from devtools.shop_client import wait_for
    sku = make_product(stock=5)
    key = f"{sku} WH-TECH-01"
    assert wait_for(lambda: receiver.told().get(key), lambda units: units == 5)
    database.execute(
        "UPDATE enord_storefront SET sending_database = 'before ' || sending_database"
        " WHERE name = 'Receiver' AND active RETURNING id"
    )
    [[storefront]] = database.fetchall()
    warehouse.count(sku, 4)
    assert not wait_for(lambda: receiver.told().get(key), lambda units: units == 4, seconds=4)
    log_in(page, connection)
    record = staff.one(
        "ir.model.data",
        [("module", "=", "enord_sales_sync"), ("name", "=", "action_storefront")], ("res_id",),
    )
    page.goto(f"{connection['odoo_url']}/odoo/action-{record['res_id']}/{storefront}")
    reason = page.get_by_role("alert").get_by_text("Nothing is sent.")
    expect(reason).to_be_visible()
    page.get_by_role("button", name="This Is the Live Database").click()
    expect(reason).to_be_hidden()
    assert wait_for(lambda: receiver.told().get(key), lambda units: units == 4)
