from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open, mute_logger

from ...models.api import api_call
from ..common import SalesSyncHttpCommon

PATH = "/api/inventory/snapshot"


@tagged("post_install", "-at_install")
class TestApiKeys(SalesSyncHttpCommon):
    """A key opens the storefront's API, and nothing else of Odoo."""

    def test_two_keys_work_until_one_is_revoked(self):
        second = self.storefront._generate_api_key("Second")
        for key in (self.api_key, second):
            self.assertEqual(self.call("GET", PATH, key=key).status_code, 200)
        first = self.storefront.key_ids.filtered(lambda key: key.name == "Storefront")
        first.action_revoke()
        self.assertProblem(self.call("GET", PATH), 401, "unauthorized")
        self.assertEqual(self.call("GET", PATH, key=second).status_code, 200)
        self.assertEqual(self.storefront.key_ids._working().mapped("name"), ["Second"])

    def test_the_list_shows_which_key_is_used(self):
        unused = self.storefront._generate_api_key("Unused")
        self.assertEqual(len(unused), 40)
        self.call("GET", PATH)
        used, other = self.storefront.key_ids.sorted("id")
        self.assertTrue(used.last_used_at)
        self.assertFalse(other.last_used_at)
        self.assertEqual((used.name, other.name), ("Storefront", "Unused"))
        self.assertTrue(used.created_at)

    def test_the_last_use_is_written_once_a_minute(self):
        key = self.storefront.key_ids
        recent = fields.Datetime.now() - timedelta(seconds=50)
        key.last_used_at = recent
        self.call("GET", PATH)
        self.assertEqual(key.last_used_at, recent)
        key.last_used_at = recent - timedelta(seconds=11)
        self.call("GET", PATH)
        self.assertGreater(key.last_used_at, recent)

    def test_a_conflict_over_the_last_use_is_no_error(self):
        self.env.cr.execute("""
            CREATE FUNCTION pg_temp.somebody_was_faster() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$;
            CREATE TRIGGER somebody_was_faster BEFORE UPDATE ON enord_storefront_key
               FOR EACH ROW EXECUTE FUNCTION pg_temp.somebody_was_faster();
        """)
        with self.assertNoLogs("odoo.sql_db", "ERROR"), self.assertNoLogs(api_call.__name__):
            self.assertEqual(self.call("GET", PATH).status_code, 200)
        self.assertTrue(self.env["enord.api.call"].search([("path", "=", PATH)]))

    def test_an_expired_key_is_refused(self):
        soon = fields.Datetime.now() + timedelta(days=1)
        key = self.storefront._generate_api_key("Short", soon)
        self.assertEqual(self.call("GET", PATH, key=key).status_code, 200)
        self.assertEqual(self.storefront.key_ids[0].expires_at, soon)
        self.end(self.storefront.key_ids[0])
        self.assertProblem(self.call("GET", PATH, key=key), 401, "unauthorized")

    def end(self, key):
        """The time has come at which a key expires."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE res_users_apikeys SET expiration_date = now() - interval '1 day' WHERE id = %s;
            UPDATE enord_storefront_key SET expires_at = now() - interval '1 day' WHERE id = %s
            """, [key.apikey_id.id, key.id],
        )
        self.env.invalidate_all()

    def let_one_expire(self):
        """A key that has expired and was deleted by Odoo's daily job, beside the one that works."""
        self.storefront._generate_api_key("Short", fields.Datetime.now() + timedelta(days=1))
        self.end(self.storefront.key_ids[0])
        self.env["res.users.apikeys"]._gc_user_apikeys()
        self.env.invalidate_all()

    def test_an_expired_key_that_odoo_has_deleted_is_known_as_such(self):
        self.let_one_expire()
        self.assertEqual(self.storefront.api_key_count, 1)
        self.assertEqual(
            self.storefront.key_ids.mapped(lambda key: (key.name, key.state)),
            [("Short", "expired"), ("Storefront", "working")],
        )

    def test_all_are_revoked_though_one_has_expired(self):
        self.let_one_expire()
        self.storefront.action_revoke_api_keys()
        self.assertProblem(self.call("GET", PATH), 401, "unauthorized")
        self.assertEqual(self.storefront.api_key_count, 0)

    def test_one_is_revoked_though_another_has_expired(self):
        self.let_one_expire()
        self.storefront.key_ids.action_revoke()
        self.assertProblem(self.call("GET", PATH), 401, "unauthorized")

    def test_a_copy_of_the_database_has_no_key(self):
        with file_open("enord_sales_sync/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.storefront.key_ids._working())
        self.assertEqual(self.storefront.api_key_count, 0)

    def test_one_storefronts_key_is_not_anothers(self):
        other = self.another()
        self.assertFalse(other.key_ids)
        key = other._generate_api_key()
        self.assertEqual(self.env["enord.storefront.key"]._of(key).storefront_id, other)

    def test_only_administrators_revoke(self):
        user = new_test_user(self.env, "key.user", "enord_sales_sync.group_user")
        keys = self.storefront.key_ids.with_user(user)
        self.assertEqual(keys.mapped("name"), ["Storefront"])
        with self.assertRaises(AccessError):
            keys.action_revoke()
        self.assertTrue(self.storefront.key_ids)

    @mute_logger("odoo.http", "odoo.addons.base.models.res_users")
    def test_a_key_opens_no_rpc(self):
        answer = self.opener.post(
            self.base_url() + "/json/2/res.partner/search_read", json={"domain": []},
            headers={"Authorization": f"Bearer {self.api_key}"},
        )
        self.assertIn(answer.status_code, (401, 403))
        login = self.storefront.service_user_id.login
        self.assertFalse(self.xmlrpc_common.authenticate(
            self.env.cr.dbname, login, self.api_key, {}
        ))

    @mute_logger("odoo.addons.base.models.res_users")
    def test_nobody_logs_in_as_the_user_behind_the_keys(self):
        login = self.storefront.service_user_id.login
        for password in ("", False, login, "False", self.api_key):
            with self.assertRaises(AccessDenied, msg=password):
                self.env["res.users"].authenticate(
                    {"type": "password", "login": login, "password": password},
                    {"interactive": True},
                )
