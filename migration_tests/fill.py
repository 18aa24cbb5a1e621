"""What a year with version 19.0.1.0.0 leaves behind. Runs in the shell of that version.

Prints one line of JSON: the storefront's `api_key`, `expired_key` and `secret`, and of each
request that was accepted `[path, the body as it was sent, the answer]` in `requests`; the answers
to `GET` by path in `answers`, and the links to one product's pictures in `pictures`.
"""

import json
from datetime import timedelta

from odoo import fields
from odoo.addons.enord_sales_sync.contract.requests import SalesOrder, StockAdjustment, read
from odoo.addons.enord_sales_sync.contract.reservations import Reservation
from odoo.addons.enord_sales_sync.contract.strict_json import parse
from odoo.addons.enord_sales_sync.delivery.sender import Result

env = globals()["env"]
Transaction = env["enord.api.transaction"]
Event = env["enord.webhook.event"]
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DRONE, GUARD, BATTERY = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1", "BATTERY-X1"
requests, answers = [], {}


def send(path, model, accept, body):
    """Accept a request as the controller did, with prices as shops write them: 500.00."""
    text = json.dumps(body).replace(".0}", ".00}")
    content = parse(text.encode())
    answer, replayed = accept(read(model, content), Transaction._content_hash(content))
    assert not replayed
    env.cr.commit()
    requests.append([path, text, json.loads(answer)])
    return json.loads(answer)


def order(reference, *lines, **more):
    # as the API does: records know who has made them
    served = shop.with_user(shop.service_user_id).sudo()
    return send("/api/sales/orders", SalesOrder, served._accept_order, {
        "transaction_id": reference,
        "transaction_date": "2026-10-20T10:15:00Z",
        "customer_details": {
            "name": "Customer of " + reference, "tax_id": "GSTIN12345",
            "email": reference.lower() + "@example.com",
        },
        "line_items": [
            {"sku": sku, "quantity": units, "unit_price": price} for sku, units, price in lines
        ],
        **more,
    })


def hold(reference, *items):
    return send("/api/inventory/reservations", Reservation, shop._accept_reservation, {
        "reservation_id": reference,
        "items": [{"sku": sku, "quantity": units} for sku, units in items],
    })


def deliver(status, events=None):
    """Claim what is due and record that the storefront answered so."""
    if events:
        events.write({"next_attempt_at": fields.Datetime.now() - timedelta(seconds=1)})
        (Event.search([("state", "=", "pending")]) - events).next_attempt_at = (
            fields.Datetime.now() + timedelta(hours=1)
        )
    env.flush_all()
    claimed, _due_in = Event._claim(lambda _storefront, probing: 1000)
    deliveries, _unchanged = Event._prepare(claimed)
    Event._record([
        Result(delivery, status, "" if status == 200 else f"HTTP {status}", 0.01)
        for delivery in deliveries
    ])
    env.cr.commit()
    env.invalidate_all()
    return Event.browse([delivery.event_id for delivery in deliveries])


def change(product, units, moment=None):
    """A change of stock; returns the events that tell it."""
    before = Event.search([])
    env["stock.quant"]._update_available_quantity(product, warehouses[0].lot_stock_id, units)
    env.cr.commit()
    recorded = Event.search([]) - before
    if moment:
        recorded.recorded_at = moment
        env.cr.commit()
    return recorded


warehouses = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
warehouses.enord_location_code = "WH-TECH-01"
warehouses += env["stock.warehouse"].create(
    {"name": "Mumbai", "code": "MUM", "enord_location_code": "WH-MUM-01"}
)
products = env["product.product"].create([
    {"name": sku, "default_code": sku, "is_storable": True, "list_price": price, "enord_mrp": mrp}
    for sku, price, mrp in ((DRONE, 45000.0, 55000.0), (GUARD, 500.0, 0), (BATTERY, 6000.0, 0))
])
drone, guard, battery = products
spare = env["product.product"].create({
    "name": "Spare part", "default_code": "SPARE", "is_storable": True, "enord_published": False,
})
env["product.document"].create([
    {"name": name, "datas": PIXEL, "res_model": record._name, "res_id": record.id}
    for name, record in (
        ("side.png", drone.product_tmpl_id), ("top.png", drone), ("spare.png", spare),
    )
])
guard.product_tmpl_id.write({"enord_group_id": "GUARDS", "enord_tax_code": "HSN-8806"})
for product in products:
    for warehouse, units in zip(warehouses, (100, 20), strict=True):
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, units)
shop = env["enord.storefront"].create({
    "name": "Drone Shop", "test_mode": True, "webhook_url": "http://127.0.0.1:1/hook",
    "warehouse_ids": [(6, 0, warehouses.ids)], "safety_stock": 2,
    "reservation_minutes": 20, "reservation_max_units": 50,
})
env["enord.storefront"].create({
    "name": "Closed Shop", "active": False, "oversell_policy": "backorder",
    "invoice_policy": "draft", "reservation_total_units": 0,
})
env.cr.commit()
key = shop._generate_api_key("Shop")
expired_key = shop._generate_api_key("Former developer")
expired = env["res.users.apikeys"].sudo().search([], order="id desc", limit=1)
env.cr.commit()
# as Odoo's daily job deletes those that have expired
env.cr.execute("DELETE FROM res_users_apikeys WHERE id = %s", [expired.id])
env.cr.commit()
deliver(200)

# customers
payment = {"reference": "pay_1", "method": "card", "amount": 46000.0, "date": "2026-10-20"}
order("ORD-PAID", (DRONE, 1, 45000.0), (GUARD, 2, 500.0), total_amount=46000.0, payment=payment)
order("ORD-PAID-TOO", (GUARD, 1, 500.0), payment={**payment, "amount": 500.0})
order("ORD-OPEN", (BATTERY, 3, 6000.0))
order("ORD-LARGE", (GUARD, 105, 500.0))
# a letter and an accent that stands over it
order("TAPE\u0301", (GUARD, 1, 500.0))
order("ORD-SENT", (DRONE, 2, 45000.0))
sent = env["sale.order"].search([("enord_transaction_reference", "=", "ORD-SENT")])
sent.picking_ids.button_validate()
env.cr.commit()
order("ORD-CANCELLED", (BATTERY, 1, 6000.0))
shop._cancel_order("ORD-CANCELLED", "changed their mind")
env.cr.commit()
hold("CART-CONVERTED", (DRONE, 2))
order("ORD-CONVERTED", (DRONE, 2, 45000.0), reservation_id="CART-CONVERTED")
hold("CART-RELEASED", (BATTERY, 2))
shop._release_reservation("CART-RELEASED")
hold("CART-EXPIRED", (BATTERY, 4))
env["enord.reservation"].search([("reference", "=", "CART-EXPIRED")]).expires_at = (
    fields.Datetime.now() - timedelta(minutes=1)
)
env.cr.commit()
hold("CART-HELD", (DRONE, 5), (GUARD, 1))
hold("CART-HELD-TOO", (BATTERY, 6))
send("/api/inventory/adjust", StockAdjustment, shop._accept_adjustment, {
    "reference_id": "ADJUSTMENT-1",
    "adjustments": [{"sku": GUARD, "quantity_change": -2, "location_code": "WH-MUM-01"}],
})
order("ORD-GIFT", (GUARD, 1, 500.0), customer_details={
    "name": "Gina", "email": "gina@example.com",
    "shipping_address": {"name": "Friend of Gina", "street": "5 Friend St", "city": "Pune"},
})
shop.invoice_policy = "background"
env.cr.commit()
order("ORD-LATER", (GUARD, 1, 500.0))
deliver(200)

# what the storefront did not take: a dead letter, one that was tried, one that never was
long_ago = fields.Datetime.now() - timedelta(days=4)
dead = deliver(500, change(drone, 1, long_ago))
assert dead.state == "dead", dead.state
tried = deliver(503, change(guard, 1))
assert (tried.state, bool(tried.body)) == ("pending", True), tried.state
change(battery, 1)
# one that a process was sending when it was killed
killed = change(drone, 1)
killed.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
(Event.search([("state", "=", "pending")]) - killed).next_attempt_at = (
    fields.Datetime.now() + timedelta(hours=1)
)
env.flush_all()
Event._claim(lambda _storefront, probing: 1)
env.cr.commit()
env.invalidate_all()
assert killed.state == "sending", killed.state

for sale in env["sale.order"].search([("enord_storefront_id", "=", shop.id)]):
    path = f"/api/sales/orders/{sale.enord_transaction_reference}"
    answers[path] = shop._order_status(sale)
for reservation in env["enord.reservation"].search([]):
    path = f"/api/inventory/reservations/{reservation.reference}"
    answers[path] = reservation._as_answer()
[shown] = shop._catalog_data(drone.product_tmpl_id)["variants"]
answers["/api/inventory/snapshot"] = json.load(shop._snapshot(shop.warehouse_ids).body)
print(json.dumps({
    "storefront": shop.id, "api_key": key, "expired_key": expired_key,
    "secret": shop.webhook_secret, "requests": requests, "answers": answers,
    "pictures": shown["media_assets"],
}))
