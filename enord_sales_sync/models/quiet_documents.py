from contextlib import contextmanager

from markupsafe import Markup
from odoo import models

#: Context in which an online order becomes documents: what they are made with is no change to keep
#: track of.
QUIET = {"tracking_disable": True}

ORIGIN = "mail.message_origin_link"
NOTES = "enord_notes"


class Notes(list):
    """Of one block; as an environment's context an empty list would be every other empty list."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


@contextmanager
def origins_at_once(records):
    """Records in whose context documents are made; of all of them it is noted at once from where
    they came.

    The notes are logged, not posted: nobody follows these documents yet who could be notified.
    """
    notes = Notes()
    yield records.with_context(**{NOTES: notes})
    documents = {}
    for document, values in notes:
        bodies = documents.setdefault(document._name, {})
        [body] = records.env["mail.render.mixin"]._render_template_qweb_view(
            ORIGIN, document._name, document.ids, add_context=values,
        ).values()
        bodies[document.id] = bodies.get(document.id, Markup()) + body
    for model, bodies in documents.items():
        records.env[model].browse(bodies)._message_log_batch(bodies)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        notes = self.env.context.get(NOTES)
        if (
            source_ref == ORIGIN and notes is not None
            and kwargs == {"subtype_xmlid": "mail.mt_note"}
        ):
            notes.extend((document, render_values) for document in self)
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)
