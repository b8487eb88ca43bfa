"""Logs of every shape become the requests that were planted in them; what is broken is counted, the rest is kept."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.catalog.requests import Added, parts, query
from nomoat.errors import InputError, UnknownName
from nomoat.work import lines
from nomoat.work import logs as module
from nomoat.work.formats import FORMATS, format_of
from nomoat.work.logs import read
from nomoat.work.request import Request, Usage
from nomoat.work.sensitive import masked_json
from nomoat.work.store import append, decoded, requests

START = datetime(2026, 9, 1, tzinfo=UTC)


def spend(i: int, **changed) -> dict:
    """A row of LiteLLM's table of spend as its 1.106 writes it with store_prompts_in_spend_logs."""
    body = {
        "model": "gpt-4o", "temperature": 0, "tools": [{"type": "function", "function": {"name": "f"}}],
        "messages": [{"role": "system", "content": "Sort."}, {"role": "user", "content": f"Ticket {i} é"}],
    }  # fmt: skip
    row = {
        "request_id": f"chatcmpl-{i}", "call_type": "acompletion", "api_key": "88dc", "spend": 0.001,
        "total_tokens": 12,
        "prompt_tokens": 10, "completion_tokens": 2, "startTime": f"2026-09-01 00:{i % 60:02}:00.250",
        "endTime": f"2026-09-01 00:{i % 60:02}:01.750", "completionStartTime": f"2026-09-01 00:{i % 60:02}:00.750",
        "model": "gpt-4o-2024-08-06", "custom_llm_provider": "openai", "user": "ada", "end_user": "",
        "metadata": {"user_api_key_alias": "support", "additional_usage_values": {
            "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 1}}},
        "cache_hit": "False", "request_tags": ["triage"], "messages": {}, "session_id": f"s-{i // 2}",
        "proxy_server_request": body, "status": "success",
        "response": {"id": "x", "choices": [{"message": {"role": "assistant", "content": "billing"}}]},
    }  # fmt: skip
    return {**row, **changed}


def jsonl(rows) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def as_csv(rows) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()})
    return out.getvalue().encode()


def put(folder: Path, data: bytes, name: str = "log") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def got(folder: Path) -> list[Request]:
    return list(requests(folder / "work"))


def take(folder: Path, data: bytes, name: str = "log", **asked):
    return read([put(folder, data, name)], folder / "work", **asked).files[0]


SHAPES = {
    "jsonl": jsonl,
    "array": lambda rows: json.dumps(rows).encode(),
    "pretty array": lambda rows: json.dumps(rows, indent=2).encode(),
    "wrapped": lambda rows: json.dumps({"data": rows, "meta": {"page": 1}}).encode(),
    "pretty wrapped": lambda rows: json.dumps({"data": rows, "meta": {"page": 1}}, indent=1).encode(),
    "csv": as_csv,
    "utf-16": lambda rows: jsonl(rows).decode().encode("utf-16"),
    "byte order mark": lambda rows: b"\xef\xbb\xbf" + jsonl(rows),
    "windows lines": lambda rows: jsonl(rows).replace(b"\n", b"\r\n"),
    "gzip": lambda rows: gzip.compress(jsonl(rows)),
    "bzip2": lambda rows: bz2.compress(jsonl(rows)),
    "xz": lambda rows: lzma.compress(json.dumps(rows).encode()),
    "zstd": lambda rows: zstandard.compress(jsonl(rows)),
    "blank lines": lambda rows: b"\n\n" + jsonl(rows).replace(b"\n", b"\n  \n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_spend_log_of_any_shape_becomes_the_same_requests(tmp_path, shape):
    rows = [spend(i) for i in range(30)]
    found = take(tmp_path, SHAPES[shape](rows))
    assert (found.format, found.records, found.new, found.skipped, found.faults) == (
        "litellm spend logs",
        30,
        30,
        {},
        {},
    )
    one = got(tmp_path)[7]
    assert one.request_id == "chatcmpl-7"
    assert one.conversation_id == "s-3"
    assert one.time == datetime(2026, 9, 1, 0, 7, 0, 250_000, tzinfo=UTC)
    assert (one.latency_ms, one.first_token_ms, one.cost_usd, one.cost_source) == (1500, 500, 0.001, "log")
    assert one.model == "gpt-4o-2024-08-06"
    assert one.messages == (
        {"role": "system", "content": "Sort."}, {"role": "user", "content": "Ticket 7 é"},
    )  # fmt: skip
    assert one.tools == ({"type": "function", "function": {"name": "f"}},)
    assert one.params == {"temperature": 0}
    assert one.response == {"role": "assistant", "content": "billing"}
    assert one.usage == Usage(input=10, output=2, cache_read=4, reasoning=1)
    assert one.hints["tag"] == "triage"
    assert one.hints["key_name"] == "support"
    assert "ada" not in one.hints["user"]
    assert (found.messages, found.responses, found.costs, found.missing()) == (30, 30, 30, ())


def test_a_spend_log_without_bodies_says_which_switch_turns_them_on(tmp_path):
    rows = [spend(i, proxy_server_request={}, response={}) for i in range(5)]
    found = take(tmp_path, jsonl(rows))
    assert (found.messages, found.responses, found.costs) == (0, 0, 5)
    assert any("prompts" in line for line in found.missing())
    assert "store_prompts_in_spend_logs" in found.bodies
    assert got(tmp_path)[0].messages is None


def test_prompts_that_the_proxy_cut_are_marked(tmp_path):
    cut = spend(1)
    cut["proxy_server_request"]["messages"][1]["content"] = "a... (litellm_truncated skipped 3000 chars) ...b"
    found = take(tmp_path, jsonl([spend(0), cut]))
    assert found.cut == 1
    assert [one.redaction for one in got(tmp_path)] == ["none", "cut"]


def test_the_same_file_twice_adds_nothing_whatever_it_is_called(tmp_path):
    rows = [spend(i) for i in range(9)]
    take(tmp_path, jsonl(rows))
    again = take(tmp_path, jsonl(rows))
    renamed = take(tmp_path, jsonl(rows), "other.txt")
    reshaped = take(tmp_path, jsonl(rows[3:]), "part")
    assert [one.new for one in (again, renamed, reshaped)] == [0, 0, 0]
    assert (again.resumed_at, again.records) == (len(jsonl(rows)), 0)
    assert reshaped.known == 6
    assert len(got(tmp_path)) == 9


def test_a_log_that_grows_is_read_on_from_where_it_ended(tmp_path):
    rows = [spend(i) for i in range(40)]
    data = jsonl(rows)
    at = len(jsonl(rows[:25]))
    first = take(tmp_path, data[: at + 50])
    assert (first.new, first.whole, first.aside[0].place) == (25, False, at)
    second = take(tmp_path, data)
    assert (second.resumed_at, second.records, second.new, second.whole) == (at, 15, 15, True)
    assert [one.request_id for one in got(tmp_path)] == [row["request_id"] for row in rows]


def test_a_bad_line_at_the_end_is_set_aside_once_and_not_again_when_the_log_grows(tmp_path):
    rows = [spend(i) for i in range(6)]
    before = jsonl(rows[:4]) + b"[1]\n"
    first = take(tmp_path, before)
    assert (first.new, first.bytes, first.aside[0].place) == (4, len(before), len(jsonl(rows[:4])))
    second = take(tmp_path, before + jsonl(rows[4:]))
    assert (second.resumed_at, second.new, second.skipped) == (len(before), 2, {})


def test_a_read_that_was_killed_between_two_pieces_goes_on(tmp_path, monkeypatch):
    rows = [spend(i) for i in range(40)]
    monkeypatch.setattr(module, "ROWS", 10)
    monkeypatch.setattr(lines, "BLOCK", len(jsonl(rows[:1])))
    whole, calls = module._Reading._note, []

    def killed(self, *how_far):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(self, *how_far)

    monkeypatch.setattr(module._Reading, "_note", killed)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, jsonl(rows))
    monkeypatch.setattr(module._Reading, "_note", whole)
    found = take(tmp_path, jsonl(rows))
    assert found.resumed_at == len(jsonl(rows[:20]))
    assert (found.new, found.known) == (10, 10)
    assert [one.request_id for one in got(tmp_path)] == [row["request_id"] for row in rows]


def test_a_packed_log_is_not_unpacked_anew_for_every_piece(tmp_path, monkeypatch):
    rows = [spend(i, end_user="x" * 5_000) for i in range(150)]
    data, calls = jsonl(rows), []
    whole = module._Reading._tail
    monkeypatch.setattr(module, "PIECE", 100_000)
    monkeypatch.setattr(lines, "BLOCK", 80_000)
    monkeypatch.setattr(module._Reading, "_tail", lambda self, *at: calls.append(at) or whole(self, *at))
    first = take(tmp_path, gzip.compress(data))
    cut = len(parts(tmp_path / "work"))
    assert (first.new, cut > 3) == (150, True)
    assert calls == []
    again = take(tmp_path, gzip.compress(data + jsonl([spend(150)])))
    assert (again.resumed_at, again.records, again.new) == (len(data), 1, 1)


def test_ids_that_are_used_twice_lose_no_request(tmp_path):
    rows = [spend(i, request_id="same") for i in range(20)] + [spend(3, request_id="same")]
    found = take(tmp_path, jsonl(rows))
    assert (found.new, found.known, found.renamed) == (20, 1, 19)
    ids = [one.request_id for one in got(tmp_path)]
    assert len(set(ids)) == 20
    assert ids[0] == "same"
    assert all(id.startswith("same~") for id in ids[1:])


def test_clock_skew_negative_tokens_and_times_of_another_age_are_missing_and_counted(tmp_path):
    rows = [
        spend(0, endTime="2026-08-31 00:00:00"), spend(1, prompt_tokens=-5, spend=-1), spend(2, startTime="1970-01-01"),
        spend(3, startTime="yesterday", endTime=None), spend(4, startTime="2026-09-01T02:00:00+02:00"),
        spend(5, startTime=1788220800.5), spend(6, prompt_tokens=1e300),
    ]  # fmt: skip
    found = take(tmp_path, jsonl(rows))
    assert found.new == 7
    one = got(tmp_path)
    assert one[0].latency_ms is None
    assert (one[1].usage.input, one[1].cost_usd) == (None, None)
    assert one[2].time is None
    assert one[3].time is None
    assert one[4].time == START
    assert one[5].time == START + timedelta(seconds=0.5)
    assert one[6].usage.input is None
    assert found.faults["latency_ms below zero"] >= 1
    assert found.faults["input below zero"] == found.faults["cost_usd below zero"] == 1
    assert found.faults["times that cannot be read, or lie before 2018 or after 2099"] == 2


HOSTILE = [
    (b"not json at all", "no JSON"),
    (b"[1, 2, 3]", "no JSON object"),
    (b'"text"', "no JSON object"),
    (b'{"a": 1}', "no request of this format"),
    (b'{"request_id": "x", "spend": 0.1, "call_type": "c", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
    (b'{"request_id": "x", "spend": 0.1, "call_type": "c", "messages": "' + b"x" * (17 << 20) + b'"}', "longer than"),
    (b"\x00\x00\x00\x00", "no JSON"),
    (b"\xff\xfe\xfd", "no JSON"),
]


@pytest.mark.parametrize(("line", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_a_hostile_line_is_set_aside_with_its_place_and_the_others_are_read(tmp_path, line, why):
    before, after = jsonl([spend(i) for i in range(3)]), jsonl([spend(i) for i in range(3, 6)])
    found = take(tmp_path, before + line + b"\n" + after)
    assert found.new == 6
    (aside,) = found.aside
    assert why in aside.why
    assert (aside.place, aside.length) == (len(before), len(line) + 1)
    assert sum(found.skipped.values()) == 1


MENDED = [
    (b'"spend": "abc"', "cost_usd", None),
    (b'"spend": NaN', "cost_usd", None),
    (b'"prompt_tokens": 1.5', "input", None),
    (b'"prompt_tokens": "10"', "input", 10),
    (b'"metadata": "plain words"', "status", "ok"),
    (b'"request_tags": {"a": 1}', "status", "ok"),
    (b'"user": "caf\xe9"', "status", "ok"),
    (b'"user": "a\tb"', "status", "ok"),
    (b'"session_id": 5', "status", "ok"),
]


@pytest.mark.parametrize(("field", "column", "value"), MENDED, ids=[str(field) for field, *_ in MENDED])
def test_a_cell_of_another_type_costs_the_cell_and_not_the_record(tmp_path, field, column, value):
    name = json.loads(field.split(b":")[0])
    plain = {k: v for k, v in spend(1).items() if k != name}
    line = json.dumps(plain).encode()[:-1] + b", " + field + b"}\n"
    found = take(tmp_path, jsonl([spend(0)]) + line)
    assert (found.new, found.skipped) == (2, {})
    assert query(tmp_path / "work", f"SELECT {column} FROM requests WHERE request_id = 'chatcmpl-1'") == [(value,)]


def test_half_of_a_surrogate_pair_and_escapes_for_terminals_come_through_as_text(tmp_path):
    row = spend(1)
    line = json.dumps(row).replace("Ticket 1", "\\ud83d \\u001b[31m \\u202e").encode() + b"\n"
    take(tmp_path, line)
    (one,) = got(tmp_path)
    assert one.messages[1]["content"].startswith("\ufffd \x1b[31m \u202e")


def test_a_torn_gzip_gives_what_came_before(tmp_path):
    draw = random.Random(0)
    rows = [spend(i, user=str(draw.random())) for i in range(2000)]
    packed = gzip.compress(jsonl(rows))
    found = take(tmp_path, packed[: len(packed) // 2])
    assert 500 < found.new < 1500
    assert not found.whole
    assert any("torn" in why for why in found.skipped)


NOTHING = [b"", b"  \n\n", b"%PDF-1.7", b"PK\x03\x04", b"PAR1", b"just words\nand more\n", b'{"level": "info"}\n' * 3,
           b"a,a\n1,2\n", b"[]", b"[1,2]", b"{}", b'{"data": []}', b"\x89PNG\r\n"]  # fmt: skip


def test_a_refusal_names_the_file_what_it_says_and_what_to_type(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("hello\nworld\n")
    with pytest.raises(InputError) as refused:
        read([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "work")
    assert refused.value.seen == "a.txt: Its first line, 'hello', names no columns (and 1 more cannot be read)"
    assert refused.value.expected
    assert refused.value.next == "nomoat work read FILE"


@pytest.mark.parametrize("data", NOTHING)
def test_what_is_no_log_is_refused_in_one_line_and_leaves_nothing(tmp_path, data):
    with pytest.raises(InputError):
        take(tmp_path, data)
    assert parts(tmp_path / "work") == []


def test_one_bad_file_of_several_is_left_out_and_named(tmp_path):
    good, bad = put(tmp_path, jsonl([spend(1)]), "good"), put(tmp_path, b"", "bad")
    found = read([bad, good], tmp_path / "work")
    assert [one.new for one in found.files] == [1]
    assert [one.what for one in found.left_out] == ["file bad"]
    with pytest.raises(InputError, match="cannot be read"):
        read([tmp_path / "none"], tmp_path / "work")
    with pytest.raises(UnknownName, match="plain"):
        read([good], tmp_path / "work", format="plian")


def test_masked_bodies_hold_no_address_on_the_disk(tmp_path):
    row = spend(1)
    row["proxy_server_request"]["messages"][1]["content"] = "Mail ada@example.org"
    found = take(tmp_path, jsonl([row]), mask=masked_json)
    assert found.new == 1
    assert got(tmp_path)[0].messages[1]["content"] == "Mail [e-mail]"
    assert got(tmp_path)[0].redaction == "masked"


def test_memory_stays_below_a_bound_whatever_the_file(tmp_path):
    """In a process of its own, since only the highest mark of one is known."""
    import subprocess
    import sys

    line = jsonl([spend(0, request_id="ID", user="x" * 3000)])
    with (tmp_path / "large").open("wb") as file:
        for i in range(60_000):
            file.write(line.replace(b"ID", b"%d" % i))
    code = (
        # VmHWM begins anew with the program; ru_maxrss would count the process that started it.
        "import re; from pathlib import Path; from nomoat.work.logs import read;"
        f"r = read([Path({str(tmp_path / 'large')!r})], Path({str(tmp_path / 'work')!r}));"
        "print(r.total, int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    total, megabytes = map(int, ran.stdout.split())
    assert total == 60_000
    assert megabytes < 700


texts = st.text(max_size=20)
asked = st.builds(
    Request,
    request_id=st.uuids().map(str), conversation_id=texts.filter(bool), model=texts, turn=st.integers(0, 9),
    time=st.none() | st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)).map(lambda t: t.replace(tzinfo=UTC)),
    messages=st.none() | st.lists(st.fixed_dictionaries({"role": st.just("user"), "content": texts})).map(tuple),
    params=st.dictionaries(texts, st.integers(-5, 5)), response=st.none() | st.just({"role": "assistant"}),
    usage=st.builds(Usage, input=st.none() | st.integers(0, 10**9), output=st.none() | st.integers(0, 10**9)),
    cost_usd=st.none() | st.floats(0, 1e6), hints=st.dictionaries(texts, texts), provider=st.none() | texts,
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(asked, max_size=6, unique_by=lambda one: one.request_id))
def test_requests_come_out_of_the_table_as_they_went_in(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("work")
    assert append(folder, rows).new == len(rows)
    assert list(requests(folder)) == rows
    assert append(folder, rows) == Added(known=len(rows))


@pytest.mark.parametrize("text", ['{"a": "\\ud83d"}', '{"a": "\\ud83d\\ude00"}', '{"a": 1e5}'])
def test_json_that_is_odd_is_decoded(text):
    assert isinstance(decoded(text), dict)


def test_formats_are_told_apart_by_what_they_hold():
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    samples = {
        "litellm spend logs": [spend(1)],
        "litellm payload": [{"id": "a", "call_type": "acompletion", "response_cost": 0.1, "messages": []}],
        "openai": [
            {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body},
            {"id": "b", "custom_id": "a", "response": {"status_code": 200, "body": {}}, "error": None},
            body, {"request": body, "response": {}}, {"messages": body["messages"]},
            {"id": "c", "model": "m", "choices": [], "usage": {}},
        ],
        "plain": [{"prompt": "Hi", "model": "m"}, {"Model": "m", "Input Tokens": "5"}],
    }  # fmt: skip
    for name, records in samples.items():
        assert {format_of(record).name for record in records} == {name}
    assert len({one.name for one in FORMATS}) == len(FORMATS)


@given(st.dictionaries(texts, st.none() | texts | st.integers() | st.lists(st.integers(), max_size=2) |
                       st.dictionaries(texts, texts, max_size=2), max_size=6))  # fmt: skip
def test_no_record_breaks_the_telling_or_the_reading(record):
    from collections import Counter

    from nomoat.work.mending import mended

    named = {**record, "messages": record.get("a"), "request": record.get("b"), "spend": 1, "request_id": "x"}
    for one in (record, named):
        format_of(one)
        for format in FORMATS:
            mended(json.dumps(one).encode(), format, Counter())
