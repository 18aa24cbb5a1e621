import pytest
from contract.signature import (
    key_bytes,
    signature_headers,
    standard_webhooks_secret,
    verify_x_signature,
    x_signature,
)
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

BODY = b'{"event_type":"inventory.change"}'
NOW = 1_700_000_000


def test_x_signature_is_hmac_sha256_in_lowercase_hex():
    # RFC 4231, test case 2
    assert x_signature("Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_a_receiver_accepts_the_signed_body_and_no_other():
    header = signature_headers(["secret"], "evt_1", NOW, BODY)["X-Signature"]
    assert verify_x_signature("secret", BODY, header)
    assert not verify_x_signature("secret", BODY + b" ", header)
    assert not verify_x_signature("Secret", BODY, header)


def test_the_specifications_header_is_one_digest_and_standard_webhooks_has_one_of_each():
    headers = signature_headers(["former", "current"], "evt_1", NOW, BODY)
    assert headers["X-Signature"] == x_signature("former", BODY)
    assert len(headers["webhook-signature"].split()) == 2


def test_a_secret_may_come_as_standard_webhooks_writes_it():
    written = standard_webhooks_secret("a secret")
    assert x_signature(written, BODY) == x_signature("a secret", BODY)
    assert standard_webhooks_secret(written) == written
    with pytest.raises(ValueError):
        key_bytes("whsec_no*base64")


def test_the_standard_webhooks_library_verifies_without_code_of_ours(monkeypatch):
    import datetime

    now = int(datetime.datetime.now().timestamp())
    headers = signature_headers(["secret"], "evt_1", now, BODY)
    library = Webhook(standard_webhooks_secret("secret"))
    assert library.verify(BODY, headers) == {"event_type": "inventory.change"}
    with pytest.raises(WebhookVerificationError):
        library.verify(BODY.replace(b"change", b"chance"), headers)
