"""The dashboard's card, as it reads on a desk and on a telephone, and in the reader's language."""

import pytest
from playwright.sync_api import expect

from .screens import assert_fits, log_in

PASSWORD = "a reader of the dashboard"
#: Rows of the card's table that take more than one line.
WRAPPED = """table => [...table.rows].filter(
    row => row.offsetHeight > 1.7 * parseFloat(getComputedStyle(row).lineHeight)
).map(row => row.innerText)"""
DESK, TELEPHONE = (1366, 900), (390, 844)


@pytest.fixture
def storefront(staff):
    """One without an address, so that nothing is told but what a test writes down."""
    storefront = staff.call("enord.storefront", "create", {
        "name": "Slow Shop", "stage": "live", "test_mode": True,
    })
    yield storefront
    staff.call("enord.storefront", "write", [storefront], {"active": False})


@pytest.fixture
def told(storefront, database):
    def told(hours_ago, took_ms, many=1):
        database.execute("""
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, state, priority,
                   recorded_at, delivered_at, latency_ms)
            SELECT %s, 'inventory.change', 'stock:1:1', 'delivered', 0, moment, moment, %s
              FROM (SELECT now() AT TIME ZONE 'UTC' - make_interval(mins => %s) AS moment
                      FROM generate_series(1, %s)) m
        """, [storefront, took_ms, int(hours_ago * 60), many])
    return told


@pytest.fixture
def reader(browser, connection, staff, storefront):
    """Opens the card of this storefront in a window of a size, in a language."""
    contexts, users = [], []

    def open_card(size, lang="en_US"):
        login = f"reader {lang} {storefront} {len(users)}"
        staff.call("res.lang", "write", staff.call("res.lang", "search", [
            ("code", "=", lang), ("active", "=", False),
        ]), {"active": True})
        users.append(staff.call("res.users", "create", {
            "name": login, "login": login, "password": PASSWORD, "lang": lang,
            "tour_enabled": False, "group_ids": [(4, staff.one("ir.model.data", [
                ("module", "=", "enord_sales_sync"), ("name", "=", "group_user"),
            ], ("res_id",))["res_id"])],
        }))
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}))
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)  # the first page makes its assets
        log_in(page, connection, login, PASSWORD)
        page.goto(f"{connection['odoo_url']}/odoo/action-enord_sales_sync.action_dashboard")
        card = page.locator(".o_kanban_record", has_text="Slow Shop")
        expect(card).to_be_visible()
        assert_fits(page)
        return card

    yield open_card
    for context in contexts:
        context.close()
    staff.call("res.users", "write", users, {"active": False})


@pytest.mark.parametrize("size", [DESK, TELEPHONE])
def test_no_line_of_the_figures_breaks(reader, told, size):
    told(0.1, 670, 4)
    told(0.1, 119_000, 2)
    told(5, 58, 2000)
    card = reader(size)
    table = card.locator(".o_enord_latency table")
    expect(table.get_by_role("row")).to_have_count(3)
    assert table.evaluate(WRAPPED) == []
    card_box, table_box = card.bounding_box(), table.bounding_box()
    assert table_box["x"] + table_box["width"] <= card_box["x"] + card_box["width"]


def test_numbers_are_written_as_the_reader_writes_them(reader, told):
    told(0.1, 6700, 100)
    told(0.1, 58, 1101)
    for lang, share, slow, count in (
        ("en_US", "91.6", "6.7 s", "1,201 "), ("de_DE", "91,6", "6,7 s", "1.201 "),
    ):
        card = reader(DESK, lang)
        hour = card.locator(".o_enord_latency table tr").nth(1)
        expect(hour).to_contain_text(f"{share}\u00a0%")
        expect(hour).to_contain_text(slow)
        expect(card.locator("svg title").last).to_contain_text(count)
