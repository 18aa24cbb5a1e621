"""A record of each model of these add-ons, and what each kind of user may do with it."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..orders_common import OrdersCommon
from .table import KINDS


class RightsCommon(OrdersCommon):

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
            self.assertTrue(sample, f"{model}: add a record of it to samples() in {__name__}")
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
