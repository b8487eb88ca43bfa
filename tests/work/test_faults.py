"""What servers do wrong: named, counted, bounded; the arm's failure where it is one, the user's to mend where not."""

from __future__ import annotations

import gzip
import json
import logging
import random
import socket
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.work import call, journal, reply, station
from nomoat.work.budget import Budget
from nomoat.work.call import read
from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.run import Call, Settings, run
from work.chatserver import Chat, Turn

GOOD = json.dumps({"choices": [{"message": {"role": "assistant", "content": "yes"}}]}).encode()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(station, "SOONEST", 0.01)


def calls(n=1, endpoint="a", **params):
    for i in range(n):
        messages = ({"role": "user", "content": f"q{i}"},)
        yield Call(
            "b", endpoint, Request(request_id=f"r{i}", conversation_id="c", model="l", messages=messages, params=params)
        )


def asked(server, folder, n=1, settings=None, budget=None, said=None, **more):
    endpoints = {"a": Endpoint(name="a", url=server.url, model="m", **more)}
    say = said.append if said is not None else lambda line: None
    return run(calls(n), endpoints, folder, "one", settings=settings, budget=budget, say=say)


def kept(folder):
    return list(journal.answers(folder / "runs" / "one"))


def once(turn):
    """The turn at first, an honest answer afterwards."""
    return lambda body, before: turn if not before else Turn()


PASSING = {
    "500": (Turn(status=500, body=b"oops"), "status 500"),
    "502 with a page": (Turn(status=502, body=b"<html>bad gateway</html>"), "status 502"),
    "html": (Turn(body=b"<!doctype html><title>Sign in</title>"), "html"),
    "truncated JSON": (Turn(body=GOOD[:30]), "cut off"),
    "shorter than its length": (Turn(how="short"), "cut off"),
    "reset": (Turn(how="reset"), "closed"),
    "empty": (Turn(body=b""), "cut off"),
    "not UTF-8": (Turn(body=b'{"choices": \xff\xfe}'), "not json"),
    "null": (Turn(body=b"null"), "no choices"),
    "a list": (Turn(body=b"[1, 2]"), "no choices"),
    "no choices": (Turn(body=b'{"choices": []}'), "no choices"),
    "choices null": (Turn(body=b'{"choices": null, "usage": 3}'), "no choices"),
    "no message": (Turn(body=b'{"choices": [{"text": "yes"}]}'), "no choices"),
    "content a number": (Turn(body=b'{"choices": [{"message": {"content": 5}}]}'), "no choices"),
    "nested 100,000 deep": (Turn(body=b"[" * 100_000), "not json"),
    "an error in a 200": (Turn(body=b'{"error": {"message": "upstream", "code": 502}}'), "status 502"),
    "an ending that is an error": (
        Turn(body=b'{"choices": [{"message": {"content": "ye"}, "finish_reason": "error"}]}'),
        "status 500",
    ),
    "an error in the choice": (Turn(body=b'{"choices": [{"error": {"message": "x"}}]}'), "status 500"),
}


@pytest.mark.parametrize(("turn", "what"), PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again_and_told(tmp_path, turn, what):
    with Chat(once(turn)) as server:
        ran = asked(server, tmp_path)
    assert (ran.answered, ran.failed, ran.missed) == (1, 0, {what: 1})
    assert kept(tmp_path)[0].attempts == 2


@pytest.mark.parametrize(("turn", "what"), PASSING.values(), ids=PASSING)
def test_what_does_not_pass_is_the_arms_failure_and_asked_again_only_when_wanted(tmp_path, turn, what):
    with Chat(lambda body, before: turn if before < 3 else Turn()) as server:
        ran = asked(server, tmp_path, settings=Settings(retries=2))
        assert (ran.answered, ran.failed, ran.missed) == (0, 1, {what: 3})
        assert [(a.error, a.attempts, a.response) for a in kept(tmp_path)] == [(what, 3, None)]
        assert asked(server, tmp_path).calls == 0
        mended = asked(server, tmp_path, settings=Settings(failed_again=True))
    assert (mended.answered, mended.failed, mended.arms[0].errors) == (1, 0, {})
    assert [(a.error, a.response["content"]) for a in kept(tmp_path)] == [(None, "yes")]


@pytest.mark.parametrize("status", [400, 413, 422, 451])
def test_a_refused_prompt_is_the_arms_failure_at_once(tmp_path, status):
    with Chat(once(Turn(status=status, body=b'{"error": {"message": "too long"}}'))) as server:
        ran = asked(server, tmp_path)
    assert (ran.failed, ran.missed, server.asked["q0"]) == (1, {f"status {status}": 1}, 1)
    event = [e for e in journal.events(tmp_path / "runs" / "one") if e.kind == "missed"]
    assert event[0].note == "too long"


def test_an_endpoint_that_refuses_everything_is_given_up_early(tmp_path):
    with Chat(lambda body, before: Turn(status=400, body=b'{"error": "no such parameter"}')) as server:
        ran = asked(server, tmp_path, n=500, concurrency=4)
    assert ran.ended == "stopped"
    assert "no such parameter" in ran.why[0]
    assert station.MOST_FAILURES <= sum(server.asked.values()) <= station.MOST_FAILURES + 4


def test_an_endpoint_that_goes_down_is_given_up_and_its_failures_are_asked_again(tmp_path):
    def script(body, before):
        number = int(body["messages"][0]["content"][1:])
        return Turn() if number < 30 or down[0] == "up" else Turn(status=502)

    down = [""]
    with Chat(script) as server:
        ran = asked(server, tmp_path, n=300, settings=Settings(retries=1), concurrency=4)
        assert (ran.ended, ran.answered) == ("stopped", 30)
        assert station.MOST_FAILURES <= ran.failed <= station.MOST_FAILURES + 4
        assert "--failed-again" in ran.why[0]
        down[0] = "up"
        mended = asked(server, tmp_path, n=300, settings=Settings(failed_again=True))
    assert (mended.answered, mended.failed, mended.ended) == (300, 0, "finished")


def test_prompts_refused_one_by_one_do_not_close_an_endpoint_that_answers(tmp_path):
    with Chat(lambda b, n: Turn() if b["messages"][0]["content"] == "q0" else Turn(status=400)) as server:
        ran = asked(server, tmp_path, n=100, concurrency=1)
    assert (ran.answered, ran.failed, ran.ended) == (1, 99, "finished")


USERS = {
    "wrong key": (Turn(status=401, body=b'{"error": {"message": "Incorrect API key"}}'), "A_KEY"),
    "no credit": (Turn(status=402, body=b""), "credit"),
    "no model": (Turn(status=404, body=b'{"error": {"message": "no model m"}}'), "check url and model"),
    "no quota": (Turn(status=429, body=b'{"error": {"code": "insufficient_quota"}}'), "add credit there"),
    "no quota, by its type": (
        Turn(status=429, body=b'{"error": {"code": null, "type": "insufficient_quota"}}'),
        "no credit",
    ),
    "no quota in a 200": (Turn(body=b'{"error": {"code": "insufficient_quota"}}'), "add credit there"),
    "no quota in a stream": (
        Turn(how="sse", chunks=(b'data: {"error": {"code": "insufficient_quota"}}\n\n',)),
        "add credit there",
    ),
    "no balance, as Anthropic says it": (
        Turn(
            status=400,
            body=b'{"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}',
        ),
        "add credit there",
    ),
    "a key that ended, as Google says it": (
        Turn(status=400, body=b'[{"error": {"code": 400, "message": "API key expired. Please renew the API key."}}]'),
        "check the key in A_KEY",
    ),
    "redirect": (Turn(status=307, headers={"Location": "http://elsewhere.example/"}), "elsewhere.example"),
}


@pytest.mark.parametrize(("turn", "says"), USERS.values(), ids=USERS)
def test_what_the_user_must_mend_is_no_answer_of_the_model(tmp_path, monkeypatch, turn, says):
    monkeypatch.setenv("A_KEY", "sk-0123456789")
    said = []
    more = {"settings": Settings(stream=turn.how == "sse"), "key_env": "A_KEY"}
    with Chat(lambda body, before: turn if sum(server.asked.values()) <= 3 else Turn()) as server:
        ran = asked(server, tmp_path, n=30, concurrency=1, said=said, **more)
        assert (ran.ended, ran.answered, ran.failed) == ("stopped", 0, 0)
        assert sum(server.asked.values()) == 1
        assert "'a'" in ran.why[0]
        assert says in ran.why[0]
        assert "Try: " in ran.why[0]
        assert said[1:] == list(ran.why)
        assert [left.count for left in ran.left_out] == [30]
        server.asked["mended"] = 3
        assert asked(server, tmp_path, n=30, key_env="A_KEY").answered == 30


@pytest.mark.parametrize("status", [403, 404])
def test_a_gateway_that_refuses_some_prompts_is_asked_the_others(tmp_path, status):
    def script(body, before):
        return Turn(status=status) if int(body["messages"][0]["content"][1:]) in (3, 4, 9) else Turn()

    with Chat(script) as server:
        ran = asked(server, tmp_path, n=9, concurrency=1)
        assert (ran.answered, ran.ended, ran.arms[0].errors) == (7, "finished", {f"status {status}": 2})
        later = asked(server, tmp_path, n=10, concurrency=1)  # whose first prompt of the sitting is refused
    assert (later.answered, later.ended, later.arms[0].errors) == (7, "finished", {f"status {status}": 3})


def test_a_right_that_ends_in_mid_run_gives_the_endpoint_up_after_twenty(tmp_path):
    with Chat(lambda b, n: Turn() if int(b["messages"][0]["content"][1:]) < 5 else Turn(status=403)) as server:
        ran = asked(server, tmp_path, n=100, concurrency=1)
    assert (ran.answered, ran.failed, ran.ended) == (5, station.MOST_FAILURES, "stopped")
    assert "--failed-again" in ran.why[0]


def test_googles_quota_of_a_minute_is_waited_for():
    said = (
        b'[{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing"}}]'
    )
    assert reply.refusal(429, said, {}).outcome == "wait"


def test_a_prompt_above_the_tokens_of_a_minute_is_the_arms_failure_and_waited_for_by_none(tmp_path):
    said = b'{"error": {"code": "rate_limit_exceeded", "message": "Request too large for m on tokens per min (TPM)"}}'
    never = Turn(status=429, body=said)
    with Chat(lambda b, n: never if b["messages"][0]["content"] == "q1" else Turn()) as server:
        ran = asked(server, tmp_path, n=3, concurrency=1)
    assert (ran.answered, ran.failed, ran.missed, ran.ended) == (2, 1, {"status 429": 1}, "finished")


def test_a_server_that_always_asks_to_come_at_once_is_not_asked_without_a_pause(tmp_path, monkeypatch):
    monkeypatch.setattr(station, "SOONEST", 0.05)
    with Chat(lambda body, before: Turn(status=429, headers={"Retry-After": "0"})) as server:
        ran = asked(server, tmp_path, n=9, settings=Settings(patience_s=0.7))
    assert ran.ended == "stopped"
    assert sum(server.asked.values()) <= 6 * 8  # pauses of 0.05, 0.1, 0.2, 0.4 s; without them, hundreds


def test_a_failing_server_that_says_when_to_come_back_is_asked_then(tmp_path):
    times = []

    def script(body, before):
        times.append(time.monotonic())
        return Turn(status=502, headers={"Retry-After": "0.5"}) if not before else Turn()

    with Chat(script) as server:
        assert asked(server, tmp_path).answered == 1
    assert times[1] - times[0] >= 0.45


def test_no_prompt_follows_a_redirect(tmp_path):
    with Chat() as elsewhere:
        aim = {"Location": elsewhere.url + "/chat/completions"}
        with Chat(lambda body, before: Turn(status=308, headers=aim)) as server:
            asked(server, tmp_path)
    assert not elsewhere.asked


def test_retry_after_is_kept_by_every_call(tmp_path):
    times = []

    def script(body, before):
        times.append(time.monotonic())
        return Turn(status=429, headers={"Retry-After": "1"}) if len(times) == 5 else Turn(delay=0.01)

    with Chat(script) as server:
        ran = asked(server, tmp_path, n=40, concurrency=2)
    assert (ran.answered, ran.failed, ran.missed) == (40, 0, {"status 429": 1})
    refused = times[4]
    assert len([t for t in times if refused < t < refused + 0.99]) <= 1  # the one that was in flight
    assert max(b - a for a, b in pairwise(times)) >= 0.95


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "-3"}, {"Retry-After": "nan"}])
def test_a_busy_server_without_a_sensible_time_is_asked_ever_more_slowly(tmp_path, headers):
    with Chat(lambda body, before: Turn(status=503, headers=headers) if before < 6 else Turn()) as server:
        ran = asked(server, tmp_path)
    assert (ran.answered, ran.failed, ran.missed) == (1, 0, {"status 503": 6})
    assert kept(tmp_path)[0].attempts == 1


def test_a_server_that_asks_for_an_hour_is_left_for_later(tmp_path):
    start = time.monotonic()
    with Chat(once(Turn(status=429, headers={"Retry-After": "3600"}))) as server:
        ran = asked(server, tmp_path)
        assert time.monotonic() - start < 5
        assert "3,600 s" in ran.why[0]
        assert (ran.answered, ran.failed) == (0, 0)
        assert asked(server, tmp_path).answered == 1


def test_retry_after_may_be_a_date_or_milliseconds():
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    now = datetime(2026, 11, 1, tzinfo=UTC)
    soon = format_datetime(now + timedelta(seconds=30), usegmt=True)
    assert reply.refusal(429, b"", {"Retry-After": soon}, now=now).wait_s == 30
    assert reply.refusal(429, b"", {"retry-after-ms": "1500"}).wait_s == 1.5
    assert reply.refusal(429, b"", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, now=now).wait_s == 0
    assert reply.refusal(429, b"", {}).wait_s is None
    skewed = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}
    assert reply.refusal(429, b"", skewed).wait_s == 30  # by the server's clock, whatever ours says


def test_a_server_that_is_not_there_is_waited_for_and_then_left(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoints = {"a": Endpoint(name="a", url=f"http://127.0.0.1:{free.getsockname()[1]}/v1", model="m")}
    ran = run(calls(9), endpoints, tmp_path, "one", settings=Settings(patience_s=0.5))
    assert (ran.ended, ran.answered, ran.failed) == ("stopped", 0, 0)
    assert "unreachable" in ran.why[0]
    assert "start the server" in ran.why[0]
    assert ran.possible_usd == 0


def test_one_dead_endpoint_does_not_stop_the_others(tmp_path):
    with Chat() as well, Chat(lambda body, before: Turn(status=401)) as dead:
        endpoints = {
            "a": Endpoint(name="a", url=well.url, model="m"),
            "z": Endpoint(name="z", url=dead.url, model="m"),
        }
        both = [one for i, pair in enumerate(zip(calls(50), calls(50, "z"), strict=True)) for one in pair]
        both = [Call(one.endpoint, one.endpoint, one.request) for one in both]
        ran = run(both, endpoints, tmp_path, "one")
    assert (ran.answered, ran.failed, ran.ended) == (50, 0, "stopped")


def test_a_hanging_server_times_out_twice_at_most_and_may_be_on_the_bill(tmp_path):
    prices = {"price_input": 1.0, "price_output": 1.0}
    with Chat(lambda body, before: Turn(how="hang")) as server:
        ran = asked(server, tmp_path, timeout_s=0.3, **prices)
    assert (ran.failed, ran.missed, server.asked["q0"]) == (1, {"timeout": 2}, 2)
    assert ran.spent_usd == 0
    assert ran.possible_usd > 0


ENDLESS = {
    "white space": b" " * 100_000,
    "text": b"x" * 100_000,
    "page": b"<p>" * 50_000,
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("stream", [False, True])
def test_an_endless_answer_ends_at_a_size(tmp_path, monkeypatch, body, stream):
    monkeypatch.setattr(call, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(call, "MOST_STREAM", 1 << 20)
    start = time.monotonic()
    with Chat(lambda b, before: Turn(how="drip", body=body)) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=stream), timeout_s=30)
    assert ran.arms[0].errors == {"too large": 1}
    assert server.asked["q0"] == 1
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("stream", [False, True])
def test_a_server_that_keeps_the_line_open_with_nothing_ends_at_a_time(tmp_path, stream):
    with Chat(lambda b, before: Turn(how="drip", pause=0.02)) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=stream), timeout_s=0.3)
    assert ran.arms[0].errors == {"timeout": 1}


def test_ten_megabytes_are_too_many_and_five_are_kept(tmp_path):
    with Chat(
        lambda body, before: Turn(text="y" * (5 << 20 if body["messages"][0]["content"] == "q0" else 10 << 20))
    ) as server:
        ran = asked(server, tmp_path, n=2)
    assert (ran.answered, ran.arms[0].errors) == (1, {"too large": 1})
    assert sum(server.asked.values()) == 2


def test_a_packed_answer_is_unpacked_within_bounds(tmp_path):
    packed = {"Content-Encoding": "gzip"}
    bodies = {"q0": gzip.compress(GOOD), "q1": gzip.compress(b" " * (64 << 20)), "q2": b"no gzip"}
    with Chat(lambda body, before: Turn(body=bodies[body["messages"][0]["content"]], headers=packed)) as server:
        ran = asked(server, tmp_path, n=3, settings=Settings(retries=1))
    assert ran.answered == 1
    assert ran.arms[0].errors == {"too large": 1, "not http": 1}


def test_random_closes_lose_nothing(tmp_path):
    dice = random.Random(7)
    hows = ["reset", "short", "whole", "whole"]
    with Chat(lambda body, before: Turn(how=dice.choice(hows))) as server:
        ran = asked(server, tmp_path, n=150, settings=Settings(retries=30))
    assert (ran.answered, ran.failed) == (150, 0)
    assert set(ran.missed) <= {"closed", "cut off"}
    assert {a.request_id for a in kept(tmp_path)} == {f"r{i}" for i in range(150)}
    assert all(
        server.asked[f"q{i}"] == a.attempts
        for i, a in enumerate(sorted(kept(tmp_path), key=lambda a: int(a.request_id[1:])))
    )


LIES = {
    "none": (None, "no usage", None),
    "a word": ({"prompt_tokens": "many", "completion_tokens": 1}, "usage: prompt_tokens is no count", None),
    "negative": ({"prompt_tokens": -5, "completion_tokens": 1}, "usage: prompt_tokens is no count", None),
    "endless": ({"prompt_tokens": 10**15, "completion_tokens": 1}, "usage: input does not fit the bytes asked", None),
    "nothing written": (
        {"prompt_tokens": 20, "completion_tokens": 0},
        "usage: output does not fit the bytes answered",
        None,
    ),
    "written in no time": (
        {"prompt_tokens": 20, "completion_tokens": 5_000_000},
        "usage: output does not fit the time it took",
        None,
    ),
    "thoughts in time": ({"prompt_tokens": 20, "completion_tokens": 900}, None, 920e-6),
    "nothing read": ({"prompt_tokens": 0, "completion_tokens": 1}, "usage: input does not fit the bytes asked", None),
    "a list": ([1, 2], "no usage", None),
    "true": ({"prompt_tokens": True, "completion_tokens": 1}, "usage: prompt_tokens is no count", None),
    "cached more than read": (
        {"prompt_tokens": 20, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 10**6}},
        "usage: more input cached than there is",
        21e-6,
    ),
    "a negative cost": (
        {"prompt_tokens": 20, "completion_tokens": 1, "cost": -3},
        "usage: cost is no sum of money",
        21e-6,
    ),
    "digits without end": (
        {"prompt_tokens": 20, "completion_tokens": 10**400},
        "usage: completion_tokens is no count",
        None,
    ),
    "honest": ({"prompt_tokens": 20, "completion_tokens": 1}, None, 21e-6),
}


@pytest.mark.parametrize(("usage", "doubt", "cost"), LIES.values(), ids=LIES)
def test_lies_about_usage_are_not_believed(tmp_path, usage, doubt, cost):
    with Chat(lambda body, before: Turn(usage=usage)) as server:
        ran = asked(server, tmp_path, price_input=1.0, price_output=1.0)
        again = asked(server, tmp_path, price_input=1.0, price_output=1.0)
    assert ran.doubts == ({doubt: 1} if doubt else {})
    answer = kept(tmp_path)[0]
    assert answer.response["content"] == "yes"
    assert answer.cost_usd == (None if cost is None else pytest.approx(cost))
    assert ran.spent_usd > 0  # what it may have cost is counted into the budget
    assert again.spent_usd == pytest.approx(ran.spent_usd)


def test_a_budget_holds_against_a_server_that_tells_no_usage(tmp_path):
    with Chat(lambda body, before: Turn(usage=None)) as server:
        ran = asked(server, tmp_path, n=100, budget=Budget(tokens=20_000))
    assert ran.ended == "budget"
    assert 0 < ran.answered < 25


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
        lambda s: (
            st.lists(s)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "usage", "error", "model", "prompt_tokens", "x"]), s
            )
        ),
        max_leaves=25,
    )
)
def test_no_page_breaks_the_reader(page):
    assert read(json.dumps(page).encode("utf-8", "surrogatepass")).outcome in (
        "answered",
        "again",
        "failed",
        "wait",
        "stop",
    )


@given(st.binary())
def test_no_bytes_break_the_reader(raw):
    assert read(raw).outcome in ("again", "answered")


@pytest.mark.parametrize("stream", [False, True])
def test_the_key_is_in_no_file_and_no_line_whatever_the_server_echoes(tmp_path, monkeypatch, capsys, caplog, stream):
    key, other = "sk-proj-AbCdEf0123456789", 'azure/0123+"456\\789='
    monkeypatch.setenv("A_KEY", key)
    monkeypatch.setenv("B_KEY", other)
    caplog.set_level(logging.DEBUG)
    seen = []

    def script(body, before):
        seen.append(1)
        echo = f"your headers: Bearer {key} {other}"
        page = json.dumps(
            {"choices": [{"message": {"content": echo}, "finish_reason": key}], "model": key, "usage": {key: 1}}
        )
        deltas = ({"delta": {"content": key[:9]}}, {"delta": {"content": key[9:]}, "finish_reason": "stop"})
        halves = tuple(b"data: " + json.dumps({"choices": [delta]}).encode() + b"\n\n" for delta in deltas)
        turns = [
            Turn(status=500, body=echo.encode()),
            Turn(body=f"<html>{echo}".encode()),
            Turn(status=429, body=json.dumps({"error": {"message": echo, "code": key}}).encode()),
            Turn(body=page.encode()),
            Turn(how="sse", chunks=halves),
            Turn(status=400, body=echo.encode()),
            Turn(status=401, body=echo.encode()),
        ]
        return turns[min(len(seen), len(turns)) - 1]

    said = []
    more = {"key_env": "A_KEY", "headers_env": {"api-key": "B_KEY"}, "concurrency": 1}
    with Chat(script) as server:
        ran = asked(server, tmp_path, n=8, settings=Settings(stream=stream), said=said, **more)
        endpoint = Endpoint(name="a", url=server.url, model="m", **more)
        assert server.headers[0]["Authorization"] == f"Bearer {key}"
        assert server.headers[0]["api-key"] == other
    assert "status 401" in ran.why[0]
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(map(len, written)) > 1000
    captured = capsys.readouterr()
    shown = [captured.out, captured.err, caplog.text, *said, repr(ran), ran.json(), repr(endpoint), endpoint.json()]
    for secret in (key, other):
        assert not [raw for raw in written if secret.encode() in raw]
        assert not [text for text in shown if secret in text]


def test_a_server_that_streams_is_put_together_and_timed(tmp_path):
    def event(**delta):
        return b"data: " + json.dumps({"choices": [{"delta": delta}], "model": "s"}).encode() + b"\r\n\r\n"

    call_ = {"index": 0, "id": "t1", "function": {"name": "f", "arguments": '{"a"'}}
    chunks = (
        b": welcome\n\n", event(role="assistant", content=""), event(content="Grü")[:-9], event(content="Grü")[-9:],
        event(content="ße"), event(tool_calls=[call_]),
        event(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}]),
        b'data: {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}\n\n',
        b'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}\n\ndata: [DONE]\n\n',
    )  # fmt: skip
    with Chat(lambda body, before: Turn(how="sse", chunks=chunks, pause=0.05)) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=True))
        assert server.bodies[0]["stream_options"] == {"include_usage": True}
    answer = kept(tmp_path)[0]
    assert answer.response == {
        "role": "assistant", "content": "Grüße",
        "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}],
    }  # fmt: skip
    assert (answer.finish, answer.served, answer.usage.input, answer.usage.output) == ("tool_calls", "s", 9, 4)
    assert 20 < answer.first_token_ms < answer.latency_ms - 60
    assert ran.doubts == {}


def test_a_stream_of_100_000_pieces_or_of_one_line_costs_seconds_not_minutes():
    from nomoat.work.stream import Assembly

    piece = {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "0123456789"}}]}}]}
    event = b"data: " + json.dumps(piece).encode() + b"\n\n"
    start = time.process_time()
    many = Assembly()
    for _ in range(1_000):
        many.feed(event * 100)
    assert len(many.page()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]) == 1_000_000
    one = Assembly()
    one.feed(b"data: ")
    while one.size <= call.MOST_BYTES:
        one.feed(b"x" * 65_536)
    assert time.process_time() - start < 10


STREAMS = {
    "cut off": ((b'data: {"choices":[{"delta":{"content":"y"}}]}\n\n',), "cut off"),
    "cut off, with empty endings": (
        (b'data: {"choices":[{"delta":{"content":"y"},"finish_reason":""}]}\n\n',),
        "cut off",
    ),
    "empty": ((), "cut off"),
    "garbage": ((b"data: {{{\n\n", b"data: [DONE]\n\n"), "not json"),
    "an error": ((b'data: {"error": {"message": "boom", "code": 500}}\n\ndata: [DONE]\n\n',), "status 500"),
    "an error and no end": ((b'data: {"error": {"message": "boom", "code": "502"}}\n\n',), "status 502"),
    "an error of vLLM": ((b'data: {"object": "error", "message": "boom", "code": 400}\n\n',), "status 400"),
    "an error in words": ((b'data: {"error": "out of memory"}\n\n',), "status 500"),
    "an error after text": (
        (b'data: {"choices":[{"delta":{"content":"y"}}]}\n\n', b'data: {"error": {"code": 500}}\n\n'),
        "error in the stream",
    ),
    "html": ((b"<html>",), "html"),
}


HALF = b'{"choices":[{"message":{"content":"ye\\ud83d"},"finish_reason":"length"}],"usage":{"prompt_tokens":9,' \
       b'"completion_tokens":2}}'  # fmt: skip


def test_half_a_character_costs_a_mark_and_not_the_answer(tmp_path):
    with Chat(lambda body, before: Turn(body=HALF)) as server:
        ran = asked(server, tmp_path, price_input=1.0, price_output=1.0)
        assert sum(server.asked.values()) == 1
    assert ran.doubts == {"text: broken characters were replaced": 1}
    (answer,) = kept(tmp_path)
    assert (answer.response["content"], answer.finish, answer.cost_usd) == ("ye\ufffd", "length", pytest.approx(11e-6))


@pytest.mark.parametrize("stream", [False, True])
def test_bytes_that_are_no_characters_cost_a_mark_and_not_the_answer(tmp_path, stream):
    whole = HALF.replace(b"ye\\ud83d", b"y\xc3\xa9\xff\xf0\x9f")
    event = b"data: " + whole.replace(b'"message"', b'"delta"') + b"\n\n"
    turn = Turn(how="sse", chunks=(event,)) if stream else Turn(body=whole)
    with Chat(lambda body, before: turn) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=stream))
        assert sum(server.asked.values()) == 1
    assert ran.doubts == {"text: broken characters were replaced": 1}
    assert kept(tmp_path)[0].response["content"].startswith("y\u00e9\ufffd")


@pytest.mark.parametrize(("second", "whole"), [("\\ude00", "\U0001f600"), ("!", "\ufffd!")])
def test_halves_of_a_character_in_two_pieces_of_a_stream_are_put_together(tmp_path, second, whole):
    chunks = tuple(
        b'data: {"choices":[{"delta":{"content":"%s"},"finish_reason":%s}]}\n\n' % (text.encode(), end)
        for text, end in (("\\ud83d", b"null"), (second, b'"stop"'))
    )
    with Chat(lambda body, before: Turn(how="sse", chunks=chunks)) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=True))
    assert kept(tmp_path)[0].response["content"] == whole
    assert ("text: broken characters were replaced" in ran.doubts) == (second == "!")


MESSAGES = {
    "nothing": {"role": "assistant", "content": None},
    "a refusal": {"role": "assistant", "content": None, "refusal": "I cannot."},
    "a tool alone": {"role": "assistant", "content": None, "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
    "parts": {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
    "a nought": {"role": "assistant", "content": "a\x00b"},
}  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_an_answer_of_another_form_is_kept_as_it_is(tmp_path, message):
    with Chat(lambda body, before: Turn(message=message, headers={"Content-Type": "image/png"})) as server:
        ran = asked(server, tmp_path)
    assert (ran.answered, ran.missed) == (1, {})
    assert kept(tmp_path)[0].response == message


def test_a_made_answer_is_one(tmp_path):
    with Chat(lambda body, before: Turn(status=201, body=GOOD)) as server:
        assert asked(server, tmp_path).answered == 1


@pytest.mark.parametrize(("chunks", "what"), STREAMS.values(), ids=STREAMS)
def test_a_broken_stream_is_a_failure(tmp_path, chunks, what):
    with Chat(lambda body, before: Turn(how="sse", chunks=chunks)) as server:
        ran = asked(server, tmp_path, settings=Settings(stream=True, retries=1), price_input=1.0, price_output=1.0)
    assert ran.arms[0].errors == {what: 1}
    assert (ran.possible_usd > 0) == (not what.startswith("status"))


def test_a_server_that_cannot_stream_is_read_whole(tmp_path):
    with Chat() as server:
        ran = asked(server, tmp_path, settings=Settings(stream=True))
    assert ran.answered == 1
    assert kept(tmp_path)[0].first_token_ms is None


def test_terminal_escapes_of_a_server_reach_no_terminal(tmp_path):
    with Chat(lambda body, before: Turn(status=404, body=b'{"error": "\\u001b[2J\\u0007 gone"}')) as server:
        ran = asked(server, tmp_path)
    assert "\x1b" not in ran.why[0]
    assert "gone" in ran.why[0]
