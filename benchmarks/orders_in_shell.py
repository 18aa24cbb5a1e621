"""Runs inside Odoo's shell: orders by the add-on, and by the calls of Odoo's models, in turns.

Prints the seconds of each. All are committed; all orders have the same lines, are reserved, and
have a posted invoice. The customers are known. The models are called as they are (``orm``): the
posting is noted in the invoice, as where people or the add-on post it. And they are called without
Odoo's notes of who changed what (``untracked``); the add-on leaves out those of the sales order.
"""

import json
import os
import time

from odoo.addons.enord_sales_sync.contract.content_hash import ContentHash
from odoo.addons.enord_sales_sync.contract.requests import SalesOrder, read
from odoo.addons.enord_sales_sync.contract.strict_json import parse

env = globals()["env"]
asked = json.loads(os.environ["BENCH_ORDERS"])
storefront = env["enord.storefront"].browse(asked["storefront"])
ours = storefront.with_user(storefront.service_user_id).with_context(
    allowed_company_ids=storefront.company_id.ids, enord_storefront_id=storefront.id,
).sudo()


def by_the_addon(number):
    env.invalidate_all()
    started = time.perf_counter()
    named = asked["order"] | {"transaction_id": f"SHELL-{time.time_ns()}"}
    order = read(SalesOrder, parse(json.dumps(named).encode()))
    # nobody is told of it, as of the models' orders
    ours.env["sale.order"]._enord_accept(ours, order, ContentHash.of(order), answer=bool)
    return time.perf_counter() - started


def by_odoos_models(number, **context):
    odoo = env(context={**env.context, **context})  # in a language, as all that is asked of Odoo
    env.invalidate_all()
    started = time.perf_counter()
    customer = asked["order"]["customer_details"]
    partner = odoo["res.partner"].search([("email", "=", customer["email"])], limit=1)
    lines = asked["order"]["line_items"]
    products = {
        product.default_code: product for product in odoo["product.product"].search(
            [("default_code", "in", [line["sku"] for line in lines])]
        )
    }
    order = odoo["sale.order"].create({
        "partner_id": partner.id,
        "client_order_ref": f"ORM-{number}",
        "order_line": [(0, 0, {
            "product_id": products[line["sku"]].id, "product_uom_qty": line["quantity"],
            "price_unit": line["unit_price"],
        }) for line in lines],
    })
    order.action_confirm()
    assert order.picking_ids.state == "assigned", order.picking_ids.state
    invoice = order._create_invoices()
    env.cr.precommit.run()  # of what is new Odoo keeps no track
    invoice.action_post()
    env.cr.commit()
    seconds = time.perf_counter() - started
    assert bool(invoice.message_ids.tracking_value_ids) is not bool(context)
    return seconds


ways = {
    "addon": by_the_addon,
    "orm": by_odoos_models,
    "untracked": lambda number: by_odoos_models(number, tracking_disable=True),
}
seconds = {name: [] for name in ways}
for number in range(-3, asked["rounds"]):  # the first ones fill the caches
    for name, sell in ways.items():
        took = sell(number)
        if number >= 0:
            seconds[name].append(took)
print(json.dumps(seconds))
