"""Whatever a receiver does, an attempt ends by the deadline, in little memory."""

import itertools
import re
import socket
import struct
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from delivery.sender import Sender
from receivers import DEADLINES, LATE, Receiver, answer, answering, delivery, give_up

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"a" * 4096
#: More than the buffers of both ends take.
LARGE = b"a" * 8_000_000


def _says(start, repeated=b"", pause=0.0):
    """Reads the request, says the start, and then for ever the rest."""

    def handle(receiver, sock):
        receiver.read_request(sock)
        sock.sendall(start)
        while repeated:
            sock.sendall(repeated)
            time.sleep(pause)

    return handle


def _drips(data):
    """A byte at a time, each well within any timeout of a single read."""

    def handle(receiver, sock):
        receiver.read_request(sock)
        for byte in itertools.cycle(data):
            sock.sendall(bytes([byte]))
            time.sleep(0.15)

    return handle


def _drips_tls(_receiver, sock):
    sock.recv(65536)
    sock.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # a handshake of 16 KiB begins
    while True:
        sock.sendall(b"\x03")
        time.sleep(0.15)


def _never_reads(_receiver, sock):
    time.sleep(2 * (DEADLINES[-1] + LATE))


def _never_answers(receiver, sock):
    while receiver.read_request(sock):
        pass


def _resets(before=b"", reads=True):
    def handle(receiver, sock):
        if reads:
            receiver.read_request(sock)
        sock.sendall(before)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return handle


def _gzip_bomb(status="200 OK", *fields):
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(64)) + squeeze.flush()
    return answering(status, bomb, "Content-Encoding: gzip", *fields)


#: What a receiver does that never comes to an end, and while what it is given up.
ENDLESS = {
    "never answers": (_never_answers, "waiting for the answer"),
    "never reads": (_never_reads, "sending"),
    "drips the status line": (_drips(b"HTTP/1.1 2"), "waiting for the answer"),
    "drips headers": (_drips(HEAD + b"A: b\r\n" * 99), "waiting for the answer"),
    "drips a body": (_says(HEAD + b"\r\n", b"a", 0.15), "reading the answer"),
    "drips chunks": (_says(CHUNKED, b"1\r\na\r\n", 0.15), "reading the answer"),
    "stops within a body": (
        lambda receiver, sock: (
            _says(HEAD + b"Content-Length: 9\r\n\r\na")(receiver, sock), sock.recv(1)
        ),
        "reading the answer",
    ),
    "no TLS handshake": (_never_reads, "negotiating TLS"),
    "drips the TLS handshake": (_drips_tls, "negotiating TLS"),
}
#: What the receiver does, the recorded status, and what staff read.
CASES = {
    "endless status line": (_says(b"HTTP/1.1 200 ", BLOCK), 0, "longer than|not valid HTTP"),
    "endless headers": (_says(HEAD, b"X-Header: value\r\n" * 500), 0, "longer than|not valid HTTP"),
    "headers of 60 kB each": (
        _says(HEAD, b"X-Header: " + b"a" * 60_000 + b"\r\n"), 0, "longer than 64 KiB",
    ),
    "endless header": (_says(HEAD + b"X-Header: ", BLOCK), 0, "longer than|not valid HTTP"),
    "endless interim answers": (
        _says(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), 0, "longer than 64 KiB",
    ),
    "endless body": (_says(HEAD + b"\r\n", BLOCK), 200, "^$"),
    "endless body of a stated length": (
        _says(HEAD + b"Content-Length: 999999999999999999\r\n\r\n", BLOCK), 200, "^$",
    ),
    "endless chunks": (_says(CHUNKED, b"1000\r\n" + BLOCK + b"\r\n"), 200, "^$"),
    "endless tiny chunks": (_says(CHUNKED, b"1\r\na\r\n" * 500), 200, "^$"),
    "endless chunk extension": (_says(CHUNKED + b"1;", BLOCK), 0, "not valid HTTP"),
    "endless trailers": (_says(CHUNKED + b"0\r\n", b"X-Trailer: value\r\n" * 500), 200, "^$"),
    "answer of 200 kB": (answering("200 OK", b"a" * 200_000), 200, "^$"),
    "refusal of 200 kB": (answering("500 No", b"a" * 200_000), 500, "^HTTP 500: a{300}$"),
    "gzip bomb": (_gzip_bomb(), 200, "^$"),
    "gzip bomb of a redirect": (
        _gzip_bomb("302 Found", "Location: https://shop.example.com/"),
        302, "^HTTP 302: redirects are not followed",
    ),
    "many cookies": (
        answering("200 OK", b"", *[f"Set-Cookie: {'a=b; expires=1 ' * 45}"] * 90), 200, "^$",
    ),
    "redirect to a metadata address": (
        answering("302 Found", b"", "Location: http://169.254.169.254/latest/meta-data/?key=1"),
        302, "^HTTP 302: redirects are not followed.*169.254.169.254/latest/meta-data/$",
    ),
    "reset at once": (_resets(reads=False), 0, "connection broke"),
    "reset after the request": (_resets(), 0, "broke while waiting"),
    "reset within headers": (_resets(HEAD + b"A: "), 0, "broke while waiting"),
    "reset within the body": (
        _resets(HEAD + b"Content-Length: 9\r\n\r\na"), 0, "broke while reading",
    ),
    "truncated body": (
        _says(HEAD + b"Content-Length: 9\r\n\r\na"), 0, "broke while reading",
    ),
    "truncated chunk": (_says(CHUNKED + b"9\r\na"), 0, "broke while reading"),
    "no HTTP": (_says(b"220 mail.example.com ESMTP\r\n"), 0, "not valid HTTP"),
    "bad chunk size": (_says(CHUNKED + b"no\r\n"), 0, "."),
    "bad content length": (_says(HEAD + b"Content-Length: -5\r\n\r\na"), 200, "^$"),
    "unprintable error": (
        answering("500 No", b"\x00\x1b[2J\r\nno\xe2\x80\xae stock\xff"),
        500, "^HTTP 500: \\[2J no stock\ufffd$",
    ),
    "error page": (answering("502 No", b"<html><p>nginx"), 502, "^HTTP 502: Bad Gateway$"),
    "unknown status": (answering("799 What", b""), 799, "^HTTP 799: no explanation$"),
    "early hints": (_says(b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer()), 103, "^HTTP 103"),
    "plain HTTP instead of TLS": (
        lambda _receiver, sock: (sock.recv(1), sock.sendall(answer())), 0, "TLS failed",
    ),
}


def _delivery(name, port):
    scheme = "https" if "TLS" in name else "http"
    body = LARGE if name == "never reads" else b"{}"
    return delivery(f"{scheme}://127.0.0.1:{port}/hook", body=body)


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_given_up_at_the_deadline(receive, connected, name):
    handle, stage = ENDLESS[name]
    attempts = give_up(_delivery(name, receive(handle).port), stage)
    assert connected == ["127.0.0.1"] * attempts


@pytest.mark.parametrize("name", CASES)
def test_an_attempt_ends_by_itself_and_says_what_happened(receive, sender, connected, name):
    handle, status, error = CASES[name]
    receiver = receive(handle)
    result = sender.send(_delivery(name, receiver.port))
    assert result.status == status, result.error
    assert re.search(error, result.error), result.error
    assert len(result.error) < 500 and result.error.isprintable()
    assert connected == ["127.0.0.1"], "one attempt is one connection, to the receiver alone"


def test_a_receiver_whose_queue_is_full_is_given_up_at_the_deadline():
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        give_up(delivery(listener.getsockname()[1]), "connecting")


def test_the_next_answer_is_not_mistaken_after_one_that_was_too_long(receive, sender):
    answers = [answer("200 OK", b"a" * 200_000), answer("503 No", b"busy")]

    def handle(receiver, sock):
        while receiver.read_request(sock):
            sock.sendall(answers[len(receiver.requests) - 1])

    receiver = receive(handle)
    assert sender.send(delivery(receiver.port)).delivered
    assert sender.send(delivery(receiver.port)).error == "HTTP 503: busy"


def test_all_hostile_receivers_at_once_cost_little_memory():
    sender = Sender(DEADLINES[0])
    with ExitStack() as stack:
        stack.callback(sender.close)
        deliveries = []
        for name, (handle, *_expected) in (ENDLESS | CASES).items():
            receiver = Receiver(handle)
            stack.callback(receiver.close)
            deliveries.append(_delivery(name, receiver.port))
        pool = stack.enter_context(ThreadPoolExecutor(len(deliveries)))
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        results = list(pool.map(sender.send, deliveries))
        _now, peak = tracemalloc.get_traced_memory()
    assert len(results) == len(ENDLESS) + len(CASES)
    assert peak < 20e6


@pytest.mark.parametrize(
    "oddity", [b"A: b\r\nno header\r\nContent-Length: 0\r\n\r\n", b"Transfer-Encoding: x\r\n\r\n"]
)
def test_no_receiver_writes_the_url_into_the_log(receive, sender, caplog, oddity):
    caplog.set_level(0)
    receiver = receive(_says(HEAD + oddity))
    sender.send(delivery(f"http://127.0.0.1:{receiver.port}/hook?key=secret"))
    assert "key=secret" in receiver.requests[0][0]
    assert "secret" not in caplog.text
