"""The examples of the specification (sections 4.1, 4.2, 5.1, 5.2, 6) are accepted and produced."""

import json
from datetime import datetime, timezone
from decimal import Decimal

from contract import events
from contract.requests import SalesOrder, StockAdjustment, read
from contract.strict_json import parse


def test_the_order_is_accepted_as_it_stands(example):
    order = read(SalesOrder, parse(example("sales-order")))
    assert order.transaction_id == "ORD-WEB-2024-999"
    assert order.transaction_date == datetime(2024, 1, 20, 10, 15, tzinfo=timezone.utc)
    assert order.customer_details.tax_id == "GSTIN12345"
    assert [(line.sku, line.quantity, line.unit_price) for line in order.line_items] == [
        ("DRONE-X1-PRO-KIT", 1, Decimal("45000.00")),
        ("PROP-GUARD-X1", 2, Decimal("500.00")),
    ]


def test_the_adjustment_is_accepted_as_it_stands(example):
    request = read(StockAdjustment, parse(example("inventory-adjust")))
    assert [(line.sku, line.quantity_change, line.location_code) for line in request.adjustments] \
        == [("DRONE-X1-PRO-KIT", -1, "WH-TECH-01"), ("PROP-GUARD-X1", -2, "WH-TECH-01")]


def test_the_events_are_encoded_like_the_examples(example):
    for name, moment in (
        ("catalog-update", datetime(2024, 1, 20, 10, 0)),
        ("inventory-change", datetime(2024, 1, 20, 10, 5)),
    ):
        expected = json.loads(example(name))
        body = events.encode(expected["event_type"], moment, expected["data"])
        assert json.loads(body) == expected
        assert list(json.loads(body)) == list(expected)


def test_an_event_with_its_number_has_the_specifications_members_to_the_letter(example):
    for name in ("catalog-update", "inventory-change"):
        expected = json.loads(example(name))
        body = events.encode(
            expected["event_type"], datetime(2024, 1, 20, 10, 0), expected["data"]
        )
        numbered = events.numbered(body, "evt_1", 2**53 - 1)
        assert numbered.startswith(body[:-1])
        assert json.loads(numbered) == {
            **json.loads(body), "event_id": "evt_1", "sequence": 2**53 - 1,
        }


def test_the_event_models_describe_the_examples_completely(example):
    for model, name in (
        (events.CatalogUpdate, "catalog-update"), (events.InventoryChange, "inventory-change"),
    ):
        expected = json.loads(example(name))
        # what an example leaves out is there in special cases only
        dumped = model.model_validate(expected).model_dump(mode="json", exclude_unset=True)
        assert _shape(dumped) == _shape(expected)


def test_whole_quantities_are_integers():
    assert json.dumps([events.quantity(14.0), events.quantity(0.5)]) == "[14, 0.5]"


def _shape(value):
    if isinstance(value, dict):
        return {key: _shape(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_shape(child) for child in value]
    return type(value)
