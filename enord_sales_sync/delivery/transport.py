"""HTTP connections of ``urllib3`` that lead to checked addresses alone, end by a deadline, and read
no more than a budget.

``requests`` and ``urllib3`` bound each wait for itself: a receiver that sends a byte a second would
hold a delivery for ever. Here every call of a socket gets what is left of the :class:`Attempt` that
is under way in its thread.
"""

import socket
import ssl
import threading
import time

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from .addresses import allowed

#: Bytes of the status line and all headers together, and of the body.
MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024
#: A connection that was idle for longer may have been dropped on the way without a word; a
#: request on it would wait for the whole deadline.
IDLE_SECONDS = 30.0

#: ``attempt``: the one that is under way in this thread, if any.
current = threading.local()


class AnswerTooLarge(Exception):
    """The receiver sends more than is read of an answer."""


class Attempt:
    """What bounds one request in the thread where it is made; how far it came.

    :param Resolver resolver:
    :param float deadline: in terms of ``time.monotonic()``
    """

    def __init__(self, resolver, deadline, allow_private):
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        #: What it is doing; for error messages.
        self.stage = ""
        #: Bytes that may still be read.
        self.budget = 0
        #: Whether it made a connection of its own, and used no kept one.
        self.connected = False

    def __enter__(self):
        current.attempt = self
        return self

    def __exit__(self, *exc_info):
        del current.attempt

    def time_left(self):
        """Seconds until the deadline.

        :raise TimeoutError: when there are none
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect(self, host, port):
        """A socket that is connected to an allowed address of a host.

        :raise ForbiddenAddress: before anything is sent to such an address
        :raise OSError:
        """
        self.connected = True
        self.stage = "looking up the host name"
        found = self._resolver.resolve(host, port, self._deadline)
        addresses = found if self._allow_private else allowed(found)
        self.stage = "connecting"
        failure = OSError("the host name has no address")
        for position, (family, address) in enumerate(addresses):
            sock = _BoundedSocket(family, socket.SOCK_STREAM)
            try:
                # an address that swallows packets leaves time for the next one
                sock.settimeout(self.time_left() / (len(addresses) - position))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
            except OSError as error:
                sock.close()
                failure = error
        raise failure

    def connect_tls(self, host, port, context):
        """The same, verified to be the host's.

        :param ssl.SSLContext context: of :func:`tls_context`
        """
        sock = self.connect(host, port)
        self.stage = "negotiating TLS"
        try:
            sock.settimeout(self.time_left())
            return context.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise


def tls_context():
    """Verifies certificates against the system's authorities, where a company adds its own, and
    those of ``certifi``, as everything else in Odoo that calls out with ``requests`` does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _BoundedTLSSocket
    return context


class _BoundedConnection:
    """Connects as the attempt says, and tells it how far the request came."""

    answered_at = 0.0

    def connect(self):
        self.sock = current.attempt.connect(self.host, self.port)
        current.attempt.stage = "sending"

    def request(self, *args, **kwargs):
        current.attempt.stage = "sending"
        return super().request(*args, **kwargs)

    def getresponse(self, *args, **kwargs):
        attempt = current.attempt
        if self.sock is None:  # urllib3 2.8 takes it for a receiver that answered before it closed
            raise ConnectionResetError
        attempt.stage, attempt.budget = "waiting for the answer", MAX_HEAD
        response = super().getresponse(*args, **kwargs)
        attempt.stage, attempt.budget = "reading the answer", MAX_BODY
        self.answered_at = time.monotonic()
        return response


class _Connection(_BoundedConnection, HTTPConnection):
    pass


class _TLSConnection(_BoundedConnection, HTTPSConnection):
    def connect(self):
        # urllib3 1.26 gives the context no address to compare the certificate with
        self.sock = current.attempt.connect_tls(self.host, self.port, self.ssl_context)
        self.is_verified = True
        current.attempt.stage = "sending"


class _DistrustfulPool:
    def _get_conn(self, *args, **kwargs):
        connection = super()._get_conn(*args, **kwargs)
        if time.monotonic() - connection.answered_at > IDLE_SECONDS:
            connection.close()  # and connects anew when it is used
        return connection


class Pool(_DistrustfulPool, HTTPConnectionPool):
    ConnectionCls = _Connection


class TLSPool(_DistrustfulPool, HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Bounded:
    """Deadline and budget for a socket; ``http.client`` reads and writes through it as usual."""

    def arm(self):
        """Let the next call wait until the deadline at most."""
        self.settimeout(current.attempt.time_left())

    def recv_into(self, buffer, nbytes=0, flags=0):
        attempt = current.attempt
        if attempt.budget <= 0:
            raise AnswerTooLarge
        self.arm()
        count = super().recv_into(buffer, min(nbytes or len(buffer), attempt.budget), flags)
        attempt.budget -= count
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
