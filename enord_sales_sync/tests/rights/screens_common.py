"""What each kind of screen needs something of, and what the web client asks for."""

from odoo import fields

from ..orders_common import OrdersCommon


def specification(view, fields):
    """What the web client reads for a view.

    :param view: its arch
    :param dict fields: of its model, as ``get_views`` describes them
    """
    read = {}
    for field in _fields_in(view, None):
        kind = fields[field.get("name")]["type"]
        read[field.get("name")] = {"fields": {
            inner.get("name"): {}
            for lines in field.iterchildren("list", "kanban")
            for inner in _fields_in(lines, field)
        } or {"display_name": {}}} if kind in ("one2many", "many2many", "many2one") else {}
    return read


def _fields_in(view, field):
    """Those that are not of a view in another field."""
    return [
        found for found in view.iter("field") if next(found.iterancestors("field"), None) is field
    ]


class ScreensCommon(OrdersCommon):

    def setUp(self):
        super().setUp()
        self.post("SEEN-1", payment={"reference": "p1", "method": "upi", "amount": 46000.0})
        self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "DRONE-X1-PRO-KIT", "quantity": 1}],
        })
        self.call("POST", "/api/inventory/adjust", {
            "reference_id": "ADJ-1", "adjustments": [
                {"sku": "DRONE-X1-PRO-KIT", "quantity_change": -1, "location_code": "WH-TECH-01"},
            ],
        })
        self.call("GET", "/api/inventory/availability?sku=no")
        self.env["enord.stock.check"].create({"storefront_id": self.storefront.id})
        self.env["enord.incident"].create({
            "storefront_id": self.storefront.id, "kind": "dead",
            "began_at": fields.Datetime.now(),
        })
        self.recorded()

    def menus(self, user):
        """``{name: action}`` of what a user finds in the menu of the add-on."""
        menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
        found, waiting = {}, [
            menu["id"] for menu in menus.values() if menu["xmlid"] == "enord_sales_sync.menu_root"
        ]
        while waiting:
            menu = menus[waiting.pop()]
            waiting += menu["children"]
            if menu["actionModel"] == "ir.actions.act_window" and menu["appID"] != menu["id"]:
                found[menu["name"]] = self.env["ir.actions.act_window"].browse(menu["actionID"])
        return found
