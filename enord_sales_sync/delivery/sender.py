"""The one place where HTTP requests leave for a storefront.

A receiver is somebody else's computer: it may be slow, broken, hostile, or inside the ERP's own
network. Whatever it does, an attempt ends by the deadline with a :class:`Result`.
"""

import contextlib
import http.client
import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache

import requests
from urllib3.util import parse_url

from . import failure
from .addresses import Resolver
from .backoff import parse_retry_after
from .session import Session, cause
from .transport import MAX_BODY, AnswerTooLarge, Attempt, tls_context

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
#: Statuses of a receiver that does not accept a signature.
UNSIGNED = (401, 403)
_NO_URL = "The webhook URL is not a valid URL; it needs a host name and no user name"


@dataclass
class Delivery:
    """One claimed event, ready to be sent: everything the sender needs, without a cursor."""

    event_id: int
    storefront_id: int
    token: str
    url: str
    body: bytes
    headers: dict
    #: Headers to send once more with, at once, where the receiver does not accept the signature.
    other_headers: dict | None = None
    #: Names of the secrets that the one and the other are signed with, for whoever records it.
    secrets: tuple = ()
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
    #: Whether this is the answer to ``other_headers``.
    other: bool = False
    #: False where nothing was sent: the event is simply given back
    attempted: bool = True
    #: The beginning of what was answered, as one readable line.
    answer: str = ""

    @property
    def delivered(self):
        return 200 <= self.status < 300

    @property
    def headers(self):
        """Those of the answered request."""
        return self.delivery.other_headers if self.other else self.delivery.headers

    @property
    def secret(self):
        """Name of the secret that the answered request was signed with."""
        return self.delivery.secrets[self.other]


class RefusedURL(Exception):
    """The webhook URL is not one that events are sent to."""


class Unanswered(Exception):
    """There was no complete answer; the text says why."""


class Sender:
    """Posts deliveries over kept connections; safe to use from several threads.

    No redirect is followed, nothing is decompressed, no cookie is kept, and neither a proxy nor a
    ``.netrc`` is taken from the environment.
    """

    def __init__(self, deadline=DEADLINE):
        self.deadline = deadline
        self._resolver = Resolver()
        self._sessions = {}
        self._context = None
        self._closed = False
        self._lock = threading.Lock()

    def close(self):
        """Close what is idle now, and what is under way when it ends."""
        with self._lock:
            self._closed = True
            sessions = list(self._sessions.values())
        for session in sessions:
            session.close()

    def send(self, delivery):
        """Post one delivery; never raises.

        :rtype: Result
        """
        started = time.monotonic()
        deadline = started + self.deadline
        status, retry_after, answer, other = 0, None, "", False
        try:
            status, error, retry_after, answer = self._post(delivery, delivery.headers, deadline)
            if status in UNSIGNED and delivery.other_headers:
                other = True
                status, error, retry_after, answer = self._post(
                    delivery, delivery.other_headers, deadline,
                )
        except (RefusedURL, Unanswered) as refusal:
            error = str(refusal)
        except Exception as oddity:  # one receiver's oddity must not end the dispatcher
            _logger.exception("Unexpected error while posting event %s", delivery.event_id)
            error = failure.readable(f"{type(oddity).__name__}: {oddity}")
        return Result(
            delivery, status, error, time.monotonic() - started, retry_after, other=other,
            answer=answer,
        )

    def _post(self, delivery, headers, deadline):
        request = _request(delivery, headers)
        attempt = Attempt(self._resolver, deadline, delivery.allow_private)
        with self._session(delivery) as session, attempt:
            try:
                # closing a response that was not read to its end closes the connection, too
                with session.send(request, stream=True, allow_redirects=False) as response:
                    excerpt = _read(response.raw)
            except Exception as error:
                raise Unanswered(failure.reason(
                    cause(error), request.url, attempt.stage, self.deadline,
                )) from error
        return (
            response.status_code, failure.of_answer(response, excerpt),
            parse_retry_after(response.headers.get("Retry-After")),
            failure.readable(excerpt.decode("utf-8", "replace")),
        )

    @contextlib.contextmanager
    def _session(self, delivery):
        """The storefront's, so that it waits for no other's connections; one that connected to a
        private address is not used once that is forbidden."""
        key = delivery.storefront_id, delivery.allow_private
        with self._lock:
            if key not in self._sessions:
                self._context = self._context or tls_context()
                self._sessions[key] = Session(self._context, CONNECTIONS)
            session = self._sessions[key]
        try:
            yield session
        finally:
            if self._closed:
                session.close()


def _request(delivery, headers):
    """Without :meth:`requests.Session.prepare_request`, which looks for a ``.netrc`` and
    quotes the same URL again for each event.

    :rtype: requests.PreparedRequest
    :raise RefusedURL:
    """
    request = requests.PreparedRequest()
    request.method = "POST"
    request.url = checked_url(delivery.url, delivery.allow_http)
    request.headers = {
        **HEADERS, **headers, "Content-Length": str(len(delivery.body)),
    }
    request.body = delivery.body
    return request


@lru_cache(maxsize=64)
def checked_url(url, allow_http):
    """A webhook URL in ASCII, as it is requested.

    :raise RefusedURL:
    """
    try:
        parts = parse_url(url)
    except ValueError as error:
        raise RefusedURL(_NO_URL) from error
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise RefusedURL("The webhook URL must begin with https:// (http:// for test storefronts)")
    if not parts.host or parts.auth or not parts.host.isprintable() or " " in parts.host:
        raise RefusedURL(_NO_URL)
    return parts._replace(fragment=None).url


def _read(raw):
    """The beginning of a body. Where all of it was read, another answer can follow.

    :param urllib3.HTTPResponse raw:
    :raise http.client.IncompleteRead: when the receiver breaks off
    """
    excerpt, size = b"", 0
    if raw.status < 200:  # what follows an interim answer belongs to the same request
        return excerpt
    with contextlib.suppress(AnswerTooLarge):
        while size < MAX_BODY:
            chunk = raw.read(8192, decode_content=False)
            if not chunk:
                if raw.length_remaining:  # urllib3 2 has seen that itself
                    raise http.client.IncompleteRead(b"")
                break
            size += len(chunk)
            excerpt = (excerpt + chunk)[:4 * failure.EXCERPT]
    return excerpt
