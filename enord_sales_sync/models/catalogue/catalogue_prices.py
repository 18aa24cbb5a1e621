"""Prices that change without anybody saving a product: by date, by cost, by exchange rate."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..outbox.listening import LISTENING

JOB = "enord_sales_sync.cron_changed_prices"


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    prices_seen_at = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)

    @api.model
    def _cron_changed_prices(self):
        """Record the products whose price changed by date alone, or with an exchange rate."""
        now = fields.Datetime.now()
        shown = self.env["product.pricelist"]._enord_shown()
        storefronts = self.search([("pricelist_id", "!=", False), *LISTENING])
        for storefront in storefronts:
            seen = storefront.prices_seen_at or storefront.create_date
            # a rule applies from its start to its end, both included
            due = self.env["product.pricelist.item"].search(
                Domain("pricelist_id", "in", shown.ids) & (
                    Domain([("date_start", ">", seen), ("date_start", "<=", now)])
                    | Domain([("date_end", ">=", seen), ("date_end", "<", now)])
                )
            )
            due._enord_tell_catalog()
            new_rates = _rates_since(storefront, seen, now, shown)
            if new_rates:
                shown._enord_tell_catalog()
            if due or new_rates:
                storefront.prices_seen_at = now


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def _enord_shown(self):
        """The pricelists of all storefronts, and those that these build on."""
        storefronts = self.env["enord.storefront"].sudo().search(LISTENING)
        shown = storefronts.pricelist_id
        more = shown
        while more:
            more = self.env["product.pricelist.item"].sudo().search([
                ("pricelist_id", "in", more.ids), ("base", "=", "pricelist"),
            ]).base_pricelist_id - shown
            shown |= more
        return shown

    @api.model
    def _enord_follow_costs(self):
        """Whether a storefront shows prices that are computed from costs."""
        return bool(self.env["product.pricelist.item"].sudo().search_count([
            ("pricelist_id", "in", self._enord_shown().ids), ("base", "=", "standard_price"),
        ], limit=1))


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._enord_await_dates()
        return items

    def write(self, vals):
        result = super().write(vals)
        if not {"date_start", "date_end"}.isdisjoint(vals):
            self._enord_await_dates()
        return result

    def _enord_await_dates(self):
        """Have the prices looked at when a rule begins or has ended."""
        now = fields.Datetime.now()
        moments = {item.date_start for item in self} | {
            item.date_end and item.date_end + timedelta(seconds=1) for item in self
        }
        if future := [moment for moment in moments if moment and moment > now]:
            job = self.env.ref(JOB, raise_if_not_found=False)
            if job:
                job.sudo()._trigger(future)


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self._enord_look_at_prices()
        return rates

    def write(self, vals):
        result = super().write(vals)
        self._enord_look_at_prices()
        return result

    def _enord_look_at_prices(self):
        job = self.env.ref(JOB, raise_if_not_found=False)
        if job and self.env["product.pricelist"]._enord_shown():
            job.sudo()._trigger()


def _rates_since(storefront, seen, now, pricelists):
    """Exchange rates between the company and these pricelists that have come into force."""
    currencies = pricelists.currency_id
    if not currencies - storefront.company_id.currency_id:
        return storefront.env["res.currency.rate"]
    return storefront.env["res.currency.rate"].sudo().search(
        Domain("currency_id", "in", (currencies | storefront.company_id.currency_id).ids) & (
            Domain([("name", ">", seen.date()), ("name", "<=", now.date())])
            | Domain([("write_date", ">=", seen), ("name", "<=", now.date())])
        ), limit=1,
    )
