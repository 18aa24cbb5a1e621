"""The screens of which pictures are made."""

from collections.abc import Iterator
from typing import NamedTuple

from .odoo_client import Staff

MODULE = "enord_sales_sync"
FORM = ".o_form_view .o_form_renderer"
LIST = ".o_list_view tbody tr.o_data_row, .o_kanban_record:not(.o_kanban_ghost)"
SKU = "DRONE-X1-STD"
BOTH = ("desk", "telephone")


class Screen(NamedTuple):
    name: str
    address: str
    ready: str
    """A selector of what is there once it is drawn."""
    press: str = ""
    """A selector of the button on it that opens what is shown."""
    opened: str = ""
    """A selector of what that opens."""
    sizes: tuple[str, ...] = ("desk",)
    """In which it is kept; on a telephone buttons are elsewhere."""


def kept(connection: dict[str, str], staff: Staff) -> list[Screen]:
    """Those that the documentation shows."""
    def odoo(action, record="", module=MODULE):
        path = f"/odoo/action-{module}.{action}"
        return f"{connection['odoo_url']}{path}{f'/{record}' if record else ''}"

    def first(model, *domain):
        return staff.call(model, "search", list(domain), limit=1)[0]

    shop = connection["storefront_url"]
    storefront = first("enord.storefront")
    order = first(
        "sale.order", ("enord_storefront_id", "=", storefront), ("invoice_status", "=", "invoiced"),
        ("picking_ids.state", "=", "done"),
    )
    refused = first("enord.api.call", ("path", "=", "/api/sales/orders"), ("status", "=", 409))
    retried = first("enord.webhook.event", ("state", "=", "delivered"), ("attempts", ">", 1))
    outage = first("enord.incident", ("kind", "=", "unreachable"))
    check = first("enord.stock.check")
    product = first("product.template", ("product_variant_ids.default_code", "=", SKU))
    return [
        Screen("dashboard", odoo("action_dashboard"), ".o_enord_figures", sizes=BOTH),
        Screen("storefront", odoo("action_storefront", storefront), FORM),
        Screen("checks", odoo("action_storefront", storefront), FORM,
               ".o_statusbar_buttons >> text=Checks", f".modal {FORM}"),
        Screen("orders", odoo("action_online_orders"), LIST, sizes=BOTH),
        Screen("order", odoo("action_online_orders", order), FORM),
        Screen("refused", odoo("action_api_call", refused), FORM),
        Screen("events", odoo("action_webhook_event"), LIST),
        Screen("event", odoo("action_webhook_event", retried), FORM),
        Screen("incident", odoo("action_incident", outage), FORM),
        Screen("online", odoo("product_template_action_product", product, "stock"), FORM,
               "button[name=action_enord_online]", LIST),
        Screen("stock-check", odoo("action_stock_check", check), FORM),
        Screen("reservations", odoo("action_reservation"), LIST),
        Screen("shop", f"{shop}/", "main"),
        Screen("product", f"{shop}/products/{SKU}", "main", sizes=BOTH),
        api_document(connection),
    ]


def menus(connection: dict[str, str], staff: Staff) -> Iterator[Screen]:
    """Each menu's view and its first record."""
    for menu in staff.search_read(
        "ir.model.data", [("module", "=", MODULE), ("model", "=", "ir.ui.menu")],
        ["res_id", "name"], order="name",
    ):
        name = menu["name"].removeprefix("menu_")
        [found] = staff.search_read(
            "ir.ui.menu", [("id", "=", menu["res_id"])], ["action", "child_id"],
        ) or [{"action": False, "child_id": []}]
        kind, _, number = (found["action"] or "").partition(",")
        if not kind or found["child_id"]:
            continue
        address = f"{connection['odoo_url']}/odoo/action-{number}"
        yield Screen(f"menu-{name}", address, ".o_content > *")
        if kind != "ir.actions.act_window":
            continue
        [action] = staff.search_read(
            "ir.actions.act_window", [("id", "=", int(number))], ["res_model", "view_mode"],
        )
        records = "form" in action["view_mode"] and staff.call(
            action["res_model"], "search", [], limit=1,
        )
        if records:
            yield Screen(f"menu-{name}-one", f"{address}/{records[0]}", FORM)


def api_document(connection: dict[str, str]) -> Screen:
    """The one that has a dark mode."""
    return Screen("api", f"{connection['odoo_url']}/api/docs", "h1")
