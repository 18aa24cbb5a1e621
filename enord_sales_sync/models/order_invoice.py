import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

_logger = logging.getLogger(__name__)


class EnordStorefront(models.Model):
    """The invoice of an online order; its failure never refuses the order."""

    _inherit = "enord.storefront"

    def _invoice(self, sale):
        """Invoice and post; where that fails the order stands and staff are told."""
        try:
            with self.env.cr.savepoint():
                sale._enord_invoice()
        except (UserError, ValidationError) as error:
            _logger.warning("Invoice of online order %s failed: %s", sale.name, error)
            sale.enord_invoice_error = str(error)
            sale.activity_schedule(
                "enord_sales_sync.activity_invoice_problem", note=str(error),
                user_id=self.create_uid.id or self.env.ref("base.user_admin").id,
            )
