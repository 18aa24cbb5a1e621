from datetime import datetime, timedelta, timezone

import pytest

PRO = "DRONE-X1-PRO-KIT"


def ago(milliseconds):
    moment = datetime.now(timezone.utc) - timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_events_tell_newest_first_how_long_after_the_commit_they_came(send, staff, example):
    send(example("catalog_update"), id="first", headers={"X-Event-Recorded-At": ago(60_000)})
    send(
        example("inventory_change"),
        id="second",
        sequence=7,
        headers={"X-Event-Recorded-At": ago(1500), "X-Delivery-Attempt": "3"},
    )
    second, first = staff.get("/api/events?limit=10").json
    assert (first["id"], second["id"]) == ("first", "second")
    assert 1500 <= second["lag_ms"] < 3500
    assert 60_000 <= first["lag_ms"] < 62_000
    assert (second["type"], second["sku"], second["sequence"]) == ("inventory.change", PRO, 7)
    assert (second["key"], second["attempt"]) == (f"{PRO}@WH-TECH-01", 3)
    assert second["body"]["data"]["new_quantity"] == 14
    assert second["received_at"].endswith("Z")
    assert [event["id"] for event in staff.get("/api/events?limit=1").json] == ["second"]


def test_an_event_without_the_time_of_its_commit_has_no_lag(send, staff, example):
    send(example("inventory_change"))
    send(example("inventory_change"), headers={"X-Event-Recorded-At": "yesterday"})
    assert [event["lag_ms"] for event in staff.get("/api/events").json] == [None, None]


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "9" * 40])
def test_a_senseless_limit_is_refused(staff, limit):
    assert staff.get(f"/api/events?limit={limit}").status_code == 400


def test_an_unknown_product_is_a_json_404(client):
    answer = client.get("/api/products/NOBODY")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert client.get("/api/nowhere").content_type == "application/problem+json"


def test_polling_without_news_costs_no_body(send_catalogue, send_stock, client):
    send_catalogue({PRO: 15, "OTHER": 1})
    for path in (f"/api/products/{PRO}", "/api/products", "/api/stock"):
        etag = client.get(path).headers["ETag"]
        quiet = client.get(path, headers={"If-None-Match": etag})
        assert (quiet.status_code, quiet.data) == (304, b"")
        send_stock(PRO, client.get(f"/api/products/{PRO}").json["stock"] + 1)
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_another_products_change_does_not_wake_a_product_page(send_catalogue, send_stock, client):
    send_catalogue({PRO: 15, "OTHER": 1})
    etag = client.get(f"/api/products/{PRO}").headers["ETag"]
    send_stock("OTHER", 8)
    quiet = client.get(f"/api/products/{PRO}", headers={"If-None-Match": etag})
    assert quiet.status_code == 304
