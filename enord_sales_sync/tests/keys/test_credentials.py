import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ...contract.signature import key_bytes
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestCredentials(SalesSyncCommon):
    """Secrets can be handed over, and every such act stands in the storefront's history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "shop.admin", "enord_sales_sync.group_manager")
        cls.user = new_test_user(cls.env, "shop.user", "enord_sales_sync.group_user")
        cls.system = new_test_user(
            cls.env, "sysadmin", "enord_sales_sync.group_manager,base.group_system"
        )
        cls.roles = [
            new_test_user(cls.env, f"role.{number}", group) for number, group in enumerate((
                "sales_team.group_sale_salesman", "sales_team.group_sale_manager",
                "stock.group_stock_user", "account.group_account_invoice",
            ))
        ]
        cls.shop = cls.storefront.with_user(cls.manager)

    def assertOneLine(self, act, *words):
        """``act`` leaves one line in the history, by its user, with these words."""
        before = self.storefront.message_ids
        result = act()
        self.env.flush_all()
        self.storefront.invalidate_recordset()
        line = self.storefront.message_ids - before
        self.assertEqual(len(line), 1, line.mapped("body"))
        self.assertEqual(line.author_id, self.manager.partner_id)
        for word in words:
            self.assertIn(word, line.body)
        for name in ("webhook_secret", "previous_secret"):
            self.assertNotIn(self.storefront[name] or self.SECRET, line.body)
        return result

    def rotate(self, **values):
        wizard = self.env["enord.secret.wizard"].with_user(self.manager)
        return wizard.create({"storefront_id": self.storefront.id, **values}).action_rotate()

    def shown(self, dialog):
        model = self.env[dialog["res_model"]].with_user(self.manager)
        return Form(model.with_context(**dialog["context"]), view=dialog["views"][0][0])

    def test_every_act_stands_in_the_history(self):
        self.assertOneLine(
            lambda: self.shop._generate_api_key("Web shop", may_adjust=False),
            "Web shop", "was made", "Read Stock and Catalogue, Sell and Hold",
        )
        self.assertOneLine(self.shop.key_ids.action_revoke, "Web shop", "was revoked")
        credential = self.env["enord.credential"].with_user(self.manager)
        self.assertOneLine(lambda: credential.reveal(self.storefront.id), "was shown")
        self.assertOneLine(lambda: credential.hand_over(self.storefront.id), "was shown")
        self.assertOneLine(self.rotate, "secret was changed")
        self.assertOneLine(
            lambda: self.shop.write({"webhook_secret": "x" * 32}), "secret was changed",
        )
        self.assertOneLine(self.shop.action_end_overlap, "former webhook secret")
        self.assertOneLine(self.shop.action_pause, "paused")
        self.assertOneLine(self.shop.action_resume, "resumed")
        self.assertOneLine(self.shop.action_resync, "sent again")

    def test_a_secret_is_revealed_to_administrators_alone(self):
        for user in (self.user, *self.roles):
            credential = self.env["enord.credential"].with_user(user)
            for method in (credential.reveal, credential.hand_over):
                with self.assertRaises(AccessError, msg=user.login):
                    method(self.storefront.id)
        shown = self.env["enord.credential"].with_user(self.manager).reveal(self.storefront.id)
        self.assertEqual(shown["secret"], self.SECRET)
        self.assertEqual(key_bytes(shown["standard_secret"]), self.SECRET.encode())

    def test_a_secret_of_another_company_is_not_revealed(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", "enord_sales_sync.group_manager",
            company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["enord.credential"].with_user(stranger).reveal(self.storefront.id)

    def test_administrators_of_another_company_do_nothing_with_a_storefront(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", "enord_sales_sync.group_manager",
            company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)],
        )
        self.storefront._generate_api_key()
        keys, secret = self.storefront.key_ids._working(), self.storefront.webhook_secret
        self.assertTrue(keys)
        self.env.flush_all()
        for model, button, values in (
            ("enord.api.key.wizard", "action_create", {}),
            ("enord.secret.wizard", "action_rotate", {}),
            ("enord.replay.wizard", "action_send", {"what": "dead"}),
            ("enord.connecting", "action_checks", {}),
            ("enord.connecting", "action_go_live", {}),
            ("enord.test.event", "action_send_again", {}),
        ):
            self.env.invalidate_all()
            with self.subTest(model=model, button=button), self.assertRaises(AccessError):
                getattr(self.env[model].with_user(stranger).create(
                    {"storefront_id": self.storefront.id, **values}
                ), button)()
        customer = self.env["res.partner"].create(
            {"name": "Jane Doe", "enord_storefront_id": self.storefront.id}
        )
        self.env.flush_all()
        for button in (
            keys.with_user(stranger).action_revoke,
            lambda: self.env["enord.erasure"].with_user(stranger)._erase(
                customer.with_user(stranger)
            ),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                button()
        self.env.invalidate_all()
        self.assertEqual(self.storefront.key_ids._working(), keys)
        self.assertEqual(self.storefront.sudo().webhook_secret, secret)

    def test_nobody_reads_a_secret_past_the_history(self):
        for name in ("webhook_secret", "previous_secret"):
            for user in (self.user, self.manager, self.system):
                with self.assertRaises(AccessError):
                    self.storefront.with_user(user).read([name])
                with self.assertRaises(AccessError):
                    self.env["enord.storefront"].with_user(user).search([(name, "like", "a")])

    def test_rotating_shows_the_new_secret_and_until_when_the_former_is_good(self):
        shown = self.shown(self.rotate())
        self.assertRegex(shown.secret, "^[0-9a-f]{64}$")
        self.assertEqual(shown.secret, self.storefront.webhook_secret)
        self.assertEqual(key_bytes(shown.standard_secret), shown.secret.encode())
        self.assertEqual(shown.until, self.storefront.previous_secret_until)
        self.assertEqual(self.storefront.previous_secret, self.SECRET)

    def test_a_secret_of_ones_own_is_taken_and_not_kept_elsewhere(self):
        own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        self.assertEqual(self.shown(self.rotate(is_typed=True, secret=own)).secret, own)
        self.assertEqual(self.storefront.webhook_secret, own)
        self.assertFalse(self.env["enord.secret.wizard"].search([]).mapped("secret")[0])
        for wrong in ("short", "whsec_%%%", False):
            with self.assertRaises(ValidationError):
                self.rotate(is_typed=True, secret=wrong)

    def test_rotating_is_offered_again_when_an_overlap_has_ended(self):
        self.rotate()
        self.assertTrue(self.storefront.secrets_overlap)
        self.storefront.previous_secret_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(self.storefront.secrets_overlap)
        self.env["enord.storefront.key"]._gc_former_secrets()
        self.assertFalse(self.storefront.previous_secret or self.storefront.previous_secret_until)

    def test_a_former_secret_that_is_good_stays(self):
        self.rotate()
        self.env["enord.storefront.key"]._gc_former_secrets()
        self.assertEqual(self.storefront.previous_secret, self.SECRET)

    def test_a_manager_makes_a_storefront_whose_secret_is_handed_over(self):
        form = Form(self.env["enord.storefront"].with_user(self.manager))
        form.name = "New Shop"
        made = form.save()
        shown = self.shown(
            self.env["enord.credential"].with_user(self.manager).hand_over(made.id)
        )
        self.assertEqual(shown.secret, made.sudo().webhook_secret)
        self.assertFalse(shown.until)

    def test_only_system_administrators_open_the_servers_own_network(self):
        for name in ("test_mode", "allow_private_addresses"):
            self.assertTrue(self.shop.fields_get([name])[name]["readonly"])
            for value in (True, False):
                with self.assertRaises(AccessError):
                    self.shop.write({name: value})
            with self.assertRaises(AccessError):
                self.env["enord.storefront"].with_user(self.manager).create({
                    "name": "Mine", "warehouse_ids": [(6, 0, self.warehouses.ids)], name: True,
                })
            self.storefront.with_user(self.system).write({name: True})
        with Form(self.shop) as form:
            form.name = "Renamed"
        self.assertTrue(self.storefront.test_mode)

    def test_what_receivers_answered_is_for_administrators(self):
        self.storefront.last_delivery_error = "HTTP 500: token=s3cr3t"
        self._put(self.drone, self.warehouse, 1)
        event = self.recorded()
        event.last_error = "HTTP 500: token=s3cr3t"
        self.assertEqual(self.shop.last_delivery_error, "HTTP 500: token=s3cr3t")
        self.assertEqual(event.with_user(self.manager).last_error, "HTTP 500: token=s3cr3t")
        with self.assertRaises(AccessError):
            event.with_user(self.user).read(["last_error"])
        for user in (self.user, *self.roles):
            for name in ("webhook_url", "last_delivery_error"):
                with self.assertRaises(AccessError, msg=(user.login, name)):
                    self.storefront.with_user(user).read([name])
                with self.assertRaises(AccessError):
                    self.env["enord.storefront"].with_user(user).search([(name, "like", "s3")])

    def test_the_screens_open_for_those_who_may_not_read_it(self):
        for model, view in (("enord.storefront", "form"), ("enord.storefront", "list"),
                            ("enord.webhook.event", "form"), ("enord.webhook.event", "list")):
            arch = self.env[model].with_user(self.user).get_view(view_type=view)["arch"]
            self.assertFalse(re.search('"(webhook_url|last_(delivery_)?error)"', arch))
        events = self.env["enord.webhook.event"].with_user(self.user)
        self._put(self.drone, self.warehouse, 1)
        self.recorded().with_user(self.user).action_send_again()
        self.assertTrue(events.search([]).mapped("display_name"))

    def test_staff_change_taxes_and_locations_without_reading_addresses(self):
        stock_manager = new_test_user(self.env, "stock.manager", "stock.group_stock_manager")
        location = self.warehouse.lot_stock_id.with_user(stock_manager)
        self.env["stock.location"].with_user(stock_manager).create(
            {"name": "Shelf", "location_id": location.id, "usage": "internal"}
        )
        self.recorded()
        accountant = new_test_user(self.env, "tax.manager", "account.group_account_manager")
        tax = self.env["account.tax"].with_user(accountant).create({"name": "A tax", "amount": 7})
        tax.amount = 8
        self.recorded()

    def test_a_duplicate_sends_nothing(self):
        self.storefront.test_mode = True
        copy = self.storefront.copy()
        self.assertFalse(copy.webhook_url or copy.test_mode or copy.allow_private_addresses)
        self._put(self.drone, self.warehouse, 1)
        self.assertNotIn(copy, self.recorded().storefront_id)
        self.assertFalse(
            self.env["enord.webhook.event"].search([("storefront_id", "=", copy.id)])
        )
