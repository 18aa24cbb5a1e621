from odoo.tests import new_test_user, tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestOwnWindows(SalesSyncCommon):
    """What a window has shown to one user is no other user's, of another company least of all."""

    def values(self, model, records):
        """What a record of a transient model needs at least."""
        made = {}
        for name, field in model._fields.items():
            if field.type == "many2one" and field.comodel_name in records:
                made[name] = records[field.comodel_name].id
            elif field.required and field.store and field.type == "selection":
                made[name] = field.get_values(self.env)[0]
            elif field.required and field.store and field.type == "char":
                made[name] = "X"
        return made

    def test_they_are_read_by_who_opened_them_alone(self):
        groups = "enord_sales_sync.group_manager,stock.group_stock_user"
        maker, other = (new_test_user(self.env, f"online.{name}", groups) for name in "ab")
        records = {
            "enord.storefront": self.storefront, "product.product": self.drone,
            "stock.warehouse": self.warehouse, "res.partner": self.company.partner_id,
        }
        names = sorted(
            name for name, model in self.env.items()
            if name.startswith("enord.") and model._transient and model._auto
        )
        self.assertIn("enord.test.event", names)
        for name in names:
            model = self.env[name].with_user(maker).sudo()
            made = records[name] = model.create(self.values(model, records))
            with self.subTest(model=name):
                self.assertTrue(made.with_user(maker).has_access("read"))
                self.assertFalse(made.with_user(other).has_access("read"))
