from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .told_of_customer import ORDER_TEXTS, PERSONAL, ToldOfCustomer

#: Context of what is written: no history of what it was before, and no judgement of what is left.
UNTRACKED = {"tracking_disable": True, "mail_notrack": True, "no_vat_validation": True}
#: By what a customer is reached, which no posted document needs.
REACHED_BY = ("email", "phone", "enord_tax_id")


class Line(NamedTuple):
    """One line of the report of an erasure."""

    count: int
    what: str
    why: str = ""


class EnordErasure(models.AbstractModel):
    """Erases what storefronts told of a customer, but for what the law wants kept."""

    _name = "enord.erasure"
    _description = "Erasure of What Storefronts Told"

    @api.model
    def _report(self, partner):
        """What would be erased, and what would stay and why.

        :return: two lists of :class:`Line`
        """
        told = self._told(partner)
        return self._erased(told), self._kept(told)

    @api.model
    def _erase(self, partner):
        """Erase it.

        :return: as :meth:`_report`
        :raise UserError: while an order of the customer is under way
        """
        told = self._told(partner)
        if unfinished := told.unfinished():
            raise UserError(self.env._(
                "Deliver, invoice or cancel first: %s. Until then the customer's name and address "
                "are needed.", ", ".join(unfinished.mapped("name")),
            ))
        report = self._erased(told), self._kept(told)
        told.changes.unlink()
        told.calls.unlink()
        told.requests.member_hashes = False
        told.messages.write({
            "body": self.env._("Erased at the customer's request."), "subject": False,
        })
        told.activities.write({"note": False, "summary": False, "feedback": False})
        for order in told.online:
            order.write({
                name: False for name in ORDER_TEXTS if told.tells(order[name])
            })
        told.documented.with_context(**UNTRACKED).write(dict.fromkeys(REACHED_BY, False))
        for contact in told.contacts.with_context(**UNTRACKED):
            contact.write({
                **dict.fromkeys(PERSONAL, False), "name": self.env._("Erased customer"),
                "active": False,
            })
        told.activities._compute_res_name()
        partner.sudo()._message_log(body=self.env._(
            "What storefronts told of this contact was erased by %s.", self.env.user.name,
        ))
        return report

    def _told(self, partner):
        if not self.env.user.has_group("enord_sales_sync.group_manager"):
            raise AccessError(self.env._(
                "Only an administrator of Online Sales erases what storefronts told."
            ))
        partner.check_access("read")
        told = ToldOfCustomer(partner)
        contacts = told.contacts | told.documented | told.with_login
        # Odoo shares contacts between companies, and no storefront
        contacts.enord_storefront_id.with_env(self.env).check_access("read")
        return told

    def _erased(self, told):
        return _with_content(
            Line(len(told.contacts), self.env._(
                "contacts: name, e-mail, telephone, address, tax ID; they are archived"
            )),
            Line(len(told.documented), self.env._(
                "contacts of invoices and payments: e-mail, telephone, tax ID as entered"
            )),
            Line(len(told.messages), self.env._(
                "entries in the history of contacts, orders and transfers"
            )),
            Line(len(told.changes), self.env._("notes of changed values in that history")),
            Line(len(told.activities), self.env._("notes of activities")),
            Line(
                len(told.online.filtered(
                    lambda order: any(told.tells(order[name]) for name in ORDER_TEXTS)
                )), self.env._("orders: notices and problems that repeat what was sent"),
            ),
            Line(len(told.requests), self.env._(
                "accepted requests: the hashes of what each field said"
            )),
            Line(len(told.calls), self.env._("calls in the API log")),
        )

    def _kept(self, told):
        contacts = told.documented
        invoices = self.env["account.move"].sudo().search_count([
            ("partner_id", "in", contacts.ids), ("posted_before", "=", True),
        ])
        return _with_content(
            Line(invoices, self.env._("posted invoices and credit notes"), self.env._(
                "the law wants them kept, with what is printed on them"
            )),
            Line(len(_with_reason(told.online)), self.env._(
                "credit notes: why the order was cancelled, as it was sent"
            ), self.env._("it is printed on them")),
            Line(len(contacts), self.env._("contacts: name, address, valid tax ID"), self.env._(
                "posted invoices and payments name them"
            )),
            Line(len(told.online), self.env._("orders: their numbers, products and amounts"),
                 self.env._("they name nobody; by their number a repeat is known")),
            Line(len(told.online.filtered("enord_payment_reference")), self.env._(
                "numbers of payments"
            ), self.env._("so that none pays twice, and money can be given back")),
            Line(told.restricted, self.env._("entries in the history"), self.env._(
                "Odoo's audit trail lets nobody change them"
            )),
            Line(told.by_staff, self.env._("messages"), self.env._(
                "people wrote them: look at them yourself"
            )),
            Line(len(told.with_login), self.env._("contacts who can log in"), self.env._(
                "take the login away first, or have them delete their account"
            )),
            Line(len(told.others), self.env._("contacts"), self.env._(
                "they did not come through a storefront"
            )),
        )


def _with_reason(orders):
    """Posted credit notes whose reference has more than a number."""
    credit_notes = orders.browse().invoice_ids.union(
        *(order._enord_credit_notes() for order in orders)
    )
    return credit_notes.filtered(lambda move: ": " in (move.ref or ""))


def _with_content(*lines):
    return [line for line in lines if line.count]
