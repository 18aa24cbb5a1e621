"""Orders of different products at once: only the invoices' numbers and the customer are shared."""

import uuid
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 8
ROUNDS = 3


def order(reference, sku, customer, **more):
    return {
        "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": customer,
        "line_items": [{"sku": sku, "quantity": 1, "unit_price": 1000.0}], **more,
    }


def post_at_once(shop, orders):
    with ThreadPoolExecutor(AT_ONCE) as buyers:
        answers = list(buyers.map(
            lambda body: shop.erp("POST", "/api/sales/orders", json=body), orders
        ))
    assert [answer.status_code for answer in answers] == [201] * len(orders), [
        answer.text for answer in answers if answer.status_code != 201
    ]
    return [answer.json() for answer in answers]


def test_orders_of_different_products_at_once_are_all_accepted_and_invoiced(shop, make_product):
    skus = [make_product(stock=ROUNDS) for _number in range(AT_ONCE)]
    answers = []
    for number in range(ROUNDS):
        answers += post_at_once(shop, [
            order(f"{sku}-{number}", sku, {"name": f"Buyer of {sku}"},
                  payment={"reference": f"{sku}-{number}", "method": "upi", "amount": 1000})
            for sku in skus
        ])
    invoices = [answer["invoice"] for answer in answers]
    assert {invoice["state"] for invoice in invoices} == {"posted"}
    assert {invoice["payment_state"] for invoice in invoices} <= {"paid", "in_payment"}
    assert len({invoice["name"] for invoice in invoices}) == AT_ONCE * ROUNDS


def test_a_new_customer_who_buys_many_things_at_once_is_one_partner(shop, staff, make_product):
    skus = [make_product(stock=1) for _number in range(AT_ONCE)]
    email = f"{uuid.uuid4().hex}@example.com"
    post_at_once(shop, [
        order(sku, sku, {
            "name": f"Buyer {number}", "email": email.upper() if number % 2 else email,
        })
        for number, sku in enumerate(skus)
    ])
    assert customers(staff, ("email_normalized", "=", email)) == 1


def test_two_marks_of_a_new_customer_at_once_are_one_partner(shop, staff, make_product):
    skus = [make_product(stock=1) for _number in range(AT_ONCE)]
    name = f"Buyer {uuid.uuid4().hex}"
    marks = (
        {"phone": "+91 98765 43210"}, {"phone": "098765-43210", "email": f"{name[6:]}@example.com"},
        {"phone": "+919876543210", "tax_id": "GSTIN12345"},
    )
    post_at_once(shop, [
        order(sku, sku, {"name": name.upper() if number % 2 else name, **marks[number % 3]})
        for number, sku in enumerate(skus)
    ])
    assert customers(staff, ("name", "=ilike", name)) == 1


def customers(staff, mark):
    return staff.call("res.partner", "search_count", [mark, ("parent_id", "=", False)])
