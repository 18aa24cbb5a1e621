"""The one place where HTTP requests leave for a storefront.

A receiver is somebody else's computer: it may be slow, broken, hostile, or inside the ERP's own
network. Whatever it does, an attempt ends by the deadline with a :class:`Result`.
"""

import http.client
import logging
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import lru_cache

from urllib3.util import parse_url

from .addresses import ForbiddenAddress, Resolver
from .backoff import parse_retry_after
from .transport import MAX_BODY, MAX_HEAD, AnswerTooLarge, Connection, ConnectionPool, tls_context

_logger = logging.getLogger(__name__)

HEADERS = {
    "User-Agent": "enord-sales-sync/1",
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
#: Seconds for one attempt, from looking up the host name to the end of the answer.
DEADLINE = 10.0
#: Connections kept open to one storefront, and so the deliveries under way to it at once.
CONNECTIONS = 8
#: Characters of an answer that staff see.
EXCERPT = 300


@dataclass
class Delivery:
    """One claimed event, ready to be sent: everything the sender needs, without a cursor."""

    event_id: int
    storefront_id: int
    token: str
    url: str
    body: bytes
    headers: dict
    allow_private: bool = False
    allow_http: bool = False
    #: ``time.monotonic()`` after which it is too late to begin: the lease would run out.
    begin_before: float = float("inf")


@dataclass
class Result:
    """What became of one attempt. ``status`` is 0 when there was no complete HTTP answer."""

    delivery: Delivery
    status: int
    error: str
    seconds: float
    retry_after: int | None = None
    #: False where nothing was sent: the event is simply given back
    attempted: bool = True

    @property
    def delivered(self):
        return 200 <= self.status < 300


class RefusedURL(Exception):
    """The webhook URL is not one that events are sent to."""


class Unanswered(Exception):
    """There was no complete answer; the text says why."""


class Sender:
    """Posts deliveries over pooled connections; safe to use from several threads.

    No redirect is followed, nothing is decompressed, and neither a proxy nor a ``.netrc`` is
    taken from the environment.
    """

    def __init__(self, deadline=DEADLINE):
        self.deadline = deadline
        self._pool = ConnectionPool(CONNECTIONS)
        self._resolver = Resolver()
        self._tls = None
        self._tls_lock = threading.Lock()

    def close(self):
        self._pool.close()

    def send(self, delivery):
        """Post one delivery; never raises.

        :rtype: Result
        """
        started = time.monotonic()
        status, retry_after = 0, None
        try:
            status, error, retry_after = self._post(delivery, started + self.deadline)
        except (RefusedURL, Unanswered) as failure:
            error = str(failure)
        except Exception as failure:  # one receiver's oddity must not end the dispatcher
            _logger.exception("Unexpected error while posting event %s", delivery.event_id)
            error = _readable(f"{type(failure).__name__}: {failure}")
        return Result(delivery, status, error, time.monotonic() - started, retry_after)

    def _post(self, delivery, deadline):
        scheme, host, port, target = _split(delivery.url, delivery.allow_http)
        context = self._tls_context() if scheme == "https" else None
        headers = {**HEADERS, **delivery.headers}
        origin = scheme, host, port, delivery.allow_private
        kept = self._pool.take(origin)
        connection = kept or Connection(host, port, context, delivery.allow_private)
        while True:
            try:
                if not connection.sock:
                    connection.open(self._resolver, deadline)
                response = connection.post(target, delivery.body, headers, deadline)
                with response:
                    excerpt, complete = _read(response)
            except Exception as error:
                connection.close()
                if connection is kept and isinstance(error, (ConnectionError, ssl.SSLEOFError)):
                    # it closed the kept connection just then; the same event id may arrive twice
                    connection = Connection(host, port, context, delivery.allow_private)
                    continue
                raise Unanswered(self._reason(error, connection)) from error
            if complete and connection.sock:
                self._pool.give_back(origin, connection)
            else:
                connection.close()
            return response.status, _error(response, excerpt), parse_retry_after(
                response.headers.get("Retry-After")
            )

    def _tls_context(self):
        with self._tls_lock:
            if self._tls is None:
                self._tls = tls_context()
            return self._tls

    def _reason(self, error, connection):
        """What went wrong, for staff: short, and without the URL, whose query may hold a key."""
        match error:
            case ForbiddenAddress():
                return str(error)
            case TimeoutError():
                return f"No answer within {self.deadline:g} s: stopped while {connection.stage}"
            case AnswerTooLarge():
                return f"The headers of the answer are longer than {MAX_HEAD // 1024} KiB"
            case socket.gaierror() | UnicodeError():
                why = error.strerror if isinstance(error, OSError) else "not a host name"
                return f"The host name {connection.host} cannot be resolved: {why}"
            case ssl.SSLCertVerificationError():
                return _readable(f"The certificate was refused: {error.verify_message}")
            case ssl.SSLError():
                return _readable(f"TLS failed: {error.reason or error}")
            case ConnectionRefusedError():
                return "The connection was refused"
            case ConnectionError() | http.client.IncompleteRead():
                return f"The connection broke while {connection.stage}"
            case http.client.HTTPException():
                return _readable(f"The answer is not valid HTTP ({type(error).__name__})")
            case OSError():
                return _readable(f"Failed while {connection.stage}: {error.strerror or error}")
        raise error


@lru_cache(maxsize=64)
def _split(url, allow_http):
    """Scheme, host, port and request target of a webhook URL, in ASCII.

    :raise RefusedURL:
    """
    try:
        parts = parse_url(url)
    except ValueError as error:
        raise RefusedURL("The webhook URL is not a valid URL") from error
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise RefusedURL("The webhook URL must begin with https:// (http:// for test storefronts)")
    if not parts.host or parts.auth or not parts.host.isprintable() or " " in parts.host:
        raise RefusedURL("The webhook URL needs a host name and no user name")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.host.strip("[]"), port, parts.request_uri


def _read(response):
    """The beginning of the body, and whether all of it was read, so that another answer can follow.

    :raise http.client.IncompleteRead: when the receiver breaks off
    """
    excerpt, size = b"", 0
    try:
        while response.length != 0:
            if size >= MAX_BODY:
                return excerpt, False
            chunk = response.read1(min(8192, MAX_BODY - size))
            if not chunk:
                if response.length:
                    raise http.client.IncompleteRead(b"")
                break
            size += len(chunk)
            if len(excerpt) < 4 * EXCERPT:
                excerpt += chunk
    except AnswerTooLarge:
        return excerpt, False
    # what follows an interim answer belongs to the same request
    return excerpt, response.status >= 200


def _error(response, excerpt):
    """What a status other than 2xx means, with what the receiver says about it."""
    status = response.status
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400 and (location := response.headers.get("Location")):
        location = _readable(location.partition("?")[0])
        return f"HTTP {status}: redirects are not followed, and this one leads to {location}"
    excerpt = _readable(excerpt.decode("utf-8", "replace"))
    if not excerpt or excerpt.startswith("<"):  # a page is not for reading here
        excerpt = http.client.responses.get(status, "no explanation")
    return f"HTTP {status}: {excerpt}"


def _readable(text):
    """One line of printable text; PostgreSQL, for one, refuses a NUL."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:EXCERPT]
