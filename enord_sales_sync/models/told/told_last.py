import json
from datetime import datetime
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL


class Told(NamedTuple):
    """The newest that a storefront knows of one key, or will as soon as it answers."""

    is_waiting: bool
    """Whether the present state of the key is about to be told."""
    sequence: int | None
    """None, as all of the following, where nothing was told."""
    hash: str | None
    body: str | None
    at: datetime | None
    """When the storefront acknowledged it; None where it has not yet."""

    @property
    def data(self):
        """What was told; empty where nothing was."""
        return json.loads(self.body)["data"] if self.body else {}


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    def _told_last(self, storefront, keys):
        """What a storefront was told last. An event that was tried counts: its bytes do not change.

        :param list keys: of any type
        :return: ``{key: Told}``
        """
        rows = self.env.execute_query(SQL(
            """
            SELECT asked.key, EXISTS (%(unbuilt)s 'pending' AND body IS NULL)
                           OR EXISTS (%(unbuilt)s 'sending' AND body IS NULL),
                   told.sequence, told.content_hash, told.body, told.delivered_at
              FROM unnest(%(keys)s::text[]) AS asked (key)
         LEFT JOIN LATERAL (
                   SELECT * FROM (
                       (%(built)s 'delivered' ORDER BY id DESC LIMIT 1) UNION ALL
                       (%(built)s 'sending') UNION ALL
                       (%(built)s 'pending' AND body IS NOT NULL)) AS one
                    WHERE body IS NOT NULL ORDER BY sequence DESC LIMIT 1) AS told ON TRUE
            """,
            keys=list(keys),
            # each state has an index of its own
            unbuilt=SQL(
                "SELECT FROM enord_webhook_event"
                " WHERE storefront_id = %s AND key = asked.key AND state =", storefront.id,
            ),
            built=SQL(
                "SELECT sequence, content_hash, body, delivered_at FROM enord_webhook_event"
                " WHERE storefront_id = %s AND key = asked.key AND state =", storefront.id,
            ),
        ))
        return {key: Told(*told) for key, *told in rows}
