from markupsafe import Markup
from odoo import fields, models

from ...contract.notices import Notice
from ..catalogue.prices import selling_prices
from ..storefront.responsible import mailing_later, responsible


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    low_price_percent = fields.Integer(
        "Flag Prices Below (%)", default=50, required=True,
        help="Staff are told of an order in which a unit costs less than this share of the price "
             "in the catalogue, discounts included; the order is accepted all the same. 0: never.",
    )

    _low_price_percent_range = models.Constraint(
        "CHECK (low_price_percent BETWEEN 0 AND 100)",
        "Flag prices below: expected 0 to 100 percent.",
    )


class SaleOrder(models.Model):
    """Who has a storefront's key decides the prices; staff see those that are hard to believe."""

    _inherit = "sale.order"

    def _enord_flag_low_prices(self, order, by_sku, amounts):
        """Tell staff of prices far below the catalogue's.

        :param order: :class:`~...contract.requests.SalesOrder`
        :param dict by_sku: products of the order's lines
        :param amounts: what each line comes to, discounts included, in the storefront's terms
        """
        notices = list(_low_prices(self.enord_storefront_id, order, by_sku, amounts))
        if not notices:
            return
        self._enord_notice(notices)
        user = responsible(self.enord_storefront_id)
        for_user = mailing_later(self).with_context(lang=user.lang)
        for_user.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=for_user.env._("Prices far below the catalogue"),
            note=Markup("<br/>").join(
                f"{for_user._enord_notice_line(notice.as_dict())} {notice.sent}"
                for notice in notices
            ),
            user_id=user.id,
        )


def _low_prices(storefront, order, by_sku, amounts):
    if not storefront.low_price_percent:
        return
    prices = selling_prices(storefront, storefront.env["product.product"].union(*by_sku.values()))
    for index, (line, amount) in enumerate(zip(order.line_items, amounts, strict=True)):
        price, usual = float(amount / line.quantity), prices[by_sku[line.sku].id]
        if storefront.currency_id.compare_amounts(
            price, usual * storefront.low_price_percent / 100
        ) < 0:
            yield Notice(
                "price_far_below", f"/line_items/{index}/unit_price",
                sent=f"{line.sku}: {price:.2f} < {usual:.2f}",
            )
