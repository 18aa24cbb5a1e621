"""What a stranger can send, keep, read and hold is bounded."""

import contextlib
import os
import socket
import stat
import threading

import pytest

from reference_storefront import cart, clock, csrf
from reference_storefront.__main__ import LARGEST_HEADER, server_of
from reference_storefront.app import LARGEST_BODY, create_app
from reference_storefront.config import Config, ConfigError, from_environ
from reference_storefront.staff import MOST_WRONG, WRONG_WITHIN
from reference_storefront.store import Store

from .conftest import PASSWORD

LARGE = "x" * (csrf.LARGEST_FORM + 1)


@pytest.fixture
def port(app, config):
    """Of the shop behind its real server."""
    with serving(app, config) as port:
        yield port


@contextlib.contextmanager
def serving(app, config, **settings):
    server = server_of(app, Config(**{**vars(config), "port": 0, **settings}))

    def run():
        with contextlib.suppress(OSError):  # of the socket that is closed below
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(5)


def say(port, head, body=b""):
    """The status line of the answer to a request that is never finished."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        return connection.recv(100).decode().partition("\r\n")[0]


@pytest.mark.parametrize("path", ["/webhooks/erp", "/checkout", "/api/orders"])
def test_a_body_that_is_said_to_be_long_is_refused_before_it_comes(port, path):
    head = f"POST {path} HTTP/1.1\r\nHost: shop\r\nContent-Length: {60 * 2**20}"
    assert " 413 " in say(port, head)


def test_a_body_of_unknown_length_is_refused_where_it_gets_too_long(port):
    head = "POST /webhooks/erp HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked"
    chunk = b"%x\r\n%s\r\n" % (2**16, b"x" * 2**16)
    assert " 413 " in say(port, head, chunk * (LARGEST_BODY // 2**16 + 2))


def test_a_head_that_does_not_end_is_refused(port):
    assert " 431 " in say(port, "GET / HTTP/1.1\r\nX: " + "x" * (LARGEST_HEADER + 1))


@pytest.mark.parametrize("path", ["/cart/add", "/cart/change", "/checkout", "/checkout/payment"])
def test_a_long_form_is_refused_before_it_is_parsed(client, path):
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        answer = client.post(path, data=LARGE, content_type=content_type)
        assert answer.status_code == 413, content_type


def test_many_parts_are_refused_before_the_token_is_looked_for(client):
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    body = part * (csrf.MOST_FIELDS + 5) + b"--b--\r\n"
    assert len(body) < csrf.LARGEST_FORM
    answer = client.post("/cart/add", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


def test_a_long_order_is_refused(staff):
    answer = staff.post("/api/orders", data=b" " * (LARGEST_BODY + 1),
                        content_type="application/json")
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


def test_of_all_carts_so_many_lines_are_kept(send_catalogue, app, shop, monkeypatch):
    monkeypatch.setattr(cart, "KEEP_LINES", 3)
    send_catalogue({"DRONE-X1-PRO-KIT": 40})
    for number in range(6):
        with app.test_request_context():
            cart.add(shop.store, f"visitor {number}", "DRONE-X1-PRO-KIT", 1)
    assert [cart.count(shop.store, f"visitor {number}") for number in range(6)] == [
        0, 0, 0, 1, 1, 1,
    ]


def test_the_database_is_the_shops_alone(tmp_path):
    old_umask = os.umask(0)
    try:
        path = tmp_path / "new.db"
        store = Store(str(path))
        store.setting("session_key", lambda: "secret")
        for file in tmp_path.glob("new.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    finally:
        os.umask(old_umask)


def test_a_database_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "old.db"
    path.touch(0o644)
    Store(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("https", [True, False])
def test_cookies_go_over_https_alone_where_the_shop_is_behind_it(config, https):
    app = create_app(Config(**{**vars(config), "https": https}))
    [cookie] = app.test_client().get("/cart").headers.getlist("Set-Cookie")
    assert ("; Secure" in cookie) is https
    assert "; HttpOnly" in cookie and "; SameSite=Lax" in cookie


PAGES_OF_STAFF = [
    ("GET", "/api/events"),
    ("POST", "/api/orders"),
    ("GET", "/api/orders/ORD-WEB-2024-999"),
    ("POST", "/api/orders/ORD-WEB-2024-999/resend"),
]


@pytest.mark.parametrize(("method", "path"), PAGES_OF_STAFF)
def test_events_and_orders_are_behind_a_login(client, staff, method, path):
    for auth in (None, ("staff", "guess"), ("staff", ""), ("", PASSWORD + "x")):
        answer = client.open(path, method=method, auth=auth)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert answer.content_type == "application/problem+json"
    bearer = client.open(path, method=method, headers={"Authorization": f"Bearer {PASSWORD}"})
    assert bearer.status_code == 401
    assert staff.open(path, method=method).status_code != 401


@pytest.mark.parametrize(("method", "path"), PAGES_OF_STAFF)
def test_without_a_password_nobody_comes_in(config, method, path):
    client = create_app(Config(**{**vars(config), "password": ""})).test_client()
    for auth in (None, ("staff", "")):
        assert client.open(path, method=method, auth=auth).status_code == 401


def test_passwords_are_not_guessed_without_end(app, shop, monkeypatch):
    def answer(password, address="192.0.2.1"):
        return app.test_client().get(
            "/api/events", auth=("staff", password), environ_base={"REMOTE_ADDR": address},
        )

    for _guess in range(MOST_WRONG - 1):
        assert answer("guess").status_code == 401
        assert answer("").status_code == 401, "who has not been asked yet is not counted"
    assert answer(PASSWORD).status_code == 200
    assert answer("guess").status_code == 401
    for password in ("guess", PASSWORD):
        refused = answer(password)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "600"
        assert refused.content_type == "application/problem+json"
    assert answer(PASSWORD, "192.0.2.2").status_code == 200
    assert len(shop.store.rows("SELECT * FROM wrong_password")) == MOST_WRONG

    later = clock.now() + WRONG_WITHIN
    monkeypatch.setattr(clock, "now", lambda: later)
    assert answer(PASSWORD).status_code == 200
    assert answer("guess").status_code == 401
    assert len(shop.store.rows("SELECT * FROM wrong_password")) == 1, "they are not kept"


def test_a_stranger_at_the_same_address_keeps_nobody_out_who_has_logged_in_before(app, client):
    def answer(browser, password=PASSWORD):
        return browser.get("/api/events", auth=("staff", password)).status_code

    known = app.test_client()
    assert answer(known) == 200
    for _guess in range(MOST_WRONG):
        assert answer(client, "guess") == 401
    assert answer(client) == 429
    assert answer(app.test_client()) == 429, "whoever is not known is counted by the address"
    assert answer(known) == 200

    for _guess in range(MOST_WRONG):
        assert answer(known, "guess") == 401, "its own guesses have a limit, too"
    assert answer(known) == 429


def test_a_browser_cannot_say_by_itself_that_it_has_logged_in(app, client):
    for guess in range(MOST_WRONG + 1):
        client.set_cookie("shop_session", f"eyJzdGFmZl9icm93c2VyIjoiYSJ9.{guess}.forged")
        answer = client.get("/api/events", auth=("staff", "guess"))
    assert answer.status_code == 429


def test_no_page_of_the_shop_leads_behind_the_login(send_catalogue, client):
    send_catalogue({"DRONE-X1-PRO-KIT": 1})
    for path in ("/", "/products/DRONE-X1-PRO-KIT", "/cart"):
        page = client.get(path).text
        assert "/api/events" not in page and "/api/orders" not in page


GOOD = {
    "ERP_URL": "http://erp", "ERP_DATABASE": "d", "ERP_API_KEY": "k", "WEBHOOK_SECRET": "s",
    "STOREFRONT_DB": "f",
}


def test_the_new_settings_are_read():
    config = from_environ({
        **GOOD, "STOREFRONT_PASSWORD": PASSWORD, "STOREFRONT_HTTPS": "1",
        "STOREFRONT_PROXY": "127.0.0.1",
    })
    assert (config.password, config.https, config.proxy) == (PASSWORD, True, "127.0.0.1")
    assert PASSWORD not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOREFRONT_PASSWORD", "short"),
        ("STOREFRONT_HTTPS", "yes"),
        ("WEBHOOK_SECRET", "whsec_no*base64"),
    ],
)
def test_a_senseless_setting_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        from_environ({**GOOD, name: value})


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [("", "127.0.0.1"), ("192.0.2.9", "127.0.0.1"), ("127.0.0.1", "198.51.100.7")],
)
def test_where_a_visitor_comes_from_is_told_by_the_configured_proxy_alone(app, config, proxy, seen):
    from flask import request

    app.add_url_rule("/address", "address", lambda: request.remote_addr)
    head = ("GET /address HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            "X-Forwarded-For: 203.0.113.5, 198.51.100.7\r\n\r\n")
    with (
        serving(app, config, proxy=proxy) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
    ):
        connection.sendall(head.encode())
        answer = b"".join(iter(lambda: connection.recv(1000), b""))
    assert answer.endswith(b"\r\n\r\n" + seen.encode())
