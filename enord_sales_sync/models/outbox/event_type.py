import hashlib
import json

from odoo import api, models
from odoo.tools import SQL


class EnordEventType(models.AbstractModel):
    """A kind of event that storefronts are told: what it is about and how its bodies are built.

    Each is one model that inherits this one, in the room that it speaks of, and adds its value to
    the selection of ``enord.webhook.event.event_type``; the outbox knows no more of it. What the
    outbox needs beside the key to build a body are columns that the type adds to
    ``enord.webhook.event``.
    """

    _name = "enord.event.type"
    _description = "Storefront Event Type"

    #: As ``event_type`` in the body and in the header ``X-Event-Type``.
    _event_type = None
    #: What the keys of this type begin with.
    _key_prefix = None
    #: Names of this type's own columns of the outbox.
    _own_columns = ()
    #: Among the types, where everything is sent again: what has to be known first comes first.
    _resync_order = 10
    #: Whether what was acknowledged last of each key is kept for ever.
    _keeps_acknowledged = False
    #: Whether it is looked up for `_build` and `_is_acknowledged`.
    _builds_on_acknowledged = False

    @api.model
    def _types(self):
        """All types, by ``event_type``, in the order in which everything is sent again."""
        types = [
            self.env[name] for name in self.env.registry.descendants([self._name], "_inherit")
        ]
        return {
            one._event_type: one for one in sorted(types, key=lambda one: one._resync_order)
            if one._event_type
        }

    @api.model
    def _key(self, *parts):
        """What an event is about, as SQL: events of one key are told one after the other.

        :param parts: SQL of the ids that tell the subjects of this type apart
        """
        return SQL(" || ':' || ").join([SQL("%s", self._key_prefix), *parts])

    @api.model
    def _collected(self):
        """What this transaction has collected for this type so far, to be added to: a dict that is
        handed to :meth:`_queue_collected` just before the commit."""
        return self.env["enord.event.recorder"]._collected(self._name)

    def _queue_collected(self, collected):
        """Put in the outbox what a transaction's changes come to.

        :param dict collected: as :meth:`_collected` was filled
        """
        raise NotImplementedError

    def _queue_all(self, storefront):
        """Queue everything of this type that a storefront has to know, to be sent again."""
        raise NotImplementedError

    def _own_columns_sql(self, alias):
        """This type's own columns of a row of the outbox.

        :param str alias: of the row's table
        """
        return SQL(", ").join(SQL.identifier(alias, column) for column in self._own_columns)

    def _queue(self, rows, priority=0, more_columns=()):
        """:meth:`enord.webhook.event._queue` of this type."""
        return self.env["enord.webhook.event"]._queue(
            self._event_type, rows, [*self._own_columns, *more_columns], priority,
        )

    def _build(self, storefront, events, acknowledged):
        """Build bodies from committed state, in a batch.

        :param storefront: with its company and language in the context
        :param events: ``enord.webhook.event`` of this type, of one storefront
        :param dict acknowledged: ``{key: data}`` of what was acknowledged last, where the type
            builds on it
        :return: ``{event: data}``; None where the storefront has nothing to learn
        """
        raise NotImplementedError

    def _content_hash(self, data):
        """By which it is told whether a body says anything new."""
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

    def _is_acknowledged(self, event, content_hash, acknowledged_hash):
        """Whether an event need not be sent, because of what the storefront acknowledged last.

        :param acknowledged_hash: of the event's key; None where nothing was acknowledged
        """
        return False

    def _about_to_send(self, storefront, data_of, acknowledged):
        """Called with the bodies that go out, before they do.

        :param dict data_of: ``{event: data}``
        :param dict acknowledged: as in :meth:`_build`
        """
