from odoo import api, fields, models

from ..storefront.administration import ADMINISTRATORS, without_answer
from ..storefront.failure_words import in_words
from ..storefront.sending_database import sends_from_here
from .waiting import IN_STEP, duration, waiting

STATUSES = [
    ("not_connected", "Not Connected"),
    ("not_tested", "Not Tested"),
    ("in_step", "In Step"),
    ("behind", "Behind"),
    ("refused", "Refused: Wrong Secret"),
    ("unreachable", "Unreachable"),
    ("paused", "Paused"),
    ("attention", "Needs Attention"),
]
#: Answers by which a storefront says that it does not take the signature.
SIGNATURE_REFUSED = ("HTTP 401", "HTTP 403")


@api.depends_context("lang", "uid")
def _compute_status(storefronts):
    open_for = storefronts.env["enord.incident"].search(
        [("storefront_id", "in", storefronts.ids), ("ended_at", "=", False)]
    ).grouped("storefront_id")
    figures = waiting(storefronts)
    now = fields.Datetime.now()
    for storefront in storefronts:
        wait = figures.get(storefront.id)
        oldest = wait and wait.oldest
        storefront.oldest_waiting_at = oldest
        storefront.oldest_wait = oldest and duration(storefront.env, now - oldest)
        storefront.status, storefront.status_text = _status(
            storefront, open_for.get(storefront, storefronts.env["enord.incident"]), oldest,
        )


def _status(storefront, incidents, oldest):
    """One word for how a storefront does, and a sentence for why where it is not well.

    :param incidents: those that have not ended
    :param oldest: since when something waits, naive UTC
    """
    env, error = storefront.env, storefront.last_delivery_error or ""
    if not env.user.has_group(ADMINISTRATORS):
        error = without_answer(error)
    error = in_words(env, error)
    if not storefront.webhook_url or not storefront.active:
        return "not_connected", env._("It has no webhook URL: nothing is sent.")
    if storefront.stage == "draft":
        return "not_tested", env._("A draft: nothing but test events is sent.")
    if storefront.stage != "live":
        return "not_connected", env._("Tested: nothing is sent until it goes live.")
    if not sends_from_here(storefront):
        return "paused", storefront.sending_stopped
    if storefront.delivery_state == "paused":
        return "paused", error or env._("Nothing is sent until you resume.")
    if storefront.delivery_state == "failing":
        if error.startswith(SIGNATURE_REFUSED):
            return "refused", env._(
                "The storefront does not accept the signature: its secret differs, or one of the "
                "two clocks is wrong. %s", error,
            )
        return "unreachable", error
    if not storefront.last_delivery_at:
        return "not_tested", error or env._("It has not taken an event yet.")
    if incidents:
        return "attention", "; ".join(
            incident.display_name.partition(": ")[2] for incident in incidents
        )
    if oldest and oldest < fields.Datetime.now() - IN_STEP:
        return "behind", env._("Changes wait to be told.")
    return "in_step", False


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    status = fields.Selection(STATUSES, compute=_compute_status, compute_sudo=True)
    status_text = fields.Char("Why", compute=_compute_status, compute_sudo=True)
    oldest_waiting_at = fields.Datetime(
        "Oldest Waiting Since", compute=_compute_status, compute_sudo=True,
    )
    oldest_wait = fields.Char("Oldest Waits For", compute=_compute_status, compute_sudo=True)
