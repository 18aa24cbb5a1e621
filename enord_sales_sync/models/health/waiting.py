"""What waits for storefronts, and since when."""

from datetime import timedelta
from typing import NamedTuple

from odoo.tools import SQL

#: A storefront is in step while no change waits for longer: what the specification promises.
IN_STEP = timedelta(seconds=5)


class Waiting(NamedTuple):
    count: int
    oldest: object
    """Naive UTC; None where nothing waits."""
    oldest_live: object
    """The same of changes alone, without what is sent again."""


def waiting(storefronts):
    """What waits for each, or is being sent.

    :rtype: dict[int, Waiting]
    """
    events = storefronts.env["enord.webhook.event"]
    events.flush_model()
    found = {storefront_id: Waiting(0, None, None) for storefront_id in storefronts.ids}
    rows = storefronts.env.execute_query(SQL(
        """
        SELECT storefront_id, count(*), MIN(recorded_at),
               MIN(recorded_at) FILTER (WHERE priority = 0)
          FROM ((SELECT storefront_id, recorded_at, priority FROM enord_webhook_event
                  WHERE state = 'pending' AND storefront_id = ANY(%(ids)s::int[]))
                UNION ALL
                (SELECT storefront_id, recorded_at, priority FROM enord_webhook_event
                  WHERE state = 'sending' AND storefront_id = ANY(%(ids)s::int[]))) AS open
      GROUP BY storefront_id
        """, ids=storefronts.ids,
    ))
    found.update((storefront_id, Waiting(*figures)) for storefront_id, *figures in rows)
    return found


def duration(env, span):
    """A time span in words, to one unit: ``3 min``.

    :param timedelta span:
    """
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return env._("%s s", seconds)
    if seconds < 7200:
        return env._("%s min", seconds // 60)
    if seconds < 172_800:
        return env._("%s h", seconds // 3600)
    return env._("%s days", seconds // 86_400)
