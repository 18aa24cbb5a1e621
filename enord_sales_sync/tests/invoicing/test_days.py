from datetime import date, datetime

from freezegun import freeze_time
from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

#: The first minutes of April in India, and the first hours of a fiscal year.
MOMENT = "2027-03-31 19:00:00"
FIRST_OF_APRIL = date(2027, 4, 1)


@tagged("post_install", "-at_install")
class TestDays(OrdersCommon):
    """Days are days where the company is, whoever works: a request, a job, a user of the API."""

    def setUp(self):
        super().setUp()
        self.storefront.tz = "Asia/Kolkata"

    def order_at_night(self, reference="NIGHT", **changes):
        payment = {"reference": reference, "method": "upi", "amount": 46000.0}
        with freeze_time(MOMENT):
            self.post(reference, transaction_date="2027-04-01T00:25:00+05:30", payment=payment,
                      **changes)
        return self.sale(reference)

    def run_background(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_invoice").method_direct_trigger()
        self.env.invalidate_all()

    def assertFirstOfApril(self, sale):
        invoice = sale.invoice_ids
        self.assertEqual((invoice.invoice_date, invoice.date), (FIRST_OF_APRIL, FIRST_OF_APRIL))
        self.assertEqual(sale.enord_payment_date, FIRST_OF_APRIL)
        self.assertEqual(sale.enord_payment_id.date, FIRST_OF_APRIL)
        self.assertEqual(sale.date_order, datetime(2027, 3, 31, 18, 55))

    def test_an_order_at_night_is_invoiced_and_paid_on_the_day_that_has_begun(self):
        self.assertFirstOfApril(self.order_at_night())

    def test_so_is_one_that_is_invoiced_in_the_background(self):
        self.storefront.invoice_policy = "background"
        sale = self.order_at_night()
        with freeze_time(MOMENT):
            self.run_background()
        self.assertFirstOfApril(sale)

    def test_each_storefront_has_days_of_its_own(self):
        self.storefront.invoice_policy = "background"
        there = self.another("There", tz="America/New_York")
        key = there._generate_api_key()
        here = self.order_at_night("HERE")
        with freeze_time(MOMENT):
            self.call("POST", PATH, self.order("THERE"), key=key)
            self.run_background()
        self.assertFirstOfApril(here)
        self.assertEqual(self.sale("THERE").invoice_ids.invoice_date, date(2027, 3, 31))

    def test_what_is_cancelled_at_night_is_credited_on_the_day_that_has_begun(self):
        sale = self.order_at_night()
        with freeze_time(MOMENT):
            self.call("POST", f"{PATH}/NIGHT/cancel")
        self.assertEqual(set(sale.invoice_ids.mapped("invoice_date")), {FIRST_OF_APRIL})
        self.assertEqual(len(sale.invoice_ids), 2)

    def test_a_day_that_is_named_is_taken_as_it_is(self):
        payment = {"reference": "1", "method": "upi", "amount": 1.0, "date": "2027-03-30"}
        self.post("NAMED", transaction_date="2027-04-01T00:25:00+05:30", payment=payment)
        self.assertEqual(self.sale("NAMED").enord_payment_date, date(2027, 3, 30))

    def test_a_day_that_is_over_where_the_company_is_may_be_closed(self):
        self.company.sale_lock_date = date(2027, 3, 31)
        self.assertFirstOfApril(self.order_at_night())

    def test_the_time_zone_is_the_companys(self):
        def zone(**values):
            company = self.env["res.company"].create({"name": f"{values}"})
            company.partner_id.write(values)
            warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
            if not warehouse:
                warehouse = warehouse.create(
                    {"name": "Main", "code": "MAIN", "company_id": company.id}
                )
            return self.env["enord.storefront"].create({
                "name": "Shop", "company_id": company.id,
                "warehouse_ids": [(6, 0, warehouse.ids)],
            }).tz

        india, states = self.env.ref("base.in").id, self.env.ref("base.us").id
        self.assertEqual(zone(country_id=india), "Asia/Kolkata")
        self.assertEqual(zone(country_id=india, tz="Asia/Dubai"), "Asia/Dubai")
        self.assertEqual(zone(country_id=states, tz="America/Denver"), "America/Denver")
        self.assertTrue(zone())
