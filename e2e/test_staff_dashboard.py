"""Staff see an outage on the dashboard, are told of it, and see it end."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from devtools.odoo_client import Warehouse
from devtools.shop_client import wait_for

WIDTHS = (1366, 390)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, connection):
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{connection['odoo_url']}/web/login")
    page.fill("input[name=login]", connection["admin_login"])
    page.fill("input[name=password]", connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**", wait_until="commit")
    yield page
    context.close()


def test_an_outage_is_seen_told_and_seen_to_end(
    page, connection, staff, receiver, outbox, make_product
):
    skus = [make_product(stock=5) for _product in range(3)]
    outbox.settle()
    storefront = outbox.storefront
    staff.call("enord.storefront", "write", [storefront], {"alarm_minutes": 0})
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    loads = []
    page.goto(f"{connection['odoo_url']}/odoo/action-enord_sales_sync.action_dashboard")
    card = page.locator(".o_kanban_record", has_text="Receiver")
    expect(card.get_by_text("In Step")).to_be_visible()
    expect(card.locator("svg")).to_be_visible()
    page.on("load", lambda _page: loads.append(1))

    receiver.behave(status=503)
    counter = Warehouse(staff, "WH-TECH-01")
    for quantity in (6, 7):
        for sku in skus:
            counter.count(sku, quantity)
    expect(card.get_by_text("Unreachable")).to_be_visible(timeout=60_000)
    expect(card.get_by_text("HTTP 503").first).to_be_visible()
    def activities():
        return staff.call("mail.activity", "search_read", [
            ("res_model", "=", "enord.incident"), ("summary", "like", "Receiver: Not reachable"),
        ], ["user_id"])

    assert wait_for(activities, bool, seconds=90)
    shot(page, "outage")

    receiver.behave(status=200)
    expect(card.get_by_text("In Step")).to_be_visible(timeout=90_000)
    assert wait_for(activities, lambda found: not found, seconds=90)
    assert not loads, "the dashboard was reloaded"
    shot(page, "in-step")

    card.get_by_text("Incidents").click()
    line = page.locator("tr.o_data_row", has_text="Not reachable").first
    expect(line).to_contain_text("HTTP 503")
    expect(line.locator("[name=ended_at]")).not_to_be_empty()
    assert not problems


def shot(page, name):
    """Leave pictures, to be looked at."""
    folder = os.environ.get("ENORD_SCREENSHOTS")
    for width in WIDTHS if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/dashboard-{name}-{width}.png")
    if folder:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
