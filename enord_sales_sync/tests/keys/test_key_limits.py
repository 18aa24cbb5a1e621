import re
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import config
from psycopg2 import IntegrityError

from ...contract.operations import OPERATIONS, SCOPES
from ...models.api import locked_transaction
from ...models.keys import call_rate
from ..common import SalesSyncHttpCommon

PATH = "/api/inventory/snapshot"
PROXIED = {"X-Forwarded-Host": "erp.example.com", "X-Forwarded-Proto": "https"}


@tagged("post_install", "-at_install")
class TestKeyLimits(SalesSyncHttpCommon):
    """What a key may do, from where, and how often."""

    def key(self, *scopes, **limits):
        return self.storefront._generate_api_key("Limited", **{
            f"may_{scope}": not scopes or scope in scopes for scope in SCOPES
        }, **limits)

    def test_each_scope_opens_its_operations_and_no_other(self):
        for scope in SCOPES:
            key = self.key(scope)
            for operation in OPERATIONS:
                if operation.public:
                    continue
                path = re.sub(r"{\w+}", "X", operation.path)
                answer = self.call(operation.method, path, key=key)
                code = answer.status_code >= 400 and answer.json()["code"]
                with self.subTest(scope=scope, operation=operation.name):
                    self.assertEqual(code == "insufficient_scope", operation.scope != scope)

    def test_a_refusal_names_the_scope_that_is_needed(self):
        refused = self.call("POST", "/api/inventory/adjust", {}, key=self.key("read", "sell"))
        problem = self.assertProblem(refused, 403, "insufficient_scope")
        self.assertIn("adjust", problem["detail"])
        self.assertEqual(
            refused.headers["WWW-Authenticate"],
            'Bearer realm="enord_sales_sync", error="insufficient_scope", scope="adjust"',
        )
        [call] = self.env["enord.api.call"].search([], limit=1)
        self.assertEqual((call.key_id.name, call.code), ("Limited", "insufficient_scope"))

    def test_a_head_request_reads(self):
        self.assertEqual(self.call("HEAD", PATH, key=self.key("read")).status_code, 200)
        self.assertEqual(self.call("HEAD", PATH, key=self.key("sell")).status_code, 403)

    def test_a_key_that_is_made_without_limits_has_none(self):
        self.assertEqual(self.storefront.key_ids._scopes(), list(SCOPES))
        self.assertFalse(self.storefront.key_ids.calls_a_minute)
        self.assertFalse(self.storefront.key_ids.expires_at)

    def test_a_key_for_nothing_is_none(self):
        with self.assertRaisesRegex(ValidationError, "choose what it may do"):
            self.key("nothing")

    def test_a_key_is_used_from_its_addresses_alone(self):
        for addresses in ("127.0.0.1", "203.0.113.7, 127.0.0.0/8", "::1 127.0.0.1", False):
            answer = self.call("GET", PATH, key=self.key(addresses=addresses))
            self.assertEqual(answer.status_code, 200, addresses)
        for addresses in ("203.0.113.7", "10.0.0.0/8,2001:db8::/32"):
            refused = self.call("GET", PATH, key=self.key(addresses=addresses))
            problem = self.assertProblem(refused, 403, "address_not_allowed")
            self.assertIn("127.0.0.1", problem["detail"])

    def test_behind_a_proxy_the_caller_is_who_the_proxy_says(self):
        self.patch(config, "options", config.options.new_child({"proxy_mode": True}))
        key = self.key(addresses="203.0.113.7")
        for caller, status in (("203.0.113.7", 200), ("203.0.113.8", 403)):
            headers = {**PROXIED, "X-Forwarded-For": caller}
            self.assertEqual(self.call("GET", PATH, key=key, headers=headers).status_code, status)

    def test_what_is_no_address_is_named(self):
        for wrong in ("shop.example.com", "10.0.0.1/8", "300.1.1.1", "1.2.3.4, x", "1.2.3.4/33"):
            with self.assertRaisesRegex(ValidationError, "neither an IP address nor a network"):
                self.key(addresses=wrong)

    def test_a_key_makes_as_many_calls_a_minute_as_it_may(self):
        key, other = self.key(calls_a_minute=3), self.key()
        answers = [self.call("GET", "/api/catalog/products", key=key) for _ in range(8)]
        statuses = [answer.status_code for answer in answers]
        if statuses[-1] == 200:  # a minute of the clock has ended between the calls
            answers = [self.call("GET", "/api/catalog/products", key=key) for _ in range(4)]
        self.assertProblem(answers[-1], 429, "rate_limited")
        self.assertIn(int(answers[-1].headers["Retry-After"]), range(1, 61))
        self.assertIn(200, statuses[:3])
        self.assertEqual(self.call("GET", "/api/catalog/products", key=other).status_code, 200)
        self.next_minute()
        self.assertEqual(self.call("GET", "/api/catalog/products", key=key).status_code, 200)

    def next_minute(self):
        """As if what was counted were of the minute before this one."""
        counter = self.storefront.key_ids.filtered("calls_a_minute")._counter()
        self.env.cr.execute(
            "SELECT setval(%s, (SELECT last_value - 1000000 FROM " + counter + "))", [counter]
        )

    def test_the_first_of_a_minute_begins_at_one(self):
        self.key(calls_a_minute=3)
        key = self.storefront.key_ids[0]
        for _ in range(2):
            key._count_call()
            self.env.cr.execute(f"SELECT last_value % 1000000 FROM {key._counter()}")
            first = self.env.cr.fetchone()[0]
            key._count_call()
            self.env.cr.execute(f"SELECT last_value % 1000000 FROM {key._counter()}")
            self.assertEqual((first, self.env.cr.fetchone()[0]), (1, 2))
            self.next_minute()

    def test_a_limit_out_of_range_is_refused(self):
        for calls in (-1, 500_001):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.key(calls_a_minute=calls)

    def test_production_storefronts_call_over_https(self):
        self.storefront.https_only = True
        self.assertProblem(self.call("GET", PATH), 403, "https_required")
        # without proxy_mode anybody could say so
        self.assertProblem(self.call("GET", PATH, headers=PROXIED), 403, "https_required")
        self.patch(config, "options", config.options.new_child({"proxy_mode": True}))
        self.assertEqual(self.call("GET", PATH, headers=PROXIED).status_code, 200)
        self.assertProblem(
            self.call("GET", PATH, headers={**PROXIED, "X-Forwarded-Proto": "http"}),
            403, "https_required",
        )

    def test_new_storefronts_are_https_only_and_test_storefronts_are_not(self):
        new = {"name": "New", "warehouse_ids": [(6, 0, self.warehouses.ids)]}
        production, test = self.env["enord.storefront"].create([new, {**new, "test_mode": True}])
        self.assertEqual((production.https_only, test.https_only), (True, False))
        self.assertEqual(
            self.call("GET", PATH, key=test._generate_api_key()).status_code, 200
        )

    def test_counting_calls_waits_for_nobody_who_sells_or_returns(self):
        others = {
            value for name, value in vars(locked_transaction).items() if name.endswith("_LOCK")
        }
        self.assertEqual(len(others), 5)
        self.assertNotIn(call_rate.MINUTE_LOCK, others)

    def test_the_form_says_where_the_address_is_not_https(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for address, is_plain in (("http://erp.example.com", True), ("https://x.example", False)):
            parameters.set_param("web.base.url", address)
            self.env.invalidate_all()
            self.assertEqual(self.storefront.is_api_plain, is_plain)

    def test_the_wizard_limits_a_key_as_the_settings_say(self):
        settings = self.env["res.config.settings"].create(
            {"enord_api_key_days": 90, "enord_api_key_calls": 120}
        )
        settings.execute()
        with freeze_time("2026-11-26 10:00:00"):
            form = Form(self.env["enord.api.key.wizard"].with_context(
                default_storefront_id=self.storefront.id
            ))
            self.assertEqual(
                form.expiration_date, fields.Datetime.now() + timedelta(days=90)
            )
        form.expiration_date = fields.Datetime.now() + timedelta(days=30)
        form.name, form.may_adjust, form.addresses = "Shop", False, "127.0.0.1"
        dialog = form.save().action_create()
        key = self.storefront.key_ids[0]
        self.assertEqual(
            (key.name, key._scopes(), key.addresses, key.calls_a_minute, key.state),
            ("Shop", ["read", "sell"], "127.0.0.1", 120, "working"),
        )
        shown = Form(
            self.env[dialog["res_model"]].with_context(**dialog["context"]),
            view=dialog["views"][0][0],
        )
        self.assertEqual(self.call("GET", PATH, key=shown.key).status_code, 200)
        self.assertEqual(shown.scopes, "Read Stock and Catalogue, Sell and Hold")

    def test_a_setting_out_of_range_is_refused(self):
        for values in ({"enord_api_key_days": 0}, {"enord_api_key_calls": 600_000}):
            with self.assertRaises(ValidationError):
                self.env["res.config.settings"].create(values)

    def test_a_key_does_not_expire_in_the_past(self):
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.env["enord.api.key.wizard"].create({
                "storefront_id": self.storefront.id, "name": "Late",
                "expiration_date": fields.Datetime.now() - timedelta(minutes=1),
            })
