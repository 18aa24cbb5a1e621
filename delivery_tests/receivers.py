"""Receivers on loopback that play whatever part a test gives them, and deliveries to them."""

import socket
import threading
from contextlib import suppress

from delivery.sender import Delivery, Sender

#: Of an attempt that is to be given up: short, so that the tests are quick. Where a busy machine
#: does not come as far as the receiver's part in the first, it is tried with the next.
DEADLINES = (1.0, 5.0, 20.0)
#: How much later than by its deadline an attempt ends on a busy machine, at most. What never ends
#: goes on for longer.
LATE = 10.0
#: Of an attempt that is to end by itself, however busy the machine is.
LONG = 30.0
BODY = b'{"event_type":"inventory.change"}'


class Receiver:
    """A server on loopback; ``handle(socket)`` plays its part in a thread for each connection."""

    def __init__(self, handle, tls=None):
        self._handle = handle
        self._tls = tls
        self.connections = 0
        self.requests = []
        self._listener = socket.socket()
        # so that a receiver that does not read is noticed after little data
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                sock, _address = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=[sock], daemon=True).start()

    def _serve(self, sock):
        with suppress(OSError), sock:  # the sender went away: that is what most tests are about
            if self._tls:
                with self._tls.wrap_socket(sock, server_side=True) as sock:
                    self._handle(self, sock)
            else:
                self._handle(self, sock)

    def read_request(self, sock):
        """Take in one request; None when the sender closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            received = sock.recv(65536)
            if not received:
                return None
            data += received
        head, _blank, body = data.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _c, value in (f.partition(": ") for f in fields)}
        while len(body) < int(headers["content-length"]):
            body += sock.recv(65536)
        self.requests.append((line, headers, body))
        return self.requests[-1]

    def close(self):
        # close alone would not wake the thread that accepts
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def answer(status="200 OK", body=b"{}", *fields):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def answering(*args):
    """A receiver that gives every request the same answer and keeps the connection."""

    def handle(receiver, sock):
        while receiver.read_request(sock):
            sock.sendall(answer(*args))

    return handle


def give_up(one, stage):
    """Post a delivery that never comes to an end, and see it given up at the deadline.

    :param stage: where the receiver's part is
    :return: how many attempts it took to come as far
    """
    attempts = 0
    for deadline in DEADLINES:
        attempts += 1
        sender = Sender(deadline)
        result = sender.send(one)
        sender.close()
        assert deadline <= result.seconds < deadline + LATE
        if result.error.endswith(stage):
            break
    assert result.status == 0
    assert result.error == f"No answer within {deadline:g} s: stopped while {stage}"
    return attempts


def delivery(url, **values):
    """A delivery to a test storefront; with a number, to that port of this machine."""
    if isinstance(url, int):
        url = f"http://127.0.0.1:{url}/hook"
    values = {"allow_private": True, "allow_http": True, "body": BODY, **values}
    headers = values.pop("headers", {"webhook-id": "evt_1"})
    return Delivery(event_id=1, storefront_id=1, token="t", url=url, headers=headers, **values)
