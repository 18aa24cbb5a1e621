"""Which database a storefront is told from: a copy must not pass for the original."""

from odoo import api, fields, models

from .responsible import responsible


def this_database(env):
    """What tells this database from its copies: its name, and Odoo's own identifier.

    A copy that Odoo's database manager makes has another identifier; a dump that was restored, or a
    renamed database, has another name. A dump restored under the same name elsewhere has neither.
    """
    uuid = env["ir.config_parameter"].sudo().get_param("database.uuid")
    return f"{env.cr.dbname} {uuid}"


def sends_from_here(storefront):
    """Whether this database is the one in which sending to the storefront was switched on."""
    return storefront.sending_database in (False, this_database(storefront.env))


@api.depends("webhook_url")
def _compute_sending_database(storefronts):
    here = this_database(storefronts.env)
    for storefront in storefronts:
        storefront.sending_database = here if storefront.webhook_url else False


@api.depends("sending_database", "has_webhook_url")
def _compute_sending_stopped(storefronts):
    env = storefronts.env
    for storefront in storefronts:
        if not storefront.has_webhook_url or sends_from_here(storefront):
            storefront.sending_stopped = False
        else:
            storefront.sending_stopped = env._(
                "Nothing is sent. It was switched on in the database “%(there)s”; this one, "
                "“%(here)s”, is a copy of it, or the same that was renamed or moved. Say which: "
                "what waits is kept.",
                there=storefront.sending_database.rpartition(" ")[0], here=env.cr.dbname,
            )


def tell_of_stopped_sending(storefronts):
    """Tell the responsible, once in each database, of those to which nothing is sent from it."""
    here = this_database(storefronts.env)
    for storefront in storefronts.filtered("sending_stopped"):
        if storefront.told_stopped_in != here:
            storefront.told_stopped_in = here
            storefront.message_post(
                body=storefront.sending_stopped,
                partner_ids=responsible(storefront).partner_id.ids,
            )


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    sending_database = fields.Char(
        compute=_compute_sending_database, store=True, copy=False, tracking=True,
        help="Name and identifier of the database in which sending was switched on: by entering "
             "the webhook URL, or by staff who said that this is the live database.",
    )
    sending_stopped = fields.Char("Stopped", compute=_compute_sending_stopped)
    told_stopped_in = fields.Char(readonly=True, copy=False)
