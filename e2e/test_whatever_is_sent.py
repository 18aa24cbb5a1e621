"""Anything may be sent under /api/: the server answers, and as its own document says."""

import json
import socket
from urllib.parse import urlsplit

import pytest
import requests

from benchmarks import any_request
from devtools.shop_client import wait_for

EXAMPLE = b'{"transaction_id": "X"}'


def test_whatever_is_sent_is_answered_as_the_document_says(connection, make_product):
    counted = any_request.send(connection, 3000, seconds=70, known={
        "sku": [make_product(stock=100), make_product(stock=3)],
        "location_code": ["WH-TECH-01"],
        "transaction_id": ["FUZZ-1", "FUZZ-2", "FUZZ-3"],
        "reference_id": ["FUZZ-1", "FUZZ-4"],
        "reservation_id": ["FUZZ-R1", "FUZZ-R2"],
    })
    assert counted.total() > 300, "too slow to tell anything"
    assert {200, 201, 400, 404, 409, 422} <= set(counted), counted


def raw(connection, request):
    """Send bytes and close the sending side; the status line and the headers of the answer."""
    address = urlsplit(connection["odoo_url"])
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), body


@pytest.mark.parametrize("length, status", [(5, 400), (10_000, 400), (10**12, 413)])
def test_a_content_length_that_lies(connection, length, status):
    got, head, body = raw(connection, (
        f"POST /api/sales/orders HTTP/1.1\r\nHost: x\r\nX-API-Key: {connection['api_key']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode() + EXAMPLE)
    assert got == status
    assert "application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_a_database_that_is_not_there(connection):
    answer = requests.get(
        f"{connection['odoo_url']}/api/health", headers={"X-Odoo-Database": "nope"}, timeout=20
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_database")


def test_calls_are_written_down_with_the_key_that_made_them(connection, staff):
    answer = requests.get(
        f"{connection['odoo_url']}/api/sales/orders/NOT-THERE-1", timeout=20,
        headers={"Authorization": f"Bearer {connection['api_key']}"},
    )
    assert answer.status_code == 404

    def call():
        return staff.search_read(
            "enord.api.call", [("reference", "=", "NOT-THERE-1")], ["status", "code", "key_id"]
        )

    assert wait_for(call, bool, 5, 0.05) is not None
    [written] = call()
    assert (written["status"], written["code"]) == (404, "not_found")
    [key] = staff.search_read(
        "enord.storefront.key", [("id", "=", written["key_id"][0])], ["last_used_at"]
    )
    assert key["last_used_at"]
