"""Which storefronts are told anything."""

from odoo.exceptions import UserError

#: Domain of those that are told anything, unless they are archived.
LISTENING = [("webhook_url", "!=", False), ("stage", "=", "live")]


def listening(storefronts):
    """Those that are told anything."""
    return storefronts.filtered(
        lambda storefront: storefront.active and storefront.has_webhook_url
        and storefront.stage == "live"
    )


def check_listening(storefronts):
    """:raise UserError: where nothing can be sent"""
    for storefront in storefronts - listening(storefronts):
        raise UserError(storefront.env._(
            "%s: nothing can be sent. It needs a webhook URL, has to be live, and must not be "
            "archived.",
            storefront.name,
        ))
