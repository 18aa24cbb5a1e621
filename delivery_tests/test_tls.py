"""Certificates are verified by the name in the URL, for connections to a checked address."""

import datetime
import re
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from receivers import DEADLINES, LATE, answer, answering, delivery, give_up

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
HOST = "shop.example.com"


class Authority:
    """Issues certificates; its own is what a client trusts."""

    def __init__(self, folder):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test Authority")
        certificate = self._build("Test Authority", self._key, True, NOW + DAY, [])
        self.file = folder / "authority.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host=HOST, until=NOW + DAY, self_signed=False):
        """What a server with a certificate for this host needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        signer = Authority.__new__(Authority) if self_signed else self
        if self_signed:
            signer._key, signer._name = key, _name(host)
        certificate = signer._build(host, key, False, until, [x509.DNSName(host)])
        file = self._folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ) + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _build(self, subject, key, is_authority, until, names):
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 30 * DAY)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            # both are wanted by Python 3.13's stricter verification
            .add_extension(_usage(is_authority), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if is_authority:
            identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _usage(is_authority):
    usages = dict.fromkeys(
        (
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, **usages
    )


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@pytest.fixture
def authority(tmp_path, monkeypatch, names):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    names[HOST] = ["127.0.0.1"]
    return authority


def _to(receiver, host=HOST):
    return delivery(f"https://{host}:{receiver.port}/hook", allow_http=False)


def test_an_authority_that_the_system_trusts_is_trusted(receive, sender, authority):
    asked = []
    context = authority.context()
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    receiver = receive(answering(), context)
    for _ in range(3):
        assert sender.send(_to(receiver)).delivered
    assert receiver.connections == 1, "kept connections are used again"
    assert asked == [HOST]
    assert receiver.requests[0][1]["host"] == f"{HOST}:{receiver.port}"


@pytest.mark.parametrize(
    ("certificate", "error"),
    [
        ({"until": NOW - DAY}, "certificate has expired"),
        ({"host": "other.example.com"}, f"Hostname mismatch.*'{HOST}'"),
        ({"self_signed": True}, "self-signed certificate"),
    ],
)
def test_a_bad_certificate_is_refused_before_anything_is_sent(
    receive, sender, authority, certificate, error
):
    receiver = receive(answering(), authority.context(**certificate))
    result = sender.send(_to(receiver))
    assert result.error.startswith("The certificate was refused: ")
    assert re.search(error, result.error)
    assert (result.status, receiver.requests) == (0, [])


def test_a_public_certificate_is_trusted_although_the_system_has_no_authorities(
    sender, authority, monkeypatch, receive, tmp_path
):
    monkeypatch.setattr("certifi.where", lambda: str(authority.file))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert sender.send(_to(receive(answering(), authority.context()))).delivered


def test_an_unknown_authority_is_refused(receive, sender, authority, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    receiver = receive(answering(), authority.context())
    result = sender.send(_to(receiver))
    assert result.error.startswith("The certificate was refused: unable to get local issuer")
    assert receiver.requests == []


def test_a_name_gives_no_trust_to_a_bare_address(receive, sender, authority):
    receiver = receive(answering(), authority.context())
    result = sender.send(_to(receiver, "127.0.0.1"))
    assert "IP address mismatch" in result.error


def test_a_kept_tls_connection_that_was_closed_costs_no_attempt(receive, sender, authority):
    def handle(receiver, sock):
        receiver.read_request(sock)
        sock.sendall(answer())

    receiver = receive(handle, authority.context())
    assert all(sender.send(_to(receiver)).delivered for _ in range(3))
    assert len(receiver.requests) == 3


def test_the_deadline_holds_within_tls(receive, authority):
    def handle(receiver, sock):
        receiver.read_request(sock)
        sock.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            sock.sendall(b"A: b\r\n")
            time.sleep(0.15)

    give_up(_to(receive(handle, authority.context())), "waiting for the answer")


def test_a_tls_receiver_that_never_reads_is_given_up_at_the_deadline(receive, authority):
    receiver = receive(
        lambda _receiver, _sock: time.sleep(2 * (DEADLINES[-1] + LATE)), authority.context()
    )
    to_receiver = _to(receiver)
    to_receiver.body = b"a" * 8_000_000
    give_up(to_receiver, "sending")
