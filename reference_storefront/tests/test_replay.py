"""An old message changes nothing: not sent again, not under a new id, not with a new number."""

import json
import time

import pytest

from reference_storefront.signature import (
    TOLERANCE_SECONDS,
    is_recent,
    is_this_delivery,
    sign,
    sign_delivery,
)

from .conftest import SECRET, numbered

PRO = "DRONE-X1-PRO-KIT"
BODY = b'{"price": 45000.00}'


@pytest.fixture
def post(app):
    return lambda body, headers: app.test_client().post(
        "/webhooks/erp", data=body, headers=headers
    )


@pytest.fixture
def recorded(example, send_catalogue, send_stock, post):
    """An old body with its signature, as a proxy's log has it; the shop has heard newer ones."""
    send_catalogue({PRO: 40})
    body = numbered(example("inventory_change"), "evt_old", 100)
    timestamp = str(int(time.time()))
    headers = {
        "X-Signature": sign(SECRET, body),
        "X-Event-Sequence": "100",
        "webhook-id": "evt_old",
        "webhook-timestamp": timestamp,
        "webhook-signature": sign_delivery(SECRET, "evt_old", timestamp, body),
    }
    assert post(body, headers).json == {"outcome": "applied"}
    assert send_stock(PRO, 30, sequence=101) == "applied"
    return body, headers


def test_an_old_body_under_a_new_id_with_an_enormous_number_changes_nothing(
    recorded, post, send_stock, client
):
    body, headers = recorded
    answer = post(body, {
        "X-Signature": headers["X-Signature"],
        "X-Event-Sequence": "9223372036854775807",
        "webhook-id": "evt_new",
        "webhook-timestamp": "1",
        "webhook-signature": "v1,AAAA",
    })
    assert answer.status_code == 401
    assert client.get(f"/api/products/{PRO}").json["stock"] == 30
    assert send_stock(PRO, 29, sequence=102) == "applied"


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_new"},
        {"webhook-timestamp": str(int(time.time()) + 60)},
        {"webhook-signature": ""},
        {"X-Signature": ""},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_a_signature_covers_cannot_be_changed(recorded, post, changed):
    body, headers = recorded
    assert post(body, {**headers, **changed}).status_code == 401


def test_an_enormous_number_in_a_header_decides_nothing(
    recorded, post, send, example, send_stock, client
):
    body, headers = recorded
    enormous = {"X-Event-Sequence": "9223372036854775807"}
    again = post(body, {**headers, **enormous})
    assert again.json == {"outcome": "duplicate"}
    genuine = example("inventory_change")
    assert send(genuine, sequence=99, headers=enormous).json == {"outcome": "stale"}
    assert client.get(f"/api/products/{PRO}").json["stock"] == 30
    assert send(genuine, sequence=102, headers=enormous).json == {"outcome": "applied"}
    assert send_stock(PRO, 29, sequence=103) == "applied"


def test_the_whole_old_request_is_a_duplicate_and_after_minutes_refused(
    recorded, post, monkeypatch
):
    body, headers = recorded
    assert post(body, headers).json == {"outcome": "duplicate"}
    later = time.time() + TOLERANCE_SECONDS + 2
    monkeypatch.setattr(time, "time", lambda: later)
    answer = post(body, headers)
    assert answer.status_code == 401
    assert "clock" in answer.json["detail"]


@pytest.mark.parametrize("seconds", [-TOLERANCE_SECONDS - 2, TOLERANCE_SECONDS + 2])
def test_a_clock_that_is_far_off_is_named(send, example, seconds):
    answer = send(example("inventory_change"), at=time.time() + seconds)
    assert answer.status_code == 401
    assert "webhook-timestamp" in answer.json["detail"]


def test_while_the_secret_changes_one_of_two_signatures_fits(send, example):
    body = numbered(example("inventory_change"), "one", 1)
    now = str(int(time.time()))
    both = " ".join(sign_delivery(secret, "one", now, body) for secret in ("other", SECRET))
    assert send(body, id="one", headers={"webhook-signature": both}).status_code == 200


def test_a_body_without_its_number_is_refused_and_the_field_named(send, example, post):
    """One from before the ERP put it there, or with the ERP's setting that leaves it out."""
    body = json.dumps(json.loads(example("inventory_change"))).encode()
    now = str(int(time.time()))
    answer = post(body, {
        "X-Signature": sign(SECRET, body),
        "X-Event-Sequence": "9007199254740991",
        "webhook-id": "one",
        "webhook-timestamp": now,
        "webhook-signature": sign_delivery(SECRET, "one", now, body),
    })
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/event_id"


def test_the_signature_is_standard_webhooks_own():
    # the example of its specification
    assert sign_delivery(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
        b'{"test": 2432232314}',
    ) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nonsense_is_no_signature():
    good = sign_delivery("key", "one", "5", BODY)
    assert is_this_delivery("key", "one", "5", BODY, good)
    for header in ("", " ", "v1,", good.removeprefix("v1,"), good[:-1], "v1," + "ü" * 44):
        assert not is_this_delivery("key", "one", "5", BODY, header)


@pytest.mark.parametrize("text", ["", "now", "-5", "1e9", "٥", "9" * 5000, "1700000000.5"])
def test_what_is_no_time_is_not_recent(text):
    assert not is_recent(text, 1_700_000_000)
