"""Where in the database there is what storefronts told of a customer."""

from html import unescape

from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

#: What an order fills on a contact, as far as it is a text about a person.
PERSONAL = ("name", "email", "phone", "street", "street2", "city", "zip", "vat", "enord_tax_id")
#: Of these, what is looked for in other texts: a town or a postal code is many people's.
TELLING = ("name", "email", "phone", "street", "street2", "vat", "enord_tax_id")
#: A letter or two would be found everywhere.
SHORTEST = 4
#: Texts of an online order that repeat what was sent, or what Odoo said about it.
ORDER_TEXTS = ("enord_notices", "enord_invoice_error", "enord_delivery_error")


class ToldOfCustomer:
    """What is kept of a contact and those below it; computed when it is made.

    :ivar contacts: partners that storefronts have made and nothing needs: nobody afterwards
    :ivar documented: those that posted invoices or payments name
    :ivar with_login: those whose users log in; they are left to whoever manages users
    :ivar others: those that did not come through a storefront
    :ivar orders: all sales orders of these partners
    :ivar messages: of the history of contacts, online orders and their transfers: written by this
        add-on, with a text of the customer
    :ivar by_staff: as many messages with such a text as people have written
    :ivar restricted: as many messages as Odoo's audit trail lets nobody change
    """

    def __init__(self, partner):
        env = partner.env(su=True)
        self.env = env(context={**env.context, "active_test": False})
        Partner = self.env["res.partner"]
        family = Partner.search([("id", "child_of", partner.ids)])
        told = family.filtered("enord_storefront_id")
        self.others = family - told
        self.with_login = told.filtered("user_ids")
        told -= self.with_login
        self.documented = told & Partner.browse(_named_in_accounting(self.env, told.ids))
        self.contacts = told - self.documented
        self.marks = {
            text.strip().lower() for contact in told for name in TELLING
            if (text := contact[name]) and len(text.strip()) >= SHORTEST
        }
        self.orders = self.env["sale.order"].search(Domain.OR(
            [(name, "in", told.ids)]
            for name in ("partner_id", "partner_invoice_id", "partner_shipping_id")
        ))
        self.online = self.orders.filtered("enord_storefront_id")
        documents = (told, self.online, self.online.picking_ids)
        self._look_at_messages(documents)
        self.activities = self.env["mail.activity"].search(_of(documents, "res_model")).filtered(
            lambda activity: self.tells(
                activity.res_name, activity.summary, activity.note, activity.feedback
            )
        )
        self.requests = self.env["enord.api.transaction"].search(
            [("sale_order_id", "in", self.online.ids)]
        )
        self.calls = self.env["enord.api.call"].search(Domain.OR(
            self._calls_of(storefront)
            for storefront in told.enord_storefront_id | self.online.enord_storefront_id
        ))

    def _calls_of(self, storefront):
        """A domain; each shop has numbers of its own, and a mark is a text and no pattern."""
        references = self.requests.filtered(
            lambda request: request.storefront_id == storefront
        ).mapped("reference")
        return Domain("storefront_id", "=", storefront.id) & Domain.OR([
            [("reference", "in", references)],
            *([(name, "ilike", escape_psql(mark))]
              for mark in self.marks for name in ("body", "answer")),
        ])

    def _look_at_messages(self, documents):
        messages = self.env["mail.message"].search(_of(documents, "model"))
        ours = self.env["enord.storefront"].search(
            Domain("service_user_id", "!=", False)
        ).service_user_id.partner_id | self.env.ref("base.partner_root")
        restricted = messages.filtered("account_audit_log_restricted")
        messages -= restricted
        tells = {
            message: self.tells(
                message.subject, message.body, message.email_from, message.reply_to,
                message.incoming_email_to, message.incoming_email_cc, message.outgoing_email_to,
            ) for message in messages
        }
        self.messages = messages.filtered(lambda message: message.author_id in ours and (
            # what was sent and did not fit
            tells[message] or "<pre>" in message.body
        ))
        self.by_staff = sum(map(tells.get, messages - self.messages))
        self.changes = messages.tracking_value_ids.filtered(lambda change: self.tells(
            change.old_value_char, change.new_value_char,
            change.old_value_text, change.new_value_text,
        ))
        self.restricted = len(restricted.filtered(lambda message: self.tells(message.body) or any(
            self.tells(change.old_value_char, change.new_value_char)
            for change in message.tracking_value_ids
        )))

    def tells(self, *texts):
        """Whether one of these texts or JSON values has something of the customer in it."""
        whole = unescape(" ".join(str(text) for text in texts if text)).lower()
        return any(mark in whole for mark in self.marks)

    def unfinished(self):
        """Orders that cannot be delivered or invoiced without what would be erased."""
        return self.orders.filtered(lambda order: order.state == "sale" and (
            any(picking.state not in ("done", "cancel") for picking in order.picking_ids)
            or order.enord_invoice_due or order.invoice_status == "to invoice"
            or "draft" in order.invoice_ids.mapped("state")
        ))


def _of(documents, model_field):
    return Domain.OR(
        [(model_field, "=", records._name), ("res_id", "in", records.ids)] for records in documents
    )


def _named_in_accounting(env, partner_ids):
    """Those of these partners that what was once posted, or a payment, cannot be without."""
    env.flush_all()
    return [partner_id for (partner_id,) in env.execute_query(SQL(
        """
        SELECT named.partner_id
          FROM account_move move,
       LATERAL (VALUES (move.partner_id), (move.commercial_partner_id), (move.partner_shipping_id))
               AS named (partner_id)
         WHERE (move.state = 'posted' OR move.posted_before)
           AND named.partner_id = ANY(%(ids)s::int[])
         UNION
        SELECT line.partner_id
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
         WHERE (move.state = 'posted' OR move.posted_before)
           AND line.partner_id = ANY(%(ids)s::int[])
         UNION
        SELECT partner_id FROM account_payment
         WHERE state NOT IN ('draft', 'canceled') AND partner_id = ANY(%(ids)s::int[])
        """, ids=partner_ids,
    ))]
