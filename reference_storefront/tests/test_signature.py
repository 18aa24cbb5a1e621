import hashlib
import hmac

from reference_storefront.signature import is_genuine, sign

BODY = b'{"price": 45000.00}'


def test_the_signature_is_the_lowercase_hex_hmac_sha256_of_the_bytes():
    assert sign("key", BODY) == hmac.new(b"key", BODY, hashlib.sha256).hexdigest()


def test_the_right_signature_is_accepted():
    assert is_genuine("key", BODY, sign("key", BODY))


def test_a_signature_with_another_secret_is_refused():
    assert not is_genuine("key", BODY, sign("other", BODY))


def test_one_altered_byte_is_refused():
    assert not is_genuine("key", BODY.replace(b"45000", b"45001"), sign("key", BODY))


def test_equal_json_in_other_bytes_is_refused():
    assert not is_genuine("key", b'{"price":45000.00}', sign("key", BODY))


def test_one_signature_of_one_secret_is_taken_and_no_list_of_them():
    old, new = sign("old", BODY), sign("new", BODY)
    assert is_genuine("old", BODY, old)
    assert not is_genuine("old", BODY, new)
    assert not is_genuine("old", BODY, f"{old},{new}")


def test_no_signature_and_nonsense_are_refused():
    for header in ("", ",", "sha256=" + sign("key", BODY), "ü" * 64, sign("key", BODY)[:-1]):
        assert not is_genuine("key", BODY, header)
