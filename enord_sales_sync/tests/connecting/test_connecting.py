"""A person takes a storefront from a draft to live: test event, checks, what would be published."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ...contract.signature import signature_headers
from .connecting_common import ConnectingCommon


@tagged("post_install", "-at_install")
class TestTestEvent(ConnectingCommon):

    def send(self, *answer):
        receiver = self.receiver(*answer)
        self.draft.webhook_url = receiver.url
        return self.press("action_send_test_event"), receiver

    def test_it_is_signed_as_every_event_is(self):
        _made, receiver = self.send(200)
        [(headers, body)] = receiver.received
        timestamp = int(headers["webhook-timestamp"])
        expected = signature_headers([self.SECRET], headers["webhook-id"], timestamp, body)
        self.assertLessEqual(expected.items(), headers.items())
        self.assertEqual(headers["X-Event-Type"], "test")
        self.assertIn(b'{"event_type":"test","timestamp":"', body)

    def test_once_it_is_accepted_the_storefront_is_tested(self):
        made, _receiver = self.send(200, b"thank you")
        self.assertTrue(made.is_accepted)
        self.assertEqual((made.status, made.answer), (200, "thank you"))
        self.assertLess(made.duration_ms, 10_000)
        self.assertEqual(self.draft.stage, "tested")
        self.assertFalse(self.env["enord.webhook.event"].search(
            [("storefront_id", "=", self.draft.id)]
        ))

    def test_a_live_storefront_stays_live(self):
        self.draft.stage = "live"
        self.send(200)
        self.assertEqual(self.draft.stage, "live")

    def test_it_says_what_an_answer_means(self):
        for answer, meaning in [
            ((401, b"no"), "its secret differs"),
            ((403,), "its secret differs"),
            ((401, b"too old"), "clocks is wrong"),
            ((301, b"", [("Location", "https://www.example.com/hook")]), "www.example.com"),
            ((404,), "Nothing receives events"),
            ((405,), "Nothing receives events"),
            ((410,), "wants no events"),
            ((422, b"what?"), "does not understand"),
            ((429,), "just now"),
            ((500,), "just now"),
            ((503, b"<html>"), "just now"),
        ]:
            made, _receiver = self.send(*answer)
            self.assertFalse(made.is_accepted)
            self.assertEqual(made.status, answer[0])
            self.assertIn(meaning, made.meaning, answer)
            self.assertEqual(self.draft.stage, "draft")
            self.assertIn(str(answer[0]), self.draft.message_ids[0].body)

    def test_who_is_responsible_sends_one_and_sees_no_more_than_before(self):
        user = new_test_user(self.env, "responsible", "enord_sales_sync.group_user")
        receiver = self.receiver(401, b"internal: token")
        self.draft.webhook_url = receiver.url
        with self.assertRaises(AccessError):
            self.press("action_send_test_event", user=user)
        self.assertFalse(receiver.received)
        self.draft.responsible_user_id = user
        made = self.press("action_send_test_event", user=user)
        self.assertEqual(len(receiver.received), 1)
        self.assertIn("its secret differs", made.meaning)
        self.assertFalse(made.url or made.answer)
        self.assertNotIn("token", made.meaning + self.draft.message_ids[0].body)
        self.assertEqual(self.draft.message_ids[0].author_id, user.partner_id)
        made.action_send_again()
        self.assertEqual(len(receiver.received), 2)

    def test_who_is_responsible_and_uses_no_online_sales_sends_none(self):
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman")
        receiver = self.receiver(200)
        self.draft.write({"webhook_url": receiver.url, "responsible_user_id": user.id})
        with self.assertRaises(AccessError):
            self.env["enord.test.event"].with_user(user)._send(self.draft.with_user(user))
        self.assertFalse(receiver.received)

    def test_it_says_why_nothing_answered(self):
        self.draft.webhook_url = "http://127.0.0.1:9/hook"
        made = self.press("action_send_test_event")
        self.assertIn("refused", made.meaning)
        self.assertFalse(made.status)
        self.draft.webhook_url = "http://shop.invalid/hook"
        self.assertIn("shop.invalid", self.press("action_send_test_event").meaning)

    def test_an_address_inside_the_own_network_is_refused(self):
        receiver = self.receiver(200)
        self.draft.sudo().write(
            {"webhook_url": receiver.url, "allow_private_addresses": False}
        )
        made = self.press("action_send_test_event")
        self.assertIn("not a public address", made.meaning)
        self.assertFalse(receiver.received)

    def test_while_the_secret_changes_the_other_one_is_tried(self):
        self.draft.webhook_secret = "another-secret-of-24-bytes"
        _made, receiver = self.send(401)
        self.assertEqual(len(receiver.received), 2)
        self.send(200)
        self.assertEqual(self.draft.takes_secret, "former")

    def test_none_leaves_a_copy_of_the_database(self):
        receiver = self.receiver(200)
        self.draft.webhook_url = receiver.url
        self.env.flush_all()
        self.draft.sudo().sending_database = "original 1"
        with self.assertRaisesRegex(UserError, "original"):
            self.press("action_send_test_event")
        self.assertFalse(receiver.received)

    def test_without_an_address_it_is_asked_for(self):
        with self.assertRaisesRegex(UserError, "webhook URL"):
            self.press("action_send_test_event")

    def test_only_administrators_send_one(self):
        user = new_test_user(self.env, "online.user", "enord_sales_sync.group_user")
        action = self.env.ref("enord_sales_sync.action_send_test_event").with_user(user)
        with self.assertRaises(AccessError):
            action.with_context(
                active_model="enord.storefront", active_id=self.draft.id,
                active_ids=self.draft.ids,
            ).run()
        with self.assertRaises(AccessError):
            self.env["enord.test.event"].with_user(user)._send(self.draft.with_user(user))

    def test_it_is_sent_again_from_its_window(self):
        made, receiver = self.send(200)
        made.action_send_again()
        self.assertEqual(len(receiver.received), 2)


@tagged("post_install", "-at_install")
class TestGoLive(ConnectingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell_nothing_else()
        cls._make_product("NO-SKU", 1.0, default_code=False)
        cls._make_product("PROP-GUARD-X1", 1.0)
        cls._make_product("NOT-TRACKED", 1.0, is_storable=False)
        cls.draft.webhook_url = "http://127.0.0.1:9/hook"

    def test_it_is_shown_what_would_be_published(self):
        preview = self.press("action_preview")
        lines = {line.code: line.count for line in preview.line_ids}
        not_for_sale = lines.pop("not_for_sale")
        self.assertEqual(
            lines, {"published": 2, "no_sku": 1, "double_sku": 1, "not_tracked": 1},
        )
        self.assertEqual((preview.published, preview.products), (2, 5 + not_for_sale))
        [line] = preview.line_ids.filtered(lambda line: line.code == "no_sku")
        action = line.action_open()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).mapped("name"), ["NO-SKU"],
        )
        with Form(preview, view="enord_sales_sync.view_connecting_preview"):
            pass

    def test_going_live_sends_everything(self):
        preview = self.press("action_preview")
        self.assertFalse(self.draft.pending_count)
        preview.action_go_live()
        self.assertEqual(self.draft.stage, "live")
        self.draft.invalidate_recordset()
        self.assertEqual(self.draft.pending_count, 2 + 4)

    def test_without_an_address_it_does_not(self):
        self.draft.webhook_url = False
        with self.assertRaisesRegex(UserError, "webhook URL"):
            self.press("action_preview").action_go_live()
        self.assertEqual(self.draft.stage, "draft")
