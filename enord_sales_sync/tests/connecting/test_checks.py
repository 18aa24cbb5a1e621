"""Each check finds its fault, says why it matters, and its button mends it or opens where."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .connecting_common import ConnectingCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


@tagged("post_install", "-at_install")
class TestChecks(ConnectingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell_nothing_else()
        cls.everything_in_order()

    @classmethod
    def everything_in_order(cls):
        tax = cls.env["account.tax"].search([
            ("type_tax_use", "=", "sale"), ("company_id", "=", cls.company.id),
        ], limit=1) or cls.env["account.tax"].create({"name": "Tax", "amount": 5.0})
        for product in cls.drone | cls.guard:
            product.write({"image_1920": PIXEL, "taxes_id": [(6, 0, tax.ids)]})
            if "l10n_in_hsn_code" in product._fields:
                product.l10n_in_hsn_code = "8806"
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "https://erp.example.com")
        parameters.set_param("web.base.url.freeze", "True")
        cls.draft.sudo().write({
            "test_mode": False, "webhook_url": "https://shop.example.com/hook",
            "allow_private_addresses": False,
        })
        cls.draft.stage = "tested"
        cls.draft.sudo()._generate_api_key()
        cls.draft.sudo().key_ids.last_used_at = fields.Datetime.now()
        cls.env["enord.api.call"].create({
            "storefront_id": cls.draft.id, "method": "GET", "path": "/api/inventory/snapshot",
            "status": 304,
        })
        jobs = cls.env["ir.model.data"].search([
            ("module", "=like", "enord_sales_sync%"), ("model", "=", "ir.cron"),
        ]).mapped("res_id")
        cls.env["ir.cron"].browse(jobs).nextcall = fields.Datetime.now() + timedelta(minutes=1)
        if "pos.session" in cls.env:
            cls.company.point_of_sale_update_stock_quantities = "real"

    def setUp(self):
        super().setUp()
        self.is_led = True
        self.patch(
            self.env.registry["enord.check"], "_is_led", lambda _model: self.is_led,
        )

    def found(self):
        """The checks that found something, by their codes."""
        self.env.flush_all()
        window = self.press("action_checks")
        return {line.code: line for line in window.line_ids if line.state != "ok"}

    def assertFound(self, code, state, *, button=True):
        found = self.found()
        self.assertEqual(list(found), [code])
        line = found[code]
        self.assertEqual(line.state, state)
        self.assertTrue(line.why)
        self.assertEqual(bool(line.button), button)
        self.assertEqual(bool(line.action), button)
        return line.action_open() if button else None

    def test_what_is_in_order_has_no_fault(self):
        self.assertEqual(
            {code: line.name for code, line in self.found().items()}, {},
        )
        window = self.press("action_checks")
        self.assertEqual((window.problems, window.warnings), (0, 0))
        self.assertGreaterEqual(len(window.line_ids), 17)
        with Form(window, view="enord_sales_sync.view_connecting_checks"):
            pass

    def test_no_address(self):
        self.draft.webhook_url = False
        self.draft.stage = "tested"
        self.assertFound("address", "problem")

    def test_an_address_without_tls(self):
        self.draft.sudo().write({"test_mode": True, "webhook_url": "http://shop.example.com/hook"})
        self.draft.stage = "tested"
        self.assertFound("address", "warning")

    def test_nothing_was_tested(self):
        self.draft.stage = "draft"
        self.draft.sudo().write({"test_mode": True, "webhook_url": "https://127.0.0.1:9/hook"})
        action = self.assertFound("test", "warning")
        self.assertEqual(action["res_model"], "enord.test.event")

    def test_an_address_of_odoo_that_nobody_reaches(self):
        for url in ("http://erp.example.com", "https://localhost:8069", "https://10.1.2.3",
                    "https://erp.local", "https://erp", "https://[::1]"):
            self.env["ir.config_parameter"].set_param("web.base.url", url)
            self.assertFound("public_address", "problem", button=False)
        self.manager.group_ids += self.env.ref("base.group_system")
        action = self.assertFound("public_address", "problem")
        self.assertEqual(action["res_model"], "ir.config_parameter")
        self.draft.test_mode = True
        self.assertFound("public_address", "warning")

    def test_an_address_of_odoo_that_changes_by_itself(self):
        self.env["ir.config_parameter"].set_param("web.base.url.freeze", False)
        self.assertFound("public_address", "warning", button=False)
        self.manager.group_ids += self.env.ref("base.group_system")
        self.assertFound("public_address", "warning")
        self.assertFalse(self.found())

    def test_no_key(self):
        self.draft.key_ids.action_revoke()
        action = self.assertFound("key", "problem")
        self.assertEqual(action["context"], {"default_storefront_id": self.draft.id})

    def test_a_key_that_nobody_has_used(self):
        self.draft.sudo().key_ids.last_used_at = False
        self.assertFound("key", "warning")

    def test_a_key_that_is_about_to_expire(self):
        self.draft.key_ids.action_revoke()
        soon = fields.Datetime.now() + timedelta(days=13)
        self.draft.sudo()._generate_api_key("Short", soon)
        self.draft.sudo().key_ids.last_used_at = fields.Datetime.now()
        self.assertFound("key", "warning")
        self.draft.sudo()._generate_api_key("Long")
        self.assertFalse(self.found())

    def test_a_warehouse_without_a_code(self):
        self.env.cr.execute(
            "UPDATE stock_warehouse SET enord_location_code = '' WHERE id = %s",
            [self.warehouse.id],
        )
        self.env.invalidate_all()
        action = self.assertFound("warehouses", "problem")
        self.assertEqual(self.env["stock.warehouse"].search(action["domain"]), self.warehouse)

    def assertProductsFound(self, code, products):
        action = self.assertFound(code, "warning")
        self.assertEqual(self.env["product.product"].search(action["domain"]), products)

    def test_skus_that_are_missing_odd_or_double(self):
        product = self._make_product(
            "THIRD", 5.0, image_1920=PIXEL, taxes_id=[(6, 0, self.guard.taxes_id.ids)],
        )
        if "l10n_in_hsn_code" in product._fields:
            product.l10n_in_hsn_code = "8806"
        for code, sku in (
            ("no_sku", False), ("odd_sku", "\u200b"), ("double_sku", "PROP-GUARD-X1"),
        ):
            product.default_code = sku
            self.assertProductsFound(code, product)

    def test_products_that_cost_nothing(self):
        self.guard.list_price = 0
        self.assertProductsFound("price", self.guard)
        self.draft.sudo().pricelist_id = self.env["product.pricelist"].create({
            "name": "Online", "item_ids": [(0, 0, {
                "compute_price": "fixed", "fixed_price": 5, "applied_on": "1_product",
                "product_tmpl_id": self.guard.product_tmpl_id.id,
            })],
        })
        self.assertFalse(self.found())

    def test_products_without_a_picture(self):
        self.guard.product_tmpl_id.image_1920 = False
        self.guard.image_1920 = False
        self.assertProductsFound("picture", self.guard)
        self.env["product.document"].create({
            "name": "photo.png", "datas": PIXEL, "mimetype": "image/png",
            "enord_to_storefronts": True,
            "res_model": "product.template", "res_id": self.guard.product_tmpl_id.id,
        })
        self.assertFalse(self.found())

    def test_products_without_a_tax(self):
        self.guard.taxes_id = False
        self.assertProductsFound("tax", self.guard)

    def test_archived_pictures_and_taxes_do_not_count(self):
        self.guard.taxes_id = self.guard.taxes_id.copy({"name": "Gone", "active": True})
        self.assertFalse(self.found())
        self.guard.taxes_id.active = False
        self.assertProductsFound("tax", self.guard)
        self.guard.taxes_id = self.drone.taxes_id
        self.guard.product_tmpl_id.image_1920 = self.guard.image_1920 = False
        document = self.env["product.document"].create({
            "name": "photo.png", "datas": PIXEL, "mimetype": "image/png",
            "enord_to_storefronts": True,
            "res_model": "product.template", "res_id": self.guard.product_tmpl_id.id,
        })
        self.assertFalse(self.found())
        document.active = False
        self.assertProductsFound("picture", self.guard)
        document.write({"active": True, "type": "url", "url": "https://example.com/a.png"})
        document.mimetype = "image/png"
        self.assertProductsFound("picture", self.guard)

    def test_products_that_a_pricelist_gives_away(self):
        self.draft.sudo().pricelist_id = self.env["product.pricelist"].create({
            "name": "Online", "item_ids": [(0, 0, {
                "compute_price": "percentage", "percent_price": 100, "applied_on": "1_product",
                "product_tmpl_id": self.guard.product_tmpl_id.id,
            })],
        })
        self.assertProductsFound("price", self.guard)

    def test_nothing_to_publish(self):
        self.draft.sudo().product_domain = "[('id', '=', 0)]"
        self.assertFound("published", "problem", button=False)

    def test_a_filter_that_cannot_be_applied(self):
        self.env.cr.execute(
            "UPDATE enord_storefront SET product_domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", self.draft.id],
        )
        self.env.invalidate_all()
        self.assertFound("published", "problem")
        [line] = self.found().values()
        self.assertIn("no_such_field", line.name)
        self.press("action_preview")

    def test_no_payment_journal(self):
        self.draft.sudo().payment_journal_id = False
        self.assertFound("journal", "problem")

    def test_an_archived_payment_journal(self):
        self.draft.sudo().payment_journal_id.active = False
        self.assertFound("journal", "problem")

    def test_no_account_for_invoices(self):
        self.env["account.journal"].search([("type", "=", "sale")]).active = False
        self.assertFound("account", "problem", button=False)

    def test_a_snapshot_that_nobody_reads(self):
        call = self.env["enord.api.call"].search([("storefront_id", "=", self.draft.id)])
        call.called_at = fields.Datetime.now() - timedelta(hours=27)
        self.assertFound("snapshot", "warning")
        call.write({"called_at": fields.Datetime.now(), "status": 500})
        self.assertFound("snapshot", "warning")

    def test_nobody_delivers(self):
        self.is_led = False
        self.assertFound("dispatcher", "warning", button=False)

    def test_jobs_that_do_not_run(self):
        job = self.env.ref("enord_sales_sync.cron_invoice")
        job.nextcall = fields.Datetime.now() - timedelta(minutes=16)
        self.assertFound("jobs", "problem", button=False)
        self.manager.group_ids += self.env.ref("base.group_system")
        action = self.assertFound("jobs", "problem")
        self.assertEqual(self.env["ir.cron"].search(action["domain"]), job)
        job.write({"nextcall": fields.Datetime.now(), "active": False})
        self.assertFound("jobs", "problem")

    def test_they_are_cheap_whatever_the_number_of_products(self):
        self.press("action_checks")
        with self.assertQueryCount(150):
            self.press("action_checks")
        self.env["product.product"].create([
            {"name": f"More {number}", "default_code": f"MORE-{number}", "is_storable": True}
            for number in range(200)
        ])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(150):
            self.press("action_checks")
