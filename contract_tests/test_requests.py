import copy
import json

import pytest
from contract.problem import Problem
from contract.requests import SalesOrder, StockAdjustment, read
from contract.strict_json import parse


@pytest.fixture
def order(example):
    return json.loads(example("sales-order"))


def errors_of(model, body):
    with pytest.raises(Problem) as caught:
        read(model, parse(json.dumps(body).encode()))
    assert caught.value.status == 422
    return {error.pointer: error.code for error in caught.value.errors}


@pytest.mark.parametrize("path, value, pointer", [
    (["transaction_id"], "", "/transaction_id"),
    (["transaction_id"], "two words", "/transaction_id"),
    (["transaction_id"], "a/b", "/transaction_id"),
    (["transaction_id"], "x" * 65, "/transaction_id"),
    (["transaction_id"], 7, "/transaction_id"),
    (["transaction_date"], "2024-01-20T10:15:00", "/transaction_date"),
    (["transaction_date"], "yesterday", "/transaction_date"),
    (["transaction_date"], 1705745700, "/transaction_date"),
    (["transaction_date"], "0001-01-01T00:00:00+14:00", "/transaction_date"),
    (["transaction_date"], "9999-12-31T23:59:59-14:00", "/transaction_date"),
    (["customer_details"], None, "/customer_details"),
    (["customer_details", "name"], "   ", "/customer_details/name"),
    (["customer_details", "nickname"], "J", "/customer_details/nickname"),
    (["line_items"], [], "/line_items"),
    (["line_items"], {}, "/line_items"),
    (["line_items", 0, "quantity"], 0, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], -1, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], 1.5, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], "1", "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], True, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], 10**9, "/line_items/0/quantity"),
    (["line_items", 1, "unit_price"], "500", "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], -0.01, "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], 1e300, "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], True, "/line_items/1/unit_price"),
    (["line_items", 1, "sku"], "", "/line_items/1/sku"),
    (["coupon"], "X", "/coupon"),
])
def test_a_bad_field_is_named(order, path, value, pointer):
    body = copy.deepcopy(order)
    target = body
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert list(errors_of(SalesOrder, body)) == [pointer]


def test_every_bad_field_is_named_at_once(order):
    del order["transaction_id"]
    order["line_items"][0]["quantity"] = 0
    assert errors_of(SalesOrder, order) == {
        "/transaction_id": "missing", "/line_items/0/quantity": "greater_than",
    }


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_refused(body):
    assert errors_of(SalesOrder, body) == {"": "object_expected"}


def test_several_lines_of_one_sku_count_together(order):
    order["line_items"].append(dict(order["line_items"][0], quantity=3))
    assert read(SalesOrder, parse(json.dumps(order).encode())).quantities() == {
        "DRONE-X1-PRO-KIT": 4, "PROP-GUARD-X1": 2,
    }


@pytest.mark.parametrize("change", [0, 0.5, "1", None])
def test_an_adjustment_changes_by_a_whole_number_other_than_zero(example, change):
    body = json.loads(example("inventory-adjust"))
    body["adjustments"][1]["quantity_change"] = change
    assert list(errors_of(StockAdjustment, body)) == ["/adjustments/1/quantity_change"]
