"""Addresses, keys, warehouses and accounts of a storefront."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools import format_date

from .check import Check, close_dialog

#: A key that ends within this time is about to.
SOON = timedelta(days=14)
#: Ends of names that are known within one network alone.
INNER = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class EnordCheck(models.AbstractModel):
    _inherit = "enord.check"

    @api.model
    def _checks(self, storefront):
        return [
            *super()._checks(storefront),
            self._check_address(storefront),
            self._check_test(storefront),
            self._check_public_address(storefront),
            self._check_key(storefront),
            self._check_warehouses(storefront),
            self._check_journal(storefront),
            self._check_account(storefront),
        ]

    def _check_address(self, storefront):
        env = self.env
        url = storefront.webhook_url
        if not url:
            return Check(
                "address", "problem", env._("There is no webhook URL"),
                env._("It says where the storefront receives events. Its developers know it."),
                env._("Enter It"), close_dialog(),
            )
        if urlsplit(url).scheme != "https":
            return Check(
                "address", "warning", env._("The webhook URL is not https"),
                env._("Whoever is on the way can read and keep what is sent. It is for a shop "
                      "under development only."), env._("Change It"), close_dialog(),
            )
        return Check("address", "ok", env._("The webhook URL is https"))

    def _check_test(self, storefront):
        env = self.env
        if storefront.stage == "draft":
            return Check(
                "test", "warning", env._("No test event was accepted yet"),
                env._("It shows whether the address and the secret are right before anything is "
                      "sent."),
                env._("Send Test Event") if storefront.webhook_url else "",
                {"mend": "test"} if storefront.webhook_url else None,
            )
        return Check("test", "ok", env._("The storefront has accepted events"))

    def _mend_test(self, storefront):
        return self.env["enord.test.event"]._send(storefront)

    def _check_public_address(self, storefront):
        env = self.env
        parameters = self.env["ir.config_parameter"].sudo()
        url = storefront.get_base_url()
        worse = "warning" if storefront.test_mode else "problem"
        may_mend = self.env.user.has_group("base.group_system")
        if not _is_public(url):
            return Check(
                "public_address", worse, env._("Odoo's own address is not public: %s", url),
                env._("The API URL and the links of pictures begin with it. Expected https:// and "
                      "a name that everybody reaches."),
                env._("Open") if may_mend else "", {
                    "type": "ir.actions.act_window", "name": env._("System Parameters"),
                    "res_model": "ir.config_parameter",
                    "views": [(False, "list"), (False, "form")],
                    "domain": [("key", "=like", "web.base.url%")],
                } if may_mend else None,
            )
        if not parameters.get_param("web.base.url.freeze"):
            return Check(
                "public_address", "warning", env._("Odoo's own address may change by itself"),
                env._("Each login of an administrator replaces %s by the address in that browser, "
                      "and pictures are then looked for there.", url),
                env._("Keep It") if may_mend else "", {"mend": "freeze"} if may_mend else None,
            )
        return Check(
            "public_address", "ok", env._("Odoo's own address is public and stays: %s", url),
        )

    def _mend_freeze(self, storefront):
        self.env["ir.config_parameter"].set_param("web.base.url.freeze", "True")

    def _check_key(self, storefront):
        env = self.env
        good = storefront.sudo().key_ids._working()
        new_key = self.env["ir.actions.act_window"]._for_xml_id(
            "enord_sales_sync.action_api_key_wizard"
        )
        new_key = {**new_key, "context": {"default_storefront_id": storefront.id}}
        if not good:
            return Check(
                "key", "problem", env._("There is no API key"),
                env._("Without one the storefront can send no order."), env._("New API Key"),
                new_key,
            )
        if not any(good.mapped("last_used_at")):
            return Check(
                "key", "warning", env._("The API key was never used"),
                env._("Have the storefront's developers put it in place and read the snapshot "
                      "once."),
                env._("New API Key"), new_key,
            )
        soon = fields.Datetime.now() + SOON
        if all(key.expires_at and key.expires_at < soon for key in good):
            return Check(
                "key", "warning", env._("The API key is about to expire"),
                env._("From %s on no order can be sent. Two keys work at the same time.",
                  format_date(env, max(good.mapped("expires_at")))),
                env._("New API Key"), new_key,
            )
        return Check("key", "ok", env._("The API key is in use"))

    def _check_warehouses(self, storefront):
        env = self.env
        without = storefront.warehouse_ids.filtered(
            lambda warehouse: not (warehouse.enord_location_code or "").strip()
        )
        if without:
            return Check(
                "warehouses", "problem",
                env._("Warehouses without a location code: %s", ", ".join(without.mapped("name"))),
                env._("The storefront knows each warehouse by its code."), env._("Open"), {
                    "type": "ir.actions.act_window", "name": env._("Warehouses"),
                    "res_model": "stock.warehouse", "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", without.ids)],
                },
            )
        return Check("warehouses", "ok", env._(
            "It sells from %s",
            ", ".join(storefront.warehouse_ids.mapped("enord_location_code")),
        ))

    def _check_journal(self, storefront):
        env = self.env
        if not storefront.payment_journal_id:
            return Check(
                "journal", "problem", env._("There is no payment journal"),
                env._("Payments that come with orders cannot be registered: the invoices stay "
                      "unpaid."),
                env._("Choose It"), close_dialog(),
            )
        if not storefront.payment_journal_id.sudo().active:
            return Check(
                "journal", "problem", env._(
                    "The payment journal is archived: %s",
                    storefront.payment_journal_id.sudo().display_name,
                ),
                env._("Payments that come with orders cannot be registered: the invoices stay "
                      "unpaid."),
                env._("Choose It"), close_dialog(),
            )
        return Check("journal", "ok", env._(
            "Payments go to %s", storefront.payment_journal_id.sudo().display_name,
        ))

    def _check_account(self, storefront):
        env = self.env
        company = storefront.company_id
        Journal = self.env["account.journal"].sudo()
        journal = Journal.search(
            [*Journal._check_company_domain(company), ("type", "=", "sale")], limit=1,
        )
        shipping = storefront.shipping_product_id.sudo().with_company(company).product_tmpl_id
        if not journal or not (
            journal.default_account_id or shipping._get_product_accounts()["income"]
        ):
            return Check(
                "account", "problem", env._("Invoices have no sales journal or no income account"),
                env._("Orders stand, and their invoices wait. Install a chart of accounts for %s.",
                  company.name),
            )
        return Check("account", "ok", env._("Invoices go to %s", journal.display_name))


def _is_public(url):
    """Whether an address is one that a storefront elsewhere may reach."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_public = ipaddress.ip_address(host).is_global
    except ValueError:
        is_public = "." in host and not host.endswith(INNER)
    return parts.scheme == "https" and is_public
