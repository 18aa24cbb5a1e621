from datetime import timedelta

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..orders_common import PATH, OrdersCommon


@tagged("post_install", "-at_install")
class TestWaitingOrders(OrdersCommon):
    """Who has their turn records those who wait for the same products, too.

    That a request waits is played here by its row; ``e2e/test_waiting_orders.py`` has real ones.
    """

    def setUp(self):
        super().setUp()
        self.drone = self._make_product("DRONE", 100.0, (10, 0))
        self.guard = self._make_product("GUARD", 10.0, (10, 0))

    def buy(self, reference="FIRST", *lines, **values):
        return self.post(
            reference, line_items=self.lines(*(lines or [("DRONE", 1, 100)])), **values,
        )

    def told(self, reference, *lines, **values):
        """What the request that has waited is told, once somebody else has recorded its order."""
        response = self.call("POST", PATH, self.order(
            reference, line_items=self.lines(*(lines or [("DRONE", 1, 100)])), **values,
        ))
        self.assertEqual(response.status_code, 200)
        return response.json()

    def invoice_states(self, *references):
        return [self.sale(reference).invoice_ids.mapped("state") for reference in references]

    def test_an_order_that_waits_is_recorded_along_with_the_next_one(self):
        waiting = self.wait("WAITS", ("DRONE", 2, 100), customer={"email": "waits@example.com"})
        self.buy(customer={"email": "first@example.com"})
        self.assertFalse(waiting.exists())
        self.assertEqual(self.invoice_states("FIRST", "WAITS"), [["posted"], []])
        self.told("WAITS", ("DRONE", 2, 100), customer={"email": "waits@example.com"})
        self.assertEqual(self.invoice_states("FIRST", "WAITS"), [["posted"], ["posted"]])
        self.assertEqual(self.sale("WAITS").order_line._enord_reserved_quantity(), 2)
        self.assertEqual(self.sale("WAITS").partner_id.email, "waits@example.com")
        self.assertEqual(self.sellable(self.drone), [7, 0])

    def test_its_answer_is_that_of_an_order_alone(self):
        alone = self.buy("ALONE", ("DRONE", 1, 100), ("GUARD", 2, 7.5), shipping_charge=30)
        self.wait("WAITS", ("DRONE", 1, 100), ("GUARD", 2, 7.5), shipping_charge=30)
        self.buy()
        answer = self.told("WAITS", ("DRONE", 1, 100), ("GUARD", 2, 7.5), shipping_charge=30)
        for one in (alone, answer):
            one.pop("transaction_id")
            one["order"].pop("name")
            one["invoice"].pop("name")
        self.assertEqual(answer, alone)

    def test_each_document_says_from_which_order_it_came(self):
        self.wait("WAITS")
        self.buy()
        self.told("WAITS")
        first, waits = self.sale("FIRST"), self.sale("WAITS")
        for sale, other in ((first, waits), (waits, first)):
            for document in (sale.picking_ids, sale.invoice_ids):
                notes = " ".join(document.message_ids.mapped("body"))
                self.assertEqual(notes.count(f"> {sale.name}<"), 1, notes)
                self.assertNotIn(other.name, notes)

    def test_two_of_one_customer_have_one_partner_and_two_invoices(self):
        same = {"email": "same@example.com"}
        self.wait("WAITS", customer=same)
        self.buy(customer=same)
        self.told("WAITS", customer=same)
        first, waits = self.sale("FIRST"), self.sale("WAITS")
        self.assertEqual(first.partner_id, waits.partner_id)
        self.assertEqual(len(first.invoice_ids | waits.invoice_ids), 2)
        self.assertEqual(len(first.picking_ids | waits.picking_ids), 2)

    def test_the_last_unit_is_sold_once(self):
        waiting = self.wait("WAITS", ("DRONE", 1, 100))
        self.buy("FIRST", ("DRONE", 10, 100))
        self.assertFalse(self.sale("WAITS"))
        self.assertTrue(waiting.exists(), "its own request tells its customer")

    def test_what_the_first_of_those_who_wait_takes_the_second_does_not_get(self):
        self.wait("WAITS-1", ("DRONE", 5, 100))
        self.wait("WAITS-2", ("DRONE", 5, 100))
        self.wait("WAITS-3", ("DRONE", 4, 100))
        self.buy("FIRST", ("DRONE", 1, 100))
        self.assertEqual(
            [bool(self.sale(f"WAITS-{number}")) for number in (1, 2, 3)], [True, False, True]
        )

    @mute_logger("odoo.addons.enord_sales_sync.models.orders.online_order")
    def test_one_that_fails_does_not_hold_up_the_one_that_took_it_along(self):
        waiting = self.wait("WAITS", total_amount=1)
        self.assertEqual(self.buy()["invoice"]["state"], "posted")
        self.assertFalse(self.sale("WAITS"))
        self.assertFalse(waiting.exists(), "nobody else tries it; its own request is told")

    @mute_logger("odoo.addons.enord_sales_sync.models.orders.online_order")
    def test_those_who_are_taken_along_do_not_suffer_from_the_one_that_fails(self):
        waiting = self.wait("WAITS")
        response = self.call("POST", PATH, self.order(
            "FIRST", line_items=self.lines(("DRONE", 1, 100)), total_amount=1,
        ))
        self.assertProblem(response, 422, "total_differs", "/total_amount")
        self.assertFalse(self.sale("WAITS"))
        self.buy("SECOND")
        self.assertTrue(self.sale("WAITS"))
        self.assertFalse(waiting.exists())

    def test_who_is_refused_is_refused_at_once_though_others_wait(self):
        waiting = self.wait("WAITS")
        with self.assertNoLogs("odoo.addons.enord_sales_sync.models", "INFO"):
            response = self.call("POST", PATH, self.order(
                "FIRST", line_items=self.lines(("DRONE", 11, 100)),
            ))
        self.assertEqual(response.status_code, 409)
        self.assertTrue(waiting.exists())

    def test_what_fails_together_is_written_to_the_log(self):
        self.wait("WAITS", total_amount=1)
        logger = "odoo.addons.enord_sales_sync.models.orders.online_order"
        with self.assertLogs(logger, "WARNING") as log:
            self.buy()
        self.assertIn("Order FIRST and 1 others cannot be recorded together", log.output[0])

    def test_one_whose_caller_has_been_sent_away_is_left(self):
        waiting = self.wait("WAITS")
        waiting.since = self.env.cr.now() - timedelta(seconds=11)
        self.buy()
        self.assertFalse(self.sale("WAITS"))
        waiting._cron_forget()
        self.assertTrue(waiting.exists())
        waiting.since = self.env.cr.now() - timedelta(seconds=16)
        waiting._cron_forget()
        self.assertFalse(waiting.exists())

    def test_one_that_needs_what_somebody_else_has_locked_is_left(self):
        self.wait("WAITS", ("DRONE", 1, 100), ("GUARD", 1, 10))
        other = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(other.close)
        self.addCleanup(other.execute, "SELECT pg_advisory_unlock_all()")
        [lock] = self.guard._enord_locks(self.company)
        other.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        self.buy()
        self.assertFalse(self.sale("WAITS"))
        self.env.cr.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_one_of_other_products_is_recorded_too_where_nobody_has_them(self):
        self.wait("WAITS", ("GUARD", 1, 10))
        self.buy()
        self.assertTrue(self.sale("WAITS"))

    def test_another_storefronts_is_left(self):
        other = self.storefront.copy({"name": "Other"})
        self.wait("WAITS", storefront=other)
        self.buy()
        self.assertFalse(self.sale("WAITS"))

    def test_one_that_this_version_cannot_read_is_left(self):
        waiting = self.wait("WAITS")
        waiting.content = "{}"
        self.buy()
        self.assertTrue(waiting.exists())

    def test_the_same_order_twice_is_recorded_once(self):
        self.wait("FIRST")
        first, second = self.wait("WAITS"), self.wait("WAITS")
        self.buy("FIRST")
        self.assertEqual([len(self.sale(name)) for name in ("FIRST", "WAITS")], [1, 1])
        self.assertFalse(first.exists())
        self.assertTrue(second.exists(), "its request gets the first answer again")

    def test_an_invoice_that_fails_is_made_later_and_the_others_now(self):
        self.wait("WAITS", customer={"name": "Not To Be Invoiced"})
        original = self.env.registry["sale.order"]._enord_check_total

        def refuse(order):
            if order.partner_id.name == "Not To Be Invoiced":
                order.env.cr.execute("SELECT 1 / 0", log_exceptions=False)
            return original(order)

        self.patch(self.env.registry["sale.order"], "_enord_check_total", refuse)
        with self.assertLogs("odoo.addons.enord_sales_sync.models.invoicing.invoice", "WARNING"):
            self.buy()
            self.assertIsNone(
                self.told("WAITS", customer={"name": "Not To Be Invoiced"})["invoice"]
            )
        self.assertEqual(self.invoice_states("FIRST", "WAITS"), [["posted"], []])
        self.assertTrue(self.sale("WAITS").enord_invoice_due)
