"""Whatever bytes a board or a router sends, its reader says `SourceError` or brings rows that can be true."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nomoat.catalog.tables import TABLES
from nomoat.errors import SourceError
from nomoat.sources import openrouter, vercel
from nomoat.sources.curated import Curated
from nomoat.sources.disk import Disk
from nomoat.sources.known import SOURCES
from nomoat.sources.plain import is_plain
from sources.boards import NOON, put
from sources.whole import WHOLE, naming

LAX = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
]  # each file is written anew
SENT = ("arena", "eee", "openrouter", "vercel", "aa", "livebench")
# (source, the name of its file, the file)
FILES = [(source, part.file, part.body) for source in SENT for part in WHOLE[source]]
BAD = [
    b"", b"\0", b"[", b"{}", b"[]", b"null", b"NaN", b'{"data": NaN}', b"[" * 200_000, b'{"a":' * 100_000,
    b"<!DOCTYPE html><title>502</title>", b"\xff\xfe\xfa", b"PK\x03\x04", b"9" * 10_000, b'"\\ud800"', b"PAR1PAR1",
    b'{"data": ' + b"9" * 5_000 + b"}", b"\xef\xbb\xbf", b"a,b\n" * 3,
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def kinds():
    """Open and closed as planted: the shipped catalogue takes no part in these tests."""
    with pytest.MonkeyPatch.context() as patch:
        for router in (openrouter, vercel):
            patch.setattr(router, "catalogued", lambda: {"openai/o3-2025-04-16": "closed"})
        yield


def check(facts):
    """What no bytes may bring into the store."""
    for table, rows in facts.tables.items():
        for row in rows:
            for column, value in row.items():
                if table != "origins":
                    assert not isinstance(value, str) or is_plain(value, 1000), (table, column, value)
                assert not isinstance(value, float) or math.isfinite(value), (table, column)
                if isinstance(value, date) and column != "valid_to":
                    assert date(1970, 12, 31) < value <= date(2026, 11, 30), (table, column, value)
            for column in {"input", "output", "votes", "total"} & set(row):
                assert row[column] is None or row[column] >= 0
            if table == "scores":
                assert 0 <= row["performance"] <= 1
            assert set(row) <= {*TABLES[table], "origin_id"}


def brought(folder, source, name, body):
    check(SOURCES[source].read([put(folder, name, body)], Curated(), naming()))


@pytest.mark.parametrize(("source", "name", "body"), FILES, ids=lambda value: value if isinstance(value, str) else "")
def test_the_files_that_are_changed_below_are_whole(source, name, body, tmp_path):
    facts = SOURCES[source].read([put(tmp_path, name, body)], Curated(), naming())
    check(facts)
    assert set(facts.tables) & {"scores", "ratings", "usage", "offerings"}


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:12]))
@pytest.mark.parametrize("source", SENT)
def test_what_is_another_format_is_a_source_error(source, body, tmp_path):
    with pytest.raises(SourceError):
        brought(tmp_path, source, WHOLE[source][0].file, body)


@pytest.mark.parametrize("source", SENT)
def test_a_file_that_is_gone_is_a_source_error(source, tmp_path):
    copy = put(tmp_path, WHOLE[source][0].file, b"")
    copy.path.unlink()
    with pytest.raises(SourceError):
        SOURCES[source].read([copy], Curated(), naming())


@given(
    which=st.sampled_from(FILES),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 6), st.binary(max_size=6)), min_size=1, max_size=4),
)
@settings(max_examples=400, deadline=None, suppress_health_check=LAX)
def test_any_change_of_the_bytes_raises_nothing_else(tmp_path, which, changes):
    source, name, whole = which
    body = bytearray(whole)
    for at, gone, put_in in changes:
        at %= len(body) + 1
        body[at : at + gone] = put_in
    try:
        brought(tmp_path, source, name, bytes(body))
    except SourceError:
        return


@given(which=st.sampled_from(FILES), token=st.sampled_from([
    b"1e999", b"-1", b"1e308", b"null", b"true", b'""', b'"=1+1"', b'"\\u202e"', b"[]", b"{}", b'"1970-01-01"',
    b'"9999-12-31"', b'"0000-00-00"', b"0", b"99999999999999999999", b'"-0.5"', b'"x\\u0000y"', b"-0.0", b'"1e400"',
    b'"NaN"',
]), at=st.integers(0, 120))  # fmt: skip
@settings(max_examples=400, deadline=None, suppress_health_check=LAX)
def test_any_value_in_the_place_of_another_raises_nothing_else(tmp_path, which, token, at):
    """JSON stays JSON: each value in turn becomes one that a careless reader believes."""
    source, name, whole = which
    if not name.endswith(".json"):
        return
    spots = []

    def walk(held):
        for key in held if isinstance(held, dict) else range(len(held)):
            spots.append((held, key))
            if isinstance(held[key], dict | list):
                walk(held[key])

    document = json.loads(whole)
    walk(document)
    owner, key = spots[at % len(spots)]
    owner[key] = "@@"
    body = json.dumps(document).encode().replace(b'"@@"', token)
    try:
        brought(tmp_path, source, name, body)
    except SourceError:
        return


@pytest.mark.parametrize(("source", "name", "body"), FILES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_file_of_this_disk_stands_in_for_the_server(source, name, body, tmp_path):
    """`nomoat update SOURCE --from FILE` and `--from DIR`, without a key and without a listing."""
    folder = tmp_path / "given" / source
    path = put(folder, name, body).path
    for given_as in (path, path.parent, path.parent.parent):
        with Disk(tmp_path / "home", given_as, retrieved=NOON.date()) as disk:
            copies = SOURCES[source].fetch(disk)
            assert [copy.path.read_bytes() for copy in copies] == [body], given_as
            check(SOURCES[source].read(copies, Curated(), naming()))


@pytest.mark.parametrize("source", ["openrouter", "aa", "eee", "livebench"])
def test_what_must_not_be_passed_on_says_so(source):
    assert not SOURCES[source].bundled
