from odoo import models

#: Context in which an online order becomes documents: nobody follows them yet, so that nobody is
#: looked for to be notified; and what they are made with is no change to keep track of.
QUIET = {"tracking_disable": True, "enord_log_only": True}

ORIGIN = "mail.message_origin_link"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """The note of where a delivery or an invoice came from is logged, and sent to nobody."""
        if source_ref == ORIGIN and self.env.context.get("enord_log_only"):
            return self._message_log_with_view(source_ref, render_values=render_values)
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)
