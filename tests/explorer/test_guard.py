"""Who may ask: this machine in its own name; no foreign page, no writer, no endless query, no stranger."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from explorer.serving import running

TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with running(tmp_path_factory.mktemp("guarded"), hosts=("*",), token=TOKEN) as address:
        yield address


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]", "0.0.0.0"],
)
def test_a_foreign_host_is_refused(plain, host):
    """DNS rebinding: the reader's browser asks this machine in the name of somebody's page."""
    for path in ("/", "/api/v1/gap", "/static/explorer.js"):
        got = httpx.get(f"{plain}{path}", headers={"host": host})
        assert got.status_code == 421
        assert "gap" not in got.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:80"])
def test_own_names_pass(plain, host):
    assert httpx.get(f"{plain}/methods", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_is_written(plain, method):
    got = httpx.request(method, f"{plain}/gap", headers={"origin": "https://evil.example"})
    assert got.status_code == 405
    assert got.headers["allow"] == "GET, HEAD"


def test_another_site_gets_neither_data_nor_scripts(plain):
    for mode in ("no-cors", "cors", "same-origin"):
        got = httpx.get(f"{plain}/api/v1/gap", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": mode})
        assert got.status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert httpx.get(f"{plain}/methods", headers=link).status_code == 200
    assert "access-control-allow-origin" not in httpx.get(f"{plain}/api/v1/sources").headers


@pytest.mark.parametrize("path", ["/", "/nothing", "/gap?at=x", "/static/explorer.js", "/api/v1/openapi.json"])
def test_every_answer_has_the_strict_policy(plain, path):
    got = httpx.get(f"{plain}{path}")
    policy = got.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in got.headers


def test_a_long_query_is_refused(plain):
    assert httpx.get(f"{plain}/gap?leader={'x' * 5000}").status_code == 414
    assert httpx.get(f"{plain}/gap?leader={'x' * 400}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py", "/static/%2e%2e/guard.py", "/static/..%2fguard.py", "/gap/..%2f..%2fx.csv",
        "/gap/frontier.py", "/gap/%00.csv", "/%2e%2e", "/gap/frontier.csv/x",
    ],
)  # fmt: skip
def test_no_file_is_reachable(plain, path):
    address = urlsplit(plain)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nhost: {address.netloc}\r\nconnection: close\r\n\r\n".encode())
        got = b"".join(iter(lambda: line.recv(65536), b""))
    assert got.split(b" ", 2)[1] in (b"404", b"400")
    assert b"class Guard" not in got


@pytest.mark.parametrize("on", ["own.csv", "/etc/passwd", "../x.parquet", "file:///etc/passwd", "benchmark:../x.csv"])
def test_no_scale_opens_a_file(plain, on):
    got = httpx.get(f"{plain}/api/v1/gap", params={"on": on})
    assert got.status_code == 400
    assert "reads no file" in got.json()["error"]["seen"]


def test_a_stranger_needs_the_token(guarded):
    for path in ("/", "/api/v1/methods", "/static/explorer.js", "/?token=wrong", "/?token=", f"/?token={TOKEN}x"):
        assert httpx.get(f"{guarded}{path}").status_code == 401
    assert httpx.get(f"{guarded}/methods", headers={"cookie": "nomoat-token=wrong"}).status_code == 401
    assert httpx.get(f"{guarded}/methods", headers={"cookie": f"nomoat-token={'é' * 3}".encode()}).status_code == 401


def test_the_token_becomes_a_cookie_and_leaves_the_address(guarded):
    got = httpx.get(f"{guarded}/methods?q=gap&token={TOKEN}")
    assert got.status_code == 303
    assert got.headers["location"] == "/methods?q=gap"
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert httpx.get(f"{guarded}/methods", headers={"cookie": f"nomoat-token={TOKEN}"}).status_code == 200
    assert httpx.get(f"{guarded}//evil.example/?token={TOKEN}").headers["location"] == "/"


def test_another_host_is_served_with_a_token_only(monkeypatch):
    """`nomoat explore --host 0.0.0.0` prints an address with a token, and asks for it."""
    import nomoat.explorer.serve as serve

    seen = {}

    class Stop(Exception):
        pass

    def application(catalog, *, hosts, token):
        seen.update(hosts=hosts, token=token)
        raise Stop

    monkeypatch.setattr("nomoat.explorer.app.application", application)
    for host, wanted in (("0.0.0.0", True), ("192.0.2.1", True), ("127.0.0.1", False), ("localhost", False)):
        with pytest.raises(Stop):
            serve.serve(host=host, port=0)
        assert bool(seen["token"]) == wanted
        assert (seen["hosts"] == ("*",)) == wanted
    assert len(serve.secrets.token_urlsafe(24)) >= 32


def test_fifty_clients_at_once_get_the_same_answer(plain):
    addresses = [f"{plain}/gap?at=2025-0{month}-01" for month in range(1, 6)] * 10
    with httpx.Client(timeout=60, limits=httpx.Limits(max_connections=50)) as client, ThreadPoolExecutor(50) as crowd:
        got = list(crowd.map(client.get, addresses))
    assert {one.status_code for one in got} == {200}
    assert len({one.text for one in got}) == 5
