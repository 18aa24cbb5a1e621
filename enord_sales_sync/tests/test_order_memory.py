from odoo.fields import Command
from odoo.tests import tagged

from ..models.order_memory import MEMORY, Memory
from ..models.quiet_documents import origins_at_once
from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestOrderMemory(OrdersCommon):
    """What is looked up once while orders are recorded comes to the same as Odoo looking again."""

    def test_analytic_rules_apply(self):
        account = self.env["account.analytic.account"].create({
            "name": "Drones", "plan_id": self.env["account.analytic.plan"].create({
                "name": "Ranges",
            }).id,
        })
        self.env["account.analytic.distribution.model"].create({
            "product_id": self.drone.id, "analytic_distribution": {account.id: 100},
        })
        self.post()
        sale = self.sale()
        for lines in (sale.order_line, sale.invoice_ids.invoice_line_ids):
            self.assertEqual(
                {line.product_id: line.analytic_distribution for line in lines},
                {self.drone: {str(account.id): 100}, self.guard: False},
            )

    def test_an_invoice_in_a_foreign_currency_is_booked_at_the_rate_of_the_day(self):
        foreign = self.env["res.currency"].create({
            "name": "FOR", "symbol": "F", "rate_ids": [Command.create({
                "rate": 4, "name": "2020-01-01",
            })],
        })
        self.storefront.pricelist_id = self.env["product.pricelist"].create({
            "name": "Abroad", "currency_id": foreign.id,
        })
        answer = self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 2, 100)))
        self.assertEqual(answer["currency"], "FOR")
        line = self.sale().invoice_ids.invoice_line_ids
        self.assertEqual((line.amount_currency, line.balance), (-200, -50))

    def test_the_amounts_of_an_invoice_are_written_once(self):
        written = []
        write = self.env.registry["account.move.line"].write

        def note(lines, vals):
            written.extend(vals)
            return write(lines, vals)

        self.patch(self.env.registry["account.move.line"], "write", note)
        self.post()
        lines = self.sale().invoice_ids.invoice_line_ids
        self.assertEqual(lines.mapped("balance"), [-45000, -1000])
        self.assertNotIn("balance", written)

    def test_a_line_that_comes_to_something_else_on_the_invoice_is_booked_as_that(self):
        prepare = self.env.registry["sale.order.line"]._prepare_invoice_line
        self.patch(
            self.env.registry["sale.order.line"], "_prepare_invoice_line",
            lambda line, **values: {**prepare(line, **values), "quantity": 2, "price_unit": 7},
        )
        self.storefront.invoice_policy = "background"
        self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 4, 100)))
        invoice = self.sale().with_context(**{MEMORY: Memory()})._create_invoices()
        self.assertEqual(invoice.amount_total, 14)
        self.assertEqual(sorted(invoice.line_ids.mapped("balance")), [-14, 14])

    def test_an_order_has_one_reference_and_an_add_ons_stays(self):
        self.post("FIRST")
        self.assertEqual(self.sale("FIRST").stock_reference_ids.mapped("name"),
                         self.sale("FIRST").mapped("name"))
        create = self.env.registry["sale.order"].create
        other = self.env["stock.reference"].create({"name": "OTHER"})

        def with_another(orders, vals_list):
            return create(orders, [
                {**vals, "stock_reference_ids": [Command.link(other.id)]} for vals in vals_list
            ])

        self.patch(self.env.registry["sale.order"], "create", with_another)
        self.post("SECOND")
        self.assertEqual(self.sale("SECOND").stock_reference_ids, other)
        self.assertEqual(self.sale("SECOND").picking_ids.move_ids.reference_ids, other)

    def test_the_notes_of_one_block_are_not_those_of_another(self):
        self.post()
        sale = self.sale()
        with origins_at_once(sale) as _nothing_noted:
            pass
        with origins_at_once(sale) as noted:
            noted.message_post_with_source(
                "mail.message_origin_link", subtype_xmlid="mail.mt_note",
                render_values={"self": noted, "origin": noted.partner_id},
            )
        self.assertIn(sale.partner_id.name, sale.message_ids[0].body)

    def test_transfers_of_several_orders_are_joined_where_an_add_on_says_so(self):
        def of_the_same_customer(move):
            return [("partner_id", "=", move.partner_id.id), ("state", "!=", "done")]

        self.patch(
            self.env.registry["stock.move"], "_search_picking_for_assignation_domain",
            of_the_same_customer,
        )
        for reference in ("FIRST", "SECOND"):
            self.post(reference)
        self.assertEqual(len((self.sale("FIRST") | self.sale("SECOND")).picking_ids), 1)


@tagged("post_install", "-at_install")
class TestQuantMemory(OrdersCommon):
    """Quants of a product, gathered once."""

    def setUp(self):
        super().setUp()
        self.Quant = self.env["stock.quant"].sudo().with_context(**{MEMORY: Memory()})
        self.shelf = self.warehouse.lot_stock_id

    def gather(self):
        return self.Quant._gather(self.drone, self.shelf)

    def statements(self, work):
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def test_reserving_asks_no_more(self):
        quant = self.gather()
        quant.reserved_quantity += 1
        with self.assertQueryCount(0, flush=False):
            self.assertEqual(self.gather(), quant)

    def test_other_questions_have_other_answers(self):
        shelf = self.gather()
        box, owner = self.env["stock.location"].create({
            "name": "Box", "location_id": self.shelf.id,
        }), self.env["res.partner"].create({"name": "Owner"})
        boxed, owned = self.Quant.create([
            {"product_id": self.drone.id, "location_id": box.id, "quantity": 1},
            {"product_id": self.drone.id, "location_id": self.shelf.id, "quantity": 1,
             "owner_id": owner.id},
        ])
        for _again in range(2):
            self.assertEqual(self.gather(), shelf | boxed | owned)
            self.assertEqual(self.Quant._gather(self.drone, self.shelf, strict=True), shelf)
            self.assertEqual(self.Quant._gather(
                self.drone, self.shelf, owner_id=owner, strict=True,
            ), owned)
            self.assertEqual(self.Quant._gather(self.guard, self.shelf).product_id, self.guard)

    def test_a_quant_that_is_made_or_moved_or_ends_is_seen(self):
        first = self.gather()
        box = self.env["stock.location"].create({"name": "Box", "location_id": self.shelf.id})
        second = self.Quant.create({
            "product_id": self.drone.id, "location_id": box.id, "quantity": 1,
        })
        self.assertEqual(self.gather(), first | second)
        second.location_id = self.second_warehouse.lot_stock_id
        self.assertEqual(self.gather(), first)
        second.location_id = box
        self.gather()
        second.with_context(inventory_mode=True).unlink()
        self.assertEqual(self.gather(), first)

    def test_the_older_one_goes_first(self):
        first = self.gather()
        box = self.env["stock.location"].create({"name": "Box", "location_id": self.shelf.id})
        second = self.Quant.create({
            "product_id": self.drone.id, "location_id": box.id, "quantity": 1,
        })
        self.assertEqual(self.gather().ids, [first.id, second.id])
        first.in_date = "2999-01-01 00:00:00"
        self.assertEqual(self.gather().ids, [second.id, first.id])

    def test_what_a_savepoint_takes_back_is_forgotten(self):
        first = self.gather()
        box = self.env["stock.location"].create({"name": "Box", "location_id": self.shelf.id})
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.Quant.create({
                "product_id": self.drone.id, "location_id": box.id, "quantity": 1,
            })
            self.assertEqual(len(self.gather()), 2)
            raise ZeroDivisionError
        self.assertEqual(self.gather(), first)

    def test_what_is_locked_is_not_locked_again(self):
        quant = self.gather()
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.Quant._enord_lock(self.drone, self.warehouse)
            self.assertEqual(self.statements(quant.try_lock_for_update), 0)
            self.assertEqual(quant.try_lock_for_update(limit=1), quant)
            # of two of which one is locked, the other one must be
            other = self.Quant._gather(self.guard, self.shelf)
            self.assertEqual(self.statements((quant | other).try_lock_for_update), 1)
            raise ZeroDivisionError
        # the savepoint has given the lock back
        self.assertEqual(self.statements(quant.try_lock_for_update), 1)
