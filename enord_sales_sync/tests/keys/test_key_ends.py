from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ...models.health.watch import LOOKS
from ..common import SalesSyncHttpCommon

PATH = "/api/catalog/products"


@tagged("post_install", "-at_install")
class TestKeyEnds(SalesSyncHttpCommon):
    """What is known of a key outlives it, and nobody is surprised by its end."""

    def test_what_a_revoked_key_did_stays_known(self):
        manager = new_test_user(self.env, "revoker", "enord_sales_sync.group_manager")
        for _ in range(3):
            self.call("GET", PATH)
        key = self.storefront.key_ids
        used = key.last_used_at
        key.with_user(manager).action_revoke()
        self.assertProblem(self.call("GET", PATH), 401, "unauthorized")
        self.assertEqual(self.env["enord.api.call"].search_count([("key_id", "=", key.id)]), 3)
        self.assertEqual(
            (key.name, key.prefix, key.state, key.revoked_by_id, key.last_used_at),
            ("Storefront", self.api_key[:8], "revoked", manager, used),
        )
        self.assertTrue(key.revoked_at and key.created_at)
        self.assertFalse(key.apikey_id)

    def test_revoking_again_changes_nothing(self):
        key = self.storefront.key_ids
        key.action_revoke()
        revoked_at = key.revoked_at = fields.Datetime.now() - timedelta(days=1)
        messages = len(self.storefront.message_ids)
        self.storefront.action_revoke_api_keys()
        self.assertEqual(key.revoked_at, revoked_at)
        self.assertEqual(len(self.storefront.message_ids), messages)

    def test_what_an_expired_key_did_stays_known_when_odoo_deletes_it(self):
        end = fields.Datetime.now() + timedelta(days=1)
        short = self.storefront._generate_api_key("Short", end)
        self.call("GET", PATH, key=short)
        key = self.storefront.key_ids[0]
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE res_users_apikeys SET expiration_date = now() - interval '1 day' WHERE id = %s;
            UPDATE enord_storefront_key SET expires_at = now() - interval '1 day' WHERE id = %s
            """, [key.apikey_id.id, key.id],
        )
        self.env["res.users.apikeys"]._gc_user_apikeys()
        self.env.invalidate_all()
        [call] = self.env["enord.api.call"].search([("key_id", "=", key.id)])
        self.assertEqual((call.key_id.name, call.key_id.prefix), ("Short", short[:8]))
        self.assertEqual((key.state, key.apikey_id.id), ("expired", False))

    def test_a_key_that_is_deleted_in_odoos_own_screen_is_known_as_revoked(self):
        key = self.storefront.key_ids
        key.apikey_id.unlink()
        self.env.invalidate_all()
        self.assertEqual(key.state, "revoked")
        self.assertProblem(self.call("GET", PATH), 401, "unauthorized")

    def test_a_storefront_is_deleted_with_its_keys_and_calls(self):
        other = self.storefront.copy({"name": "Other"})
        self.call("GET", PATH, key=other._generate_api_key())
        key = other.key_ids
        [call] = self.env["enord.api.call"].search([("key_id", "=", key.id)])
        other.unlink()
        self.assertFalse(key.exists() or call.exists())

    def test_staff_are_told_of_working_keys_that_expire_soon_and_of_no_other(self):
        soon = fields.Datetime.now() + timedelta(days=3)
        for name in ("Kept", "Given up"):
            self.storefront._generate_api_key(name, soon)
        given_up, kept = self.storefront.key_ids[:2]
        given_up.action_revoke()
        told = LOOKS["key"](self.storefront)
        self.assertIn("Kept", told.cause)
        self.assertNotIn("Given up", told.cause)
        kept.action_revoke()
        self.assertFalse(LOOKS["key"](self.storefront))
