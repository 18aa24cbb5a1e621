from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: What a user changes of a lot; its removal date may follow from another one.
DATES = {"removal_date", "expiration_date"}


class StockLot(models.Model):
    """A lot that is to be removed is no longer for sale from then on: time alone changes that."""

    _inherit = "stock.lot"

    enord_sold_until = fields.Datetime(
        "Sold Online Until", compute="_compute_enord_sold_until", store=True,
        help="Orders of a later time are not given units of this lot: it is to be removed before "
             "they are due.",
    )
    enord_end_told = fields.Datetime(
        "End Told", readonly=True, copy=False,
        help="The end of the sale of which storefronts were told when it came.",
    )

    _enord_end_idx = models.Index(
        "(enord_sold_until) WHERE enord_end_told IS DISTINCT FROM enord_sold_until"
    )

    @api.depends("removal_date", "product_id.use_expiration_date", "product_id.sale_delay")
    def _compute_enord_sold_until(self):
        for lot in self:
            product = lot.product_id
            lot.enord_sold_until = (
                product.use_expiration_date and lot.removal_date
                and lot.removal_date - timedelta(days=max(0, product.sale_delay))
            )

    def write(self, vals):
        result = super().write(vals)
        if not DATES.isdisjoint(vals):
            self.env["enord.inventory.change"]._figures_changed(self.product_id)
        return result

    @api.model
    def _enord_cron_tell_ends(self):
        """Tell what is for sale without the lots whose time has come."""
        self.flush_model(["enord_sold_until", "enord_end_told", "product_id"])
        rows = self.env.execute_query(SQL(
            """
            UPDATE stock_lot lot SET enord_end_told = enord_sold_until
             WHERE enord_end_told IS DISTINCT FROM enord_sold_until
               AND enord_sold_until < now() AT TIME ZONE 'UTC'
         RETURNING product_id, EXISTS (SELECT FROM stock_quant WHERE lot_id = lot.id
                                                                 AND quantity > 0)
            """
        ))
        self.invalidate_model(["enord_end_told"])
        self.env["enord.inventory.change"].with_context(enord_change_reason="EXPIRY")\
            ._figures_changed(self.env["product.product"].browse(
                {product_id for product_id, in_stock in rows if in_stock}
            ))


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _enord_stock_fields(self):
        return super()._enord_stock_fields() | {"use_expiration_date", "sale_delay"}
