from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...contract.notices import NOTICE_CODES
from .member_words import named

_lt = LazyTranslate(__name__)

#: What staff are told of each code that is shown to them.
SHOWN = {
    "text_folded": _lt("A text with line breaks was folded into one line."),
    "text_shortened": _lt("A text that was too long was cut."),
    "email_malformed": _lt("This is not one e-mail address."),
    "phone_malformed": _lt("This cannot be a telephone number."),
    "address_ignored": _lt("An address with a name and nothing else was ignored."),
    "state_unknown": _lt(
        "No state is known by this name. It was written beside the city: choose the state on the "
        "address, and look at the taxes."
    ),
    "overpaid": _lt("The customer has paid more than the order comes to."),
    "price_far_below": _lt(
        "The price, discounts included, is far below the price in the catalogue."
    ),
    "existing_customer": _lt(
        "Booked for the first time on a customer that did not come through the storefront."
    ),
}


class SaleOrder(models.Model):
    """What was adapted in an online order: told in each answer about it, and to staff."""

    _inherit = "sale.order"

    enord_notices = fields.Json("Notices of the Online Order", readonly=True, copy=False)
    enord_notice_text = fields.Text(
        "Notices", compute="_compute_enord_notice_text",
        help="What was adapted to accept the online order, and what of it needs a look.",
    )

    @api.depends("enord_notices")
    @api.depends_context("lang")
    def _compute_enord_notice_text(self):
        for order in self:
            order.enord_notice_text = "\n".join(
                order._enord_notice_line(notice) for notice in order.enord_notices or []
                if notice["code"] in SHOWN
            )

    def _enord_notice(self, notices):
        """Keep what was adapted in this order, and write into its history what concerns staff.

        :param notices: :class:`~...contract.notices.Notice`, in the order of the request
        """
        self.ensure_one()
        if not notices:
            return
        self.enord_notices = [
            *(self.enord_notices or []), *(notice.as_dict() for notice in notices),
        ]
        lines = [
            Markup("<li>%s%s</li>") % (
                self._enord_notice_line(notice.as_dict()),
                Markup("<br/>%s<pre>%s</pre>") % (self.env._("It was sent as:"), notice.sent)
                if notice.sent else "",
            )
            for notice in notices if NOTICE_CODES[notice.code].shown
        ]
        if lines:
            self._message_log(body=Markup("<ul>%s</ul>") % Markup().join(lines))

    def _enord_notice_line(self, notice):
        """One notice in the words of staff.

        :param dict notice: as an answer has it
        """
        words = self.env._(SHOWN[notice["code"]])  # pylint: disable=gettext-variable
        return f"{named(self.env, notice['pointer'])}: {words}" if notice["pointer"] else words

    def _enord_told_notices(self):
        """``notices`` of an answer.

        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            notice for notice in self.enord_notices or []
            if notice["code"] not in NOTICE_CODES or NOTICE_CODES[notice["code"]].told
        ]
