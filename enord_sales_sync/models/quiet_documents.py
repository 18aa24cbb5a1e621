from contextlib import contextmanager

from markupsafe import Markup
from odoo import models

from .order_memory import Memory

#: Context in which an online order becomes documents: what they are made with is no change to keep
#: track of.
QUIET = {"tracking_disable": True}

ORIGIN = "mail.message_origin_link"
NOTES = "enord_notes"


@contextmanager
def origins_at_once(records):
    """Records in whose context documents are made; of all of them it is noted at once from where
    they came.

    The notes are logged, not posted: nobody follows these documents yet who could be notified.
    """
    notes = Memory()
    yield records.with_context(**{NOTES: notes})
    bodies = {}
    for document, origins in notes.items():
        bodies.setdefault(document._name, {})[document.id] = Markup().join(
            records.env["mail.render.mixin"]._render_template_qweb_view(
                ORIGIN, document._name, document.ids, add_context=values,
            )[document.id] for values in origins
        )
    for model, by_document in bodies.items():
        records.env[model].browse(by_document)._message_log_batch(by_document)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        notes = self.env.context.get(NOTES)
        if (
            source_ref == ORIGIN and notes is not None
            and kwargs == {"subtype_xmlid": "mail.mt_note"}
        ):
            for document in self:
                notes.setdefault(document, []).append(render_values)
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)
