from odoo.tests import tagged

from ...contract.notices import NOTICE_CODES, Notice
from ...models.api.notices import SHOWN
from ..orders_common import PATH, OrdersCommon

REFERENCE = "ORD-WEB-2024-999"


@tagged("post_install", "-at_install")
class TestOrderNotices(OrdersCommon):
    """What was adapted in an order is told to the storefront, to staff, or to both."""

    def notice(self, *notices):
        """An order with these notices; itself and what was written into its history."""
        self.post()
        sale = self.sale()
        before = sale.message_ids
        sale._enord_notice(notices)
        return sale, sale.message_ids - before

    def test_an_order_as_it_should_be_has_none(self):
        self.assertEqual(self.post()["notices"], [])
        self.assertFalse(self.sale().enord_notice_text)
        self.assertEqual(self.call("GET", f"{PATH}/{REFERENCE}").json()["notices"], [])

    def test_it_is_told_to_both_and_a_repeat_says_the_same(self):
        sale, messages = self.notice(Notice(
            "overpaid", "/payment/amount", "50000 for 46000", sent="50000",
        ))
        expected = [
            {"pointer": "/payment/amount", "code": "overpaid", "detail": "50000 for 46000"},
        ]
        self.assertEqual(self.call("POST", PATH, self.order()).json()["notices"], expected)
        self.assertEqual(self.call("GET", f"{PATH}/{REFERENCE}").json()["notices"], expected)
        cancelled = self.call("POST", f"{PATH}/{REFERENCE}/cancel").json()
        self.assertEqual(cancelled["notices"], expected)
        self.assertIn("paid more", sale.enord_notice_text)
        self.assertIn("paid more", messages.body)
        self.assertIn("50000", messages.body)

    def test_what_concerns_staff_alone_is_not_told_to_the_storefront(self):
        sale, messages = self.notice(Notice("existing_customer"))
        self.assertEqual(self.call("POST", PATH, self.order()).json()["notices"], [])
        self.assertIn("customer", sale.enord_notice_text)
        self.assertIn("customer", messages.body)

    def test_later_ones_are_added(self):
        sale, _messages = self.notice(Notice("existing_customer"))
        sale._enord_notice([Notice("overpaid", "/payment/amount")])
        self.assertEqual(
            [notice["code"] for notice in sale.enord_notices], ["existing_customer", "overpaid"],
        )
        self.assertEqual(len(sale.enord_notice_text.splitlines()), 2)

    def test_what_was_sent_is_no_markup(self):
        _sale, messages = self.notice(Notice("overpaid", sent="<b>no</b>\nsecond line"))
        self.assertIn("&lt;b&gt;no&lt;/b&gt;\nsecond line", messages.body)

    def test_there_are_words_for_each_that_staff_see(self):
        self.assertEqual(set(SHOWN), {code for code, known in NOTICE_CODES.items() if known.shown})

    def test_the_document_has_those_that_storefronts_are_told(self):
        page = self.call("GET", "/api/docs").text
        schemas = self.call("GET", "/api/openapi.json").json()["components"]["schemas"]
        for code, known in NOTICE_CODES.items():
            for text in (page, schemas["NoticeOfOrder"]["description"]):
                (self.assertIn if known.told else self.assertNotIn)(code, text)
