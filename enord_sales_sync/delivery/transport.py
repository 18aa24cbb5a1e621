"""HTTP connections that end by a deadline, read no more than a budget, and connect to no address
that was not checked.

A socket's timeout bounds one call only: a receiver that sends a byte a second would hold a
delivery for ever. Here every call that waits gets what is left until the deadline.
"""

import http.client
import select
import socket
import ssl
import threading
import time
from collections import defaultdict
from contextlib import suppress

import certifi

from .addresses import ForbiddenAddress, check_address

#: Bytes of the status line and all headers together, and of the body.
MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024
#: Up to this size a body leaves in one write with the head; a larger one is not worth the copy.
ONE_WRITE = 64 * 1024
#: A connection that was idle for longer may have been dropped on the way without a word; a
#: request on it would wait for the whole deadline.
IDLE_SECONDS = 30.0


class AnswerTooLarge(Exception):
    """The receiver sends more than is read of an answer."""


class _Bounded:
    """Deadline and budget for a socket; ``http.client`` reads and writes through it as usual."""

    deadline = None
    budget = 0

    def arm(self):
        """Let the next call wait until the deadline at most."""
        self.settimeout(time_left(self.deadline))

    def recv_into(self, buffer, nbytes=0, flags=0):
        if self.budget <= 0:
            raise AnswerTooLarge
        self.arm()
        count = super().recv_into(buffer, min(nbytes or len(buffer), self.budget), flags)
        self.budget -= count
        return count

    def send(self, data, flags=0):
        # the TLS socket's sendall calls it for each record
        self.arm()
        return super().send(data, flags)


class _BoundedSocket(_Bounded, socket.socket):
    def sendall(self, data, flags=0):
        # the plain socket's own sendall bounds the whole of it (since Python 3.5)
        self.arm()
        return super().sendall(data, flags)


class _BoundedTLSSocket(_Bounded, ssl.SSLSocket):
    pass


def time_left(deadline):
    """Seconds until the deadline.

    :raise TimeoutError: when there are none
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def tls_context():
    """Verifies certificates against the system's authorities, where a company adds its own, and
    those of ``certifi``, as everything else in Odoo that calls out with ``requests`` does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _BoundedTLSSocket
    return context


class Connection(http.client.HTTPConnection):
    """One connection to a receiver: over TLS where a context is given."""

    def __init__(self, host, port, context=None, allow_private=False):
        super().__init__(host, port)
        #: What it is doing; for error messages.
        self.stage = ""
        self.idle_since = 0.0
        self._context = context
        self._allow_private = allow_private
        self._outgoing = []
        # the port that a Host header leaves out
        self.default_port = 443 if context else 80

    def open(self, resolver, deadline):
        """Resolve, check, connect and shake hands.

        :raise ForbiddenAddress: before anything is sent to such an address
        :raise OSError: with :attr:`stage` saying how far it came
        """
        self.stage = "looking up the host name"
        addresses = self._allowed(resolver.resolve(self.host, self.port, deadline))
        self.stage = "connecting"
        sock = _connect(addresses, deadline)
        if self._context:
            self.stage = "negotiating TLS"
            try:
                sock.settimeout(time_left(deadline))
                sock = self._context.wrap_socket(sock, server_hostname=self.host)
            except BaseException:
                sock.close()
                raise
        self.sock = sock

    def _allowed(self, addresses):
        if self._allow_private:
            return addresses
        allowed, refusal = [], None
        for family, address in addresses:
            try:
                check_address(address[0])
            except ForbiddenAddress as error:
                refusal = error
            else:
                allowed.append((family, address))
        if not allowed:
            raise refusal or OSError("the host name has no address")
        return allowed

    def post(self, target, body, headers, deadline):
        """Send a request and read the answer's head.

        :rtype: http.client.HTTPResponse
        """
        sock = self.sock
        sock.deadline, sock.budget = deadline, MAX_HEAD
        self.stage = "sending"
        self.request("POST", target, body, headers)
        parts, self._outgoing = self._outgoing, []
        if len(body) <= ONE_WRITE:
            parts = [b"".join(parts)]
        with suppress(BrokenPipeError):  # it may have answered before it stopped reading
            for part in parts:
                sock.sendall(part)
        self.stage = "waiting for the answer"
        response = self.getresponse()
        sock.budget = MAX_BODY
        self.stage = "reading the answer"
        return response

    def send(self, data):
        # kept back, so that head and body leave together
        self._outgoing.append(data)

    def is_stale(self):
        """Whether it is old, or the receiver closed it or sent what nobody asked for."""
        if time.monotonic() - self.idle_since > IDLE_SECONDS:
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(0))


def _connect(addresses, deadline):
    error = None
    for position, (family, address) in enumerate(addresses):
        sock = _BoundedSocket(family, socket.SOCK_STREAM)
        try:
            # an address that swallows packets leaves time for the next one
            sock.settimeout(time_left(deadline) / (len(addresses) - position))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as failure:
            sock.close()
            error = failure
    raise error


class ConnectionPool:
    """Idle connections, the one used last first; safe to use from several threads."""

    def __init__(self, size):
        self._size = size
        self._idle = defaultdict(list)
        self._lock = threading.Lock()
        self._closed = False

    def take(self, origin):
        """An idle connection of this origin that seems alive, or None.

        :param origin: whatever connections must agree in to be exchanged for one another
        """
        while True:
            with self._lock:
                idle = self._idle.get(origin)
                connection = idle.pop() if idle else None
            if connection is None:
                return None
            if not connection.is_stale():
                return connection
            connection.close()

    def give_back(self, origin, connection):
        connection.idle_since = time.monotonic()
        with self._lock:
            idle = self._idle[origin]
            if not self._closed and len(idle) < self._size:
                idle.append(connection)
                return
        connection.close()

    def close(self):
        """Close what is idle now, and what is under way when it is given back."""
        with self._lock:
            self._closed = True
            connections = [connection for idle in self._idle.values() for connection in idle]
            self._idle.clear()
        for connection in connections:
            connection.close()
