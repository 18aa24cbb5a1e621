from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...contract import events
from ..outbox.listening import check_listening
from ..storefront.administration import done

#: Differences of one check that are kept for staff; the storefront is told all of them.
MOST_KEPT = 500
KEPT_DAYS = 90
#: Checks of a storefront that are kept of 24 hours; one more takes the place of the newest.
MOST_A_DAY = 200


class EnordStockCheck(models.Model):
    """What a storefront has shown, held against what could be sold (reconciliation)."""

    _name = "enord.stock.check"
    _description = "Stock Check of a Storefront"
    _order = "id desc"
    _rec_name = "checked_at"
    _log_access = False

    checked_at = fields.Datetime(
        "Time", required=True, readonly=True, default=fields.Datetime.now, index=True,
    )
    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, index=True, ondelete="cascade",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, ondelete="set null", help="Empty: all together.",
    )
    compared = fields.Integer("SKUs", readonly=True, aggregator=None)
    drift = fields.Integer(
        readonly=True, aggregator=None,
        help="SKUs that differed, save those of which an event was on its way.",
    )
    difference_ids = fields.One2many("enord.stock.difference", "check_id", readonly=True)

    @api.depends("storefront_id", "checked_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for check in self:
            time = format_datetime(self.env, check.checked_at, tz=self.env.context.get("tz"))
            check.display_name = f"{check.storefront_id.name}: {time}"

    @api.model
    def _check(self, storefront, warehouses, shown):
        """Compare what a storefront shows, keep it for staff, and answer it.

        :param warehouses: whose stock is meant
        :param shown: :class:`~...contract.reconciliation.Reconciliation`
        :rtype: dict
        :raise Problem: 503 while it is not known what the storefront sells
        """
        theirs = {item.sku: item.qty for item in shown.items}
        Product = self.env["product.product"].with_context(active_test=False)
        if shown.complete:
            Product._enord_check_listed(storefront)
            products = Product._enord_published_for(storefront)
            by_sku = {product.enord_sku: product for product in products}
        else:
            by_sku = Product._enord_by_sku(storefront, theirs)
        products = Product.union(*by_sku.values())
        stock = storefront._sellable(products, warehouses)
        ours = {
            sku: sum(stock.get((product.id, warehouse.id), 0.0) for warehouse in warehouses)
            for sku, product in by_sku.items()
        }
        differing = sorted(
            sku for sku in ours.keys() | theirs.keys()
            if (sku in ours) != (sku in theirs) or abs(ours[sku] - float(theirs[sku])) > 5e-7
        )
        told = self._being_told(
            storefront, Product.union(*(by_sku[sku] for sku in differing if sku in by_sku)),
        )
        differences = [
            {
                "sku": sku,
                "qty": events.quantity(ours[sku]) if sku in ours else None,
                "yours": events.quantity(float(theirs[sku])) if sku in theirs else None,
                "kind": _kind(sku, ours, theirs, sku in told),
            }
            for sku in differing
        ]
        drift = [one for one in differences if one["kind"] != "being_told"]
        of_today = self.search([
            ("storefront_id", "=", storefront.id),
            ("checked_at", ">", fields.Datetime.now() - timedelta(hours=24)),
        ], limit=MOST_A_DAY)
        if len(of_today) == MOST_A_DAY:
            of_today[0].unlink()
        self.create({
            "storefront_id": storefront.id, "compared": len(ours.keys() | theirs.keys()),
            "warehouse_id": shown.location_code and warehouses.id, "drift": len(drift),
            "difference_ids": [
                (0, 0, {**one, "product_id": by_sku.get(one["sku"], Product).id, "qty":
                        _shown(one["qty"]), "yours": _shown(one["yours"])})
                for one in drift[:MOST_KEPT]
            ],
        })
        return {
            "compared": len(ours.keys() | theirs.keys()), "drift": len(drift),
            "differences": differences,
        }

    def _being_told(self, storefront, products):
        """SKUs of these products of whose present stock the storefront is about to be told."""
        _told, waiting = self.env["enord.inventory.change"]._told_of_skus(storefront, products)
        ids = {product_id for product_id, _warehouse_id in waiting}
        return set(products.filtered(lambda product: product.id in ids).mapped("enord_sku"))

    def action_correct(self):
        """Tell the storefront the stock of what differed."""
        self.check_access("read")
        check_listening(self.sudo().storefront_id)
        for check in self.sudo():
            self.env["enord.inventory.change"].sudo()._queue_resync(
                check.storefront_id, check.difference_ids.product_id,
                check.warehouse_id or check.storefront_id.warehouse_ids,
            )
        return done(self.env._("The stock is being told."))

    @api.autovacuum
    def _gc_checks(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        old = self.sudo().search([("checked_at", "<", before)], order="id", limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT


class EnordStockDifference(models.Model):
    _name = "enord.stock.difference"
    _description = "Difference of a Stock Check"
    _order = "id"
    _rec_name = "sku"
    _log_access = False

    check_id = fields.Many2one(
        "enord.stock.check", required=True, readonly=True, index=True, ondelete="cascade",
    )
    sku = fields.Char("SKU", required=True, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null")
    qty = fields.Char("In Odoo", readonly=True)
    yours = fields.Char("In the Storefront", readonly=True)
    kind = fields.Selection(
        [("differs", "Differs"), ("not_sold", "Not Sold Here"), ("missing", "Missing There")],
        "What", required=True, readonly=True,
    )


def _kind(sku, ours, theirs, is_being_told):
    if sku not in ours:
        return "not_sold"
    if is_being_told:
        return "being_told"
    return "differs" if sku in theirs else "missing"


def _shown(quantity):
    return "–" if quantity is None else f"{quantity:g}"
