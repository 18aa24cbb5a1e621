import json

import pytest
from contract.problem import Problem
from contract.queries import Availability, CataloguePage, cursor_after, read_query
from contract.requests import read
from contract.reservations import Reservation, ReservationExtension
from contract.strict_json import parse


@pytest.mark.parametrize("number", [1, 99, 123_456_789])
def test_a_cursor_leads_to_where_it_was_made(number):
    page = read_query(CataloguePage, {"cursor": cursor_after(number), "limit": "7"})
    assert (page.after, page.limit) == (number, 7)


def test_without_a_cursor_it_is_the_first_page():
    assert read_query(CataloguePage, {}).after == 0


@pytest.mark.parametrize("values, pointer", [
    ({"cursor": ""}, "cursor"),
    ({"cursor": "x"}, "cursor"),
    ({"cursor": "é"}, "cursor"),
    ({"cursor": cursor_after(10**9)}, "cursor"),
    ({"limit": "0"}, "limit"),
    ({"limit": "1.5"}, "limit"),
    ({"limit": "9" * 400}, "limit"),
])
def test_a_bad_parameter_is_named(values, pointer):
    with pytest.raises(Problem) as caught:
        read_query(CataloguePage, values)
    assert caught.value.status == 422
    assert [error.pointer for error in caught.value.errors] == [pointer]


@pytest.mark.parametrize("skus", [[], [""], ["A"] * 101, ["x" * 129]])
def test_availability_is_asked_for_1_to_100_skus(skus):
    with pytest.raises(Problem) as caught:
        read_query(Availability, {"sku": skus})
    assert {error.pointer for error in caught.value.errors} == {"sku"}


@pytest.mark.parametrize("changes, pointer", [
    ({"reservation_id": "a b"}, "/reservation_id"),
    ({"items": []}, "/items"),
    ({"items": [{"sku": "A", "quantity": 0}]}, "/items/0/quantity"),
    ({"items": [{"sku": "A", "quantity": 1, "unit_price": 1}]}, "/items/0/unit_price"),
    ({"expires_in_seconds": 0}, "/expires_in_seconds"),
    ({"expires_in_seconds": 86_401}, "/expires_in_seconds"),
    ({"expires_in_seconds": "60"}, "/expires_in_seconds"),
])
def test_a_bad_field_of_a_reservation_is_named(changes, pointer):
    body = {"reservation_id": "CART-1", "items": [{"sku": "A", "quantity": 1}], **changes}
    with pytest.raises(Problem) as caught:
        read(Reservation, parse(json.dumps(body).encode()))
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_an_extension_needs_no_time():
    assert read(ReservationExtension, {}).expires_in_seconds is None
