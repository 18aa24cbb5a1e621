"""Every field and method of these add-ons as every kind of user, against :mod:`.table`."""

from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from ...models.rights.kept_fields import ADDONS, is_kept
from .rights_common import RightsCommon
from .table import FIELDS, HIDDEN, METHODS, MODELS, kinds, rows

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
class TestRightsTable(RightsCommon):

    def rows(self, table):
        return rows(table, self.env.registry._init_modules)

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
