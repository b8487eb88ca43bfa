"""Bytes come whole or not at all, politely, and keys stay where they belong."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest

from nomoat.errors import OutputError, SourceError
from nomoat.sources.copies import slot
from nomoat.sources.web import Step, Web
from sources.server import Publisher, Reply

SITE = "https://publisher.example"
BODY = b'{"models": [1, 2, 3]}'
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = b"<!DOCTYPE html><html><title>Sorry</title></html>"


@pytest.fixture
def publisher():
    site = Publisher()
    yield site
    site.close()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def web(publisher, tmp_path, waits):
    clock = iter(NOON + timedelta(minutes=minute) for minute in range(1000))
    with Web(
        tmp_path, roots={SITE: publisher.address}, timeout=5, sleep=waits.append, now=lambda: next(clock),
        chance=lambda: 0.5,
    ) as opened:  # fmt: skip
        yield opened


def fetch(web, name="api", path="/api.json", kind="json", **options):
    return web.get("publisher", name, SITE + path, kind=kind, **options)


def whole(home: Path) -> list[Path]:
    """Every file below the store that is no slip."""
    return [path for path in sorted(home.rglob("*")) if path.is_file() and path.suffix != ".copy"]


def test_bytes_are_kept_with_their_address_date_and_hash(web, publisher, tmp_path):
    publisher.says("/api.json", BODY)
    copy = fetch(web)
    assert copy.path.read_bytes() == BODY
    assert (copy.address, copy.sha256, copy.bytes) == (f"{SITE}/api.json", sha256(BODY).hexdigest(), len(BODY))
    assert copy.fresh
    assert copy.retrieved == NOON
    assert copy.path.parent == tmp_path / "bytes" / "publisher"
    assert "20261122T12" in copy.path.name
    assert copy.sha256[:12] in copy.path.name


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"ETag": '"v1"'}, ("if-none-match", '"v1"')),
        ({"Last-Modified": "Sun, 22 Nov 2026 07:00:00 GMT"}, ("if-modified-since", "Sun, 22 Nov 2026 07:00:00 GMT")),
    ],
)
def test_what_did_not_change_is_not_sent_again(web, publisher, given, asked):
    def answer(request):
        return (
            Reply(status=304, headers=given) if request.headers.get(asked[0]) == asked[1] else Reply(BODY, 200, given)
        )

    publisher.says("/api.json", answer)
    first, second, third = fetch(web), fetch(web), fetch(web)
    assert [first.fresh, second.fresh, third.fresh] == [True, False, False]
    assert second.path == first.path
    assert second.retrieved == first.retrieved < second.checked < third.checked
    assert asked[0] not in publisher.asked[0].headers


def test_a_304_that_nobody_asked_for_is_refused(web, publisher):
    publisher.says("/api.json", Reply(status=304))
    with pytest.raises(SourceError, match="304"):
        fetch(web)


def test_the_same_bytes_again_are_not_fresh_and_overwrite_nothing(web, publisher, tmp_path):
    publisher.says("/api.json", BODY)
    first = fetch(web)
    before = first.path.stat()
    second = fetch(web)
    assert not second.fresh
    assert whole(tmp_path) == [first.path]
    assert (first.path.stat().st_ino, first.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_new_bytes_lie_beside_the_old_ones(web, publisher, tmp_path):
    publisher.says("/api.json", BODY, b'{"models": []}', BODY)
    copies = [fetch(web) for _ in range(3)]
    assert [copy.fresh for copy in copies] == [True, True, True]
    assert [copy.path.read_bytes() for copy in copies] == [BODY, b'{"models": []}', BODY]
    assert list(web.kept("publisher", "api", "json")) == [
        type(copy)(**{**vars(copy), "fresh": False}) for copy in copies
    ]


def test_a_damaged_copy_is_not_believed(web, publisher):
    publisher.says("/api.json", Reply(BODY, headers={"ETag": '"v1"'}))
    copy = fetch(web)
    copy.path.write_bytes(b'{"models": [9, 9, 9]}')
    again = fetch(web)
    assert "if-none-match" not in publisher.asked[-1].headers
    assert again.fresh
    assert again.path != copy.path
    assert again.path.read_bytes() == BODY


def test_a_doubted_copy_is_asked_for_without_condition(web, publisher):
    publisher.says("/api.json", Reply(BODY, headers={"ETag": '"v1"'}))
    web.doubt(fetch(web))
    fetch(web)
    assert "if-none-match" not in publisher.asked[-1].headers


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": format_datetime(NOON + timedelta(seconds=90), usegmt=True)}, 90),
        ({"Retry-After": format_datetime(NOON - timedelta(days=1), usegmt=True)}, 0),
        ({"Retry-After": "soon"}, 1),
        ({}, 1),
    ],
    ids=["seconds", "date", "past", "words", "none"],
)
def test_429_is_asked_again_after_the_wait_it_names(web, publisher, waits, headers, waited):
    publisher.says("/api.json", Reply(b"slow down", 429, headers), BODY)
    assert fetch(web).path.read_bytes() == BODY
    assert waits == [pytest.approx(waited)]


def test_waits_grow_and_end(web, publisher, waits):
    publisher.says("/api.json", Reply(b"", 503))
    with pytest.raises(SourceError, match=r"5 times: it answers 503"):
        fetch(web)
    assert waits == [1, 2, 4, 8]


def test_jitter_spreads_the_waits(publisher, tmp_path):
    publisher.says("/api.json", Reply(b"", 500))
    waits, dice = [], iter([0.0, 1.0, 0.25])
    with (
        Web(tmp_path, roots={SITE: publisher.address}, retries=3, sleep=waits.append, chance=lambda: next(dice)) as web,
        pytest.raises(SourceError),
    ):
        fetch(web)
    assert waits == [0.5, 3, 3]


def test_a_wait_of_an_hour_is_told_and_not_waited_for(web, publisher, waits):
    publisher.says("/api.json", Reply(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(SourceError, match="in 3,600 s"):
        fetch(web)
    assert waits == []


@pytest.mark.parametrize(
    "broken",
    [
        Reply(b"oops", 500),
        Reply(BODY, cut=5),
        Reply(BODY, length=len(BODY) + 10),
        Reply(BODY, length=len(BODY) - 5),
        Reply(BODY[:-4], chunks=True),
        Reply(reset=True),
        Reply(gzip.compress(BODY)[:-6], headers={"Content-Encoding": "gzip"}),
        Reply(BODY, headers={"Content-Encoding": "gzip"}),
    ],
    ids=["500", "closed early", "length too long", "length too short", "no end", "reset", "gzip short", "no gzip"],
)
def test_a_broken_answer_is_asked_for_again(publisher, tmp_path, broken):
    publisher.says("/api.json", broken, BODY)
    with Web(tmp_path, roots={SITE: publisher.address}, timeout=5, sleep=lambda wait: None) as web:
        assert fetch(web).path.read_bytes() == BODY
        assert len(publisher.asked) == 2
        publisher.says("/api.json", broken)
        with pytest.raises(SourceError, match="asked 5 times"):
            fetch(web, name="other")
    assert len(whole(tmp_path)) == 1


def test_a_server_that_does_not_answer_in_time(publisher, tmp_path):
    never = threading.Event()
    publisher.says("/api.json", lambda asked: never.wait(20) or Reply(BODY))
    with (
        Web(tmp_path, roots={SITE: publisher.address}, timeout=0.1, retries=1, sleep=lambda wait: None) as web,
        pytest.raises(SourceError, match="2 times: it does not answer in time"),
    ):
        fetch(web)
    never.set()
    assert whole(tmp_path) == []


def test_a_server_that_stops_in_the_middle(publisher, tmp_path):
    never = threading.Event()
    publisher.says("/api.json", Reply(BODY, length=1000, wait=never))
    with (
        Web(tmp_path, roots={SITE: publisher.address}, timeout=0.1, retries=0) as web,
        pytest.raises(SourceError, match="once: it does not answer in time"),
    ):
        fetch(web)
    never.set()
    assert whole(tmp_path) == []


def test_nobody_there_is_said_soon(tmp_path):
    waits = []
    with (
        Web(tmp_path, roots={SITE: "http://127.0.0.1:9"}, sleep=waits.append) as web,
        pytest.raises(SourceError, match="2 times: it cannot be reached"),
    ):
        fetch(web)
    assert len(waits) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(web, publisher, status):
    publisher.says("/api.json", Reply(status=status, headers={"Location": "/elsewhere.json"}))
    publisher.says("/elsewhere.json", BODY)
    copy = fetch(web)
    assert copy.path.read_bytes() == BODY
    assert copy.address == f"{SITE}/api.json"


def test_a_key_does_not_follow_a_redirect_to_another_host(web, publisher):
    other = Publisher()
    other.says("/file.json", BODY)
    publisher.says("/api.json", Reply(status=302, headers={"Location": f"{other.address}/file.json"}))
    fetch(web, headers={"x-api-key": "secret-of-mine", "Authorization": "Bearer hf_0123456789"})
    assert publisher.asked[0].headers["x-api-key"] == "secret-of-mine"
    assert not {"x-api-key", "authorization"} & set(other.asked[0].headers)
    other.close()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("file:///etc/passwd", "redirects to file"),
        ("ftp://publisher.example/x", "redirects to ftp"),
        ("/api.json", "more than 5 times"),
        ("http://a:port/x", "Invalid URL"),
        ("https:///nowhere", "redirects to"),
    ],
)
def test_a_redirect_to_nowhere_is_refused(web, publisher, target, said):
    publisher.says("/api.json", Reply(status=302, headers={"Location": target}))
    with pytest.raises(SourceError, match=said):
        fetch(web)
    assert len(publisher.asked) <= 6


def test_https_never_becomes_http(web, publisher, monkeypatch):
    import httpx

    answer = httpx.Response(302, headers={"Location": "http://publisher.example/x"}, request=httpx.Request("GET", SITE))
    web._client = httpx.Client(transport=httpx.MockTransport(lambda request: answer))
    with pytest.raises(SourceError, match="redirects to http://"):
        web.get("publisher", "api", "https://unmapped.example/api.json", kind="json")


def test_a_compressed_body_is_kept_plain(web, publisher):
    publisher.says("/api.json", Reply(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}))
    assert fetch(web).path.read_bytes() == BODY
    members = gzip.compress(BODY[:9]) + gzip.compress(BODY[9:])
    publisher.says("/api.json", Reply(members, headers={"Content-Encoding": "gzip"}))
    assert not fetch(web).fresh


def test_an_encoding_that_was_not_asked_for_is_refused(web, publisher):
    publisher.says("/api.json", Reply(BODY, headers={"Content-Encoding": "br"}))
    with pytest.raises(SourceError, match="encoding 'br'"):
        fetch(web)


def test_a_bomb_fills_neither_memory_nor_disk(publisher, tmp_path):
    import resource

    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        for _ in range(512):
            file.write(bytes(1 << 20))
    publisher.says("/api.json", Reply(packed.getvalue(), headers={"Content-Encoding": "gzip"}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        Web(tmp_path, roots={SITE: publisher.address}, limit=8 << 20) as web,
        pytest.raises(SourceError, match="larger than 8,388,608 bytes"),
    ):
        fetch(web)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert whole(tmp_path) == []


@pytest.mark.parametrize("reply", [Reply(BODY), Reply(BODY, chunks=True), Reply(b"{}", length=10**12)])
def test_a_body_beyond_the_limit_is_refused(web, publisher, tmp_path, reply):
    publisher.says("/api.json", reply)
    with pytest.raises(SourceError, match="larger than 10 bytes"):
        fetch(web, limit=10)
    assert whole(tmp_path) == []


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "zip", "parquet", "yaml", "text"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(PAGE, headers={"Content-Type": "text/html; charset=utf-8"}),
        Reply(b"\n <!-- x --> <HTML>", headers={"Content-Type": "text/plain"}),
        Reply(PAGE, 404, {"Content-Type": "text/html"}),
    ],
    ids=["said", "seen", "404"],
)
def test_a_web_page_is_no_data(web, publisher, tmp_path, waits, kind, reply):
    publisher.says("/api.json", reply)
    with pytest.raises(SourceError, match="HTML page"):
        fetch(web, kind=kind)
    assert whole(tmp_path) == []
    assert waits == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said(web, publisher, status):
    publisher.says("/api.json", Reply(b"{}", status))
    with pytest.raises(SourceError, match="a key that is valid"):
        fetch(web)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", "a,b\n1,2\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("json", b"[]", [b"model,price\na,1\n", b"", b"   "]),
        ("jsonl", b'{"a":1}\n{"a":2}\n', [b"a,b\n"]),
        ("csv", b"a,b\n1,2\n", [b"a\0b", b""]),
        ("zip", archive(), [b"[]", b"PK"]),
        ("parquet", b"PAR1....PAR1", [b"[]", archive()]),
        ("yaml", b"- a: 1\n", [b"\0\0"]),
    ],
)
def test_each_kind_is_known_by_its_ends(web, publisher, kind, good, bad):
    publisher.says("/api.json", good)
    assert fetch(web, kind=kind).path.read_bytes() == good
    for body in bad:
        publisher.says("/api.json", body)
        with pytest.raises(SourceError, match="The body of"):
            fetch(web, kind=kind)


@pytest.mark.parametrize(("kind", "good"), [("zip", archive()), ("parquet", b"PAR1....PAR1"), ("json", BODY)])
def test_a_file_without_its_end_is_cut_short(web, publisher, kind, good):
    publisher.says("/api.json", Reply(good[:-3], chunks=True))
    with pytest.raises(SourceError, match="cut short"):
        fetch(web, kind=kind)


@pytest.mark.parametrize(
    "name", ["../../escaped", "/etc/passwd", "..", "a\\..\\b", "x" * 500, "né", "a\0b", "A", ".part-"]
)
def test_a_name_stays_in_its_folder(web, publisher, tmp_path, name):
    publisher.says("/api.json", BODY)
    copy = fetch(web, name=name)
    assert copy.path.parent == tmp_path / "bytes" / "publisher"
    assert copy.path.read_bytes() == BODY
    assert not fetch(web, name=name).fresh
    assert slot(name) != slot(name + "'")
    stray = web.get("../..", "api", SITE + "/api.json", kind="json")
    assert stray.path.parent.parent == tmp_path / "bytes"


def test_a_key_is_nowhere_to_be_seen(web, publisher, tmp_path, caplog):
    key = "sk-0123456789abcdef/+="
    publisher.says("/api.json", Reply(BODY, headers={"ETag": f'"{key}"'}))
    publisher.says("/gone.json", Reply(key.encode(), 403))
    publisher.says("/moved.json", Reply(status=302, headers={"Location": f"ftp://a.example/?token={key}"}))
    publisher.says("/slow.json", Reply(b"", 429, {"Retry-After": key}))
    publisher.says("/broken.json", Reply(reset=True))
    steps = []
    web._progress = steps.append
    said = []
    with caplog.at_level(logging.DEBUG):
        for keyed in ({"headers": {"x-api-key": key}}, {"headers": {"Authorization": f"Bearer {key}"}},
                      {"params": {"api_key": key}}, {"params": [("page", "1"), ("token", key)]}):  # fmt: skip
            fetch(web, **keyed)
            for path in ("/gone.json", "/moved.json", "/slow.json", "/broken.json"):
                with pytest.raises(SourceError) as caught:
                    fetch(web, path=path, **keyed)
                said.append(str(caught.value))
    assert any("api_key" in asked.path for asked in publisher.asked)
    kept = [path.name for path in tmp_path.rglob("*")] + [path.read_text() for path in tmp_path.rglob("*.copy")]
    for place in (kept, said, [caplog.text], [repr(step) for step in steps]):
        assert place
        for text in place:
            assert "0123456789abcdef" not in text


def test_pages_follow_the_link_to_the_end(web, publisher):
    def page(asked):
        number = int(asked.path.partition("cursor=")[2] or 0)
        link = {"Link": f'<{SITE}/list?cursor={number + 1}>; rel="next"'} if number < 2 else {}
        etag = f'"{number}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304)  # a 304 need not repeat the link
        return Reply(json.dumps([number]).encode(), headers={"ETag": etag, **link})

    publisher.says("/list", page)
    got = list(web.pages("publisher", "list", SITE + "/list", params={"limit": "1"}))
    assert [json.loads(copy.path.read_text()) for copy in got] == [[0], [1], [2]]
    assert [copy.name for copy in got] == ["list-000", "list-001", "list-002"]
    assert publisher.asked[0].path == "/list?limit=1"
    assert publisher.asked[1].path == "/list?cursor=1"
    again = list(web.pages("publisher", "list", SITE + "/list", params={"limit": "1"}))
    assert [copy.fresh for copy in again] == [False, False, False]
    assert [copy.path for copy in again] == [copy.path for copy in got]


@pytest.mark.parametrize(
    ("link", "said"),
    [("/list", "in a circle"), ("https://evil.example/list", "on its own host"), ("?page={n}", "more than 4 pages")],
)
def test_pages_have_an_end(web, publisher, link, said):
    def page(asked):
        return Reply(b"[]", headers={"Link": f'<{link.format(n=len(publisher.asked))}>; rel="next"'})

    publisher.says("/list", page)
    with pytest.raises(SourceError, match=said):
        list(web.pages("publisher", "list", SITE + "/list", headers={"x-api-key": "secret-of-mine"}, most=4))


def test_progress_is_told(web, publisher):
    steps: list[Step] = []
    web._progress = steps.append
    publisher.says("/api.json", Reply(b"", 503), BODY)
    fetch(web)
    assert steps[0].note == "it answers 503: again in 1 s"
    assert (steps[-1].source, steps[-1].received, steps[-1].total) == ("publisher", len(BODY), len(BODY))


def test_a_file_of_this_disk_is_kept_like_a_fetched_one(tmp_path):
    given = tmp_path / "given file.json"
    given.write_bytes(BODY)
    with Web(tmp_path / "home", roots={SITE: tmp_path.as_uri()}) as web:
        copy = web.get("publisher", "api", f"{SITE}/given%20file.json", kind="json")
        assert copy.path.read_bytes() == BODY
        assert copy.address == f"{SITE}/given%20file.json"
        given.write_bytes(PAGE)
        with pytest.raises(SourceError, match="HTML page"):
            web.take("publisher", "api", given, kind="json")
        given.write_bytes(BODY[:-2])
        with pytest.raises(SourceError, match="cut short"):
            web.take("publisher", "api", given, kind="json")
        with pytest.raises(SourceError, match="cannot be read"):
            web.take("publisher", "api", tmp_path / "missing.json", kind="json")


def test_a_store_that_is_a_file_is_named(publisher, tmp_path):
    (tmp_path / "bytes").write_text("")
    publisher.says("/api.json", BODY)
    with Web(tmp_path, roots={SITE: publisher.address}) as web, pytest.raises(OutputError, match="cannot be written"):
        fetch(web)


CHILD = """
import sys
from pathlib import Path
from nomoat.sources.web import Web
with Web(Path(sys.argv[1]), roots={"https://publisher.example": sys.argv[2]}) as web:
    web.get("publisher", "api", "https://publisher.example/api.json", kind="csv")
"""


def test_a_download_that_is_killed_leaves_nothing_to_believe(publisher, tmp_path):
    publisher.says("/api.json", b"a,b\n1,2\n")
    with Web(tmp_path, roots={SITE: publisher.address}) as web:
        old = fetch(web, kind="csv")
    never = threading.Event()
    half = b"a,b\n" + b"3,4\n" * 100_000  # a CSV that would pass for whole
    publisher.says("/api.json", Reply(half, length=len(half) + 4, wait=never))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), publisher.address])
    folder = tmp_path / "bytes" / "publisher"
    until = time.monotonic() + 20
    while not any(part.stat().st_size > 1000 for part in folder.glob(".part-*")):
        assert time.monotonic() < until
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    never.set()
    left = list(folder.glob(".part-*"))
    assert len(left) == 1
    with Web(tmp_path, roots={SITE: publisher.address}) as web:
        assert [copy.path for copy in web.kept("publisher", "api", "csv")] == [old.path]
        publisher.says("/api.json", half)
        assert fetch(web, kind="csv").path.read_bytes() == half
        assert left[0].exists()  # another process may be writing it
        day_ago = time.time() - 25 * 3600
        os.utime(left[0], (day_ago, day_ago))
        fetch(web, name="other", kind="csv")
        assert not left[0].exists()


def test_bytes_without_a_slip_are_not_believed(web, publisher):
    publisher.says("/api.json", Reply(BODY, headers={"ETag": '"v1"'}))
    copy = fetch(web)
    slip = copy.path.with_name(copy.path.name + ".copy")
    text = slip.read_bytes()
    for broken in (b"", b"{}", text[:40], b"\xff\xfe", b"[" * 100_000):
        slip.write_bytes(broken)
        assert web.kept("publisher", "api", "json") == ()
    slip.unlink()
    assert web.kept("publisher", "api", "json") == ()
    assert fetch(web).fresh


def test_a_long_query_does_not_hide_what_is_wrong(web, publisher):
    with pytest.raises(SourceError) as caught:
        fetch(web, params=[("expand[]", f"property-{number}") for number in range(20)])
    assert str(caught.value).startswith(f"{SITE}/api.json?... answers 404 with an HTML page.")
