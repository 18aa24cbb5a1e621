"""A new type of event is one model and its columns: nothing of the outbox knows it beforehand."""

import json
from datetime import timedelta

from odoo import fields, models
from odoo.tests import tagged
from odoo.tools import SQL

from ...contract.signature import verify_x_signature
from ...delivery.sender import Result
from ...models.outbox.webhook_event import RESYNC
from ..common import SalesSyncCommon

TYPE = "team.update"


@tagged("post_install", "-at_install")
class TestAnyEventType(SalesSyncCommon):
    """A type that tells of sales teams goes the whole way of an event."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        class TeamUpdate(models.AbstractModel):
            _name = "enord.test.team.update"
            _inherit = ["enord.event.type"]
            _description = "Event of Sales Teams"
            _module = None
            _event_type = TYPE
            _key_prefix = "team"
            _own_columns = ("test_team_id",)
            _resync_order = 30
            _keeps_acknowledged = True
            _builds_on_acknowledged = True

            def _changed(self, teams):
                self._collected().setdefault("teams", set()).update(teams.ids)

            def _queue_collected(self, collected):
                self._queue(self._rows(collected["teams"], None))

            def _queue_all(self, storefront):
                teams = self.env["crm.team"].search([("name", "=like", "Told %")])
                self._queue(self._rows(teams.ids, RESYNC), priority=1)

            def _rows(self, team_ids, reason):
                return SQL(
                    """
                    SELECT storefront.id AS storefront_id, %(key)s AS key,
                           %(reason)s AS change_reason, team.id AS test_team_id
                      FROM unnest(%(teams)s::int[]) AS team (id), %(listening)s AS storefront
                    """,
                    key=self._key(SQL("team.id")), reason=reason, teams=list(team_ids),
                    listening=self.env["enord.webhook.event"]._listening(),
                )

            def _build(self, storefront, events, acknowledged):
                return {
                    event: {
                        "name": event.test_team_id.name,
                        "before": acknowledged.get(event.key, {}).get("name"),
                    } if event.test_team_id.active else None
                    for event in events
                }

            def _content_hash(self, data):
                return super()._content_hash(data["name"])

            def _is_acknowledged(self, event, content_hash, acknowledged_hash):
                return event.change_reason != RESYNC and content_hash == acknowledged_hash

        class WebhookEvent(models.Model):
            _name = "enord.webhook.event"
            _inherit = "enord.webhook.event"
            _module = None

            event_type = fields.Selection(
                selection_add=[(TYPE, "Team")], ondelete={TYPE: "cascade"},
            )
            test_team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")

        cls.add_models(TeamUpdate, WebhookEvent)
        cls.team, cls.other_team = cls.env["crm.team"].create(
            [{"name": "Told First"}, {"name": "Told Second"}]
        )

    def change(self, teams):
        self.env["enord.test.team.update"]._changed(teams)
        return self.recorded()

    def acknowledge(self, deliveries):
        self.env["enord.webhook.event"]._record(
            [Result(delivery, 200, "", 0.01) for delivery in deliveries]
        )
        self.env.invalidate_all()

    def told_of(self, deliveries):
        return [json.loads(delivery.body)["data"] for delivery in deliveries]

    def test_it_is_recorded_once_for_a_transaction_and_sent_signed(self):
        self.env["enord.test.team.update"]._changed(self.team)
        events = self.change(self.team | self.other_team)
        self.assertEqual(events.mapped("event_type"), [TYPE, TYPE])
        self.assertEqual(
            events.mapped("key"), [f"team:{self.team.id}", f"team:{self.other_team.id}"],
        )
        deliveries = self.claim()
        self.assertEqual(
            {delivery.headers["X-Event-Type"] for delivery in deliveries}, {TYPE},
        )
        self.assertEqual(
            {delivery.headers["webhook-id"] for delivery in deliveries}, set(events.mapped("uuid")),
        )
        for delivery in deliveries:
            self.assertEqual(json.loads(delivery.body)["event_type"], TYPE)
            self.assertTrue(
                verify_x_signature(self.SECRET, delivery.body, delivery.headers["X-Signature"])
            )
        self.assertCountEqual(self.told_of(deliveries), [
            {"name": "Told First", "before": None}, {"name": "Told Second", "before": None},
        ])
        self.acknowledge(deliveries)
        self.assertEqual(events.mapped("state"), ["delivered", "delivered"])
        self.assertFalse(self.claim())

    def test_what_waits_collapses_and_what_is_acknowledged_is_not_sent_again(self):
        former = self.change(self.team)
        latest = self.change(self.team)
        self.acknowledge(self.claim())
        self.assertEqual((former.state, latest.state), ("superseded", "delivered"))
        same = self.change(self.team)
        self.assertFalse(self.claim())
        self.assertEqual(same.state, "superseded")
        self.team.name = "Told Anew"
        self.change(self.team)
        deliveries = self.claim()
        self.assertEqual(self.told_of(deliveries), [{"name": "Told Anew", "before": "Told First"}])
        self.assertGreater(int(deliveries[0].headers["X-Event-Sequence"]), latest.sequence)

    def test_what_a_storefront_has_not_to_learn_is_not_sent(self):
        self.team.active = False
        event = self.change(self.team)
        self.assertFalse(self.claim())
        self.assertEqual(event.state, "superseded")

    def test_one_that_cannot_be_built_holds_up_no_other(self):
        event = self.change(self.team | self.other_team)
        self.patch(
            self.env.registry["enord.test.team.update"], "_content_hash",
            lambda _self, data: {"Told Second": "hash"}[data["name"]],
        )
        with self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"):
            deliveries = self.claim()
        self.assertEqual([data["name"] for data in self.told_of(deliveries)], ["Told Second"])
        self.assertEqual(event[0].state, "pending")
        self.assertIn("KeyError", event[0].last_error)

    def test_it_takes_part_when_everything_is_sent_again(self):
        self.change(self.team)
        self.acknowledge(self.claim())
        self.storefront.action_resync()
        again = self.env["enord.webhook.event"].search(
            [("state", "=", "pending")], order="id",
        )
        types = [name for name, _events in again.grouped("event_type").items()]
        self.assertEqual(types, ["catalog.update", "inventory.change", TYPE])
        ours = again.filtered(lambda event: event.event_type == TYPE)
        self.assertEqual(ours.test_team_id, self.team | self.other_team)
        self.assertEqual(set(ours.mapped("priority")), {1})
        self.assertEqual(self.storefront.resync_left, len(again))
        # though one of them is what the storefront has acknowledged
        names = [data["name"] for data in self.told_of(self.claim(1000)) if "name" in data]
        self.assertEqual(sorted(names), ["Told First", "Told Second"])

    def test_what_was_acknowledged_last_is_kept_where_the_type_says_so(self):
        first = self.change(self.team)
        self.acknowledge(self.claim())
        self.team.name = "Told Anew"
        last = self.change(self.team)
        self.acknowledge(self.claim())
        (first | last).recorded_at = fields.Datetime.now() - timedelta(days=31)
        self.env.flush_all()
        self.env["enord.webhook.event"]._gc_events()
        self.assertFalse(first.exists())
        self.assertTrue(last.exists())
        self.patch(self.env.registry["enord.test.team.update"], "_keeps_acknowledged", False)
        self.env["enord.webhook.event"]._gc_events()
        self.assertFalse(last.exists())
