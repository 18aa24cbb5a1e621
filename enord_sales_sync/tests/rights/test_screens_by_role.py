"""Whoever may see a record can open its form, and finds the way there."""

from lxml import etree
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .screens_common import ScreensCommon, specification

ROLES = {
    "online_user": "enord_sales_sync.group_user",
    "online_admin": "enord_sales_sync.group_manager",
    "sales": "sales_team.group_sale_salesman_all_leads",
    "sales_manager": "sales_team.group_sale_manager",
    "stock": "stock.group_stock_user",
    "stock_manager": "stock.group_stock_manager",
    "invoicing": "account.group_account_invoice",
    "accounting": "account.group_account_manager",
}
#: What each finds in the menu of the add-on.
SEEN = {
    "Storefronts": {"online_user", "online_admin"},
    "Orders": {"online_user", "online_admin", "sales", "sales_manager", "stock", "stock_manager"},
    "Reservations": {
        "online_user", "online_admin", "sales", "sales_manager", "stock", "stock_manager",
    },
    "Events": {"online_user", "online_admin"},
    "Accepted Requests": {"online_user", "online_admin"},
    "API Calls": {"online_user", "online_admin"},
}


@tagged("post_install", "-at_install")
class TestScreensByRole(ScreensCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"screens.{role}", groups)
            for role, groups in ROLES.items()
        }

    def opens(self, record):
        """Open a record's form as the web client does.

        :return: the view's many2one fields that these add-ons bring, with what they point to
        """
        views = record.get_views([(False, "form")])
        fields = views["models"][record._name]["fields"]
        arch = etree.fromstring(views["views"]["form"]["arch"])
        read = specification(arch, fields)
        record.env.invalidate_all()
        record.web_read(read)
        return [
            record[name] for name in read
            if fields[name]["type"] == "many2one" and record[name]
            and (name.startswith("enord_") or record._name.startswith("enord."))
        ]

    def walk(self, user):
        """Each menu, first record and link of this add-on.

        :return: what did not open
        :rtype: list[str]
        """
        wrong = []
        for name, action in self.menus(user).items():
            model = self.env[action.res_model].with_user(user)
            step = name
            try:
                [list_id] = [view_id for view_id, mode in action.sudo().views if mode == "list"]
                views = model.get_views([
                    (list_id, "list"), (action.sudo().search_view_id.id, "search"),
                ])
                fields = views["models"][model._name]["fields"]
                listed = specification(etree.fromstring(views["views"]["list"]["arch"]), fields)
                domain = [("enord_storefront_id", "!=", False)] if name == "Orders" else []
                model.web_search_read(domain, listed, limit=40)
                record = model.search(domain, limit=1)
                if not record:
                    self.assertFalse(
                        model.sudo().search(domain, limit=1), f"{name}: {user.login} sees none",
                    )
                    continue
                step = f"{name} > {record}"
                for linked in self.opens(record):
                    if linked.has_access("read"):
                        step = f"{name} > {record} > {linked}"
                        self.opens(linked)
            except AccessError as error:
                wrong.append(f"{user.login}: {step}: {str(error).splitlines()[0]}")
        return wrong

    def test_each_role_finds_its_menus(self):
        for role, user in self.users.items():
            with self.subTest(role):
                self.assertEqual(
                    set(self.menus(user)) & set(SEEN),
                    {name for name, roles in SEEN.items() if role in roles},
                )

    def test_every_menu_record_and_link_opens_for_every_role(self):
        for role, user in self.users.items():
            with self.subTest(role):
                self.assertFalse(self.walk(user))

    def test_forms_that_are_read_by_right_open_without_the_menu(self):
        records = (
            self.storefront, self.env["enord.reservation"].search([], limit=1),
            self.env["enord.api.transaction"].search([], limit=1),
            self.env["enord.api.transaction"].search([("kind", "=", "adjustment")], limit=1),
        )
        for role, user in self.users.items():
            for record in records:
                with self.subTest(role, record=record):
                    if self.env[record._name].with_user(user).has_access("read"):
                        self.opens(record.with_user(user))
