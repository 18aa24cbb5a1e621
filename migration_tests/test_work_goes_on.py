"""What had begun in version 19.0.1.0.0 ends in this one.

After ``test_update.py``, which looks at what was there before anything new came.
"""

import hashlib
import json


def test_what_was_to_be_told_is_told(updated, eventually):
    waiting = [
        event for event in updated.before["enord.webhook.event"]
        if event["state"] in ("pending", "sending")
    ]
    told = {event["uuid"]: event for event in waiting if event["uuid"]}
    assert told
    eventually(lambda: told.keys() <= updated.received().keys())
    received = updated.received()
    for uuid, event in told.items():
        assert received[uuid]["sequence"] == event["sequence"] or not event["body"]
        if event["body"]:
            # the bytes that were tried before, and the number that bodies have had since
            numbered = event["body"].removesuffix("}") + (
                f',"event_id":"{uuid}","sequence":{event["sequence"]}}}'
            )
            digest = hashlib.sha256(numbered.encode()).hexdigest()
            assert received[uuid]["digest"] == digest


def test_a_dead_letter_stays_dead_until_it_is_sent_again(updated, staff, eventually):
    [dead] = staff.search_read("enord.webhook.event", [("state", "=", "dead")], ["uuid"])
    assert dead["uuid"] not in updated.received()
    staff.call("enord.webhook.event", "action_send_again", [dead["id"]])
    eventually(lambda: not staff.call(
        "enord.webhook.event", "search_count", [("state", "in", ["pending", "sending", "dead"])]
    ))


def test_newer_truths_have_greater_numbers(updated, staff, eventually):
    """The storefront drops what is older than what it was told by the former version."""
    greatest = max(event["sequence"] for event in updated.before["enord.webhook.event"])
    path, reason = "/api/inventory/adjust", "ADJUSTMENT-2"
    before = updated.received().keys()
    answer = updated.api("POST", path, json.dumps({
        "reference_id": reason,
        "adjustments": [
            {"sku": "BATTERY-X1", "quantity_change": -1, "location_code": "WH-TECH-01"},
        ],
    }))
    assert answer.status_code == 201, answer.text
    eventually(lambda: [
        event for id_, event in updated.received().items()
        if id_ not in before and event["key"] == "BATTERY-X1 WH-TECH-01"
        and event["sequence"] > greatest
    ])


def test_an_old_hold_becomes_an_order(updated):
    answer = updated.api("POST", "/api/sales/orders", json.dumps({
        "transaction_id": "ORD-OF-OLD-HOLD", "transaction_date": "2026-11-20T10:15:00Z",
        "customer_details": {"name": "Customer of ORD-OPEN"}, "reservation_id": "CART-HELD",
        "line_items": [
            {"sku": "DRONE-X1-PRO-KIT", "quantity": 5, "unit_price": 45000.0},
            {"sku": "PROP-GUARD-X1", "quantity": 1, "unit_price": 500.0},
        ],
    }))
    assert answer.status_code == 201, answer.text
    assert {line["location_code"] for line in answer.json()["line_items"]} == {"WH-MUM-01"}
    hold = updated.get("/api/inventory/reservations/CART-HELD")
    assert (hold["status"], hold["transaction_id"]) == ("converted", "ORD-OF-OLD-HOLD")


def test_an_old_customer_is_found_and_gets_what_is_ordered(updated, staff):
    """And not the one to whom the last order was sent."""
    answer = updated.api("POST", "/api/sales/orders", json.dumps({
        "transaction_id": "ORD-OF-OLD-CUSTOMER", "transaction_date": "2026-11-20T10:15:00Z",
        "customer_details": {"name": "Gina", "email": "GINA@example.com"},
        "line_items": [{"sku": "PROP-GUARD-X1", "quantity": 1, "unit_price": 500.0}],
    }))
    assert answer.status_code == 201, answer.text
    gift, sale = (
        staff.search_read("sale.order", [("enord_transaction_reference", "=", reference)],
                          ["partner_id", "partner_shipping_id", "partner_invoice_id"])[0]
        for reference in ("ORD-GIFT", "ORD-OF-OLD-CUSTOMER")
    )
    assert gift["partner_id"] != gift["partner_shipping_id"]
    assert (sale["partner_id"], sale["partner_shipping_id"], sale["partner_invoice_id"]) == (
        (gift["partner_id"],) * 3
    )


def test_the_invoice_that_was_due_is_made(updated, eventually):
    """At the job's next run: the new order has just woken it, or its minute comes."""
    eventually(lambda: updated.get("/api/sales/orders/ORD-LATER")["invoice"], seconds=150)
    assert updated.get("/api/sales/orders/ORD-LATER")["invoice"]["amount_total"] == 500.0


def test_an_old_hold_is_released(updated):
    def sellable():
        return {item["sku"]: item["qty"] for item in updated.get("/api/inventory/snapshot")}

    before = sellable()["BATTERY-X1"]
    answer = updated.api("DELETE", "/api/inventory/reservations/CART-HELD-TOO")
    assert answer.status_code == 200, answer.text
    assert sellable()["BATTERY-X1"] == before + 6


def test_an_old_hold_that_has_ended_is_held_anew_and_changed(updated):
    for units in (3, 2):
        answer = updated.api("PUT", "/api/inventory/reservations/CART-RELEASED", json.dumps({
            "items": [{"sku": "BATTERY-X1", "quantity": units}],
        }))
        assert answer.status_code in (200, 201), answer.text
        assert [item["quantity"] for item in answer.json()["items"]] == [units]


def test_an_expired_hold_is_given_free_in_odoo(staff, eventually):
    eventually(lambda: staff.one(
        "enord.reservation", [("reference", "=", "CART-EXPIRED")], ["ended"]
    )["ended"] == "expired")


def test_an_old_order_is_cancelled(updated):
    answer = updated.api("POST", "/api/sales/orders/ORD-PAID/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled"), answer.text


def test_all_keys_are_revoked_though_one_had_expired(updated, staff):
    """The last one: the former version refused it, and left a row for a key that is no more."""
    assert updated.api(
        "GET", "/api/inventory/snapshot", key=updated.filled["expired_key"]
    ).status_code == 401
    storefront = updated.filled["storefront"]
    keys = staff.search_read(
        "enord.storefront.key", [("storefront_id", "=", storefront)], ["name", "state"],
    )
    assert {(key["name"], key["state"]) for key in keys} == {
        ("Shop", "working"), ("Former key", "revoked"),
    }
    staff.call("enord.storefront", "action_revoke_api_keys", [storefront])
    assert updated.api("GET", "/api/inventory/snapshot").status_code == 401
