"""Which storefronts are told anything."""

from odoo.exceptions import UserError


def listening(storefronts):
    """Those that are told anything."""
    return storefronts.filtered(lambda storefront: storefront.active and storefront.webhook_url)


def check_listening(storefronts):
    """:raise UserError: where nothing can be sent"""
    for storefront in storefronts - listening(storefronts):
        raise UserError(storefront.env._(
            "%s: nothing can be sent. It needs a webhook URL, and must not be archived.",
            storefront.name,
        ))
