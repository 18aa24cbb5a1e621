import re
from ast import literal_eval

import pytz
from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...delivery.sender import RefusedURL, checked_url
from .administration import ADMINISTRATORS

#: What opens the server's own network: for who administers the server, not the shop.
OF_SYSTEM = ("test_mode", "allow_private_addresses")
#: Whoever reads one leaves a line in the history (``enord.credential``).
SECRETS = ("webhook_secret", "previous_secret")


def _company_tz(company):
    """Name of the time zone where a company is: what it says, or that of its country, or that of
    its working hours where the country has several."""
    of_country = pytz.country_timezones.get(company.country_id.code or "", [])
    return (
        company.partner_id.tz or (of_country[0] if len(of_country) == 1 else None)
        or company.resource_calendar_id.tz or "UTC"
    )


def time_zone(storefront):
    """Where a storefront's days begin: a zone of pytz. What the server does not know any more is
    what it was renamed to, or UTC."""
    return storefront.with_context(tz=storefront.tz).env.tz


@api.depends("webhook_url", "webhook_secret")
def _stage_of_settings(storefronts):
    """What was tested is the address and the secret: with another one it is not."""
    for storefront in storefronts:
        storefront.stage = "draft" if storefront.stage == "tested" else storefront.stage


@api.depends("webhook_url")
def _compute_has_webhook_url(storefronts):
    for storefront in storefronts:
        storefront.has_webhook_url = bool(storefront.webhook_url)


@api.depends("test_mode")
def _compute_https_only(storefronts):
    for storefront in storefronts:
        storefront.https_only = not storefront.test_mode


def _compute_is_api_plain(storefronts):
    """Whether the API's address is one of plain http."""
    for storefront in storefronts:
        storefront.is_api_plain = not storefront.get_base_url().startswith("https:")


class EnordStorefront(models.Model):
    _name = "enord.storefront"
    _description = "Storefront"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    stage = fields.Selection(
        [("draft", "Draft"), ("tested", "Tested"), ("live", "Live")],
        required=True, default="draft", copy=False, tracking=True,
        compute=_stage_of_settings, store=True, readonly=False,
        help="Before a storefront is live nothing leaves for it but test events. Going live sends "
             "it the whole catalogue and all stock.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company,
    )
    webhook_url = fields.Char(
        "Webhook URL", tracking=True, copy=False, groups=ADMINISTRATORS,
        help="Where the storefront receives events. Empty: nothing is sent.",
    )
    has_webhook_url = fields.Boolean(compute=_compute_has_webhook_url, compute_sudo=True)
    test_mode = fields.Boolean(
        "Test Storefront", tracking=True, copy=False,
        help="A storefront under development: plain http is allowed. Only system administrators "
             "change this.",
    )
    allow_private_addresses = fields.Boolean(
        compute="_compute_allow_private_addresses", store=True, readonly=False, tracking=True,
        copy=False,
        help="Allow a webhook URL that leads to a private or local address. Only for a storefront "
             "in your own network; only system administrators change this.",
    )
    numbers_in_body = fields.Boolean(
        "Number and ID in Events", default=True, tracking=True,
        help="The body of every event has event_id and sequence, which the signature covers: by "
             "them the storefront knows repeats and drops what is older. Switch it off only for a "
             "storefront that refuses what the specification does not name.",
    )
    https_only = fields.Boolean(
        "Calls over https Only", compute=_compute_https_only, store=True, readonly=False,
        copy=False, tracking=True,
        help="Refuse calls of the API that come over plain http, where everybody on the way can "
             "read the API key. Behind a proxy that ends https Odoo has to know of it "
             "(proxy_mode).",
    )
    is_api_plain = fields.Boolean(compute=_compute_is_api_plain)
    warehouse_ids = fields.Many2many(
        "stock.warehouse", "enord_storefront_warehouse_rel", "storefront_id", "warehouse_id",
        string="Warehouses", required=True, check_company=True,
        # also where archived products are read, nothing is sold from an archived warehouse
        context={"active_test": True},
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)]
        ),
        help="Whose stock the storefront sells, in the order in which it is taken: that of Odoo's "
             "warehouses, the same for all storefronts. Inventory administrators drag them here.",
    )
    safety_stock = fields.Integer(
        tracking=True,
        help="Units of every product kept back in every warehouse: the storefront neither shows "
             "nor sells them.",
    )
    other_sales_policy = fields.Selection(
        [("reserved", "What is reserved for them"),
         ("confirmed", "All that they still have to deliver")],
        "Other Sales Orders Take", default="reserved", required=True, tracking=True,
        help="What Odoo's other confirmed sales orders take from what this storefront can sell. "
             "Online orders always take all that they still have to deliver, reserved or not.",
    )
    to_order_policy = fields.Selection(
        [("not_sold", "Not sold"), ("unlimited", "Sold without a stock limit")],
        "Made or Bought to Order", default="not_sold", required=True, tracking=True,
        help="Products that Odoo never takes from stock, because a route makes, buys or drop-ships "
             "them for each order. Kits are not sold without a limit.",
    )
    oversell_policy = fields.Selection(
        [("reject", "Refuse the order"), ("backorder", "Accept it and deliver later")],
        "More Than in Stock", default="reject", required=True, tracking=True,
        help="What becomes of an order for more than can be sold.",
    )
    delivery_policy = fields.Selection(
        [("reserve", "Reserve the units"), ("deliver", "Deliver at once")],
        "Stock of an Order", default="reserve", required=True, tracking=True,
        help="Reserve: the warehouse delivers as usual. Deliver: the delivery is carried out with "
             "the order, so that the quantity on hand is reduced at once.",
    )
    invoice_policy = fields.Selection(
        [("posted", "Post with the order"), ("draft", "Leave as draft"),
         ("background", "Post a moment later")],
        "Invoices", default="posted", required=True, tracking=True,
        help="A moment later: the order is answered faster, and the invoices of many orders are "
             "made together in the background.",
    )
    price_policy = fields.Selection(
        [("stored", "As the products' taxes are configured"), ("tax_included", "Taxes included"),
         ("tax_excluded", "Taxes excluded")],
        "Prices", default="stored", required=True, tracking=True,
        help="What the prices in orders and in the catalogue are.",
    )
    shipping_product_id = fields.Many2one(
        "product.product", check_company=True, required=True, ondelete="restrict",
        default=lambda self: self.env.ref(
            "enord_sales_sync.product_shipping", raise_if_not_found=False
        ),
        domain="[('type', '=', 'service')]",
        help="What the shipping charge of an order is invoiced as; its sales taxes apply.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal", check_company=True, tracking=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        compute="_compute_payment_journal_id", store=True, readonly=False, precompute=True,
        help="Where the payments that come with orders are registered.",
    )
    pricelist_id = fields.Many2one(
        # without it prices would be in another currency
        "product.pricelist", check_company=True, tracking=True, ondelete="restrict",
        help="Prices the storefront shows. Empty: the sales prices of the products.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    product_domain = fields.Char(
        "Products", default="[]",
        help="Which of the published products this storefront sells.",
    )
    tz = fields.Selection(
        _tz_get, "Time Zone", required=True, tracking=True,
        compute="_compute_tz", store=True, readonly=False, precompute=True,
        help="Where the days of its orders begin and end: of invoices, payments and credit notes.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    service_user_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    api_base_url = fields.Char("API URL", compute="_compute_api_base_url")

    def _has_field_access(self, field, operation):
        """Some settings are for fewer people than the others."""
        if not super()._has_field_access(field, operation):
            return False
        if operation == "write" and field.name in OF_SYSTEM:
            return self.env.su or self.env.user.has_group("base.group_system")
        return operation == "write" or field.name not in SECRETS or self.env.su

    @api.depends("test_mode")
    def _compute_allow_private_addresses(self):
        for storefront in self:
            storefront.allow_private_addresses = storefront.test_mode

    @api.depends("company_id")
    def _compute_tz(self):
        for storefront in self:
            storefront.tz = _company_tz(storefront.company_id)

    @api.depends("company_id")
    def _compute_payment_journal_id(self):
        for storefront in self:
            company = storefront.company_id
            if storefront.payment_journal_id.company_id not in company.parent_ids:
                Journal = self.env["account.journal"]
                banks = Journal.search(
                    Domain("type", "=", "bank") & Domain(Journal._check_company_domain(company))
                )
                # a branch may have one of its own, or its parent's
                storefront.payment_journal_id = (
                    banks.filtered(lambda journal, company=company: journal.company_id == company)
                    or banks
                )[:1]

    @api.depends("pricelist_id", "company_id")
    def _compute_currency_id(self):
        for storefront in self:
            storefront.currency_id = (
                storefront.pricelist_id.currency_id or storefront.company_id.currency_id
            )

    def _compute_api_base_url(self):
        for storefront in self:
            storefront.api_base_url = f"{storefront.get_base_url().rstrip('/')}/api"

    @api.constrains("webhook_url", "test_mode")
    def _check_webhook_url(self):
        for storefront in self.filtered("webhook_url"):
            if not _is_address(storefront.webhook_url, storefront.test_mode):
                raise ValidationError(self.env._(
                    "Webhook URL: “%(url)s” is not an address that events can be sent to. "
                    "Expected https:// and a host, without a user name%(hint)s.",
                    url=storefront.webhook_url,
                    hint="" if storefront.test_mode else self.env._(
                        " (http:// is for test storefronts)"
                    ),
                ))

    @api.constrains("warehouse_ids", "active")
    def _check_warehouses(self):
        for storefront in self.filtered("active"):
            if not storefront.warehouse_ids:
                raise ValidationError(self.env._(
                    "%s: choose a warehouse whose stock it sells.", storefront.name,
                ))

    _safety_stock_positive = models.Constraint(
        "CHECK (safety_stock >= 0)", "Safety stock: expected 0 or more units.",
    )

    @api.constrains("product_domain")
    def _check_product_domain(self):
        for storefront in self:
            try:
                # values alone: what is computed may take as long as it likes
                self.env["product.product"].search_count(
                    literal_eval(storefront.product_domain or "[]"), limit=1
                )
            except Exception as error:
                raise ValidationError(self.env._(
                    "Products: “%s” is not a filter on products.", storefront.product_domain,
                )) from error


def _is_address(url, allow_http):
    """Whether events can be sent to a URL."""
    try:
        checked_url(url, allow_http)
    except RefusedURL:
        return False
    # the sender would encode them; who enters them has made a mistake
    return not re.search(r"\s", url)
