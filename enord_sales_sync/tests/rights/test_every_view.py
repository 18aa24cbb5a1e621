"""Every view of these add-ons renders for every kind of user who may read its model."""

from collections import defaultdict

from lxml import etree
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import datetime, safe_eval

from .screens_common import ScreensCommon, specification
from .table import KINDS, METHODS, kinds, rows

#: Users of several kinds, and of more than one.
MIXED = {
    "shopkeeper": ("sales", "stock"),
    "operations": (
        "online_user", "sales_manager", "stock", "stock.group_stock_manager",
        "product.group_product_manager",
    ),
    "bookkeeper": ("online_admin", "invoicing", "account.group_account_manager"),
}
#: Records of Odoo's own models that the add-on says something of.
OURS = {
    "sale.order": [("enord_storefront_id", "!=", False)],
    "account.move": [("enord_storefront_id", "!=", False)],
    "stock.picking": ["|", ("enord_reservation_id", "!=", False), ("sale_id", "!=", False)],
    "product.template": [("default_code", "=", "DRONE-X1-PRO-KIT")],
    "product.product": [("default_code", "=", "DRONE-X1-PRO-KIT")],
}
#: Of who has sent a test event, as the responsible user may: nobody else has its window.
OF_THEIR_OWN = {("enord.test.event", "action_send_again")}
#: Names that the domains and contexts of views use.
NAMES = {
    "self": "1", "raw_value": "1", "context_today": datetime.date.today, "datetime": datetime,
}
#: Kinds of views whose records the web client reads.
READ = ("form", "list", "kanban")


def of_view(arch):
    """What a view of ours names: ``{(tag, name)}``."""
    return {
        (node.tag, node.get("name"))
        for node in etree.fromstring(arch).iter("field", "button", "a", "filter")
        if node.get("name") and node.get("position") is None
    }


@tagged("post_install", "-at_install")
class TestEveryView(ScreensCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # who is a customer sees none of Odoo's views
        kinds_of = {kind: (kind,) for kind in KINDS if kind != "portal"} | MIXED
        cls.users = {
            name: (new_test_user(cls.env, f"views.{name}", ",".join(
                KINDS.get(kind, kind) for kind in several
            )), set(several))
            for name, several in kinds_of.items()
        }
        cls.may = rows(METHODS, cls.env.registry._init_modules)

    def setUp(self):
        super().setUp()
        self.env["enord.kept.data"].create({"day": "2026-03-20", "model": "enord.nothing"})
        self.env["product.attribute"].create({"name": "Colour"})
        self.env["product.document"].create({
            "name": "A picture", "res_model": "product.template",
            "res_id": self.drone.product_tmpl_id.id,
        })
        self.env.flush_all()

    def views(self):
        """``{view: what ours names}``; of those that extend another one, the one that they do."""
        found = defaultdict(set)
        ours = self.env["ir.model.data"].search([
            ("module", "=like", "enord_sales_sync%"), ("model", "=", "ir.ui.view"),
        ])
        for view in self.env["ir.ui.view"].browse(ours.mapped("res_id")):
            if view.type == "qweb":
                continue
            root = view
            while root.mode == "extension":
                root = root.inherit_id
            found[root] |= of_view(view.arch)
        return found

    def renders(self, view, ours, user):
        """Open a view as the web client does.

        :param ours: what of it is looked at; the rest is Odoo's
        """
        model = self.env[view.model].with_user(user)
        views = model.get_views([(view.id, view.type)], {"toolbar": True})
        fields = views["models"][view.model]["fields"]
        arch = etree.fromstring(views["views"][view.type]["arch"])
        if view.type in READ:
            read = {
                name: inner for name, inner in specification(arch, fields).items()
                if ("field", name) in ours
            }
            if model._auto:
                model.web_search_read(OURS.get(view.model, []), read, limit=5)
            if view.type == "form" and arch.get("create") not in ("0", "false") \
                    and model.has_access("create"):
                model.onchange({}, [], read)
        elif view.type == "search":
            self.searches(model, arch, ours)
        else:
            self.groups(model, arch)
        for node in arch.iter("button", "a"):
            if (node.tag, node.get("name")) in ours:
                self.leads_on(node, view.model, fields, user)

    def searches(self, model, arch, ours):
        names = {**NAMES, "uid": model.env.uid}
        for node in arch.iter("field", "filter"):
            if (node.tag, node.get("name")) not in ours:
                continue
            domain = node.get("domain") if node.tag == "filter" else node.get("filter_domain")
            if domain:
                model.search_count(safe_eval(domain, names))
            if group := safe_eval(node.get("context") or "{}", names).get("group_by"):
                model.formatted_read_group([], [group], ["__count"])
            if day := node.tag == "filter" and node.get("date"):
                model.formatted_read_group([], [f"{day}:month"], ["__count"])

    def groups(self, model, arch):
        groups, measures = [], ["__count"]
        for node in arch.iter("field"):
            if node.get("type") == "measure":
                measures.append(f"{node.get('name')}:sum")
            else:
                interval = node.get("interval")
                groups.append(node.get("name") + (f":{interval}" if interval else ""))
        model.formatted_read_group([], groups, measures)

    def leads_on(self, node, model, fields, user):
        """What is offered may be done: a method by the table, an action by its groups."""
        for outer in node.iterancestors("field"):
            model = fields[outer.get("name")]["relation"]
        name, theirs = node.get("name"), self.kinds_of(user)
        if (model, name) in OF_THEIR_OWN:
            return
        if node.get("type") == "object" and (model, name) in self.may:
            self.assertTrue(kinds(self.may[model, name]) & theirs, f"{model}.{name}")
        elif node.get("type") == "action":
            self.opens(self.env["ir.actions.actions"].browse(int(name)), user)

    def kinds_of(self, user):
        return next(theirs for known, theirs in self.users.values() if known == user)

    def opens(self, action, user):
        action = self.env[action.type].browse(action.id).sudo()
        self.assertTrue(
            not action.group_ids or action.group_ids & user.all_group_ids, action.name,
        )
        if action._name == "ir.actions.act_window":
            model = self.env[action.res_model].with_user(user)
            self.assertTrue(model.has_access("read"), f"{action.name}: {action.res_model}")
        return action

    def test_every_view_renders(self):
        views = self.views()
        self.assertGreater(len(views), 60)
        for name, (user, _kinds) in self.users.items():
            for view, ours in views.items():
                hidden = view.group_ids and not view.group_ids & user.all_group_ids
                if hidden or not self.env[view.model].with_user(user).has_access("read"):
                    continue
                with self.subTest(name, view=view.xml_id or view.key):
                    self.env.invalidate_all()
                    self.renders(view, ours, user)

    def test_there_is_a_record_of_every_model_that_is_read(self):
        for view in self.views():
            model = self.env[view.model]
            if view.type in READ and not model._transient and model._auto:
                with self.subTest(view.model):
                    self.assertTrue(model.search(OURS.get(view.model, []), limit=1))

    def test_every_menu_opens_what_may_be_read(self):
        for name, (user, _kinds) in self.users.items():
            menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
            for menu in menus.values():
                if not (menu["xmlid"] or "").startswith("enord_sales_sync") or not menu["actionID"]:
                    continue
                with self.subTest(name, menu=menu["name"]):
                    action = self.opens(
                        self.env["ir.actions.actions"].browse(menu["actionID"]), user,
                    )
                    if action._name == "ir.actions.server":
                        opened = action.with_user(user).run()
                        model, opens = opened["res_model"], opened["views"]
                    else:
                        model, opens = action.res_model, action.views
                        opens += [(action.search_view_id.id, "search")]
                    self.env[model].with_user(user).get_views(opens)
