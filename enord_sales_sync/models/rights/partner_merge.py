from odoo import models

from .kept_fields import MAY_SET_KEPT


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """The storefront's customer stays its customer under another card."""
        return super()._update_values(
            src_partners, dst_partner.with_context(enord_keeps=MAY_SET_KEPT)
        )
