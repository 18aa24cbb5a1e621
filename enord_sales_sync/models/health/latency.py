"""How long changes took from their commit to the storefront's answer.

Each finished hour is counted once and kept as a row: whoever looks reads those, and of the events
only the last hour and what lies outside of whole counted hours. Where the job that counts has not
run, that is more, and as right.
"""

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .waiting import IN_STEP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: That a day touches: it begins and ends within one.
HOURS = 25
LIMIT_MS = int(IN_STEP.total_seconds() * 1000)
#: What was acknowledged in an hour has been committed this long after it.
SETTLED = timedelta(minutes=5)


class Told(NamedTuple):
    """What was delivered in a span of time."""

    ms: list
    """What changes took, to two digits; each once, in order."""
    many: list
    """How many took each of that."""
    within: int
    """How many took no longer than the limit."""
    apart: int
    """How many were delivered that are no changes."""


def latencies(storefronts):
    """Figures of what the last day's changes took.

    :return: ``{storefront_id: {"limit": ms, "hour": figures, "day": figures, "hours": […],
        "first": "…", "apart": number}}``: the hours are those of the clock (UTC) that the day
        touches, of which ``first`` is the start of the oldest one, as RPC has it. Figures are
        ``count``, ``within`` (share of those within the limit, 0 to 1), ``p50`` and ``p95`` in ms
        to two digits; None where nothing was delivered. ``apart`` is how many more were delivered
        that are no changes: sent again, or kept back because staff had paused it.
    """
    env = storefronts.env
    now = env.cr.now()
    day_ago = now - DAY
    hours = [_hour_of(day_ago) + number * HOUR for number in range(HOURS)]
    told = _counted(storefronts, day_ago)
    # another transaction's answer may be of after this one began
    told |= _count(env, {
        (storefront_id, begins): (
            max(begins, day_ago), datetime.max if begins == hours[-1] else begins + HOUR,
        )
        for storefront_id in storefronts.ids for begins in hours
        if (storefront_id, begins) not in told
    } | {(storefront_id, "last"): (now - HOUR, datetime.max) for storefront_id in storefronts.ids})

    def figures_of(storefront_id):
        of_hours = [told[storefront_id, begins] for begins in hours]
        day = _together(of_hours)
        return {
            "limit": LIMIT_MS, "first": fields.Datetime.to_string(hours[0]),
            "hour": _figures(told[storefront_id, "last"]), "day": _figures(day),
            "hours": [_figures(hour) for hour in of_hours], "apart": day.apart,
        }

    return {storefront_id: figures_of(storefront_id) for storefront_id in storefronts.ids}


def _hour_of(moment):
    return moment.replace(minute=0, second=0, microsecond=0)


def _counted(storefronts, since):
    """Hours that were counted once: ``{(storefront_id, start): Told}``."""
    storefronts.env["enord.told.hour"].flush_model()
    return {(storefront_id, begins): Told(*told) for storefront_id, begins, told in (
        storefronts.env.execute_query(SQL(
            """
            SELECT storefront_id, begins, told FROM enord_told_hour
             WHERE storefront_id = ANY(%s::int[]) AND begins >= %s
            """, storefronts.ids, since,
        ))
    )}


def _count(env, spans):
    """Count events.

    :param spans: ``{(storefront_id, …): (since, until)}``, naive UTC
    :return: ``{(storefront_id, …): Told}``
    """
    if not spans:
        return {}
    env["enord.webhook.event"].flush_model()
    keys = list(spans)
    return {keys[number - 1]: Told(*told) for number, *told in env.execute_query(count_query(
        [storefront_id for storefront_id, _name in keys], *zip(*spans.values(), strict=True),
    ))}


def count_query(storefront_ids, since, until):
    """Rows of the span's number from 1, and what :class:`Told` has.

    To two digits, that is, as much as a tenth less than it was, because the exact percentiles of
    many rows are found by sorting them all.
    """
    return SQL(
        """
        SELECT span.number, told.*
          FROM unnest(%(storefronts)s::int[], %(since)s::timestamp[], %(until)s::timestamp[])
               WITH ORDINALITY AS span (storefront_id, since, until, number)
    CROSS JOIN LATERAL (
                -- grouped here, so that each span is read by the index, and never the whole table
                SELECT COALESCE(array_agg(ms ORDER BY ms) FILTER (WHERE ms IS NOT NULL), '{}'),
                       COALESCE(array_agg(many ORDER BY ms) FILTER (WHERE ms IS NOT NULL), '{}'),
                       COALESCE(sum(within) FILTER (WHERE ms IS NOT NULL), 0)::int,
                       COALESCE(sum(many) FILTER (WHERE ms IS NULL), 0)::int
                  FROM (SELECT CASE WHEN priority > 0 THEN NULL
                                    WHEN latency_ms < 100 THEN latency_ms
                                    WHEN latency_ms < 1000 THEN latency_ms / 10 * 10
                                    WHEN latency_ms < 10000 THEN latency_ms / 100 * 100
                                    WHEN latency_ms < 100000 THEN latency_ms / 1000 * 1000
                                    WHEN latency_ms < 1000000 THEN latency_ms / 10000 * 10000
                                    ELSE latency_ms / 100000 * 100000 END AS ms,
                               count(*) AS many,
                               count(*) FILTER (WHERE latency_ms <= %(limit)s) AS within
                          FROM enord_webhook_event
                         WHERE state = 'delivered' AND storefront_id = span.storefront_id
                           AND delivered_at >= span.since AND delivered_at < span.until
                           AND latency_ms IS NOT NULL
                      GROUP BY 1) AS step) AS told (ms, many, within, apart)
        """,
        limit=LIMIT_MS, storefronts=storefront_ids, since=list(since), until=list(until),
    )


def _together(several):
    many_of = Counter()
    for told in several:
        for ms, many in zip(told.ms, told.many, strict=True):
            many_of[ms] += many
    ms = sorted(many_of)
    return Told(
        ms, [many_of[one] for one in ms], sum(told.within for told in several),
        sum(told.apart for told in several),
    )


def _figures(told):
    passed = list(accumulate(told.many))
    if not passed:
        return None
    count = passed[-1]
    p50, p95 = (told.ms[bisect_left(passed, share * count)] for share in (0.5, 0.95))
    return {"count": count, "within": told.within / count, "p50": p50, "p95": p95}


class EnordToldHour(models.Model):
    """What a storefront was told in an hour, by what it took; of the last day."""

    _name = "enord.told.hour"
    _description = "What a Storefront Was Told in an Hour"
    _order = "begins desc, id desc"
    _rec_name = "begins"
    _log_access = False

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade",
    )
    begins = fields.Datetime("From", required=True, readonly=True, copy=False)
    told = fields.Json(required=True, readonly=True, copy=False)

    _storefront_begins_uniq = models.UniqueIndex("(storefront_id, begins)")

    @api.model
    def _cron_count(self):
        """Count the hours that have ended, of all storefronts, and forget those of before the day
        that is shown."""
        now = self.env.cr.now()
        self.search([
            # the latter where the clock was put back since
            "|", ("begins", "<", now - DAY - HOUR), ("begins", ">", now - HOUR),
        ]).unlink()
        storefronts = self.env["enord.storefront"].search([("active", "=", True)])
        until = _hour_of(now - SETTLED)
        counted = _counted(storefronts, until - DAY)
        told = _count(self.env, {
            (storefront_id, begins): (begins, begins + HOUR)
            for storefront_id in storefronts.ids
            for begins in (until - number * HOUR for number in range(1, HOURS - 1))
            if (storefront_id, begins) not in counted
        })
        self.create([
            {"storefront_id": storefront_id, "begins": begins, "told": of_hour}
            for (storefront_id, begins), of_hour in told.items()
        ])
