import json
import unicodedata

from odoo.tests import tagged

from ...models.api.member_words import named
from ..common import example
from ..orders_common import PATH, OrdersCommon

ADDRESS = {"street": "Café Road 1", "city": "Pune", "zip": "411001"}


@tagged("post_install", "-at_install")
class TestOrderContent(OrdersCommon):
    """An order is known again by what it says, and is not refused for how that is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storefront.shipping_product_id.taxes_id = False

    def paid(self, reference="PAID-1", customer=None, **changes):
        return self.order(reference, {"shipping_address": ADDRESS, **(customer or {})}, **{
            "total_amount": 46050, "shipping_charge": 50,
            "payment": {"reference": f"pay_{reference}", "method": "upi", "amount": 46050},
            **changes,
        })

    def sent(self, body):
        response = self.call("POST", PATH, body)
        self.assertEqual(response.status_code, 201, response.text)
        return response.json()

    def test_what_a_gateway_makes_of_a_paid_order_is_the_same_order(self):
        first = self.sent(self.paid())
        spellings = {
            "moment": self.paid(transaction_date="2024-01-20T15:45:00.000+05:30"),
            "numbers": self.paid(shipping_charge=50.0, total_amount=4.605e4),
            "null": self.paid(currency=None, reservation_id="", discount_amount=None),
            "spaces": self.paid(customer={"name": " Jane Doe\n", "phone": ""}),
            "normal form": self.paid(customer={"shipping_address": {
                **ADDRESS, "street": unicodedata.normalize("NFD", ADDRESS["street"]),
            }}),
            "noise": self.paid(total_amount=46050.000000000007),
        }
        for name, body in spellings.items():
            with self.subTest(name):
                again = self.call("POST", PATH, body)
                self.assertEqual((again.status_code, again.json()), (200, first), again.text)
        self.assertEqual(len(self.sale("PAID-1")), 1)

    def test_a_reference_is_the_same_in_every_normal_form(self):
        name = "BÜRO-1"
        first = self.sent(self.order(unicodedata.normalize("NFD", name)))
        again = self.call("POST", PATH, self.order(name))
        self.assertEqual((again.status_code, again.json()), (200, first), again.text)
        for form in ("NFC", "NFD"):
            status = self.call("GET", f"{PATH}/{unicodedata.normalize(form, name)}")
            self.assertEqual(status.json()["order"], first["order"])

    def test_what_differs_is_named(self):
        self.sent(self.paid())
        problem = self.assertProblem(self.call("POST", PATH, self.paid(
            customer={"shipping_address": {**ADDRESS, "zip": "411002"}, "phone": "+91 2212 3456"},
            shipping_charge=40,
        )), 409, "conflict", "/transaction_id")
        [error] = problem["errors"]
        self.assertEqual((error["code"], error["differing"]), ("content_differs", [
            "/customer_details/phone", "/customer_details/shipping_address/zip",
            "/shipping_charge",
        ]))

    def test_of_an_order_of_an_older_version_a_repeat_is_known_though_no_difference_is_named(self):
        first = self.call("POST", PATH, example("sales-order"))
        transaction = self.env["enord.api.transaction"].search([])[0]
        transaction.write({
            # as version 19.0.1.0.0 hashed it
            "content_hash": "73ca8e1dd77a78879ffdd8d07df372dd28669c090dcfdad1b475be2b5e52164b",
            "member_hashes": False,
        })
        again = self.call("POST", PATH, example("sales-order"))
        self.assertEqual((again.status_code, again.content), (200, first.content))
        other = json.loads(example("sales-order"))
        other["line_items"][0]["quantity"] = 2
        problem = self.assertProblem(
            self.call("POST", PATH, other), 409, "conflict", "/transaction_id",
        )
        self.assertNotIn("differing", problem["errors"][0])

    def test_noise_is_rounded_and_told_and_staff_need_not_look(self):
        answer = self.sent(self.paid(
            shipping_charge=0.1 + 0.2, total_amount=46000.30000000001,
            payment={"reference": "pay_1", "method": "upi", "amount": 46000.3},
        ))
        self.assertEqual(answer["amount_total"], 46000.3)
        self.assertEqual([(notice["pointer"], notice["code"]) for notice in answer["notices"]], [
            ("/shipping_charge", "number_rounded"), ("/total_amount", "number_rounded"),
        ])
        self.assertFalse(self.sale("PAID-1").enord_notice_text)

    def test_what_is_really_finer_is_refused(self):
        for amount in (46050.001, 46050.00001):
            problem = self.assertProblem(
                self.call("POST", PATH, self.paid(total_amount=amount)), 422, "invalid_request",
                "/total_amount",
            )
            self.assertEqual(len(problem["errors"]), 1)
        self.assertFalse(self.sale("PAID-1"))

    def test_a_long_address_is_cut_and_kept_whole_for_staff(self):
        street = "Flat 7,\nBuilding 12 " + "x" * 150
        answer = self.sent(self.paid(customer={
            "shipping_address": {**ADDRESS, "street": street, "street2": ""},
        }))
        pointer = "/customer_details/shipping_address/street"
        self.assertEqual([(notice["pointer"], notice["code"]) for notice in answer["notices"]],
                         [(pointer, "text_shortened")])
        sale = self.sale("PAID-1")
        kept = sale.partner_shipping_id.street
        self.assertTrue(kept.startswith("Flat 7, Building 12 xxx"))
        self.assertEqual(len(kept), 128)
        self.assertIn(named(self.env, pointer), sale.enord_notice_text)
        self.assertIn(street, "".join(sale.message_ids.mapped("body")))

    def test_what_a_shop_has_cut_within_a_character_is_folded(self):
        customer = {
            "name": "Jane\x00Doe", "shipping_address": {**ADDRESS, "street": "Main Road 1 \ud83c"},
        }
        answer = self.sent(self.paid(customer=customer))
        self.assertEqual([(notice["pointer"], notice["code"]) for notice in answer["notices"]], [
            ("/customer_details/name", "text_folded"),
            ("/customer_details/shipping_address/street", "text_folded"),
        ])
        sale = self.sale("PAID-1")
        self.assertEqual((sale.partner_id.name, sale.partner_shipping_id.street),
                         ("Jane Doe", "Main Road 1"))
        again = self.call("POST", PATH, self.paid(customer=customer))
        self.assertEqual((again.status_code, again.json()), (200, answer), again.text)
        for pointer, changes in {
            "/line_items/0/sku": {"line_items": self.lines(("DRONE-X1-PRO-KIT\ud83d", 1, 1))},
            "/transaction_id": {"transaction_id": "PAID-2\x00"},
        }.items():
            self.assertIn(pointer, [error["pointer"] for error in self.call(
                "POST", PATH, {**self.paid("PAID-2"), **changes},
            ).json()["errors"]])

    def test_a_malformed_email_and_telephone_are_kept_and_flagged(self):
        answer = self.sent(self.paid(customer={"email": "jane", "phone": "n/a"}))
        self.assertEqual([notice["code"] for notice in answer["notices"]],
                         ["email_malformed", "phone_malformed"])
        sale = self.sale("PAID-1")
        self.assertEqual((sale.partner_id.email, sale.partner_id.phone), ("jane", "n/a"))
        self.assertEqual(len(sale.enord_notice_text.splitlines()), 2)
        self.assertEqual(self.call("POST", PATH, self.paid(
            customer={"email": "jane", "phone": "n/a"},
        )).json()["notices"], answer["notices"])

    def test_what_decides_stock_or_money_stays_strict(self):
        for pointer, changes in {
            "/line_items/0/sku": {"line_items": self.lines(("", 1, 1))},
            "/line_items/0/quantity": {"line_items": self.lines(("PROP-GUARD-X1", "1", 1))},
            "/line_items/0/unit_price": {"line_items": self.lines(("PROP-GUARD-X1", 1, "1"))},
            "/currency": {"currency": "Rs"},
            "/payment/reference": {"payment": {"reference": "", "method": "upi", "amount": 1}},
            "/transaction_id": {"transaction_id": ".."},
            "/transaction_date": {"transaction_date": "2024-01-20 10:15:00Z"},
        }.items():
            with self.subTest(pointer):
                self.assertProblem(self.call("POST", PATH, {**self.paid(), **changes}), 422,
                                   "invalid_request", pointer)
        self.assertFalse(self.sale("PAID-1"))
