import http.client
import socket
import ssl
from types import SimpleNamespace

from odoo.tests import tagged

from ...contract.operations import OPERATIONS
from ...delivery import failure, sender
from ...delivery.addresses import ForbiddenAddress, check_address
from ...delivery.transport import AnswerTooLarge
from ...models.keys.operation_words import SUMMARIES
from ...models.storefront.failure_words import in_words
from ..common import SalesSyncCommon
from ..german import in_german


def tls(kind, **about):
    error = kind(1, "TLS")
    vars(error).update(about)
    return error


ERRORS = (
    TimeoutError(), AnswerTooLarge(), socket.gaierror(-2, "Name or service not known"),
    UnicodeError(), tls(ssl.SSLError, reason="WRONG_VERSION_NUMBER"), ConnectionRefusedError(),
    tls(ssl.SSLCertVerificationError, verify_message="certificate has expired"),
    ConnectionResetError(), http.client.BadStatusLine("x"), OSError(113, "No route to host"),
)


@tagged("post_install", "-at_install")
class TestFailureWords(SalesSyncCommon):
    """What is said by code that has no translations is translated where it is shown."""

    def setUp(self):
        super().setUp()
        self.german = in_german(self)

    def reasons(self):
        """All that a delivery may say of its failure."""
        for error in ERRORS:
            yield failure.reason(
                error, "https://shop.example.com/hook?token=1", "negotiating TLS", 10.0,
            )
        for url in ("http://shop.example.com", "https://user@shop.example.com"):
            with self.assertRaises(sender.RefusedURL) as refused:
                sender.checked_url(url, False)
            yield str(refused.exception)
        with self.assertRaises(ForbiddenAddress) as refused:
            check_address("10.0.0.1")
        yield str(refused.exception)
        answer = SimpleNamespace(status_code=301, headers={"Location": "https://x"})
        yield failure.of_answer(answer, b"")

    def test_every_failure_of_a_delivery(self):
        for reason in self.reasons():
            with self.subTest(reason):
                self.assertIn("DE ", in_words(self.german, reason))
        self.assertEqual(
            in_words(self.german, "No answer within 10 s: stopped while sending"),
            "DE No answer within 10 s: stopped while DE sending",
        )
        for kept in ("HTTP 500: Internal Server Error", "", None):
            self.assertEqual(in_words(self.german, kept), kept)

    def test_it_is_shown_on_the_dashboard(self):
        self.storefront.write({
            "stage": "live", "delivery_state": "failing", "webhook_url": "https://shop.example.com",
            "last_delivery_error": "The connection was refused",
        })
        self.assertEqual(
            self.storefront.with_env(self.german).status_text, "DE The connection was refused",
        )

    def test_every_operation(self):
        self.assertEqual({operation.summary for operation in OPERATIONS}, set(SUMMARIES))
        endpoints = self.storefront.with_env(self.german).api_endpoints
        self.assertTrue(all(endpoint["summary"].startswith("DE ") for endpoint in endpoints))
