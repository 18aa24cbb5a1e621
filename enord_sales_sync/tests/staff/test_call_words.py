from odoo.tests import tagged

from ...contract.problem_codes import PROBLEM_CODES
from ...contract.redaction import NAMED, SHOWN
from ...models.api import member_words
from ...models.staff import call_reason
from ..german import in_german
from ..orders_common import PATH, OrdersCommon

DRONE = "DRONE-X1-PRO-KIT"


@tagged("post_install", "-at_install")
class TestCallWords(OrdersCommon):
    """What a storefront's programs are told in the contract's words, staff read in their own."""

    def last_call(self, env=None):
        return (env or self.env)["enord.api.call"].search([], limit=1)

    def reason(self, *args, **kwargs):
        """Why an order was refused."""
        response = self.call("POST", PATH, self.order(*args, **kwargs))
        self.assertGreaterEqual(response.status_code, 400)
        return self.last_call().reason

    def test_there_are_words_for_each_problem_and_no_two_are_the_same(self):
        self.assertEqual(set(call_reason.WORDS), set(PROBLEM_CODES))
        words = {str(words) for words in call_reason.WORDS.values()}
        self.assertEqual(len(words), len(PROBLEM_CODES))

    def test_there_are_words_for_each_member_of_a_request(self):
        self.assertLessEqual(NAMED | SHOWN, set(member_words.WORDS))

    def test_a_place_is_named_in_words(self):
        for pointer, words in (
            ("/line_items/0/unit_price", "Line 1, Unit price"),
            ("/customer_details/shipping_address/street2",
             "Customer, Delivery address, Second line of the street"),
            ("/items/11", "Line 12"), ("location_code", "Warehouse"),
            ("/gift_note", "Gift note"),  # another add-on's
        ):
            self.assertEqual(member_words.named(self.env, pointer), words)
        self.assertEqual(
            member_words.named(in_german(self), "/line_items/1/sku"), "DE Line 2, DE SKU",
        )

    def test_a_reason_says_how_much_there_is(self):
        self.assertEqual(
            self.reason(line_items=self.lines((DRONE, 99, 1.0))),
            f"Not enough stock: {DRONE}: 99 wanted, 15 possible",
        )

    def test_a_reason_says_what_was_computed(self):
        self.assertEqual(
            self.reason(line_items=self.lines((DRONE, 1, 45000.0)), total_amount=9.5),
            "The total differs: 9.5 was sent, Odoo computes 45000.0",
        )

    def test_a_reason_names_a_few_places_and_says_that_there_are_more(self):
        order = self.lines(*[(DRONE, 0, 1.0)] * 4)
        self.assertEqual(
            self.reason(line_items=order),
            "Missing or wrong: Line 1, Quantity; Line 2, Quantity; Line 3, Quantity; …",
        )

    def test_a_reason_says_what_differs_from_what_was_accepted(self):
        self.post()
        self.assertEqual(
            self.reason(line_items=self.lines((DRONE, 2, 45000.0), ("PROP-GUARD-X1", 2, 500.0))),
            "The number was used before, for something else: Line 1, Quantity",
        )

    def test_a_reason_is_in_the_language_of_who_reads_it(self):
        self.call("POST", PATH, self.order(line_items=self.lines(("NO-SUCH", 1, 1.0))))
        self.assertEqual(
            self.last_call(in_german(self)).reason, "DE SKU not sold here: NO-SUCH",
        )

    def test_the_words_of_another_add_on_are_shown_as_they_are(self):
        call = self.env["enord.api.call"].create({
            "method": "POST", "path": PATH, "code": "sold_elsewhere",
            "answer": '{"detail": "Sold elsewhere.", "errors": [{"sku": "A", "pointer": "/x_y"}]}',
        })
        self.assertEqual(call.reason, "Sold elsewhere: X y (A)")

    def test_a_reason_is_there_though_the_answer_is_not(self):
        for answer in (False, '{"detail": "cut'):
            call = self.env["enord.api.call"].create({
                "method": "POST", "path": PATH, "code": "out_of_stock", "answer": answer,
            })
            self.assertEqual(call.reason, "Not enough stock")

    def test_an_accepted_call_has_no_reason(self):
        self.post()
        self.assertFalse(self.last_call().reason)

    def test_calls_are_grouped_by_what_they_are_for(self):
        for number in ("ORD-1", "ORD-2"):
            self.post(number, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)))
            self.call("GET", f"{PATH}/{number}")
        calls = self.env["enord.api.call"]
        mine = [("storefront_id", "=", self.storefront.id)]
        self.assertEqual(
            {group["operation"]: group["__count"]
             for group in calls.formatted_read_group(mine, ["operation"], ["__count"])},
            {"createOrder": 2, "getOrder": 2},
        )
        for env, summary in (
            (self.env, "Record an online sale"), (in_german(self), "DE Record an online sale"),
        ):
            words = env["enord.api.call"].fields_get(["operation"])["operation"]["selection"]
            self.assertIn(("createOrder", summary), words)
            call = env["enord.api.call"].search([("operation", "=", "createOrder")], limit=1)
            self.assertEqual(call.display_name, summary)

    def test_a_call_of_nothing_is_called_by_its_path(self):
        self.call("GET", "/api/sales/nothing")
        call = self.last_call()
        self.assertEqual((call.operation, call.display_name), (False, "/api/sales/nothing"))
