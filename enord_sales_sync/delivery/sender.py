"""The one place where HTTP requests leave for a storefront."""

import ipaddress
import logging
import time
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .backoff import parse_retry_after

_logger = logging.getLogger(__name__)

USER_AGENT = "enord-sales-sync/1"
DEADLINE = 10.0
MAX_RESPONSE = 64 * 1024
#: Connections kept open to one storefront, and so the deliveries under way to it at once.
CONNECTIONS = 8


class ForbiddenAddress(Exception):
    """The webhook's host resolves to an address that a webhook must not reach."""


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
    #: ``time.monotonic()`` after which it is too late to begin: the lease would run out.
    begin_before: float = float("inf")


@dataclass
class Result:
    """What became of one attempt. ``status`` is 0 when there was no HTTP answer."""

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


class Sender:
    """Posts deliveries over pooled connections; safe to use from several threads."""

    def __init__(self, deadline=DEADLINE):
        self.deadline = deadline
        self._sessions = {
            allow_private: self._session(allow_private) for allow_private in (False, True)
        }

    def close(self):
        for session in self._sessions.values():
            session.close()

    def send(self, delivery):
        """Post one delivery; never raises.

        :rtype: Result
        """
        started = time.monotonic()
        try:
            status, excerpt, headers = self._post(delivery, started + self.deadline)
        except requests.RequestException as error:
            return Result(delivery, 0, _reason(error), time.monotonic() - started)
        except Exception as error:  # one receiver's oddity must not end the dispatcher
            _logger.exception("Unexpected error while posting to %s", delivery.url)
            return Result(delivery, 0, repr(error), time.monotonic() - started)
        return Result(
            delivery,
            status,
            "" if 200 <= status < 300 else f"HTTP {status}: {excerpt}",
            time.monotonic() - started,
            parse_retry_after(headers.get("Retry-After")),
        )

    def _session(self, allow_private):
        session = requests.Session()
        session.trust_env = False  # neither a proxy nor a .netrc of the server's user
        session.headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
        adapter = _Adapter(allow_private, pool_connections=32, pool_maxsize=CONNECTIONS)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def _post(self, delivery, deadline):
        remaining = max(0.1, deadline - time.monotonic())
        response = self._sessions[delivery.allow_private].post(
            delivery.url,
            data=delivery.body,
            headers={"Content-Type": "application/json", **delivery.headers},
            timeout=(remaining, remaining),
            allow_redirects=False,
            stream=True,
        )
        with response:
            body = b""
            while len(body) < MAX_RESPONSE:
                if time.monotonic() > deadline:
                    raise requests.Timeout("the answer did not end in time")
                chunk = response.raw.read1(4096, decode_content=False) if hasattr(
                    response.raw, "read1"
                ) else response.raw.read(4096, decode_content=False)
                if not chunk:
                    break
                body += chunk
            return response.status_code, body[:300].decode("utf-8", "replace"), response.headers


def check_address(address):
    """Refuse addresses that lead into the ERP's own network.

    :param str address: a numeric address, as the operating system connected to it
    :raise ForbiddenAddress: for anything but a global unicast address
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    for candidate in (ip, getattr(ip, "ipv4_mapped", None), getattr(ip, "sixtofour", None)):
        if candidate is not None and (not candidate.is_global or candidate.is_multicast):
            raise ForbiddenAddress(
                f"{ip} is a private or reserved address; allow it on the storefront if it is meant"
            )


class _CheckedConnectMixin:
    """Checks the address that was really connected to, so that a name which changes between a
    check and the connect gains nothing; no byte is sent before the check."""

    allow_private = False

    def _new_conn(self):
        sock = super()._new_conn()
        if not self.allow_private:
            try:
                check_address(sock.getpeername()[0])
            except BaseException:
                sock.close()
                raise
        return sock


class _CheckedHTTPConnection(_CheckedConnectMixin, HTTPConnection):
    pass


class _CheckedHTTPSConnection(_CheckedConnectMixin, HTTPSConnection):
    pass


class _CheckedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _CheckedHTTPConnection


class _CheckedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPSConnection


class _Adapter(HTTPAdapter):
    def __init__(self, allow_private, **kwargs):
        self._allow_private = allow_private
        super().__init__(max_retries=0, **kwargs)

    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        if not self._allow_private:
            self.poolmanager.pool_classes_by_scheme = {
                "http": _CheckedHTTPPool,
                "https": _CheckedHTTPSPool,
            }
        return result


def _reason(error):
    cause = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ForbiddenAddress):
        return str(cause)
    return f"{type(error).__name__}: {cause}"[:500]
