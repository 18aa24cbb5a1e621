"""Every field and method of these add-ons as every kind of user, against :mod:`.table`."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.rights.kept_fields import ADDONS, is_kept
from ..orders_common import OrdersCommon
from .table import FIELDS, HIDDEN, KINDS, METHODS, MODELS, kinds, rows

HERE = "tests/rights/table.py"
NOT_THEIRS = ("kept", "shown", "made")


def is_ours(cls):
    return cls.__module__.startswith(f"odoo.addons.{ADDONS}")


def our_fields(registry):
    """``{(model, name): field}`` of what these add-ons have defined, on models with a table."""
    return {
        (name, field.name): field
        for name, model in registry.items() if model._auto and not model._abstract
        for field in model._fields.values()
        if not field.inherited and field.name not in MAGIC_COLUMNS
        and (field._modules or ("",))[0].startswith(ADDONS)
    }


def our_methods(registry):
    """``{(model, name)}`` of what can be called over RPC and Odoo itself does not have."""
    found = set()
    for name, model in registry.items():
        if model._abstract:
            continue
        for cls in filter(is_ours, model.__mro__):
            found |= {
                (name, method) for method, member in vars(cls).items()
                if not method.startswith("_") and callable(member)
                and not getattr(member, "_api_private", False)
                and not any(
                    method in vars(above) for above in model.__mro__
                    if not is_ours(above)
                )
            }
    return found


def row_of(field):
    """What the row of a new field is likely to be."""
    if not field.store and field.readonly:
        return "shown"
    if is_kept(field):
        return "kept"
    return "staff"


def required(record):
    """Values without which there is no such record."""
    return {
        field.name: field.convert_to_write(record[field.name], record)
        for field in record._fields.values() if field.required
    }


@tagged("post_install", "-at_install")
class TestRightsTable(OrdersCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            kind: new_test_user(cls.env, f"table.{kind}", groups) for kind, groups in KINDS.items()
        }

    def setUp(self):
        super().setUp()
        self.post("TABLE-1", payment={"reference": "p1", "method": "upi", "amount": 46000.0})
        self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "DRONE-X1-PRO-KIT", "quantity": 1}],
        })
        self.call("GET", "/api/inventory/availability?sku=no")
        self.recorded()
        self.env.flush_all()
        self.known = self.samples()

    def rows(self, table):
        return rows(table, self.env.registry._init_modules)

    def samples(self):
        """A record of each model that has fields or methods of ours, where the first one will not
        do or there is none."""
        Storefront = {"storefront_id": self.storefront.id}
        sale = self.sale("TABLE-1")
        check = self.env["enord.stock.check"].create(Storefront)
        return {
            "enord.stock.check": check,
            "enord.stock.difference": self.env["enord.stock.difference"].create({
                "check_id": check.id, "kind": "missing", "sku": "GONE",
            }),
            "enord.storefront": self.storefront,
            "sale.order": sale,
            "sale.order.line": sale.order_line[:1],
            "account.move": sale.invoice_ids,
            "stock.picking": sale.picking_ids,
            "enord.kept.data": self.env["enord.kept.data"].create({
                "day": "2026-03-20", "model": "enord.nothing",
            }),
            "enord.comparison": self.env["enord.comparison"].create(Storefront),
            "enord.incident": self.env["enord.incident"].create({
                **Storefront, "kind": "dead", "began_at": fields.Datetime.now(),
            }),
            "enord.told.hour": self.env["enord.told.hour"].create({
                **Storefront, "begins": fields.Datetime.now(), "told": [[], [], 0, 0],
            }),
            "stock.lot": self.env["stock.lot"].create({
                "name": "LOT-1",
                "product_id": self.env["product.product"].create({
                    "name": "In lots", "is_storable": True, "tracking": "lot",
                }).id,
            }),
            "product.attribute": self.env["product.attribute"].create({"name": "Colour"}),
            "product.document": self.env["product.document"].create({
                "name": "A picture", "res_model": "product.template",
                "res_id": self.drone.product_tmpl_id.id,
            }),
            "stock.warehouse": self.warehouse,
            "stock.location": self.warehouse.lot_stock_id,
            "product.product": self.drone,
            "product.template": self.drone.product_tmpl_id,
            "res.partner": sale.partner_id,
            # windows are each user's own
            "enord.api.key.wizard": Storefront,
            "enord.erase.wizard": {"partner_id": sale.partner_id.id},
            "enord.internal.use": {
                "product_id": self.drone.id, "warehouse_id": self.warehouse.id,
            },
            "enord.replay.wizard": Storefront,
            "enord.resync.wizard": Storefront,
            "enord.secret.wizard": Storefront,
            "enord.connecting": Storefront,
            "enord.connecting.line": lambda user: self.env["enord.connecting.line"].with_user(
                user
            ).create({
                "connecting_id": self.env["enord.connecting"].with_user(user).create(Storefront).id,
                "code": "published", "state": "ok", "name": "Published",
                "action": {"type": "ir.actions.act_window_close"},
            }),
            "enord.test.event": Storefront,
            "res.config.settings": {},
            # rows of one that the add-on makes for a user
            "enord.online.place": lambda user: self.env["enord.online.place"].with_user(
                user
            ).sudo().create({
                **Storefront, "product_id": self.drone.id, "warehouse_id": self.warehouse.id,
                "step": "in_step",
            }),
        }

    def sample(self, model, user):
        """The record as a user sees it; a window's is made by the user.

        :raise AccessError: where the user may not even make it
        """
        sample = self.known.get(model)
        if sample is None:
            sample = self.env[model].search([], limit=1)
            self.assertTrue(sample, f"{model}: add a record of it to samples() in this file")
        if callable(sample):
            sample = sample(user)
        elif isinstance(sample, dict):
            sample = self.env[model].with_user(user).create(sample)
        return sample.with_user(user)

    def may(self, user, act):
        """Whether a user gets through to what a method or a field does; nothing stays of it."""
        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint(), mute_logger("odoo.addons.base.models.ir_model"):
                try:
                    act(user)
                    self.env.flush_all()
                    allowed = True
                except UserError as error:
                    # another one: the record is not in a state for it
                    allowed = not isinstance(error, AccessError)
                raise Undo
        except Undo:
            self.env.invalidate_all()
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
        return allowed

    def assertRows(self, table, found, suggest):
        """A row for each, and no row too many."""
        missing = [
            f"{model} | {suggest(model, name)} | {name}"
            for model, name in sorted(set(found) - set(table))
        ]
        self.assertFalse(missing, f"rows to add to {HERE} (who may?):\n" + "\n".join(missing))
        self.assertFalse(set(table) - set(found), f"rows of {HERE} that nothing stands behind")

    def test_every_field_has_a_row(self):
        found = our_fields(self.env.registry)
        self.assertRows(self.rows(FIELDS), found, lambda *key: row_of(found[key]))

    def test_every_method_has_a_row(self):
        self.assertRows(self.rows(METHODS), our_methods(self.env.registry), lambda *key: "none")

    def test_every_model_has_a_row(self):
        found = {
            (name, "read") for name, model in self.env.registry.items()
            if name.startswith("enord.") and not model._abstract
        }
        self.assertRows(self.rows(MODELS), found, lambda *key: "none")

    def test_a_field_is_what_its_row_says(self):
        """Kept ones are protected, and computed ones have nothing to write to."""
        found = our_fields(self.env.registry)
        for (model, name), who in self.rows(FIELDS).items():
            field = found[model, name]
            with self.subTest(f"{model}.{name}"):
                self.assertEqual(
                    is_kept(field) and not self.env[model]._transient, who == "kept",
                )
                if who == "shown":
                    self.assertTrue(not field.store and field.readonly and not field.inverse)

    def test_only_those_of_its_row_set_a_field(self):
        for (model, name), who in self.rows(FIELDS).items():
            if who == "shown":
                continue
            for kind, user in self.users.items():
                def act(user, model=model, name=name):
                    if self.env[model]._transient:
                        known = self.known[model]
                        values = known if isinstance(known, dict) else required(
                            self.sample(model, user)
                        )
                        self.env[model].with_user(user).create({
                            **values, name: self.value(model, name),
                        })
                    else:
                        self.sample(model, user).write({name: self.value(model, name)})

                with self.subTest(f"{model}.{name}", user=kind):
                    self.assertEqual(self.may(user, act), self.expected(model, who, user, kind))

    def value(self, model, name):
        """What is there already, so that nothing follows from writing it."""
        record = self.sample(model, self.env.ref("base.user_root"))
        return record._fields[name].convert_to_write(record[name], record)

    def expected(self, model, who, user, kind):
        if who in NOT_THEIRS:
            return False
        if who == "staff":
            return self.sample(model, user).has_access("write")
        return kind in kinds(who)

    def test_nobody_makes_a_record_with_what_is_kept(self):
        user = self.users["everything"]
        for (model, name), who in self.rows(FIELDS).items():
            if who != "kept" or self.env[model]._fields[name].copy:
                continue
            # Odoo makes its locations before a warehouse
            values = {"name": "A", "code": "A"} if model == "stock.warehouse" else {}
            values[name] = self.value(model, name)
            with self.subTest(f"{model}.{name}"):
                self.assertFalse(self.may(user, lambda user, model=model, values=values: (
                    self.env[model].with_user(user).create(values)
                )))

    def test_only_those_of_its_row_call_a_method(self):
        self.patch(
            self.env.registry["enord.test.event"], "_send",
            lambda _self, storefront: storefront.check_access("write"),
        )
        for (model, name), who in self.rows(METHODS).items():
            for kind, user in self.users.items():
                with self.subTest(f"{model}.{name}", user=kind):
                    self.assertEqual(
                        self.may(user, lambda user, model=model, name=name: (
                            getattr(self.sample(model, user), name)()
                        )), kind in kinds(who),
                    )

    def test_only_those_of_its_row_read_a_model_and_nobody_makes_or_deletes_its_records(self):
        for (model, _read), who in self.rows(MODELS).items():
            if self.env[model]._transient:
                continue
            for kind, user in self.users.items():
                with self.subTest(model, user=kind):
                    self.assertEqual(
                        self.may(user, lambda user, model=model: (
                            self.env[model].with_user(user).search([], limit=1).mapped("id")
                        )), kind in kinds(who),
                    )
                    for right in ("write", "create", "unlink"):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(right),
                            model == "enord.storefront" and kind in ("online_admin", "everything"),
                        )

    def test_what_is_hidden_is_read_by_those_of_its_row_alone(self):
        found = {
            key for key, field in our_fields(self.env.registry).items() if field.groups
        }
        self.assertRows(self.rows(HIDDEN), found, lambda *key: "none")
        for (model, name), who in self.rows(HIDDEN).items():
            for kind, user in self.users.items():
                with self.subTest(f"{model}.{name}", user=kind):
                    self.assertEqual(
                        self.may(user, lambda user, model=model, name=name: (
                            self.sample(model, user).read([name])
                        )), kind in kinds(who),
                    )
