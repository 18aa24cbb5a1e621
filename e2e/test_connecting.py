"""A shop is connected as the five-minute guide of the add-on's README says, in a browser."""

import os
import re
import uuid

import pytest
import requests
from playwright.sync_api import expect, sync_playwright

from devtools import paths
from devtools.shop_client import wait_for

from .conftest import FLAGS

PASSWORD = "online-sales-administrator"
TOUR = "enord_connect_storefront"


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else []),
        )
        page = browser.new_context(
            viewport={"width": 1366, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        ).new_page()
        page.set_default_timeout(60_000)
        page.set_default_navigation_timeout(120_000)
        yield page
        browser.close()


@pytest.fixture
def administrator(staff):
    """Login of an Online Sales administrator, who may also say that a shop is a test storefront."""
    login = f"online-{uuid.uuid4().hex[:8]}"
    groups = [
        staff.one(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ("res_id",),
        )["res_id"]
        for module, name in (("enord_sales_sync", "group_manager"), ("base", "group_system"))
    ]
    user = staff.call("res.users", "create", {
        "name": "Online Sales Administrator", "login": login, "password": PASSWORD,
        "group_ids": [(4, group) for group in groups],
    })
    yield login
    staff.call("res.users", "write", [user], {"active": False})


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


def test_a_shop_is_connected_from_the_guide(page, connection, staff, receiver, administrator):
    name = f"Shop {uuid.uuid4().hex[:8]}"
    receiver.forget()
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(administrator)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")

    # the tour points to each of what follows
    page.goto(f"{connection['odoo_url']}/odoo/action-web_tour.tour_action")
    page.locator(".o_data_row", has_text=TOUR).get_by_title("Start Tour").click()
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
    page.get_by_placeholder("https://shop.example.com/webhooks/erp").fill(f"{receiver.url}/hook")
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
    assert _api(connection, api_key, "GET", "/api/inventory/snapshot").status_code == 200

    # 3. a test event: first while the shop does not know the secret
    receiver.behave(secret="another one")
    _is_pointed_to(page, "see whether the shop is there")
    page.get_by_role("button", name="Send Test Event").click()
    dialog = page.locator(".modal")
    expect(dialog).to_contain_text("its secret differs")
    expect(dialog).to_contain_text("401")
    _picture(page, "3-refused")
    receiver.behave(secret=secret)
    dialog.get_by_role("button", name="Send Again").click()
    expect(page.locator(".modal").last).to_contain_text("has taken the event")
    _picture(page, "3-accepted")
    page.locator(".modal").last.get_by_role("button", name="Close", exact=True).last.click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o_arrow_button_current")).to_have_text("Tested")
    assert {event["type"] for event in receiver.arrived()} == {"test"}

    # 4. the checks
    _is_pointed_to(page, "What is still amiss")
    page.get_by_role("button", name="Checks").click()
    expect(dialog).to_contain_text("The webhook URL is not https")
    _picture(page, "4-checks")
    dialog.get_by_role("button", name="Close", exact=True).last.click()

    # 5. what would be published, and live
    _is_pointed_to(page, "See what would be published")
    page.get_by_role("button", name="Go Live").click()
    assert wait_for(lambda: _has_ended(staff, administrator), bool)
    expect(dialog).to_contain_text(re.compile(r"\d+ of \d+ products"))
    _picture(page, "5-preview")
    assert {event["type"] for event in receiver.arrived()} == {"test"}
    dialog.get_by_role("button", name="Go Live").click()
    expect(page.locator(".o_arrow_button_current")).to_have_text("Live")
    skus = len(_api(connection, api_key, "GET", "/api/inventory/snapshot").json())
    assert wait_for(
        lambda: {event["type"] for event in receiver.arrived()},
        lambda types: types >= {"catalog.update", "inventory.change"},
        seconds=30,
    ), f"{skus} SKUs are told"
    _picture(page, "6-live")
    storefront = staff.one("enord.storefront", [("name", "=", name)])["id"]
    staff.call("enord.storefront", "write", [storefront], {"active": False})


def _is_pointed_to(page, text):
    """The tour is where it says this, or says how one gets there."""
    expect(page.locator(".o_tour_pointer_content")).to_contain_text(
        re.compile(f"{text}|Scroll (up|down)")
    )


def _has_ended(staff, login):
    return staff.call("web_tour.tour", "search_count", [
        ("name", "=", TOUR), ("user_consumed_ids.login", "=", login),
    ])


def _copied(page, what):
    """What the button of a window puts into the clipboard."""
    page.locator(".modal").get_by_role("button", name=f"Copy {what}").click()
    expect(page.get_by_text(f"{what} copied")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


def _api(connection, key, method, path):
    return requests.request(
        method, connection["odoo_url"] + path, headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    )
