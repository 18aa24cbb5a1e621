"""The one promise: an order reaches the ERP exactly once, whatever fails on the way."""

import json
import time

import pytest

from reference_storefront import orders, sales
from reference_storefront.app import create_app, shop_of

from .fake_erp import out_of_stock

PRO = "DRONE-X1-PRO-KIT"
ORDER = {"items": [{"sku": PRO, "quantity": 1}], "customer": {"name": "Jane Doe"}}
HANG_UP = ("hang up after booking", None, {})


def failure(status, **headers):
    return status, {"title": "no"}, {name.replace("_", "-"): v for name, v in headers.items()}


@pytest.fixture
def order(send_catalogue, staff):
    send_catalogue({PRO: 15})
    return lambda: staff.post("/api/orders", json=ORDER)


def state(staff, answer):
    return staff.get(f"/api/orders/{answer.json['transaction_id']}").json


@pytest.mark.parametrize(
    "failures",
    [
        [failure(500), failure(502)],
        [failure(503, Retry_After="0"), failure(429, Retry_After="0")],
        [failure(401)],
        [failure(404)],
        [(200, {"html": "a login page"}, {})],
        [failure(308, Location="/elsewhere")],
    ],
    ids=["5xx", "503 and 429", "401", "404", "200 of somebody else", "redirect"],
)
def test_after_failures_the_same_bytes_are_posted_again(
    failures, order, staff, erp, shop, eventually
):
    count = len(failures)
    erp.failures = list(failures)
    answer = order()
    assert answer.status_code == 202
    assert answer.json["state"] == "pending"
    shop.sales.start()
    eventually(lambda: state(staff, answer)["state"] == "confirmed")
    assert len(erp.received) == count + 1
    assert len(set(erp.received)) == 1
    assert state(staff, answer)["erp"]["order"]["name"] == "S00001"


def test_an_answer_that_was_lost_is_fetched_by_a_repeat(order, staff, erp, shop, eventually):
    erp.failures = [HANG_UP]
    answer = order()
    assert answer.status_code == 202
    shop.sales.start()
    eventually(lambda: state(staff, answer)["state"] == "confirmed")
    assert state(staff, answer)["replayed"] is True
    assert len(erp.orders) == 1


@pytest.mark.parametrize(
    ("status", "shown", "hidden"),
    [
        ("delivered", "Your order is confirmed.", "cancelled"),
        ("partly_delivered", "Your order is confirmed.", "cancelled"),
        ("cancelled", "This order was cancelled", "reserved for you in the warehouse"),
    ],
)
def test_a_repeat_that_comes_late_settles_the_order_and_tells_what_has_become_of_it(
    status, shown, hidden, order, staff, erp, shop, eventually
):
    erp.failures = [HANG_UP]
    answer = order()
    erp.status = status
    shop.sales.start()
    eventually(lambda: state(staff, answer)["state"] == "confirmed")
    page = staff.get(f"/orders/{answer.json['transaction_id']}").text
    assert shown in page and hidden not in page
    # it is settled, and not asked for any more
    time.sleep(0.3)
    assert len(erp.received) == 2


def test_no_connection_at_all_leaves_the_order_pending(order, staff, erp):
    erp.close()
    answer = order()
    assert answer.status_code == 202
    assert answer.json["last_error"] == "ConnectionError"
    page = staff.get(f"/orders/{answer.json['transaction_id']}").text
    assert "Confirming your order…" in page and "data-live-order" in page


def test_a_restarted_shop_posts_at_once_what_a_crash_left(
    send_catalogue, staff, erp, shop, config, eventually
):
    line = {"sku": PRO, "quantity": 1, "unit_price": 45000.0}
    with shop.store.transaction() as db:
        transaction_id = orders.write_down(db, [line], "Jane Doe")
    body = orders.body_of(shop.store, transaction_id)
    # and here the process dies
    restarted = create_app(config)
    shop_of(restarted).sales.start()
    eventually(lambda: staff.get(f"/api/orders/{transaction_id}").json["state"] == "confirmed")
    shop_of(restarted).sales.stop()
    assert erp.received == [body]


def test_retry_after_is_honoured(order, staff, erp, shop):
    erp.failures = [failure(503, Retry_After="120")]
    answer = order()
    due = shop.store.row("SELECT next_attempt_at AS at FROM sale")["at"]
    assert 119 < due - time.time() < 122
    assert state(staff, answer)["last_error"] == "the ERP answered 503"


@pytest.mark.parametrize(
    ("answer_of_erp", "status", "state_"),
    [
        (out_of_stock(PRO, 0), 409, "out_of_stock"),
        ((409, {"errors": [{"code": "conflict"}]}, {}), 409, "rejected"),
        ((422, {"errors": [{"code": "unknown_sku"}]}, {}), 422, "rejected"),
    ],
)
def test_a_refusal_settles_the_order_and_is_not_repeated(
    answer_of_erp, status, state_, order, staff, erp, shop
):
    erp.failures = [answer_of_erp]
    answer = order()
    assert (answer.status_code, answer.json["state"]) == (status, state_)
    shop.sales.start()
    time.sleep(0.3)
    assert len(erp.received) == 1


def test_what_the_erp_adapted_is_told_to_the_people_of_the_shop(order, staff, erp, caplog):
    notice = {
        "pointer": "/customer_details/phone",
        "code": "phone_malformed",
        "detail": "It cannot be a telephone number.",
    }
    erp.failures = [(201, {"order": {"name": "S00001"}, "notices": [notice]}, {})]
    answer = order()
    assert answer.json["state"] == "confirmed"
    assert state(staff, answer)["erp"]["notices"] == [notice]
    assert "/customer_details/phone: It cannot be a telephone number." in caplog.text


def test_a_late_answer_does_not_change_a_settled_order(order, staff, erp, shop):
    answer = order()
    assert answer.status_code == 201
    shop.sales._record(answer.json["transaction_id"], sales.Answer(409, None, False, None))
    assert state(staff, answer)["state"] == "confirmed"


def test_resending_shows_that_a_repeat_makes_nothing_new(order, staff, erp):
    first = order().json
    again = staff.post(f"/api/orders/{first['transaction_id']}/resend").json
    assert again["erp_status"] == 200
    assert again["replayed"] is True
    assert again["erp"]["order"] == first["erp"]["order"]
    assert erp.received[0] == erp.received[1]
    assert len(erp.orders) == 1


def test_requests_never_all_wait_for_the_erp(order, staff, erp, shop, eventually, monkeypatch):
    monkeypatch.setattr(shop.sales, "_waiting", sales.threading.BoundedSemaphore(1))
    shop.sales._waiting.acquire()
    answer = order()
    assert (answer.status_code, erp.received) == (202, [])
    shop.sales.start()
    eventually(lambda: state(staff, answer)["state"] == "confirmed")


def test_two_workers_do_not_take_the_same_order(order, erp, shop):
    erp.failures = [failure(500)]
    answer = order()
    with shop.store.transaction() as db:
        db.execute("UPDATE sale SET next_attempt_at = 0")
    assert shop.sales._claim_due() == answer.json["transaction_id"]
    assert shop.sales._claim_due() is None


def test_orders_as_json_are_checked(order, staff, erp):
    def pointer(**changed):
        answer = staff.post("/api/orders", json={**ORDER, **changed})
        assert answer.status_code == 422
        return answer.json["errors"][0]["pointer"]

    assert pointer(items=[]) == "/items"
    assert pointer(items=[{"sku": "NOBODY", "quantity": 1}]) == "/items/0/sku"
    assert pointer(items=[{"sku": PRO, "quantity": 0}]) == "/items/0/quantity"
    assert pointer(customer={"name": " "}) == "/customer/name"
    text = staff.post("/api/orders", data=json.dumps(ORDER), content_type="text/plain")
    assert text.status_code == 415
    assert staff.get("/api/orders/NOBODY").status_code == 404
    assert staff.post("/api/orders/NOBODY/resend").status_code == 404
    assert erp.received == []
