import json

import pytest

from reference_storefront import erp as erp_module
from reference_storefront import holds

from .fake_erp import out_of_stock

PRO = "DRONE-X1-PRO-KIT"


@pytest.fixture
def customer(app, send_catalogue, field, go_to_payment):
    """A customer with a browser of their own and something in the cart."""
    send_catalogue({PRO: 5})

    class Customer:
        def __init__(self, quantity=1, address="192.0.2.1"):
            self.client = app.test_client()
            self.client.environ_base["REMOTE_ADDR"] = address
            self.token = field(self.client.get(f"/products/{PRO}"), "csrf_token")
            self.add(quantity)

        def add(self, quantity):
            self.post("/cart/add", sku=PRO, quantity=quantity)

        def post(self, path, **fields):
            return self.client.post(path, data={**fields, "csrf_token": self.token})

        def open_payment(self):
            page, self.form = go_to_payment(self.client)
            return page.text

        def buy(self):
            answer = self.client.post("/checkout", data=self.form)
            assert answer.status_code == 303, answer.text
            return self.client.get(answer.location).text

    return Customer


def is_held(page):
    return "Held for you until" in page.split("data-live-hold")[1].split(" hidden>")[0]


def test_opening_the_payment_holds_the_cart_and_says_until_when(customer, erp):
    page = customer(quantity=2).open_payment()
    [hold] = erp.holds.values()
    assert hold["items"] == [{"sku": PRO, "quantity": 2}]
    assert is_held(page)


def test_the_order_names_the_hold(customer, erp):
    jane = customer()
    jane.open_payment()
    jane.buy()
    assert json.loads(erp.received[0])["reservation_id"] in erp.holds


def test_the_same_cart_keeps_its_hold(customer, erp):
    jane = customer()
    jane.open_payment()
    jane.open_payment()
    assert jane.post("/checkout/hold").json["until"]
    [key] = erp.holds
    assert erp.hold_calls == [("PUT", key), ("PUT", key), ("PATCH", key)]


def test_two_customers_have_two_holds(customer, erp):
    customer().open_payment()
    customer().open_payment()
    assert len(erp.holds) == 2


def test_an_empty_cart_lets_go(customer, erp):
    jane = customer()
    jane.open_payment()
    jane.post("/cart/change", sku=PRO, quantity=0)
    assert [hold["status"] for hold in erp.holds.values()] == ["released"]


def test_what_is_held_changes_with_the_cart(customer, erp):
    jane = customer()
    jane.open_payment()
    jane.add(1)
    jane.post("/cart/change", sku=PRO, quantity=4)
    jane.open_payment()
    assert [(h["status"], h["items"][0]["quantity"]) for h in erp.holds.values()] == [("held", 4)]


def test_a_cart_that_nobody_checks_out_is_not_held(customer, erp):
    jane = customer()
    jane.add(1)
    assert not erp.hold_calls
    jane.open_payment()
    next(iter(erp.holds.values()))["status"] = "expired"
    assert jane.post("/checkout/hold").json == {"until": None}
    jane.add(1)
    assert [hold["status"] for hold in erp.holds.values()] == ["expired"]


def test_where_the_changed_cart_is_short_what_was_held_stays_held(customer, erp):
    jane = customer()
    jane.open_payment()
    erp.hold_failures = [out_of_stock(PRO, 1)] * 2
    jane.add(2)
    page = jane.open_payment()
    assert is_held(page)
    assert "only 1 free just now" in page
    assert [(h["status"], h["items"][0]["quantity"]) for h in erp.holds.values()] == [("held", 1)]
    jane.buy()
    assert json.loads(erp.received[0])["reservation_id"] in erp.holds


@pytest.mark.parametrize("status", [429, 500, 503, 422])
def test_what_is_held_stays_so_where_the_erp_is_in_trouble(customer, erp, status):
    jane = customer()
    jane.open_payment()
    erp.hold_failures = [(status, {"code": "x"}, {})]
    assert is_held(jane.open_payment())
    jane.buy()
    assert json.loads(erp.received[0])["reservation_id"] in erp.holds


def test_what_became_an_order_is_held_no_more(customer, erp):
    jane = customer()
    jane.open_payment()
    erp.hold_failures = [(409, {"code": "reservation_converted"}, {})]
    assert not is_held(jane.open_payment())
    assert is_held(jane.open_payment())
    assert len(erp.holds) == 2


def test_what_is_held_for_me_is_not_short_in_my_cart(customer, send_stock):
    jane, john = customer(quantity=5), customer(quantity=5)
    jane.open_payment()
    send_stock(PRO, 0)
    assert "You want" not in jane.client.get("/cart").text
    assert "You want 5, and we have none" in john.client.get("/cart").text
    assert "Sold out" in john.client.get(f"/products/{PRO}").text


def test_units_that_others_hold_are_told_at_the_checkout(customer, erp):
    status, content, headers = out_of_stock(PRO, 1)
    erp.hold_failures = [(status, content, headers)]
    jane = customer(quantity=2)
    page = jane.open_payment()
    assert "only 1 free just now" in page
    assert not is_held(page)
    assert "Confirmed" in jane.buy()
    assert "reservation_id" not in json.loads(erp.received[0])


@pytest.mark.parametrize("status", [401, 404, 409, 422, 429, 500, 503])
def test_the_checkout_works_without_a_hold(customer, erp, status):
    erp.hold_failures = [(status, {"code": "x"}, {})] * 3
    jane = customer()
    assert not is_held(jane.open_payment())
    assert "Confirmed" in jane.buy()
    assert "reservation_id" not in json.loads(erp.received[0])


def test_an_erp_that_does_not_answer_delays_the_checkout_shortly(customer, erp, monkeypatch):
    monkeypatch.setattr(erp_module, "HOLD_TIMEOUT_SECONDS", 0.1)
    hang = erp.take_hold
    monkeypatch.setattr(erp, "take_hold", lambda *call: (0, None, {}))
    jane = customer()
    assert not is_held(jane.open_payment())
    monkeypatch.setattr(erp, "take_hold", hang)
    assert is_held(jane.open_payment())


def test_an_answer_that_was_lost_is_asked_for_again_before_the_order(customer, erp, monkeypatch):
    take = erp.take_hold

    def book_and_hang_up(*call):
        take(*call)
        return 0, None, {}

    monkeypatch.setattr(erp, "take_hold", book_and_hang_up)
    jane = customer()
    assert not is_held(jane.open_payment())
    monkeypatch.setattr(erp, "take_hold", take)
    jane.buy()
    assert json.loads(erp.received[0])["reservation_id"] in erp.holds


def test_a_hold_that_ended_is_made_anew_by_a_new_look_and_not_by_an_open_page(customer, erp):
    jane = customer()
    jane.open_payment()
    next(iter(erp.holds.values()))["status"] = "expired"
    assert jane.post("/checkout/hold").json == {"until": None}
    assert [hold["status"] for hold in erp.holds.values()] == ["expired"]
    assert is_held(jane.open_payment())
    assert "held" in [hold["status"] for hold in erp.holds.values()]


def test_a_refused_order_gives_the_cart_its_hold_back(customer, erp):
    jane = customer()
    jane.open_payment()
    erp.failures = [out_of_stock(PRO, 0)]
    jane.buy()
    assert is_held(jane.open_payment())
    assert len(erp.holds) == 1
    jane.buy()
    first, second = (json.loads(body)["reservation_id"] for body in erp.received)
    assert first == second


def test_looking_holds_nothing(customer, erp):
    jane = customer()
    for path in ("/cart", "/checkout", "/checkout/payment"):
        jane.client.get(path)
    assert not erp.hold_calls


def test_a_form_from_elsewhere_holds_nothing(customer, erp):
    jane = customer()
    assert jane.client.post("/checkout/payment", data={"name": "Jane"}).status_code == 403
    assert not erp.hold_calls


def test_one_address_begins_so_many_holds_and_orders_all_the_same(customer, erp):
    for _number in range(holds.MOST_BEGUN):
        customer().open_payment()
    jane = customer()
    assert not is_held(jane.open_payment())
    assert len(erp.holds) == holds.MOST_BEGUN
    assert "Confirmed" in jane.buy()
    assert is_held(customer(address="192.0.2.2").open_payment())


def test_who_holds_already_goes_on_holding(customer, erp):
    jane = customer()
    jane.open_payment()
    for _number in range(holds.MOST_BEGUN):
        customer().open_payment()
    jane.add(1)
    assert is_held(jane.open_payment())


def test_a_hold_that_ended_is_not_held_anew_for_ever(customer, erp, shop, monkeypatch):
    monkeypatch.setattr(holds, "MOST_BEGUN", 1)
    jane = customer()
    jane.open_payment()
    with shop.store.transaction() as db:
        db.execute("UPDATE hold SET expires_at = '2024-01-20T10:00:00.000Z'")
    assert not is_held(jane.open_payment())
    assert len(erp.hold_calls) == 1


def test_after_an_hour_a_visitor_begins_anew(customer, shop, monkeypatch):
    monkeypatch.setattr(holds, "MOST_BEGUN", 1)
    customer().open_payment()
    assert not is_held(customer().open_payment())
    with shop.store.transaction() as db:
        db.execute("UPDATE hold_begun SET at = '2024-01-20T10:00:00.000Z'")
    assert is_held(customer().open_payment())
    assert len(shop.store.rows("SELECT * FROM hold_begun")) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_a_visitor_has_one_address_of_ipv4_or_a_network_of_ipv6(one, other, same):
    assert (holds.visitor(one) == holds.visitor(other)) is same
