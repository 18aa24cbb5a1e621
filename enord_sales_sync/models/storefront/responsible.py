"""Who is told of what went wrong."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

#: Whom a storefront may name: somebody of the company who logs in.
STAFF = "[('share', '=', False), ('company_ids', 'in', company_id)]"


@api.depends("create_uid")
def _set_people(storefronts):
    """At first it is who made the storefront."""
    for storefront in storefronts:
        creator = storefront.create_uid
        user = creator if _can_be_told(creator, storefront) else _administrator(storefront)
        storefront.responsible_user_id = storefront.responsible_user_id or user
        storefront.accounting_user_id = storefront.accounting_user_id or user


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    responsible_user_id = fields.Many2one(
        "res.users", "Responsible", tracking=True, domain=STAFF, ondelete="set null",
        compute=_set_people, store=True, readonly=False, copy=False,
        help="Who is told where deliveries to the storefront fail, orders are refused or cannot be "
             "delivered.",
    )
    accounting_user_id = fields.Many2one(
        "res.users", "Responsible for Accounting", tracking=True, domain=STAFF,
        ondelete="set null", compute=_set_people, store=True, readonly=False, copy=False,
        help="Who is told where invoices, payments and credit notes of online orders fail, and "
             "which customers are to get money back.",
    )


def responsible(storefront):
    """Who is told of deliveries, refusals and orders that cannot be delivered.

    :rtype: res.users
    :return: an active user of the storefront's company; none where nobody is left
    """
    return _of(storefront, "responsible_user_id")


def accountant(storefront):
    """The same for invoices, payments, credit notes and refunds."""
    return _of(storefront, "accounting_user_id")


def mailing_later(records):
    """The same records, in a context in which staff get their e-mails by Odoo's queue, soon.

    Odoo would send them at the end of the transaction, while whoever buys, and who waits for the
    same products, waits for the mail server.
    """
    job = records.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
    if job:
        job.sudo()._trigger()
    return records.with_context(mail_notify_force_send=False)


def _of(storefront, name):
    storefront = storefront.sudo()
    chosen = storefront[name]
    return chosen if _can_be_told(chosen, storefront) else _administrator(storefront)


def _can_be_told(user, storefront):
    return (
        user.active and not user.share and user.id != SUPERUSER_ID
        and storefront.company_id in user.company_ids
    )


def _administrator(storefront):
    """An online sales administrator, or one of Odoo."""
    users = storefront.env["res.users"].sudo().browse()
    for group in ("enord_sales_sync.group_manager", "base.group_system"):
        found = users.search(
            Domain("all_group_ids", "in", storefront.env.ref(group).ids)
            & Domain("company_ids", "in", storefront.company_id.ids)
            & Domain("share", "=", False) & Domain("id", "!=", SUPERUSER_ID),
            order="id", limit=1,
        )
        if found:
            return found
    return users
