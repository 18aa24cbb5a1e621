"""A ``requests`` session for receivers that nobody vouches for.

It takes nothing from the environment, keeps no cookie and follows no redirect; its connections are
those of :mod:`.transport`.
"""

import logging
import ssl
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from .transport import Pool, TLSPool, current


class Session(requests.Session):
    """To be used while an :class:`.transport.Attempt` is under way.

    :param ssl.SSLContext context: of :func:`.transport.tls_context`
    :param int connections: kept open to a host
    """

    def __init__(self, context, connections):
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(context, connections))

    def get_redirect_target(self, resp):
        # where there is one, `requests` reads all of the answer, and decompresses it
        return None


def cause(error):
    """The error of a socket, of TLS or of ``http.client`` that they have wrapped."""
    while isinstance(error, (requests.RequestException, HTTPError)) and error.__context__:
        error = error.__context__
    return error


class _Adapter(HTTPAdapter):
    def __init__(self, context, connections):
        super().__init__(pool_maxsize=connections, max_retries=Retry(False))
        self.poolmanager.connection_pool_kw["ssl_context"] = context
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TLSPool}

    def send(self, request, *args, **kwargs):
        while True:
            try:
                return super().send(request, *args, **kwargs)
            except requests.ConnectionError as error:
                if current.attempt.connected or not isinstance(
                    cause(error), (ConnectionError, ssl.SSLEOFError)
                ):
                    raise
                # it closed the kept connection just then; the same event id may arrive twice

    # what `requests` sets up for a connection, before version 2.32 and since, is in the context

    def get_connection(self, url, proxies=None):
        return self.poolmanager.connection_from_url(url)

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        return self.poolmanager.connection_from_url(request.url)

    def cert_verify(self, conn, url, verify, cert):
        pass


def _is_of_others(record):
    return not hasattr(current, "attempt")


# what urllib3 writes of a receiver's oddities has the whole URL, whose query may hold a key
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_is_of_others)
