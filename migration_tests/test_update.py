"""A shop that ran with version 19.0.1.0.0 goes on with this one as if nothing had happened."""

import json
import re
import unicodedata

import pytest
import requests

MODELS = (
    "enord.storefront", "sale.order", "sale.order.line", "account.move", "account.payment",
    "stock.picking", "stock.move", "stock.quant", "enord.reservation", "enord.webhook.event",
    "enord.api.transaction", "res.partner", "product.product", "stock.warehouse",
)
REQUESTS = (
    "ORD-PAID", "ORD-PAID-TOO", "ORD-OPEN", "ORD-LARGE", "ORD-SENT", "ORD-CANCELLED",
    "ORD-CONVERTED", "ORD-GIFT", "ORD-LATER", "CART-CONVERTED", "CART-RELEASED", "CART-EXPIRED",
    "CART-HELD", "CART-HELD-TOO", "ADJUSTMENT-1", "TAPE\u0301",
)
#: What is answered to who asks for them again: their present state.
ENDED_HOLDS = {
    "CART-CONVERTED": "reservation_converted", "CART-RELEASED": "reservation_ended",
    "CART-EXPIRED": "reservation_ended",
}


NUMBERED_BY = {
    "/api/sales/orders": "transaction_id", "/api/inventory/reservations": "reservation_id",
    "/api/inventory/adjust": "reference_id",
}


def accepted(updated):
    """`{the storefront's own number: [path, body, answer]}` of the former version's requests."""
    return {sent[2][NUMBERED_BY[sent[0]]]: sent for sent in updated.filled["requests"]}


def test_the_update_logs_no_warning(updated):
    assert "Modules loaded" in updated.log
    assert not re.findall(r".* (?:WARNING|ERROR|CRITICAL) .*", updated.log)


@pytest.mark.parametrize("model", MODELS)
def test_no_record_is_lost_or_changed(model, updated):
    """Before anything is served; new ones may have come."""
    before = {record["id"]: record for record in _composed(updated.before[model])}
    now = {record["id"]: record for record in _composed(updated.now[model])}
    assert before
    for record in before.values():
        if model == "res.partner" and record["name"] == "Friend of Gina":
            # a contact of an order is known as one now
            record["enord_storefront_id"] = [updated.filled["storefront"], "Drone Shop"]
        if model == "account.move" and record["move_type"] == "out_refund":
            # a credit note belongs to the storefront of its invoice
            record["enord_storefront_id"] = [updated.filled["storefront"], "Drone Shop"]
    assert {id_: now.get(id_) for id_ in before} == before


def _composed(records):
    """References are kept in one Unicode normal form now."""
    return json.loads(unicodedata.normalize("NFC", json.dumps(records, ensure_ascii=False)))


def test_every_storefront_is_live(staff):
    stages = staff.search_read(
        "enord.storefront", [("active", "in", (True, False))], ["name", "stage"],
    )
    assert {storefront["stage"] for storefront in stages} == {"live"}


def test_calls_of_before_say_what_they_were_for(staff):
    calls = staff.search_read(
        "enord.api.call", [("storefront_id", "=", False)], ["operation", "method", "path"],
        order="id", limit=4,
    )
    assert [(call["method"], call["path"], call["operation"]) for call in calls] == [
        ("POST", "/api/sales/orders", "createOrder"),
        ("GET", "/api/sales/orders/ORD-PAID", "getOrder"),
        ("HEAD", "/api/inventory/snapshot", "getSnapshot"),
        ("GET", "/api/sales", False),
    ]


def test_every_model_that_is_looked_at_is_tested(updated):
    assert set(updated.before) == set(MODELS)
    assert set(accepted(updated)) == set(REQUESTS)


def test_the_data_hold_every_state(updated):
    """Otherwise these tests would show little."""
    before = updated.before
    assert {event["state"] for event in before["enord.webhook.event"]} == {
        "pending", "sending", "delivered", "superseded", "dead",
    }
    assert {hold["state"] for hold in before["enord.reservation"]} == {
        "held", "expired", "released", "converted",
    }
    assert {move["payment_state"] for move in before["account.move"]} == {
        "paid", "not_paid", "reversed",
    }
    statuses = {
        answer["status"] for path, answer in updated.filled["answers"].items()
        if path.startswith("/api/sales/")
    }
    assert statuses == {"confirmed", "delivered", "cancelled"}


def test_the_snapshot_is_the_same(updated):
    path = "/api/inventory/snapshot"
    before, now = (
        {item["sku"]: item["qty"] for item in items}
        for items in (updated.filled["answers"][path], updated.get(path))
    )
    assert now == before


@pytest.mark.parametrize("number", [name for name in REQUESTS if name.startswith("ORD-")])
def test_an_order_has_the_same_status(number, updated):
    path = f"/api/sales/orders/{number}"
    before, now = updated.filled["answers"][path], updated.get(path)
    if number == "ORD-LATER":
        now["invoice"] = None  # it may have been made meanwhile
    assert before.items() <= now.items()


@pytest.mark.parametrize("number", [name for name in REQUESTS if name.startswith("CART-")])
def test_a_hold_has_the_same_status(number, updated):
    path = f"/api/inventory/reservations/{number}"
    before, now = updated.filled["answers"][path], updated.get(path)
    if number in ("CART-HELD", "CART-HELD-TOO"):
        del before["expires_at"]  # the test has put it off
    assert before.items() <= now.items()


@pytest.mark.parametrize("number", REQUESTS)
def test_a_request_that_is_sent_again_is_answered_as_repeated(number, updated):
    path, body, before = accepted(updated)[number]
    answer = updated.api("POST", path, body)
    if ended := ENDED_HOLDS.get(number):
        assert (answer.status_code, answer.json()["code"]) == (409, ended), answer.text
        return
    assert answer.status_code == 200, answer.text
    assert answer.headers["Idempotency-Replayed"] == "true"
    now = answer.json()
    assert now[NUMBERED_BY[path]] == unicodedata.normalize("NFC", number)
    assert now.get("order", {}).get("name") == before.get("order", {}).get("name")
    assert now.get("transfers") == before.get("transfers")
    assert _sold(now) == _sold(before)


def _sold(answer):
    names = ("sku", "quantity", "unit_price", "location_code")
    return [[line[name] for name in names] for line in answer.get("line_items", ())]


def test_nothing_was_done_twice(updated, staff):
    orders = [("enord_transaction_reference", "!=", False)]
    assert staff.call("sale.order", "search_count", orders) == len(updated.before["sale.order"])
    assert staff.call("enord.reservation", "search_count", []) == len(
        updated.before["enord.reservation"]
    )


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_reference_is_found_in_every_normal_form(form, updated):
    number = unicodedata.normalize(form, "TAP\u00c9")
    assert updated.get(f"/api/sales/orders/{number}")["transaction_id"] == "TAP\u00c9"


def test_pictures_that_storefronts_show_stay_public_and_no_others(updated, staff):
    documents = staff.search_read("product.document", [("name", "like", ".png")], [
        "name", "enord_to_storefronts",
    ])
    assert {document["name"]: document["enord_to_storefronts"] for document in documents} == {
        "side.png": True, "top.png": True, "spare.png": False,
    }
    assert len(updated.filled["pictures"]) == 2
    for link in updated.filled["pictures"]:
        path = "/enord/" + link.split("/enord/", 1)[1]
        answer = requests.get(updated.connection["odoo_url"] + path, timeout=30)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")


def test_other_content_under_an_old_number_is_refused(updated):
    path, body, _answer = accepted(updated)["ORD-OPEN"]
    order = json.loads(body)
    order["line_items"][0]["quantity"] += 1
    assert updated.api("POST", path, json.dumps(order)).status_code == 409


def test_a_payment_that_came_before_pays_no_order_now(updated):
    """Two orders have brought it: it is the first one's."""
    path, body, _answer = accepted(updated)["ORD-PAID-TOO"]
    answer = updated.api("POST", path, json.dumps(
        {**json.loads(body), "transaction_id": "ORD-PAID-AGAIN"}
    ))
    assert answer.status_code == 409, answer.text
    assert answer.json()["code"] == "payment_reference_used"
    assert answer.json()["errors"][0]["transaction_id"] == "ORD-PAID"


def test_an_old_hold_is_held_for_no_longer_than_before(updated, staff):
    for hold in staff.call("enord.reservation", "search_read", [], ["create_date", "held_since"]):
        assert hold["held_since"] == hold["create_date"]


@pytest.mark.parametrize(("name", "shares"), [
    ("Drone Shop", (25, 50)), ("Closed Shop", (25, 100)),  # it had none for all together
])
def test_the_limits_of_holds_are_shares_but_where_there_were_none(name, shares, staff):
    [found] = staff.call(
        "enord.storefront", "search_read", [("name", "=", name), ("active", "in", (True, False))],
        ["reservation_share", "reservation_total_share"],
    )
    assert (found["reservation_share"], found["reservation_total_share"]) == shares


def test_storefronts_call_over_http_as_before(staff):
    found = staff.search_read(
        "enord.storefront", [("active", "in", (True, False))], ["name", "https_only"]
    )
    assert {shop["name"]: shop["https_only"] for shop in found} == {
        "Drone Shop": False, "Closed Shop": False,
    }


def test_keys_may_do_what_they_could(updated, staff):
    names = [
        "prefix", "state", "may_read", "may_sell", "may_adjust", "calls_a_minute", "expires_at",
    ]
    key = staff.one("enord.storefront.key", [("name", "=", "Shop")], names)
    assert [key[name] for name in names] == [
        updated.filled["api_key"][:8], "working", True, True, True, 0, False,
    ]
