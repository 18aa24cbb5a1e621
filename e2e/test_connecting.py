"""A shop is connected as the five-minute guide of the add-on's README says, in a browser, on a
server where the add-on was just installed."""

import os
import re

import pytest
from playwright.sync_api import expect

from devtools import paths
from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import Shop, wait_for

from .just_installed import VAR, just_installed
from .screens import assert_fits, choose, go_to_payment, log_in

LOGIN = "online-sales-administrator"
PASSWORD = "who connects shops"
TOUR = "enord_connect_storefront"
SKU = "LAMP-1"


@pytest.fixture(scope="module")
def installed():
    with just_installed() as server:
        yield server


@pytest.fixture
def installer(installed):
    """The administrator who has installed the add-on, and sells one product."""
    staff = Staff(installed.connection)
    staff.call("product.template", "create", {
        "name": "Desk Lamp", "default_code": SKU, "is_storable": True, "list_price": 1180.0,
    })
    Warehouse(staff, "WH").count(SKU, 5)
    return staff


@pytest.fixture
def page(browser, installed, installer):
    """The window of an Online Sales administrator, who may also say that a shop is a test
    storefront."""
    groups = [
        installer.one(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ("res_id",),
        )["res_id"]
        for module, name in (("enord_sales_sync", "group_manager"), ("base", "group_system"))
    ]
    installer.call("res.users", "create", {
        "name": "Online Sales Administrator", "login": LOGIN, "password": PASSWORD,
        "group_ids": [(4, group) for group in groups],
    })
    context = browser.new_context(
        viewport={"width": 1366, "height": 900}, permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    # the first page makes Odoo's assets
    page.set_default_navigation_timeout(120_000)
    log_in(page, installed.connection, LOGIN, PASSWORD)
    yield page
    context.close()


def _picture(page, name):
    """Keep a screenshot where somebody wants to look at it."""
    if folder := os.environ.get("ENORD_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_guide_names_the_buttons_of_the_screens():
    readme = (paths.REPOSITORY / "enord_sales_sync/README.rst").read_text()
    guide = readme.partition("Connect a shop\n")[2].partition("Configure\n")[0]
    views = "".join(
        path.read_text() for path in (paths.REPOSITORY / "enord_sales_sync").rglob("*.xml")
    )
    for name in ("New API Key", "Create Key", "Send Test Event", "Checks", "Go Live"):
        assert f"*{name}" in guide or f"‣ {name}" in guide
        assert f'string="{name}"' in views


def test_a_shop_is_connected_from_the_guide(page, installed, installer):
    name = "Web Shop"
    shop = Shop(installed.connection | {"api_key": ""}, VAR)
    # the tour points to each of what follows
    choose(page, "Online Sales", "Storefronts")
    expect(page.get_by_text("Connect your first storefront")).to_be_visible()
    assert_fits(page)
    _picture(page, "0-empty")
    page.get_by_text("Show me step by step", exact=True).click()
    _is_pointed_to(page, "Open the menu of apps")
    page.locator(".o_navbar_apps_menu button").click()
    _is_pointed_to(page, "Connect your shop")
    page.locator(".o_app[data-menu-xmlid='enord_sales_sync.menu_root']").click()
    _is_pointed_to(page, "Each shop that sells")
    page.locator(".o_menu_sections").get_by_text("Storefronts").click()

    # 1. a name and the webhook URL
    _is_pointed_to(page, "Add yours")
    page.get_by_role("button", name="New", exact=True).click()
    _is_pointed_to(page, "Give it a name")
    page.get_by_placeholder("e.g. Web Shop").fill(name)
    page.get_by_label("Test Storefront").check()
    page.get_by_placeholder("https://shop.example.com/webhooks/erp").fill(installed.webhook_url)
    _is_pointed_to(page, "Save it: a window")
    page.locator(".o_form_button_save").click()
    secret = _copied(page, "Webhook Secret")
    page.locator(".modal footer").get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o_arrow_button_current")).to_have_text("Draft")
    _picture(page, "1-draft")

    # 2. a key
    _is_pointed_to(page, "The shop calls Odoo with a key")
    page.get_by_role("button", name="New API Key").click()
    page.get_by_role("button", name="Create Key").click()
    api_key = _copied(page, "API Key")
    _picture(page, "2-key")
    page.get_by_role("button", name="I Have Copied It").click()
    expect(page.locator(".modal")).to_have_count(0)

    # 3. a test event: first while the shop does not know the secret
    installed.open_shop("another one", api_key)
    _is_pointed_to(page, "see whether the shop is there")
    page.get_by_role("button", name="Send Test Event").click()
    dialog = page.locator(".modal")
    expect(dialog).to_contain_text("its secret differs")
    expect(dialog).to_contain_text("401")
    _picture(page, "3-refused")
    installed.open_shop(secret, api_key)
    dialog.get_by_role("button", name="Send Again").click()
    expect(page.locator(".modal").last).to_contain_text("has taken the event")
    _picture(page, "3-accepted")
    page.locator(".modal").last.get_by_role("button", name="Close", exact=True).last.click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o_arrow_button_current")).to_have_text("Tested")
    assert not shop.events()  # beside the test event, which it does not keep

    # 4. the checks
    _is_pointed_to(page, "What is still amiss")
    page.get_by_role("button", name="Checks").click()
    expect(dialog).to_contain_text("The webhook URL is not https")
    _picture(page, "4-checks")
    dialog.get_by_role("button", name="Close", exact=True).last.click()

    # 5. what would be published, and live
    _is_pointed_to(page, "See what would be published")
    page.get_by_role("button", name="Go Live").click()
    assert wait_for(lambda: _has_ended(installer), bool)
    expect(dialog).to_contain_text(re.compile(r"1 of \d+ products"))
    _picture(page, "5-preview")
    assert not shop.events()
    dialog.get_by_role("button", name="Go Live").click()
    expect(page.locator(".o_arrow_button_current")).to_have_text("Live")
    assert wait_for(lambda: shop.stock(SKU), lambda stock: stock == 5, seconds=30)
    assert {event["type"] for event in shop.events()} == {"catalog.update", "inventory.change"}
    _picture(page, "6-live")

    # a customer buys, and who has connected the shop sees it
    number = _buy(page.context.new_page(), installed.connection["storefront_url"])
    choose(page, "Online Sales", "Orders")
    expect(page.locator("tr.o_data_row", has_text=number)).to_contain_text("Customer of the Guide")
    _picture(page, "7-order")
    order = installer.one("sale.order", [("name", "=", number)], ("state", "invoice_ids"))
    assert order["state"] == "sale"
    [invoice] = order["invoice_ids"]
    assert installer.one("account.move", [("id", "=", invoice)], ("state", "amount_total")) == {
        "id": invoice, "state": "posted", "amount_total": 1180.0,
    }
    assert wait_for(lambda: shop.stock(SKU), lambda stock: stock == 4)


def _buy(page, url):
    """A customer buys a lamp; returns the number of Odoo's order."""
    page.goto(url)
    page.get_by_text("Desk Lamp").first.click()
    page.get_by_test_id("add-to-cart").click()
    expect(page.locator(".cart-count")).to_have_text("1")
    page.goto(f"{url}/checkout")
    go_to_payment(page, "Customer of the Guide")
    page.get_by_test_id("place-order").click()
    number = page.get_by_test_id("order-reference").inner_text().strip()
    page.close()
    return number


def _is_pointed_to(page, text):
    """The tour is where it says this, or says how one gets there."""
    expect(page.locator(".o_tour_pointer_content")).to_contain_text(
        re.compile(f"{text}|Scroll (up|down)")
    )


def _has_ended(staff):
    return staff.call("web_tour.tour", "search_count", [
        ("name", "=", TOUR), ("user_consumed_ids.login", "=", LOGIN),
    ])


def _copied(page, what):
    """What the button of a window puts into the clipboard."""
    page.locator(".modal").get_by_role("button", name=f"Copy {what}").click()
    expect(page.get_by_text(f"{what} copied")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")

