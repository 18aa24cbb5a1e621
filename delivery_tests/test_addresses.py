"""No forbidden address is connected to, however it is written and whatever the resolver says."""

import socket
import threading
import time

import pytest
from delivery import addresses
from delivery.addresses import ForbiddenAddress, check_address
from delivery.sender import Sender
from receivers import LATE, answering, delivery

PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "2606:4700::6810:84e5"

FORBIDDEN = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
    127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
    192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::ffff:10.0.0.1 64:ff9b::7f00:1
    64:ff9b::169.254.169.254 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
    2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 2002:5db8:d70e::
    3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
"""

#: Forms that the operating system's parser takes for an address.
LITERALS = """
    127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 169.254.169.254
    2852039166 0xa9fea9fe 0xA9.0xFE.0xA9.0xFE 0251.0376.0251.0376 169.254.43518 [::1] [::]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:169.254.169.254] [64:ff9b::a9fe:a9fe]
    [2002:7f00:1::] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [fd00:ec2::254] localhost
"""


@pytest.mark.parametrize("address", FORBIDDEN.split())
def test_an_address_that_is_not_public_is_forbidden(address):
    with pytest.raises(ForbiddenAddress, match="not a public address"):
        check_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.32.0.1",
        "192.169.0.1", "198.20.0.1", "223.255.255.255", PUBLIC, OTHER_PUBLIC, "2a00:1450::1",
        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
    ],
)
def test_a_public_address_is_allowed(address):
    check_address(address)


@pytest.mark.parametrize("literal", LITERALS.split())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_form_of_a_forbidden_address_is_connected_to(sender, connected, scheme, literal):
    url = f"{scheme}://{literal}:8069/web/database/manager"
    result = sender.send(delivery(url, allow_private=False))
    assert "is not a public address" in result.error
    assert (result.status, connected) == (0, [])


def test_a_storefront_in_the_own_network_is_reached_where_that_is_allowed(receive, sender):
    receiver = receive(answering())
    for host in ("127.0.0.1", "2130706433", "localhost"):
        assert sender.send(delivery(f"http://{host}:{receiver.port}/hook")).delivered


def test_what_was_checked_is_what_is_connected_to(sender, connected, names):
    """DNS that changes between check and connect gains nothing: the name is asked once."""
    answers = [[PUBLIC], ["127.0.0.1"]]
    names["shop.example.com"] = lambda: answers.pop(0)
    to_shop = delivery("https://shop.example.com/hook", allow_private=False)
    assert sender.send(to_shop).error == "The connection was refused"
    assert (connected, len(answers)) == ([PUBLIC], 1)
    assert "127.0.0.1 is not a public address (loopback)" in sender.send(to_shop).error
    assert connected == [PUBLIC]


def test_of_several_addresses_only_the_public_ones_are_tried(sender, connected, names):
    names["shop.example.com"] = ["10.0.0.1", PUBLIC, "::1", OTHER_PUBLIC]
    sender.send(delivery("https://shop.example.com/hook", allow_private=False))
    assert connected == [PUBLIC, OTHER_PUBLIC]


def test_an_address_that_does_not_answer_leaves_time_for_the_next(receive, names):
    sender = Sender(deadline=4.0)
    receiver = receive(answering())
    with socket.socket() as full:
        full.bind(("127.0.0.2", receiver.port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        names["shop.example.com"] = ["127.0.0.2", "127.0.0.1"]
        result = sender.send(delivery(f"http://shop.example.com:{receiver.port}/hook"))
        for sock in waiting:
            sock.close()
    sender.close()
    assert result.delivered
    assert result.seconds >= 2.0, "the first had half of the time"


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://shop.example.com/hook", "must begin with https://"),
        ("ftp://shop.example.com/hook", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("shop.example.com/hook", "must begin with https://"),
        ("", "must begin with https://"),
        ("https://", "needs a host name"),
        ("https:///hook", "needs a host name"),
        ("https://user:secret@shop.example.com/", "no user name"),
        ("https://a b.example.com/", "needs a host name"),
        ("https://shop.example.com:99999/", "not a valid URL"),
        ("https://shop.example.com\r\nX-Other: 1/", "not a valid URL"),
    ],
)
def test_a_url_that_events_are_not_sent_to_is_refused(sender, connected, url, error):
    result = sender.send(delivery(url, allow_http=False))
    assert error in result.error
    assert "secret" not in result.error
    assert (result.status, connected) == (0, [])


def test_a_name_that_does_not_resolve_is_told(sender, names):
    def unknown():
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    names["shop.example.com"] = unknown
    result = sender.send(delivery("https://shop.example.com/hook?key=secret"))
    assert result.error == (
        "The host name shop.example.com cannot be resolved: Name or service not known"
    )
    result = sender.send(delivery(f"https://{'a' * 70}.example.com/"))
    assert result.error.endswith("cannot be resolved: not a host name")


def test_a_resolver_that_hangs_holds_one_thread_and_no_other_storefront(receive, names):
    sender = Sender(deadline=3.0)
    released = threading.Event()
    asked = []

    def hang():
        asked.append(1)
        released.wait(60)
        return ["127.0.0.1"]

    names["slow.example.com"] = hang
    receiver = receive(answering())
    results = []
    to_slow = delivery(f"http://slow.example.com:{receiver.port}/hook")
    threads = [
        threading.Thread(target=lambda: results.append(sender.send(to_slow))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    names["shop.example.com"] = ["127.0.0.1"]
    assert sender.send(delivery(f"http://shop.example.com:{receiver.port}/hook")).delivered
    assert not results, "it has not waited for them"
    for thread in threads:
        thread.join()
    assert {result.error for result in results} == {
        "No answer within 3 s: stopped while looking up the host name"
    }
    assert max(result.seconds for result in results) < 3.0 + LATE
    assert len(asked) == 1
    released.set()
    deadline = time.monotonic() + LATE
    while not sender.send(to_slow).delivered:
        assert time.monotonic() < deadline, "a late answer must not block the name for ever"
    sender.close()


def test_an_international_name_is_looked_up_in_ascii(sender, monkeypatch):
    asked = []

    def look_up(host, port, flags=0):
        if not flags:
            asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(addresses, "_lookup", look_up)
    sender.send(delivery("https://Straße.example/hook"))
    assert asked == ["xn--strae-oqa.example"]
