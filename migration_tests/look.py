"""What users see of their data, as one line of JSON: `{model: [values of a record, …]}`.

Runs in Odoo's shell, of the former version and of the present one.
"""

import json

from odoo.tools.json import json_default

env = globals()["env"]
SEEN = {
    "enord.storefront": (
        "name", "active", "company_id", "webhook_secret", "test_mode", "allow_private_addresses",
        "warehouse_ids", "safety_stock", "oversell_policy", "delivery_policy", "invoice_policy",
        "price_policy", "payment_journal_id", "shipping_product_id", "pricelist_id",
        "product_domain", "reservation_minutes", "reservation_max_minutes",
    ),
    "sale.order": (
        "name", "state", "date_order", "partner_id", "client_order_ref", "amount_total",
        "invoice_status", "delivery_status", "enord_storefront_id", "enord_transaction_reference",
    ),
    "sale.order.line": (
        "order_id", "product_id", "product_uom_qty", "qty_delivered", "qty_invoiced", "price_unit",
        "price_total",
    ),
    "account.move": (
        "name", "state", "move_type", "invoice_date", "partner_id", "amount_total",
        "amount_residual", "payment_state", "enord_storefront_id",
    ),
    "account.payment": ("name", "state", "amount", "memo", "date"),
    "stock.picking": ("name", "state", "origin", "date_done"),
    "stock.move": ("product_id", "state", "product_uom_qty", "quantity"),
    "stock.quant": ("product_id", "location_id", "quantity", "reserved_quantity"),
    "enord.reservation": (
        "reference", "storefront_id", "state", "ended", "ended_at", "content", "sale_order_id",
    ),
    "enord.webhook.event": (
        "storefront_id", "event_type", "key", "change_reason", "state", "uuid", "sequence", "body",
        "attempts", "delivered_at", "last_status", "last_error",
    ),
    "enord.api.transaction": ("storefront_id", "kind", "reference", "sale_order_id"),
    "res.partner": ("name", "email", "enord_storefront_id", "enord_tax_id"),
    "product.product": (
        "default_code", "enord_published", "enord_group_id", "enord_tax_code", "enord_mrp",
        "list_price",
    ),
    "stock.warehouse": ("name", "enord_location_code"),
}

seen = {}
for model, names in SEEN.items():
    records = env[model].sudo().with_context(active_test=False).search([], order="id")
    seen[model] = records.read(names)
print(json.dumps(seen, default=json_default))
