"""Connections are kept and used again, and a kept one that died costs no attempt."""

import socket
import threading
import time

import pytest
from delivery import transport
from delivery.sender import CONNECTIONS
from receivers import BODY, LATE, answer, answering, delivery


def _once(receiver, sock):
    """Answers one request and closes without having said so, as a restarted server does."""
    receiver.read_request(sock)
    sock.sendall(answer())


def test_the_receiver_gets_the_exact_bytes_and_the_headers(receive, sender):
    receiver = receive(answering())
    body = "{\"name\":\"Größe 50\"}".encode()
    url = f"http://localhost:{receiver.port}/hook/ä b?key=1#part"
    assert sender.send(delivery(url, body=body, headers={"X-Signature": "ab"})).delivered
    [(line, headers, received)] = receiver.requests
    assert line == "POST /hook/%C3%A4%20b?key=1 HTTP/1.1"
    assert received == body
    assert headers == {
        "host": f"localhost:{receiver.port}",
        "user-agent": "enord-sales-sync/1",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "accept": "*/*",
        "accept-encoding": "identity",
        "x-signature": "ab",
    }


def test_a_large_body_arrives_whole(receive, sender):
    receiver = receive(answering())
    body = bytes(range(256)) * 4096
    assert sender.send(delivery(receiver.port, body=body)).delivered
    assert receiver.requests[0][2] == body


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "500 No", "302 Found"])
def test_a_connection_is_used_again_whatever_the_answer(receive, sender, status):
    receiver = receive(answering(status, b"" if status.startswith("204") else b"{}"))
    for _ in range(3):
        sender.send(delivery(receiver.port))
    assert (len(receiver.requests), receiver.connections) == (3, 1)


def test_a_chunked_answer_leaves_the_connection_usable(receive, sender):
    def handle(receiver, sock):
        while receiver.read_request(sock):
            sock.sendall(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                         b"2\r\nbu\r\n2;x=y\r\nsy\r\n0\r\nX-Trailer: 1\r\n\r\n")

    receiver = receive(handle)
    for _ in range(3):
        assert sender.send(delivery(receiver.port)).error == "HTTP 500: busy"
    assert receiver.connections == 1


def test_a_receiver_that_closes_after_each_answer_is_served(receive, sender):
    receiver = receive(answering("200 OK", b"{}", "Connection: close"))
    assert all(sender.send(delivery(receiver.port)).delivered for _ in range(3))
    assert receiver.connections == 3


def test_a_connection_closed_while_idle_is_not_used(receive, sender):
    receiver = receive(_once)
    for _ in range(3):
        assert sender.send(delivery(receiver.port)).delivered
        time.sleep(0.05)
    assert (len(receiver.requests), receiver.connections) == (3, 3)


def test_a_kept_connection_that_dies_with_the_request_is_replaced_at_once(receive, sender):
    def handle(receiver, sock):
        _once(receiver, sock)
        if receiver.connections == 1:
            receiver.read_request(sock)

    receiver = receive(handle)
    assert sender.send(delivery(receiver.port)).delivered
    result = sender.send(delivery(receiver.port, headers={"webhook-id": "evt_2"}))
    assert result.delivered
    assert result.seconds < LATE
    sent = [headers["webhook-id"] for _line, headers, _body in receiver.requests]
    assert sent == ["evt_1", "evt_2", "evt_2"]
    assert receiver.connections == 2


def test_a_new_connection_that_dies_is_a_failed_attempt(receive, sender):
    receiver = receive(lambda receiver, sock: receiver.read_request(sock))
    result = sender.send(delivery(receiver.port))
    assert result.error == "The connection broke while waiting for the answer"
    assert receiver.connections == 1


def test_an_answer_nobody_asked_for_is_not_taken_for_the_next_one(receive, sender):
    said = threading.Event()

    def handle(receiver, sock):
        while receiver.read_request(sock):
            sock.sendall(answer())
            time.sleep(0.05)
            sock.sendall(answer("500 No"))
            said.set()

    receiver = receive(handle)
    assert sender.send(delivery(receiver.port)).delivered
    assert said.wait(LATE)
    time.sleep(0.1)
    assert sender.send(delivery(receiver.port)).delivered


def test_a_connection_is_not_used_again_after_an_interim_answer(receive, sender):
    receiver = receive(answering("103 Early Hints", b""))
    for _ in range(2):
        assert sender.send(delivery(receiver.port)).error == "HTTP 103: Early Hints"
    assert receiver.connections == 2


def test_a_connection_that_was_idle_for_long_is_not_trusted(receive, sender, monkeypatch):
    receiver = receive(answering())
    sender.send(delivery(receiver.port))
    monkeypatch.setattr(transport, "IDLE_SECONDS", 0.0)
    assert sender.send(delivery(receiver.port)).delivered
    assert receiver.connections == 2


def test_a_permission_withdrawn_ends_the_use_of_its_connections(receive, sender):
    receiver = receive(answering())
    assert sender.send(delivery(receiver.port)).delivered
    assert not sender.send(delivery(receiver.port, allow_private=False)).delivered
    assert not sender.send(delivery(receiver.port, allow_http=False)).delivered
    assert len(receiver.requests) == 1


def test_threads_share_the_connections(receive, sender):
    receiver = receive(answering())

    def post():
        for number in range(20):
            body = BODY + b" " * number
            assert sender.send(delivery(receiver.port, body=body)).delivered

    threads = [threading.Thread(target=post) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.requests) == 20 * CONNECTIONS
    assert receiver.connections <= CONNECTIONS


def test_closing_the_sender_closes_idle_connections_and_later_ones(receive, sender):
    ended = threading.Semaphore(0)

    def handle(receiver, sock):
        answering()(receiver, sock)
        ended.release()

    receiver = receive(handle)
    sender.send(delivery(receiver.port))
    sender.close()
    assert ended.acquire(timeout=LATE)
    assert sender.send(delivery(receiver.port)).delivered
    assert ended.acquire(timeout=LATE)


def test_nothing_is_taken_from_the_environment(receive, sender, monkeypatch, tmp_path):
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{dead.getsockname()[1]}")
        (tmp_path / ".netrc").write_text("machine localhost login me password secret\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        receiver = receive(answering())
        assert sender.send(delivery(f"http://localhost:{receiver.port}/hook")).delivered
    assert "authorization" not in receiver.requests[0][1]


def test_the_receivers_wish_to_wait_is_passed_on(receive, sender):
    receiver = receive(answering("429 Slow", b"", "Retry-After: 120"))
    result = sender.send(delivery(receiver.port))
    assert (result.status, result.retry_after) == (429, 120)
    assert result.error == "HTTP 429: Too Many Requests"


def test_what_nobody_expected_is_a_result_too(receive, sender):
    receiver = receive(answering())
    result = sender.send(delivery(receiver.port, headers={"X-Event-Type": "two\r\nlines"}))
    assert not result.delivered
    assert result.error.startswith("ValueError: ")
    assert sender.send(delivery(receiver.port)).delivered


def test_another_signature_is_tried_at_once_where_the_first_is_not_accepted(receive, sender):
    def handle(receiver, sock):
        while request := receiver.read_request(sock):
            known = request[1].get("x-signature") == "known"
            sock.sendall(answer("200 OK" if known else "401 Unauthorized"))

    receiver = receive(handle)
    known, unknown = {"X-Signature": "known"}, {"X-Signature": "unknown"}
    result = sender.send(delivery(receiver.port, headers=unknown, other_headers=known))
    assert (result.status, result.other, len(receiver.requests)) == (200, True, 2)
    result = sender.send(delivery(receiver.port, headers=known, other_headers=unknown))
    assert (result.status, result.other, len(receiver.requests)) == (200, False, 3)
    result = sender.send(delivery(receiver.port, headers=unknown))
    assert (result.status, result.other, len(receiver.requests)) == (401, False, 4)
