"""A secret and a key on their way from Odoo's screens to a shop, by the clipboard."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import expect

from .screens import log_in

SNAPSHOT = "/api/inventory/snapshot"
CATALOGUE = "/api/catalog/products?limit=1"


@pytest.fixture
def form(page, connection, staff):
    """The form of a storefront of the test's own; returns its id."""
    storefront = staff.call(
        "enord.storefront", "create", {"name": "Handed Over", "test_mode": True}
    )
    page.context.grant_permissions(
        ["clipboard-read", "clipboard-write"], origin=connection["odoo_url"]
    )
    log_in(page, connection)
    page.goto(f"{connection['odoo_url']}/odoo/enord.storefront/{storefront}")
    yield storefront
    staff.call("enord.storefront", "write", [storefront], {"active": False})


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def secret(database, storefront):
    database.execute("SELECT webhook_secret FROM enord_storefront WHERE id = %s", [storefront])
    return database.fetchone()[0]


def lines(staff, storefront, text):
    return staff.call("mail.message", "search_count", [
        ("model", "=", "enord.storefront"), ("res_id", "=", storefront), ("body", "like", text),
    ])


def test_the_secret_is_shown_and_copied(page, form, staff, database):
    copy = page.get_by_role("button", name="Copy webhook secret")
    expect(copy).to_be_visible()
    assert secret(database, form) not in page.content()
    copy.click()
    expect(page.get_by_text("webhook secret copied")).to_be_visible()
    assert clipboard(page) == secret(database, form)
    assert lines(staff, form, "was shown") == 1
    page.get_by_role("button", name="Show webhook secret").click()
    expect(page.get_by_text(secret(database, form))).to_be_visible()
    page.get_by_role("button", name="Copy secret for Standard Webhooks").click()
    expect(page.get_by_text("Standard Webhooks copied")).to_be_visible()
    assert clipboard(page).startswith("whsec_")
    assert lines(staff, form, "was shown") == 2


def test_a_rotated_secret_is_handed_over(page, form, staff, database):
    former = secret(database, form)
    page.get_by_role("button", name="Rotate Secret").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("24 hours to change over")).to_be_visible()
    dialog.get_by_role("button", name="Rotate Secret").click()
    expect(page.get_by_text("Give this to the storefront before")).to_be_visible()
    page.get_by_role("button", name="Copy Webhook Secret", exact=True).click()
    expect(page.get_by_text("Webhook Secret copied")).to_be_visible()
    assert clipboard(page) == secret(database, form) != former
    # not that of the notification
    page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).last.click()
    expect(page.get_by_role("button", name="End Secret Overlap")).to_be_visible()
    expect(page.get_by_role("button", name="Rotate Secret")).to_be_hidden()
    # a day later
    staff.call("enord.storefront", "action_end_overlap", [form])
    page.reload()
    expect(page.get_by_role("button", name="Rotate Secret")).to_be_visible()


def test_a_new_storefront_hands_over_its_secret_and_a_key_that_works(
    page, connection, form, staff, database
):
    page.goto(f"{connection['odoo_url']}/odoo/enord.storefront/new")
    page.get_by_placeholder("e.g. Web Shop").fill("Five Minutes")
    page.get_by_label("Test Storefront").check()
    page.get_by_role("button", name="Save manually").click()
    expect(page.get_by_text("it verifies the signature of every event")).to_be_visible()
    page.get_by_role("button", name="Copy Webhook Secret", exact=True).click()
    expect(page.get_by_text("Webhook Secret copied")).to_be_visible()
    made = staff.one("enord.storefront", [("name", "=", "Five Minutes")])["id"]
    assert clipboard(page) == secret(database, made)
    # not that of the notification
    page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).last.click()

    page.get_by_role("button", name="New API Key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Adjust stock").uncheck()
    dialog.get_by_role("button", name="Create Key").click()
    expect(page.get_by_text("opens the storefront API and nothing else")).to_be_visible()
    page.get_by_role("button", name="Copy API Key").click()
    expect(page.get_by_text("API Key copied")).to_be_visible()
    key = {"Authorization": f"Bearer {clipboard(page)}"}
    page.get_by_role("button", name="I Have Copied It").click()
    answer = requests.get(connection["odoo_url"] + SNAPSHOT, headers=key, timeout=30)
    assert answer.status_code == 200
    refused = requests.post(
        connection["odoo_url"] + "/api/inventory/adjust", json={}, headers=key, timeout=30
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    expect(page.get_by_role("cell", name="Web shop")).to_be_visible()
    staff.call("enord.storefront", "write", [made], {"active": False})


def test_a_limit_holds_over_all_workers(connection, staff):
    storefront = staff.call("enord.storefront", "create", {"name": "Often", "test_mode": True})
    wizard = staff.call("enord.api.key.wizard", "create", {
        "storefront_id": storefront, "name": "Often", "calls_a_minute": 40,
    })
    shown = staff.call("enord.api.key.wizard", "action_create", [wizard])
    key = {"Authorization": f"Bearer {shown['context']['default_key']}"}

    def call(_number):
        return requests.get(connection["odoo_url"] + CATALOGUE, headers=key, timeout=30)

    if (second := time.time() % 60) > 40:
        time.sleep(60 - second)  # all within one minute of the clock
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(80)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 429}
    # beyond the limit come at most those that were being worked on
    assert 40 <= statuses.count(200) <= 48
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60
               for answer in answers if answer.status_code == 429)
    staff.call("enord.storefront", "write", [storefront], {"active": False})
