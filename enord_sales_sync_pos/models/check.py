from odoo import api, models
from odoo.addons.enord_sales_sync.models.connecting.check import Check


class EnordCheck(models.AbstractModel):
    _inherit = "enord.check"

    @api.model
    def _checks(self, storefront):
        return [*super()._checks(storefront), self._check_closing(storefront)]

    def _check_closing(self, storefront):
        env = self.env
        if storefront.company_id.point_of_sale_update_stock_quantities == "closing":
            return Check(
                "closing", "warning",
                env._("Point of Sale moves stock only when a session is closed"),
                env._("The storefront is told of each counter sale at once; Odoo's other orders "
                      "are not, and may promise what is gone. Settings ‣ Point of Sale ‣ "
                      "Inventory Management: in real time."),
            )
        return Check("closing", "ok", env._("Point of Sale moves stock in real time"))
