"""Who may ask: this machine in its own name; no foreign page, no writer, no endless query, no stranger."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from explorer.serving import running
from nomoat.explorer.pages import pages

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


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_gets_neither_data_nor_scripts(plain, site):
    """Another port of this machine is "same-site" to a browser: somebody else's program all the same."""
    for mode, dest in (("no-cors", "script"), ("cors", "empty"), ("same-origin", "empty"), ("navigate", "iframe")):
        asked = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
        assert httpx.get(f"{plain}/api/v1/methods", headers=asked).status_code == 403, asked
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.get(f"{plain}/methods", headers=link).status_code == 200
    assert "access-control-allow-origin" not in httpx.get(f"{plain}/api/v1/sources").headers


def test_its_own_pages_get_both(plain):
    for mode, dest in (("no-cors", "script"), ("cors", "empty"), ("navigate", "document")):
        own = {"sec-fetch-site": "same-origin", "sec-fetch-mode": mode, "sec-fetch-dest": dest}
        assert httpx.get(f"{plain}/static/explorer.js", headers=own).status_code == 200
    assert httpx.get(f"{plain}/methods", headers={"origin": plain}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:3000", "null", "http://localhost", ""])
def test_an_origin_that_is_not_its_own_gets_nothing(plain, origin):
    """A browser that says nothing of the site still names the origin of a page that wants to read."""
    got = httpx.get(f"{plain}/api/v1/methods", headers={"origin": origin})
    assert got.status_code == 403
    assert "access-control-allow-origin" not in got.headers


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
    seen = got.json()["error"]["seen"]
    assert seen.startswith(("A page reads no file", "No scale")), seen
    assert "root:" not in got.text


def jar(address):
    return f"nomoat-token-{urlsplit(address).port}"


def test_a_stranger_needs_the_token(guarded):
    for path in ("/", "/api/v1/methods", "/static/explorer.js", "/?token=wrong", "/?token=", f"/?token={TOKEN}x"):
        assert httpx.get(f"{guarded}{path}").status_code == 401
    assert httpx.get(f"{guarded}/methods", headers={"cookie": f"{jar(guarded)}=wrong"}).status_code == 401
    assert httpx.get(f"{guarded}/methods", headers={"cookie": f"{jar(guarded)}={'é' * 3}".encode()}).status_code == 401


def test_the_token_becomes_a_cookie_and_leaves_the_address(guarded):
    got = httpx.get(f"{guarded}/methods?q=gap&token={TOKEN}")
    assert got.status_code == 303
    assert got.headers["location"] == "/methods?q=gap"
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.startswith(f"{jar(guarded)}={TOKEN};")
    assert httpx.get(f"{guarded}/methods", headers={"cookie": f"{jar(guarded)}={TOKEN}"}).status_code == 200
    other = f"nomoat-token-1={TOKEN}"
    assert httpx.get(f"{guarded}/methods", headers={"cookie": other}).status_code == 401, "of another port's explorer"
    assert got.headers["referrer-policy"] == "no-referrer"
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


def heard(line, seconds):
    """What comes until the other side hangs up; None where it does not."""
    line.settimeout(seconds)
    try:
        return b"".join(iter(lambda: line.recv(65536), b""))
    except TimeoutError:
        return None
    except ConnectionError:
        return b""


def test_half_a_request_does_not_hold_a_line(tmp_path, monkeypatch):
    """Slow senders: bytes without a question, a question without an end, a body without an end, an answer not taken."""
    monkeypatch.setattr("nomoat.explorer.line.QUIET", 1.0)
    with running(tmp_path) as place:
        address = urlsplit(place)

        def opened(said):
            line = socket.create_connection((address.hostname, address.port))
            line.sendall(said)
            return line

        host = f"host: {address.netloc}\r\n".encode()
        slow = [opened(b""), opened(b"GET / HT"), opened(b"GET /methods HTTP/1.1\r\n" + host + b"x-a: ")]
        body = opened(b"POST /gap HTTP/1.1\r\n" + host + b"content-length: 99999999\r\n\r\nabc")
        many = opened(b"POST /gap HTTP/1.1\r\n" + host + b"transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n")
        with httpx.Client() as client:
            assert client.get(f"{place}/methods").status_code == 200
        assert [heard(line, 20) for line in slow] == [b"", b"", b""]
        for line in (body, many):
            got = heard(line, 20)
            assert got is not None
            assert got.startswith(b"HTTP/1.1 405 ")
        for line in (*slow, body, many):
            line.close()


def test_a_question_that_takes_long_is_not_cut(tmp_path, monkeypatch):
    monkeypatch.setattr("nomoat.explorer.line.QUIET", 0.3)
    methods = pages()["methods"]

    def slow(catalog, values):
        time.sleep(2)
        return methods.answer(catalog, values)

    monkeypatch.setitem(pages(), "methods", replace(methods, answer=slow))
    with running(tmp_path) as place:
        assert httpx.get(f"{place}/methods", timeout=30).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"CONNECT evil.example:443 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_request_of_a_browser_gets_a_refusal(plain, said):
    address = urlsplit(plain)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        got = heard(line, 20)
    assert got is not None
    assert got == b"" or got.split(b" ", 2)[1][:1] == b"4" or b"content-length: 5" in said
    assert httpx.get(f"{plain}/methods").status_code == 200
