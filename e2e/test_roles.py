"""Each role walks the add-on's menus in a browser: first record, each link, and no error."""

import uuid

import pytest
from playwright.sync_api import expect

from devtools.odoo_client import Staff

PASSWORD = "a role's password"
ONLINE, SELLING = {"Storefronts", "Orders", "Reservations"}, {"Orders", "Reservations"}
EXCHANGE = {"Events", "Accepted Requests", "API Calls"}
#: Groups of each role, and what of the menus below has to be there.
ROLES = {
    "online user": ("enord_sales_sync.group_user", ONLINE | EXCHANGE),
    "online administrator": ("enord_sales_sync.group_manager", ONLINE | EXCHANGE),
    "salesperson": ("sales_team.group_sale_salesman_all_leads", SELLING),
    "sales manager": ("sales_team.group_sale_manager", SELLING),
    "stock user": ("stock.group_stock_user", SELLING),
    "stock manager": ("stock.group_stock_manager", SELLING),
    "invoicing": ("account.group_account_invoice", set()),
    "accountant": ("account.group_account_manager", set()),
}


@pytest.fixture
def exchanged(shop, make_product):
    """An order, a hold, an adjustment and a refused call."""
    sku, reference = make_product(price=100.0, stock=9), uuid.uuid4().hex
    for path, body in (
        ("/api/sales/orders", {
            "transaction_id": reference, "transaction_date": "2026-01-20T10:15:00Z",
            "customer_details": {"name": "A Customer"},
            "line_items": [{"sku": sku, "quantity": 1, "unit_price": 100.0}],
        }),
        ("/api/inventory/reservations", {
            "reservation_id": f"{reference}-hold", "items": [{"sku": sku, "quantity": 1}],
        }),
        ("/api/inventory/adjust", {"reference_id": f"{reference}-adjust", "adjustments": [
            {"sku": sku, "quantity_change": -1, "location_code": "WH-TECH-01"},
        ]}),
    ):
        answer = shop.erp("POST", path, json=body)
        assert answer.status_code in (200, 201), answer.text
    assert shop.erp("GET", "/api/sales/orders/none").status_code == 404


@pytest.fixture(params=ROLES, ids=[role.replace(" ", "-") for role in ROLES])
def role(request, staff, connection):
    """A user of the role: ``(client, login, names of the menus)``."""
    groups, names = ROLES[request.param]
    module, name = groups.split(".")
    group = staff.one("ir.model.data", [("module", "=", module), ("name", "=", name)], ("res_id",))
    login = f"role-{uuid.uuid4().hex[:8]}"
    staff.call("res.users", "create", {
        "name": request.param, "login": login, "password": PASSWORD,
        "group_ids": [(4, group["res_id"])],
    })
    return Staff(connection, login, PASSWORD), login, names


def test_each_role_opens_what_it_finds_without_an_error(
    browser, connection, exchanged, role
):
    client, login, names = role
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    # the first page makes Odoo's assets
    page.set_default_navigation_timeout(90_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(f"{connection['odoo_url']}/web/login")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form.oe_login_form button[type=submit]").click()
        page.wait_for_url("**/odoo**", wait_until="domcontentloaded")
        actions = _menus(client)
        assert names <= set(actions)
        for name, action in actions.items():
            page.goto(f"{connection['odoo_url']}/odoo/action-{action}")
            view = page.locator(".o_action_manager .o_view_controller").first
            expect(view).to_be_visible(timeout=20_000)
            _check(page, name)
            row = page.locator(".o_data_row").first
            if name not in names:
                continue
            expect(row).to_be_visible(timeout=20_000)
            row.locator(".o_data_cell").nth(1).click()
            _check_form(page, name)
            for path in _links(page, "[name^=enord_]" if name == "Orders" else ""):
                page.goto(f"{connection['odoo_url']}{path}")
                _check_form(page, f"{name} > {path}")
        assert not errors
    finally:
        context.close()


def _menus(client):
    """``{name: action id}`` of what a user finds under Online Sales."""
    menus = client.call("ir.ui.menu", "load_web_menus", [], False)
    roots = [menu for menu in menus.values() if menu["xmlid"] == "enord_sales_sync.menu_root"]
    found, waiting = {}, [child for root in roots for child in root["children"]]
    while waiting:
        menu = menus[str(waiting.pop())]
        waiting += menu["children"]
        if menu["actionModel"] == "ir.actions.act_window":
            found[menu["name"]] = menu["actionID"]
    return found


def _links(page, ours):
    """Where the links of this add-on's fields lead, in the form that is open.

    :param ours: selector of its fields, where the form is Odoo's
    """
    links = page.locator(f".o_form_view .o_field_many2one{ours} a.o_form_uri")
    return sorted({link.get_attribute("href") for link in links.all()})


def _check_form(page, where):
    expect(page.locator(".o_form_view").first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(500)  # the form is there; a dialog of what it reads beside comes after
    _check(page, where)


def _check(page, where):
    dialogs = page.locator(".modal .modal-body, .o_notification.border-danger")
    assert not dialogs.count(), f"{where}: {dialogs.first.inner_text()}"
