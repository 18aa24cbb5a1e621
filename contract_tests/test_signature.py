import pytest
from contract.signature import (
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


@pytest.mark.parametrize("held_by_receiver", ["new", "old"])
def test_during_rotation_either_secret_verifies(held_by_receiver):
    headers = signature_headers(["new", "old"], "evt_1", NOW, BODY)
    assert verify_x_signature(held_by_receiver, BODY, headers["X-Signature"])


def test_the_standard_webhooks_library_verifies_without_code_of_ours(monkeypatch):
    import datetime

    now = int(datetime.datetime.now().timestamp())
    headers = signature_headers(["secret"], "evt_1", now, BODY)
    library = Webhook(standard_webhooks_secret("secret"))
    assert library.verify(BODY, headers) == {"event_type": "inventory.change"}
    with pytest.raises(WebhookVerificationError):
        library.verify(BODY.replace(b"change", b"chance"), headers)
