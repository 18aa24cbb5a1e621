"""In which language a storefront is told and answered."""

from odoo import SUPERUSER_ID


def language(storefront):
    """Its company's; where that has none, Odoo's own, whoever asks.

    :return: a code of ``res.lang``
    """
    robot = storefront.env["res.users"].sudo().browse(SUPERUSER_ID)
    return storefront.sudo().company_id.partner_id.lang or robot.lang or "en_US"
