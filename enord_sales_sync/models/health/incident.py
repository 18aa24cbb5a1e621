from datetime import timedelta

from markupsafe import escape
from odoo import api, fields, models

from ..storefront.responsible import responsible
from .waiting import duration

ACTIVITY = "enord_sales_sync.activity_incident"
SUBTYPE = "enord_sales_sync.subtype_incident"
#: Of these each further one is told again where staff have dealt with those before.
COUNTED = ("dead", "refused", "unfillable")
KEPT = timedelta(days=365)


class EnordIncident(models.Model):
    """Something that was wrong with a storefront: from when until when, why, and how much of it.

    Staff are told once: the responsible user by an activity, which goes by itself, and who follows
    the storefront by a message.
    """

    _name = "enord.incident"
    _description = "Storefront Incident"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "began_at desc, id desc"
    _mail_post_access = "read"

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade", index=True,
    )
    kind = fields.Selection(
        [
            ("unreachable", "Not reachable"),
            ("behind", "Changes are late"),
            ("gone", "Paused: it wants no more events"),
            ("dead", "Events were given up"),
            ("refused", "Orders were refused"),
            ("unfillable", "Orders cannot be filled any more"),
            ("snapshot", "The nightly snapshot was missed"),
            ("key", "An API key is about to expire"),
            ("filter", "The filter of products cannot be applied"),
        ],
        "What", required=True, readonly=True,
    )
    began_at = fields.Datetime("From", required=True, readonly=True)
    ended_at = fields.Datetime("To", readonly=True)
    lasted = fields.Char("For", compute="_compute_lasted")
    cause = fields.Text(readonly=True)
    count = fields.Integer(
        "How Many", readonly=True, aggregator=None,
        help="At most: events that waited, orders that were refused, …",
    )
    last_count = fields.Integer("How Many Now", readonly=True, aggregator=None)
    told_at = fields.Datetime(
        "Told", readonly=True, help="When staff were told; empty where it ended before.",
    )

    _open_uniq = models.UniqueIndex("(storefront_id, kind) WHERE ended_at IS NULL")

    @api.depends("began_at", "ended_at")
    def _compute_lasted(self):
        for incident in self:
            until = incident.ended_at or fields.Datetime.now()
            incident.lasted = incident.began_at and duration(
                self.env, until - incident.began_at
            )

    @api.depends("storefront_id", "kind", "count")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for incident in self:
            name = f"{incident.storefront_id.name}: {kinds.get(incident.kind, '')}"
            if incident.count and incident.kind in COUNTED:
                name = f"{name} ({incident.count})"
            incident.display_name = name

    def _go_on(self, sign):
        """It is still wrong.

        :param ~.watch.Sign sign: what shows it
        """
        self.ensure_one()
        # refused orders are of a day: as many as before may be others
        grown = sign.count > self.last_count
        self.write({
            "cause": sign.cause, "count": max(sign.count, self.count), "last_count": sign.count,
        })
        open_activity = self.activity_search([ACTIVITY])
        if not self.told_at:
            if self.began_at <= fields.Datetime.now() - sign.patience:
                self._tell()
        elif grown and self.kind in COUNTED:
            if open_activity:
                open_activity.summary = self._for_staff().display_name
            else:
                self._ask()

    def _tell(self):
        self.told_at = fields.Datetime.now()
        incident = self._for_staff()
        incident._ask()
        incident.storefront_id.message_post(
            subject=incident.display_name, subtype_xmlid=SUBTYPE,
            body=incident.env._(
                "%(what)s. %(cause)s", what=incident.display_name, cause=self.cause or "",
            ),
        )

    def _ask(self):
        incident = self._for_staff()
        incident.activity_schedule(
            ACTIVITY, summary=incident.display_name, note=escape(self.cause or ""),
            user_id=responsible(self.storefront_id).id,
        )

    def _for_staff(self):
        """In the language of who is told."""
        return self.with_context(lang=responsible(self.storefront_id).lang)

    def _end(self):
        """It is over; what was asked of staff goes, and a line stays."""
        for incident in self:
            incident.ended_at = fields.Datetime.now()
            incident.activity_unlink([ACTIVITY])
            if incident.told_at:
                incident = incident._for_staff()
                incident.storefront_id._message_log(body=incident.env._(
                    "Over: %(what)s, after %(time)s. %(cause)s",
                    what=incident.display_name, time=incident.lasted, cause=incident.cause or "",
                ))

    @api.autovacuum
    def _gc_incidents(self):
        self.sudo().search([("ended_at", "<", fields.Datetime.now() - KEPT)], limit=1000).unlink()
