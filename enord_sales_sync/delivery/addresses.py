"""Which addresses a webhook may reach, and how a name becomes some of them in bounded time."""

import ipaddress
import socket
import threading
import time
from contextlib import suppress

#: The only unicast addresses of IPv6 that are given out (RFC 4291, section 2.4; IANA).
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
#: An IPv4 address in an IPv6-only network: how IPv4-only shops are reached there (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: IANA's special-purpose registries (RFC 6890). Written out, because what :mod:`ipaddress` calls
#: global differs from one release of Python to the next.
_FORBIDDEN = {
    ipaddress.ip_network(network): meaning
    for network, meaning in {
        "0.0.0.0/8": "this host",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "carrier-grade NAT",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "cloud metadata",
        "169.254.0.0/16": "link-local or cloud metadata",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmark",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved or broadcast",
        # within 2000::/3; 6to4 and Teredo carry an IPv4 address and are no longer in use
        "2001::/23": "Teredo, benchmark or protocol assignments",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
    }.items()
}


class ForbiddenAddress(Exception):
    """The webhook's host resolves to an address that a webhook must not reach."""


def check_address(address):
    """Refuse addresses that lead into the ERP's own network or to no single host.

    :param str address: numeric, as the resolver gave it and as it will be connected to
    :raise ForbiddenAddress: for anything but a global unicast address
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    carried = _carried_ipv4(ip) or ip
    meaning = next((text for network, text in _FORBIDDEN.items() if carried in network), None)
    if meaning is None and carried.version == 6 and carried not in _GLOBAL_IPV6:
        meaning = "private, local or reserved"
    if meaning:
        raise ForbiddenAddress(
            f"{ip} is not a public address ({meaning}); allow private addresses on the storefront "
            "if it is meant"
        )


def allowed(found):
    """Those of a host's addresses that may be reached.

    :param found: (family, socket address) pairs
    :raise ForbiddenAddress: when there are only others
    :raise OSError: when there are none
    """
    public, refusal = [], OSError("the host name has no address")
    for family, address in found:
        try:
            check_address(address[0])
        except ForbiddenAddress as error:
            refusal = error
        else:
            public.append((family, address))
    if not public:
        raise refusal
    return public


def _carried_ipv4(ip):
    """The IPv4 address that a connection to this IPv6 address ends at, or None."""
    if ip.version == 6 and ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped if ip.version == 6 else None


class Resolver:
    """Looks names up without ever waiting past a deadline.

    ``getaddrinfo`` cannot be interrupted: it ends by the resolver's own limit (by default 5 s a
    try, 2 tries for each name server of ``resolv.conf``). It therefore runs in a thread of its
    own that nobody has to wait for. Callers who ask for a name that is being looked up share that
    answer, so there are never more such threads than storefronts with a broken name.
    """

    def __init__(self):
        self._lookups = {}
        self._lock = threading.Lock()

    def resolve(self, host, port, deadline):
        """Addresses of a host in the operating system's order of preference.

        :param float deadline: in terms of ``time.monotonic()``
        :return: (family, socket address) pairs as :func:`socket.getaddrinfo` gives them
        :raise socket.gaierror: when there are none
        :raise TimeoutError: when the answer is not there by the deadline
        """
        with suppress(socket.gaierror):
            # decimal, octal and hexadecimal forms too: the very parser that would connect to them
            return _lookup(host, port, socket.AI_NUMERICHOST)
        with self._lock:
            lookup = self._lookups.get((host, port))
            if lookup is None:
                lookup = self._lookups[host, port] = _Lookup(host, port, self._forget)
                lookup.start()
        lookup.done.wait(max(0.0, deadline - time.monotonic()))
        if not lookup.done.is_set():
            raise TimeoutError
        if lookup.error:
            raise lookup.error
        return lookup.addresses

    def _forget(self, lookup):
        with self._lock:
            del self._lookups[lookup.host, lookup.port]


class _Lookup(threading.Thread):
    addresses = ()
    error = None

    def __init__(self, host, port, forget):
        super().__init__(name=f"enord.resolver.{host}", daemon=True)
        self.host, self.port = host, port
        self.done = threading.Event()
        self._forget = forget

    def run(self):
        try:
            self.addresses = _lookup(self.host, self.port)
        except Exception as error:
            self.error = error
        finally:
            self._forget(self)
            self.done.set()


def _lookup(host, port, flags=0):
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _type, _proto, _name, address in found]
