from odoo import models

#: Context in which an online order becomes documents: nobody follows them yet, so that nobody is
#: looked for to be notified; and what they are made with is no change to keep track of.
QUIET = {"tracking_disable": True, "enord_log_only": True}

ORIGIN = "mail.message_origin_link"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """The note of where a document came from is logged, and not sent to anybody."""
        if source_ref == ORIGIN and self.env.context.get("enord_log_only"):
            return self._message_log_with_view(source_ref, render_values=render_values)
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)


class AccountMove(models.Model):
    _inherit = "account.move"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """As of the delivery."""
        if source_ref == ORIGIN and self.env.context.get("enord_log_only"):
            return self._message_log_with_view(source_ref, render_values=render_values)
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)
