"""The screens of which pictures are made."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from .odoo_client import Staff

MODULE = "enord_sales_sync"
FORM = ".o_form_view .o_form_renderer"
LIST = ".o_list_view tbody tr.o_data_row, .o_kanban_record:not(.o_kanban_ghost)"
DIALOG = f".modal {FORM}"
VIEWS = {"list": LIST, "kanban": LIST, "graph": ".o_graph_view", "pivot": ".o_pivot_view"}
#: Of Odoo's own screens.
SHOWN = ("transfer", "product-in-odoo")
SKU = "DRONE-X1-STD"
DESK, TELEPHONE = "desk", "telephone"
DARK, GERMAN, HINDI = "desk-dark", "desk-de", "desk-hi"
BOTH = (DESK, TELEPHONE)


class Action(NamedTuple):
    action: str | dict[str, Any]
    """Its name, or what a button's method returns."""
    context: dict[str, Any] = {}
    opened: str = DIALOG
    """A selector of what it opens."""


class Screen(NamedTuple):
    name: str
    address: str
    ready: str
    """A selector of what is there once it is drawn."""
    kept: tuple[str, ...] = ()
    """As what the documentation shows it: size, scheme, language (:class:`.screenshots.Look`)."""
    opens: Action | None = None
    """What is opened on it."""
    is_odoo: bool = True

    @property
    def is_for_telephones(self) -> bool:
        """Odoo opens neither graphs nor pivots there."""
        return self.ready not in (VIEWS["graph"], VIEWS["pivot"])


class Screens:
    """
    :param dict connection: of a stack that has a day behind it
    :param str language: Odoo's code of the one that the user has
    """

    def __init__(self, connection: dict[str, str], staff: Staff, language: str):
        self.connection, self.staff, self.language = connection, staff, language
        self.storefront = self._first("enord.storefront")

    def all(self) -> list[Screen]:
        found = {}
        for screen in (*self._shown(), *self._menus(), *self._of_odoo(), *self._dialogs()):
            found.setdefault((screen.address, str(screen.opens)), screen)
        return list(found.values())

    def _shown(self) -> Iterator[Screen]:
        """Those that the documentation shows, but for dialogs."""
        order = self._first(
            "sale.order", ("enord_storefront_id", "=", self.storefront),
            ("invoice_status", "=", "invoiced"), ("picking_ids.state", "=", "done"),
        )
        refused = self._first(
            "enord.api.call", ("path", "=", "/api/sales/orders"), ("status", "=", 409))
        retried = self._first(
            "enord.webhook.event", ("state", "=", "delivered"), ("attempts", ">", 1))
        outage = self._first("enord.incident", ("kind", "=", "unreachable"))
        odoo, shop = self._address, self.connection["storefront_url"]
        yield Screen("dashboard", odoo("action_dashboard"), ".o_enord_figures",
                     (*BOTH, DARK, HINDI))
        yield Screen("storefront", odoo("action_storefront", self.storefront), FORM, (*BOTH, DARK))
        yield Screen("orders", odoo("action_online_orders"), LIST, (*BOTH, GERMAN))
        yield Screen("order", odoo("action_online_orders", order), FORM, (DESK, DARK))
        yield Screen("refused", odoo("action_api_call", refused), FORM, (DESK,))
        yield Screen("events", odoo("action_webhook_event"), LIST, (DESK, DARK))
        yield Screen("event", odoo("action_webhook_event", retried), FORM, (DESK, DARK))
        yield Screen("incident", odoo("action_incident", outage), FORM, (DESK,))
        check = self._first("enord.stock.check")
        yield Screen("stock-check", odoo("action_stock_check", check), FORM, (DESK,))
        yield Screen("reservations", odoo("action_reservation"), LIST, (DESK,))
        yield Screen("shop", f"{shop}/", "main", (DESK,), is_odoo=False)
        yield Screen("product", f"{shop}/products/{SKU}", "main", BOTH, is_odoo=False)
        yield Screen("api", f"{self.connection['odoo_url']}/api/docs", "h1", (DESK, DARK),
                     is_odoo=False)

    def _menus(self) -> Iterator[Screen]:
        """Each menu's views, and its first record."""
        for menu in self.staff.search_read(
            "ir.ui.menu", [("id", "child_of", self._named("menu_root")), ("action", "!=", False)],
            ["action"],
        ) + self.staff.search_read(
            "ir.ui.menu", [("id", "=", self._named("menu_internal_use_report"))], ["action"],
        ):
            kind, _, number = menu["action"].partition(",")
            action = self._name_of(kind, int(number))
            name = action.removeprefix("action_").replace("_", "-")
            address = self._address(action)
            if kind != "ir.actions.act_window":
                yield Screen(name, address, ".o_action_manager .o_view_controller", (DESK,))
                continue
            [found] = self.staff.search_read(
                kind, [("id", "=", int(number))], ["res_model", "view_mode"])
            first, *others = found["view_mode"].split(",")
            yield Screen(f"{name}-{first}", address, VIEWS[first], (DESK,))
            for view in others:
                # cards are what the same address opens on a telephone
                if view in ("graph", "pivot", "list"):
                    yield Screen(f"{name}-{view}", f"{address}?view_type={view}", VIEWS[view],
                                 (DESK, DARK) * (view == "graph"))
                elif view == "form" and (record := self._first(found["res_model"])):
                    yield Screen(f"{name}-form", f"{address}/{record}", FORM)
        yield Screen("storefront-new", self._address("action_storefront", "new"), FORM, (DESK,))

    def _of_odoo(self) -> Iterator[Screen]:
        """Odoo's own screens that show something of the add-on."""
        url, online = f"{self.connection['odoo_url']}/odoo", ("enord_storefront_id", "!=", False)
        for name, action, record in (
            ("transfer", "stock.action_picking_tree_all",
             self._first("stock.picking", ("sale_id.enord_storefront_id", "!=", False))),
            ("invoice", "account.action_move_out_invoice_type",
             self._first("account.move", online)),
            ("contact", "base.action_partner_form", self._customer()),
            ("product-in-odoo", "stock.product_template_action_product", self._product()),
            ("warehouse", "stock.action_warehouse_form", self._first("stock.warehouse")),
        ):
            yield Screen(name, f"{url}/action-{action}/{record}", FORM, (DESK,) * (name in SHOWN))
        yield Screen("settings", f"{url}/settings#{MODULE}",
                     f".app_settings_block[data-key={MODULE}]", (DESK,))
        product = self._product()
        online = self.staff.call(
            "product.template", "action_enord_online", [product], context={"lang": self.language})
        yield Screen("online", f"{url}/action-stock.product_template_action_product/{product}",
                     FORM, (DESK,), Action(online, opened=LIST))

    def _dialogs(self) -> Iterator[Screen]:
        home = self._address("action_storefront", self.storefront)
        for name, action, kept in (
            ("checks", "checks", (*BOTH, DARK)), ("go-live", "preview", (DESK,)),
            ("test-event", "send_test_event", (DESK,)), ("new-key", "api_key_wizard", (DESK,)),
            ("new-secret", "secret_wizard", (DESK,)), ("send-some", "replay_wizard", (DESK,)),
            ("send-all", "resync_wizard", (DESK,)),
        ):
            context = self._on("enord.storefront", self.storefront)
            yield Screen(name, home, FORM, kept, Action(f"{MODULE}.action_{action}", context | {
                "default_storefront_id": self.storefront}))
        orders = self._address("action_online_orders")
        for name, action, model, record in (
            ("use-internally", "internal_use_of_template", "product.template", self._product()),
            ("erase", "erase_wizard", "res.partner", self._customer()),
        ):
            yield Screen(name, orders, LIST, (DESK,), Action(
                f"{MODULE}.action_{action}", self._on(model, record)))

    @staticmethod
    def _on(model: str, record: int) -> dict[str, Any]:
        return {"active_model": model, "active_id": record, "active_ids": [record]}

    def _customer(self) -> int:
        return self._first("res.partner", ("sale_order_ids.enord_storefront_id", "!=", False))

    def _product(self) -> int:
        return self._first("product.template", ("product_variant_ids.default_code", "=", SKU))

    def _address(self, action: str, record: int | str = "") -> str:
        path = f"/odoo/action-{MODULE}.{action}"
        return f"{self.connection['odoo_url']}{path}{f'/{record}' if record else ''}"

    def _named(self, name: str) -> int:
        return self.staff.one(
            "ir.model.data", [("module", "=", MODULE), ("name", "=", name)], ["res_id"])["res_id"]

    def _name_of(self, model: str, record: int) -> str:
        return self.staff.one("ir.model.data", [
            ("module", "=", MODULE), ("model", "=", model), ("res_id", "=", record),
        ], ["name"])["name"]

    def _first(self, model: str, *domain: tuple) -> int | None:
        return next(iter(self.staff.call(model, "search", list(domain), limit=1)), None)
