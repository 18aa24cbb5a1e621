"""Prices by pricelist, date, cost and exchange rate."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command, fields
from odoo.tests import tagged

from ..common import SalesSyncCommon

JOB = "enord_sales_sync.cron_changed_prices"


@tagged("post_install", "-at_install")
class TestCataloguePrices(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base, cls.web, cls.other = cls.env["product.pricelist"].create([
            {"name": "Base"}, {"name": "Web"}, {"name": "Wholesale"},
        ])
        cls.web.item_ids = [Command.create({
            "applied_on": "3_global", "compute_price": "formula", "base": "pricelist",
            "base_pricelist_id": cls.base.id, "price_discount": 10,
        })]
        cls.storefront.pricelist_id = cls.web

    def setUp(self):
        super().setUp()
        while self.leaving():
            pass

    def prices(self):
        """``{sku: price}`` of what leaves."""
        return {
            variant["sku"]: variant["selling_price"]
            for data in self.leaving() for variant in data.get("variants", ())
        }

    def rule(self, pricelist, price=100.0, product=None, **values):
        product = product or self.drone
        return self.env["product.pricelist.item"].create({
            "pricelist_id": pricelist.id, "applied_on": "1_product",
            "product_tmpl_id": product.product_tmpl_id.id,
            "compute_price": "fixed", "fixed_price": price, **values,
        })

    def test_a_rule_is_made_changed_and_deleted(self):
        rule = self.rule(self.web)
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 100.0})
        rule.fixed_price = 200.0
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 200.0})
        rule.unlink()
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 40500.0})

    def test_a_rule_of_a_variant_and_of_a_category(self):
        rule = self.rule(self.web, applied_on="0_product_variant", product_id=self.guard.id,
                         product_tmpl_id=self.guard.product_tmpl_id.id)
        self.assertEqual(self.prices(), {"PROP-GUARD-X1": 100.0})
        rule.unlink()
        self.leaving()
        category = self.env["product.category"].create({"name": "Drones"})
        self.drone.categ_id = category
        self.leaving()
        self.rule(self.web, 150.0, applied_on="2_product_category", product_tmpl_id=False,
                  categ_id=category.id)
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 150.0})

    def test_a_rule_of_the_pricelist_that_the_storefronts_builds_on(self):
        self.rule(self.base, 1000.0)
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 900.0})

    def test_a_pricelist_that_no_storefront_shows_is_not_even_looked_at(self):
        self.rule(self.other)
        self.other.currency_id = self.env.ref("base.EUR")
        self.assertFalse(self.recorded())

    def test_another_pricelist_is_assigned(self):
        self.storefront.pricelist_id = self.other
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 45000.0, "PROP-GUARD-X1": 500.0})

    def test_a_price_that_begins_and_ends_by_date_is_told_when_it_does(self):
        now = fields.Datetime.now()
        job = self.env.ref(JOB)
        with patch.object(type(job), "_trigger", autospec=True) as trigger:
            self.rule(self.web, date_start=now + timedelta(hours=1),
                      date_end=now + timedelta(hours=2))
        self.assertEqual(
            set(trigger.call_args.args[1]),
            {now + timedelta(hours=1), now + timedelta(hours=2, seconds=1)},
        )
        self.assertFalse(self.leaving())
        for minutes, expected in (
            (30, {}),
            (61, {"DRONE-X1-PRO-KIT": 100.0}),
            (66, {}),
            (121, {"DRONE-X1-PRO-KIT": 40500.0}),
            (126, {}),
        ):
            with freeze_time(now + timedelta(minutes=minutes)):
                self.env["enord.storefront"]._cron_changed_prices()
                self.assertEqual(self.prices(), expected, f"after {minutes} minutes")

    def test_dates_that_a_rule_gets_later_are_awaited(self):
        rule = self.rule(self.web)
        begin = fields.Datetime.now() + timedelta(hours=1)
        job = self.env.ref(JOB)
        with patch.object(type(job), "_trigger", autospec=True) as trigger:
            rule.date_start = begin
        self.assertEqual(trigger.call_args.args[1], [begin])

    def test_nothing_is_written_while_no_date_passes(self):
        seen = self.storefront.prices_seen_at
        with freeze_time(fields.Datetime.now() + timedelta(hours=5)):
            self.env["enord.storefront"]._cron_changed_prices()
        self.assertEqual(self.storefront.prices_seen_at, seen)
        self.assertFalse(self.recorded())

    def test_a_cost_is_told_where_the_price_follows_from_it(self):
        self.rule(self.web, compute_price="formula", base="standard_price", price_discount=-50)
        self.leaving()
        self.drone.standard_price = 1000.0
        self.assertEqual(self.prices(), {"DRONE-X1-PRO-KIT": 1500.0})

    def test_a_new_and_a_changed_exchange_rate_wake_the_job(self):
        job = self.env.ref(JOB)
        with patch.object(type(job), "_trigger", autospec=True) as trigger:
            rate = self.env["res.currency.rate"].create({
                "currency_id": self.env.ref("base.EUR").id, "name": "2020-01-01", "rate": 0.5,
                "company_id": self.company.id,
            })
            self.assertEqual(trigger.call_count, 1)
            rate.rate = 0.25
            self.assertEqual(trigger.call_count, 2)

    def test_a_new_exchange_rate_is_told(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        today = fields.Date.today()
        rate = self.env["res.currency.rate"].create({
            "currency_id": euro.id, "name": today - timedelta(days=9), "rate": 0.5,
            "company_id": self.company.id,
        })
        self.web.currency_id = euro
        self.storefront.prices_seen_at = fields.Datetime.now() - timedelta(days=1)
        while self.leaving():
            pass
        self.env.flush_all()
        rate.write({"rate": 0.25})
        self.assertFalse(self.leaving())
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.env["enord.storefront"]._cron_changed_prices()
            prices = self.prices()
        self.assertEqual(prices["PROP-GUARD-X1"], 112.5)
