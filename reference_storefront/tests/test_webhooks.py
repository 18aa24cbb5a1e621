import json

import pytest

from reference_storefront import inbox

PRO = "DRONE-X1-PRO-KIT"


def outcomes(staff):
    return [event["outcome"] for event in staff.get("/api/events").json]


def test_the_specifications_catalogue_example_becomes_a_product(send, client, example):
    assert send(example("catalog_update")).json == {"outcome": "applied"}
    product = client.get(f"/api/products/{PRO}").json
    assert product["title"] == "Falcon X1 Quadcopter – Pro Kit (Extra Battery + Case)"  # noqa: RUF001
    assert (product["price"], product["mrp"], product["stock"]) == (45000.0, 55000.0, 15)
    assert product["specifications"]["Flight Time"] == "30 mins"
    assert product["images"][0] == "https://storage.example.com/img/x1-drone-main.jpg"
    assert product["category_path"] == ["Drones", "Professional", "Aerial Photography"]
    assert product["stock_by_location"] == {}


def test_the_specifications_inventory_example_sets_the_stock(send, client, example):
    send(example("catalog_update"))
    assert send(example("inventory_change")).json == {"outcome": "applied"}
    product = client.get(f"/api/products/{PRO}").json
    assert product["stock"] == 14
    assert product["stock_by_location"] == {"WH-TECH-01": 14}


def test_a_wrong_or_missing_signature_changes_and_records_nothing(send, client, example, staff):
    send(example("catalog_update"))
    for signature in ("0" * 64, ""):
        answer = send(example("inventory_change"), headers={"X-Signature": signature})
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
    assert client.get(f"/api/products/{PRO}").json["stock"] == 15
    assert outcomes(staff) == ["applied"]


def test_an_event_id_is_applied_once(send, client, example, send_stock, staff):
    send_stock(PRO, 20)
    send(example("catalog_update"))
    assert send(example("inventory_change"), id="one").json == {"outcome": "applied"}
    send_stock(PRO, 20)
    again = send(example("inventory_change"), id="one")
    assert (again.status_code, again.json) == (200, {"outcome": "duplicate"})
    assert client.get(f"/api/products/{PRO}").json["stock"] == 20
    assert outcomes(staff)[0] == "duplicate"


def test_an_older_sequence_of_the_same_place_is_stale(send_catalogue, send_stock, client, staff):
    send_catalogue({PRO: 15})
    assert send_stock(PRO, 7, sequence=50) == "applied"
    assert send_stock(PRO, 9, sequence=49) == "stale"
    assert send_stock(PRO, 9, sequence=50) == "stale"
    assert client.get(f"/api/products/{PRO}").json["stock"] == 7
    assert outcomes(staff)[:2] == ["stale", "stale"]


def test_sequences_of_different_places_are_not_compared(send_catalogue, send_stock, client):
    send_catalogue({PRO: 15}, sequence=100)
    assert send_stock(PRO, 7, "WH-TECH-01", sequence=50) == "applied"
    assert send_stock(PRO, 2, "WH-CITY-02", sequence=3) == "applied"
    product = client.get(f"/api/products/{PRO}").json
    assert product["stock"] == 9
    assert product["sequence"] == 100


def test_an_unknown_event_type_is_recorded_and_ignored(send, staff):
    answer = send({"event_type": "price.forecast", "timestamp": "", "data": {}})
    assert (answer.status_code, answer.data) == (204, b"")
    [event] = staff.get("/api/events").json
    assert (event["outcome"], event["type"]) == ("ignored", "price.forecast")


def test_a_body_over_one_mebibyte_is_refused(send, staff):
    body = b'{"a": "' + b"x" * 1024 * 1024 + b'"}'
    assert send(body).status_code == 413
    assert staff.get("/api/events").json == []


def test_what_is_not_json_is_named_a_bad_request(send):
    for body in (b"", b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000):
        answer = send(body)
        assert answer.status_code == 400, body
        assert answer.json["status"] == 400


def test_a_wrong_shape_names_the_field(send, example):
    def answer(change):
        message = json.loads(example("catalog_update"))
        change(message["data"])
        response = send(message)
        return response.status_code, response.json["errors"][0]["pointer"]

    assert answer(lambda d: d.pop("group_id")) == (422, "/data/group_id")
    assert answer(lambda d: d.update(is_active="yes")) == (422, "/data/is_active")
    assert answer(lambda d: d["variants"][0].update(selling_price="45000")) == (
        422,
        "/data/variants/0/selling_price",
    )
    assert answer(lambda d: d["variants"].append(d["variants"][0])) == (
        422,
        "/data/variants/1/sku",
    )
    message = json.loads(example("inventory_change"))
    for bad in (True, None, "14", 10**400, [14]):
        message["data"]["new_quantity"] = bad
        response = send(message)
        assert response.status_code == 422, bad
        assert response.json["errors"][0]["pointer"] == "/data/new_quantity"
    for whole in ([], "text", 5, None):
        assert send(json.dumps(whole).encode()).status_code == 422


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("event_id", ""),
        ("event_id", 5),
        ("sequence", None),
        ("sequence", 0),
        ("sequence", -3),
        ("sequence", 1.5),
        ("sequence", True),
        ("sequence", "7"),
        ("sequence", 2**53),
    ],
)
def test_a_missing_or_senseless_id_or_number_is_named(send, example, member, value):
    answer = send({**json.loads(example("inventory_change")), member: value})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{member}"


def test_headers_that_only_tell_do_no_harm(send, staff, example):
    headers = {"X-Delivery-Attempt": "first", "X-Event-Sequence": "many"}
    assert send(example("inventory_change"), headers=headers).status_code == 200
    assert staff.get("/api/events").json[0]["attempt"] is None


def test_a_failure_while_applying_leaves_no_trace(app, send, staff, example, monkeypatch):
    def fail(*_):
        raise RuntimeError("the disk is full")

    app.testing = False  # answer 500 as in production instead of raising
    monkeypatch.setattr(inbox.catalogue, "apply_inventory", fail)
    assert send(example("inventory_change"), id="one").status_code == 500
    monkeypatch.undo()
    assert staff.get("/api/events").json == []
    assert send(example("inventory_change"), id="one").json == {"outcome": "applied"}


def test_old_events_are_pruned_and_stay_stale(send_catalogue, send_stock, staff, monkeypatch):
    monkeypatch.setattr(inbox, "KEEP_EVENTS", 3)
    monkeypatch.setattr(inbox, "PRUNE_EVERY", 1)
    send_catalogue({PRO: 1})
    for number in range(10, 20):
        send_stock(PRO, number, sequence=number)
    assert [event["sequence"] for event in staff.get("/api/events").json] == [19, 18, 17]
    assert send_stock(PRO, 10, sequence=10) == "stale"


def test_a_test_event_is_verified_and_changes_nothing(send, staff):
    event = {"event_type": "test", "timestamp": "2024-01-20T10:00:00Z", "data": {}}
    assert send(event).json == {"outcome": "test"}
    assert send(event, headers={"webhook-signature": ""}).status_code == 401
    assert staff.get("/api/events").json == []
