from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestAccess(SalesSyncCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "online.user", "enord_sales_sync.group_user")
        cls.manager = new_test_user(cls.env, "online.admin", "enord_sales_sync.group_manager")
        cls.nobody = new_test_user(cls.env, "plain.user", "base.group_user")
        cls.salesman = new_test_user(cls.env, "sales.user", "sales_team.group_sale_salesman")
        cls.storekeeper = new_test_user(cls.env, "stock.user", "stock.group_stock_user")

    def test_only_administrators_set_up_storefronts(self):
        with self.assertRaises(AccessError):
            self.storefront.with_user(self.user).name = "Mine"
        self.storefront.with_user(self.manager).name = "Ours"

    def test_only_administrators_see_the_secret_and_make_keys(self):
        with self.assertRaises(AccessError):
            self.storefront.with_user(self.user).read(["webhook_secret"])
        with self.assertRaises(AccessError):
            self.storefront.with_user(self.user)._generate_api_key()
        with self.assertRaises(AccessError):
            self.storefront.with_user(self.user).action_revoke_api_keys()
        self.assertTrue(self.storefront.with_user(self.manager)._generate_api_key())

    def test_events_cannot_be_forged_nor_deleted(self):
        self._put(self.drone, self.warehouse, 1)
        event = self.recorded()
        for user in (self.user, self.manager):
            as_user = event.with_user(user)
            with self.assertRaises(AccessError):
                as_user.write({"body": "{}"})
            with self.assertRaises(AccessError):
                as_user.unlink()
            with self.assertRaises(AccessError):
                as_user.create({
                    "storefront_id": self.storefront.id, "event_type": "inventory.change",
                    "key": "stock:1:1",
                })

    def test_users_send_an_event_again(self):
        self._put(self.drone, self.warehouse, 1)
        event = self.recorded()
        event.state = "dead"
        event.with_user(self.user).action_send_again()
        self.assertEqual(event.state, "pending")

    def test_others_see_no_events(self):
        with self.assertRaises(AccessError):
            self.env["enord.webhook.event"].with_user(self.nobody).search([])

    def test_the_user_behind_the_keys_can_do_nothing(self):
        service = self.storefront.service_user_id
        self.assertEqual(service.all_group_ids, self.env.ref("enord_sales_sync.group_service"))
        for model in ("res.partner", "sale.order", "product.product", "stock.quant",
                      "enord.storefront", "enord.webhook.event", "res.users"):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(service).search([]).mapped("create_uid.login")

    def test_staff_without_the_app_work_with_online_orders(self):
        sale = self.env["sale.order"].create({
            "partner_id": self.env.ref("base.partner_admin").id,
            "enord_storefront_id": self.storefront.id,
            "user_id": self.salesman.id,
        })
        self.assertTrue(
            sale.with_user(self.salesman).web_read({"enord_storefront_id": {"fields": {
                "display_name": {},
            }}})
        )

    def test_staff_without_the_app_move_stock(self):
        picking = self.env["stock.picking"].with_user(self.storekeeper).create({
            "picking_type_id": self.warehouse.out_type_id.id,
            "move_ids": [(0, 0, {
                "product_id": self.drone.id, "product_uom_qty": 1,
                "product_uom": self.drone.uom_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            })],
        })
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(self.told(self.recorded()),
                         {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "SALE"})
