"""Staff at their work, each with their own rights: from what they see to where they mend it."""

import uuid

import pytest
from playwright.sync_api import expect

from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import wait_for

from .conftest import serving_receiver
from .screens import choose, search
from .walkers import HarbourShop, Walkers


@pytest.fixture(scope="module")
def staff(connection):
    """The administrator, who has prepared what staff find."""
    return Staff(connection)


@pytest.fixture(scope="module")
def walkers(browser, connection, staff):
    walkers = Walkers(browser, connection, staff)
    yield walkers
    walkers.close()


@pytest.fixture
def desk(walkers):
    """The window of a person; nothing on it goes wrong unseen."""
    yield walkers
    walkers.check()


@pytest.fixture(scope="module")
def harbour(connection, staff, walkers):
    with serving_receiver() as receiver:
        shop = HarbourShop(connection, staff, receiver, walkers.users)
        yield shop
        shop.close()


def row(page, text):
    return page.locator("tr.o_data_row", has_text=text)


def test_who_misses_a_product_online_reads_why_and_mends_it(
    desk, staff, harbour, make_product
):
    sku = make_product(stock=4)
    [template] = staff.call("product.template", "search", [("default_code", "=", sku)])
    staff.call("product.template", "write", [template], {"default_code": False})
    page = desk("salesperson")
    _read_why_it_is_not_online(page, "Sales", sku)
    expect(page.get_by_role("button", name="Send Now")).to_have_count(0)

    page = desk("operations manager")
    _read_why_it_is_not_online(page, "Inventory", sku)
    page.go_back()
    page.get_by_label("Reference").first.fill(sku)
    page.locator(".o_form_button_save").click()
    page.get_by_role("button", name="Online In Storefronts").click()
    assert wait_for(lambda: harbour.told(sku), lambda units: units == 4)
    here = row(page, "Harbour Shop").first
    here.get_by_role("button", name="Send Now").click()
    harbour.settle()
    page.go_back()
    page.get_by_role("button", name="Online In Storefronts").click()
    expect(row(page, "Harbour Shop").filter(has_text="In Step").first).to_be_visible()


def _read_why_it_is_not_online(page, app, sku):
    """From the products of an app to why a product without a SKU is missing in the shop."""
    choose(page, app, "Products", "Products")
    search(page, "Products", f"Product {sku}")
    page.locator(".o_kanban_record", has_text=sku).first.click()
    page.get_by_role("button", name="No SKU In Storefronts").click()
    expect(row(page, "Harbour Shop").first).to_contain_text("It has no internal reference (SKU)")


def test_an_order_is_found_by_the_number_of_the_shop_and_a_refused_one_with_its_reason(
    desk, harbour, make_product
):
    sku = make_product(price=900.0, stock=2)
    number, answer = harbour.order(sku)
    assert answer.status_code == 201, answer.text
    page = desk("salesperson")
    choose(page, "Online Sales", "Orders")
    search(page, "Online Orders", number)
    row(page, number).locator("[name=partner_id]").click()
    expect(page.locator(".o_form_view")).to_contain_text(f"Online order {number}")

    refused, answer = harbour.order(sku, quantity=9)
    assert answer.status_code == 409, answer.text
    page = desk("operations manager")
    choose(page, "Online Sales", "Orders")
    search(page, "Online Orders", refused)
    expect(row(page, "WEB-")).to_have_count(0)
    page.get_by_role("button", name="Refused Orders").click()
    search(page, "Refused Orders", refused)
    line = row(page, refused)
    expect(line).to_contain_text(f"{sku}: 9 wanted, 1 possible")
    line.locator("[name=reason]").click()
    reason = page.locator(".o_form_view [name=reason]")
    expect(reason).to_contain_text(f"Not enough stock: {sku}: 9 wanted")


def test_an_outage_is_seen_on_the_dashboard_told_and_seen_to_end(
    desk, staff, harbour, make_product
):
    skus = [make_product(stock=5) for _product in range(3)]
    harbour.settle()
    page = desk("operations manager")
    choose(page, "Online Sales", "Dashboard")
    card = page.locator(".o_kanban_record", has_text="Harbour Shop")
    expect(card.locator("svg")).to_be_visible()
    loads = []
    page.on("load", lambda _page: loads.append(1))
    harbour.receiver.behave(status=503)
    try:
        for quantity in (6, 7):
            for sku in skus:
                Warehouse(staff, "WH-TECH-01").count(sku, quantity)
        expect(card.get_by_text("Unreachable")).to_be_visible(timeout=60_000)
        expect(card.get_by_text("HTTP 503").first).to_be_visible()
        assert wait_for(lambda: _activities(staff), bool, seconds=60)
        page.get_by_role("button", name="Activities").click()
        page.locator(".o-mail-ActivityGroup", has_text="Incident").click()
        line = row(page, "Not reachable").first
        expect(line).to_contain_text("HTTP 503")
        expect(line.locator("[name=ended_at]")).to_be_empty()
    finally:
        harbour.receiver.behave(status=200)

    choose(page, "Online Sales", "Dashboard")
    for sign in ("Unreachable", "Not reachable"):
        expect(card.get_by_text(sign)).to_have_count(0, timeout=90_000)
    assert not loads, "the dashboard was reloaded"
    assert not _activities(staff)
    card.get_by_text("Incidents").click()
    expect(line.locator("[name=ended_at]")).not_to_be_empty()


def _activities(staff):
    return staff.call("mail.activity", "search_count", [
        ("res_model", "=", "enord.incident"), ("summary", "like", "Harbour Shop: Not reachable"),
    ])


def test_a_credit_note_that_failed_is_tried_again_by_the_accountant(
    desk, staff, harbour, make_product
):
    account = staff.call("account.account", "create", {
        "name": "Sales of one season", "code": f"4{uuid.uuid4().int % 100000:05}",
        "account_type": "income",
    })
    number, answer = harbour.order(make_product(stock=1, property_account_income_id=account))
    assert answer.json()["invoice"]["state"] == "posted", answer.text
    staff.call("account.account", "write", [account], {"active": False})
    assert harbour.call("POST", f"/api/sales/orders/{number}/cancel", {}).status_code == 200

    page = desk("accountant")
    page.get_by_role("button", name="Activities").click()
    page.locator(".o-mail-ActivityGroup", has_text="Sales Order").click()
    page.get_by_text(answer.json()["order"]["name"]).first.click()
    failed = page.get_by_text("The credit note of this online order could not be made")
    expect(failed).to_be_visible()
    again = page.get_by_role("button", name="Try Again")
    again.click()
    expect(page.locator(".modal")).to_contain_text("is archived")
    page.locator(".modal").get_by_role("button", name="Close").last.click()
    expect(failed).to_be_visible()
    # the accountant opens the account once more
    desk.client("accountant").call("account.account", "action_unarchive", [account])
    again.click()
    expect(failed).to_be_hidden()
    [credit] = staff.search_read("account.move", [
        ("move_type", "=", "out_refund"), ("invoice_line_ids.account_id", "=", account),
    ], ["state", "amount_total"])
    assert credit == {"id": credit["id"], "state": "posted", "amount_total": 900.0}


def test_what_is_used_internally_is_taken_by_its_barcode_and_reported(
    desk, harbour, make_product
):
    barcode = str(uuid.uuid4().int)[:13]
    sku = make_product(stock=5, barcode=barcode)
    assert wait_for(lambda: harbour.told(sku), lambda units: units == 5)
    page = desk("warehouse worker")
    choose(page, "Inventory", "Operations", "Use Internally")
    window = page.locator(".modal")
    window.get_by_placeholder("Scan here").fill(barcode)
    window.get_by_placeholder("Scan here").press("Tab")
    expect(window.get_by_label("Product")).to_have_value(f"[{sku}] Product {sku}")
    window.get_by_label("Quantity").fill("2")
    window.get_by_label("Demonstration").check()
    window.get_by_role("button", name="Use", exact=True).click()
    expect(page.locator(".o_notification", has_text=f"{sku} used")).to_be_visible()
    assert wait_for(lambda: harbour.told(sku), lambda units: units == 3)
    page = desk("operations manager")
    choose(page, "Inventory", "Reporting", "Internal Use")
    search(page, "Internal Use", sku)
    expect(page.locator("div.o_pivot")).to_contain_text("Demonstration")
    expect(page.locator(".o_pivot_cell_value").first).to_have_text("2.00")


def test_drift_that_a_shop_has_found_is_corrected(
    desk, harbour, make_product
):
    sku = make_product(stock=8)
    harbour.settle()
    harbour.receiver.forget()
    answer = harbour.call("POST", "/api/inventory/reconciliation", {
        "items": [{"sku": sku, "qty": 3}], "location_code": "WH-TECH-01",
    })
    assert answer.json()["drift"] == 1, answer.text
    page = desk("operations manager")
    choose(page, "Online Sales", "Exchange", "Stock Checks")
    row(page, "Harbour Shop").first.locator("[name=drift]").click()
    difference = row(page, sku)
    expect(difference.locator("[name=qty]")).to_have_text("8")
    expect(difference.locator("[name=yours]")).to_have_text("3")
    page.get_by_role("button", name="Correct").click()
    expect(page.locator(".o_notification", has_text="The stock is being told")).to_be_visible()
    assert wait_for(lambda: harbour.told(sku), lambda units: units == 8)
    choose(page, "Online Sales", "Exchange", "Drift")
    expect(page.locator(".o_list_view")).to_be_visible()
    search(page, "Drift", "Harbour Shop")
    expect(row(page, sku)).to_have_count(0)
