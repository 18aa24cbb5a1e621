"""What this add-on keeps on Odoo's models is set by nobody else."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.rights.kept_fields import is_kept
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestKeptFields(OrdersCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(cls.env, "kept.sales", "sales_team.group_sale_salesman")
        cls.storekeeper = new_test_user(
            cls.env, "kept.stock", "stock.group_stock_manager,base.group_partner_manager",
        )
        cls.accountant = new_test_user(cls.env, "kept.account", "account.group_account_manager")
        cls.admin = new_test_user(
            cls.env, "kept.admin", "base.group_system,base.group_partner_manager,"
            "sales_team.group_sale_manager,account.group_account_manager,"
            "stock.group_stock_manager,enord_sales_sync.group_manager",
        )
        cls.customer = cls.env["res.partner"].create({"name": "A customer"})

    def order_of(self, user, **values):
        return self.env["sale.order"].with_user(user).create({
            "partner_id": self.customer.id,
            "order_line": [Command.create({"product_id": self.drone.id, "product_uom_qty": 1})],
            **values,
        })

    def forged(self, total):
        """What would have a confirmed order invoiced and paid."""
        return {
            "enord_storefront_id": self.storefront.id,
            "enord_payment_amount": total,
            "enord_payment_reference": "pay_FAKE",
            "enord_payment_method": "upi",
            "enord_payment_date": fields.Date.today(),
            "enord_invoice_due": fields.Datetime.now() - timedelta(minutes=1),
        }

    def assertKept(self, name, records, act):
        """The refusal names the field."""
        with self.assertRaises(AccessError) as caught:
            act()
        self.assertIn(f"({name})", str(caught.exception))
        self.assertIn(records._fields[name].string, str(caught.exception))
        self.env.invalidate_all()

    def test_a_salesperson_gets_no_paid_invoice_of_an_own_order(self):
        sale = self.order_of(self.salesman)
        sale.action_confirm()
        for name, value in self.forged(sale.amount_total).items():
            self.assertKept(name, sale, lambda name=name, value=value: sale.write({name: value}))
        self.env["sale.order"].sudo()._enord_cron_invoice()
        self.assertFalse(sale.sudo().invoice_ids)

    def test_jobs_and_payments_go_by_what_an_accepted_request_points_to(self):
        # as if it had been written past every check
        sale = self.order_of(self.salesman)
        sale.action_confirm()
        sale.sudo().write(self.forged(sale.amount_total))
        self.env["sale.order"].sudo()._enord_cron_invoice()
        self.assertFalse(sale.sudo().invoice_ids)
        with self.assertRaisesRegex(UserError, "no storefront"):
            sale.sudo().action_enord_invoice()
        invoice = sale.sudo()._create_invoices()
        invoice.action_post()
        self.assertFalse(sale.sudo().enord_payment_id)
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_nobody_binds_a_transfer_to_a_hold_nor_takes_it_away(self):
        hold = self.env["enord.reservation"].create({
            "storefront_id": self.storefront.id, "reference": "CART-1", "content_hash": "-",
            "expires_at": fields.Datetime.now() + timedelta(hours=1), "ended": "released",
        })
        delivery = self.env["stock.picking"].with_user(self.storekeeper).create({
            "picking_type_id": self.warehouse.out_type_id.id,
        })
        bound = delivery.sudo().copy({"enord_reservation_id": hold.id}).with_user(self.storekeeper)
        for picking, value in ((delivery, hold.id), (bound, False)):
            self.assertKept("enord_reservation_id", picking, lambda picking=picking, value=value: (
                picking.write({"enord_reservation_id": value})
            ))

    def test_an_administrator_of_everything_sets_them_no_more_than_others(self):
        for records, values in (
            (self.order_of(self.admin), {"enord_notices": [{"code": "x"}]}),
            (self.order_of(self.admin).order_line, {"enord_warehouse_id": self.warehouse.id}),
            (self.customer, {"enord_storefront_id": self.storefront.id}),
            (self.customer, {"enord_tax_id": "X"}),
            (self.warehouse, {"enord_hold_type_id": self.warehouse.out_type_id.id}),
            (self.warehouse.lot_stock_id, {"enord_holds": True}),
            (self.drone, {"enord_sku": "ANOTHER"}),
            (self.storefront, {"service_user_id": self.env.ref("base.user_admin").id}),
            (self.storefront, {"delivery_state": "paused"}),
            (self.storefront, {"previous_secret": "x" * 24}),
        ):
            records = records.with_user(self.admin)
            [name] = values
            with self.subTest(name):
                self.assertKept(name, records, lambda r=records, v=values: r.write(v))

    def test_creating_copying_importing_and_lines_are_no_way_in(self):
        sale = self.order_of(self.salesman)
        forged = {"enord_storefront_id": self.storefront.id}
        for act in (
            lambda: self.order_of(self.salesman, **forged),
            lambda: sale.copy(forged),
            lambda: sale.web_save(forged, {"id": {}}),
            lambda: self.env["account.move"].with_user(self.accountant).create({
                "move_type": "out_invoice", "partner_id": self.customer.id, **forged,
            }),
        ):
            self.assertKept("enord_storefront_id", sale, act)
        self.assertKept("enord_sku", sale.order_line, lambda: sale.write({"order_line": [
            Command.update(sale.order_line.id, {"enord_sku": "X"}),
        ]}))
        outcome = self.env["res.partner"].with_user(self.storekeeper).load(
            ["name", "enord_tax_id"], [["Imported", "123"]],
        )
        self.assertFalse(outcome["ids"])
        self.assertIn("enord_tax_id", str(outcome["messages"]))

    def test_default_values_of_a_context_or_a_user_do_not_get_through(self):
        defaults = {f"default_{name}": value for name, value in self.forged(1.0).items()}
        sales = self.env["sale.order"].with_user(self.salesman)
        self.env["ir.default"].with_user(self.salesman).set(
            "sale.order", "enord_payment_reference", "pay_FAKE", user_id=True,
        )
        for env in (sales.with_context(**defaults), sales.with_context(**defaults).sudo()):
            sale = env.create({"partner_id": self.customer.id})
            for name in self.forged(1.0):
                self.assertFalse(sale[name], name)
            self.assertFalse(set(self.forged(1.0)) & set(env.default_get(list(env._fields))))

    def test_what_odoo_itself_gives_them_stays(self):
        storefront = self.env["enord.storefront"].with_user(self.admin).with_context(
            default_delivery_state="paused",
        ).create({"name": "Another"})
        self.assertEqual(storefront.delivery_state, "running")
        self.assertTrue(storefront.prices_seen_at)

    def test_none_of_them_is_copied_with_its_record(self):
        """But where Odoo itself has to: parts of a kit, when their move is split."""
        copied = [
            str(field) for name, model in self.env.registry.items()
            if model._auto and not model._abstract and not name.startswith("enord.")
            for field in model._fields.values() if is_kept(field) and field.copy
        ]
        self.assertLessEqual(set(copied), {"stock.move.enord_kit_id"})

    def test_a_storefronts_customer_stays_one_when_staff_merge_cards(self):
        ours = self.env["res.partner"].create({
            "name": "Twice", "email": "a@example.com", "enord_storefront_id": self.storefront.id,
        })
        other = self.env["res.partner"].create({"name": "Twice", "email": "a@example.com"})
        self.env["base.partner.merge.automatic.wizard"].with_user(self.storekeeper)._merge(
            (ours | other).ids, other.with_user(self.storekeeper),
        )
        self.assertEqual(other.enord_storefront_id, self.storefront)

    def test_staff_go_on_editing_what_is_theirs(self):
        for records, values in (
            (self.drone, {"enord_mrp": 1.0, "default_code": "OTHER"}),
            (self.drone.product_tmpl_id, {"enord_group_id": "G", "enord_tax_code": "8525"}),
            (self.warehouse, {"enord_location_code": "WH-X"}),
            (self.warehouse.lot_stock_id, {"enord_internal_use": False}),
            (self.storefront, {"safety_stock": 3, "name": "Ours"}),
        ):
            records = records.with_user(self.admin)
            records.write(values)
            for name, value in values.items():
                self.assertEqual(records[name], value)

    def test_an_accountant_posts_and_pays_an_online_invoice(self):
        self.storefront.invoice_policy = "draft"
        self.post("BY-HAND", payment={"reference": "pay_1", "method": "upi", "amount": 46000.0})
        sale = self.sale("BY-HAND").with_user(self.accountant)
        sale.invoice_ids.action_post()
        self.assertEqual(sale.enord_payment_id.amount, 46000.0)

    def test_an_accountant_tries_again_what_failed_and_a_salesperson_does_not(self):
        journal = self.storefront.payment_journal_id
        self.storefront.payment_journal_id = False
        self.post("FAILED", payment={"reference": "pay_2", "method": "upi", "amount": 46000.0})
        sale = self.sale("FAILED")
        self.assertTrue(sale.enord_invoice_error)
        sale.user_id = self.salesman
        self.storefront.payment_journal_id = journal
        with self.assertRaises(AccessError):
            sale.with_user(self.salesman).action_enord_invoice()
        sale.with_user(self.accountant).action_enord_invoice()
        self.assertFalse(sale.enord_invoice_error)
        self.assertTrue(sale.enord_payment_id)
