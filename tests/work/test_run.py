"""Prompts get there and back: each once, at most so many at a time, from what was paid for before where it can be."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from nomoat.errors import InputError, OutputError
from nomoat.work import journal
from nomoat.work.budget import Budget
from nomoat.work.endpoint import Endpoint
from nomoat.work.pace import Pace
from nomoat.work.request import Request, Usage
from nomoat.work.run import Call, Settings, run
from work.chatserver import Chat, Turn


def request(text, number=None, **more):
    key = f"r-{text}" if number is None else f"r-{number}"
    messages = ({"role": "user", "content": text},)
    return Request(request_id=key, conversation_id=key, model="logged", messages=messages, **more)


def calls(n, arms=("incumbent",), endpoint="a"):
    for i in range(n):
        for arm in arms:
            yield Call(arm, endpoint, request(f"q{i}"))


def at(server, name="a", **more):
    return {name: Endpoint(name=name, url=server.url, model="m", **more)}


def test_every_call_is_answered_once_and_kept(tmp_path):
    with Chat(lambda body, before: Turn(text="to " + body["messages"][0]["content"])) as server:
        ran = run(calls(60), at(server), tmp_path, "one")
    kept = list(journal.answers(tmp_path / "runs" / "one"))
    assert {a.request_id: a.response["content"] for a in kept} == {f"r-q{i}": f"to q{i}" for i in range(60)}
    assert set(server.asked.values()) == {1}
    assert (ran.answered, ran.failed, ran.ended, ran.left_out) == (60, 0, "finished", ())
    assert all(a.served == "stub-1" and a.model == "m" and a.attempts == 1 and a.at for a in kept)
    assert ran.arms[0].served == {"stub-1": 60}


def test_the_same_line_again_asks_nothing(tmp_path):
    with Chat() as server:
        first = run(calls(20), at(server), tmp_path, "one")
        second = run(calls(20), at(server), tmp_path, "one")
    assert sum(server.asked.values()) == 20
    assert second.calls == 0
    assert second.arms == first.arms


def test_no_more_in_flight_than_the_endpoint_allows(tmp_path):
    with Chat(lambda body, before: Turn(delay=0.02)) as server:
        run(calls(60), at(server, concurrency=5), tmp_path, "one")
    assert server.most_flying == 5


def test_the_iterator_is_not_read_ahead_of_the_servers(tmp_path):
    read = []

    def slowly():
        for call in calls(200):
            read.append(call)
            yield call

    ahead = []
    with Chat(lambda body, before: ahead.append(len(read) - sum(server.served.values())) or Turn()) as server:
        run(slowly(), at(server, concurrency=4), tmp_path, "one")
    assert max(ahead) <= 4 * 3 + 1
    assert len(ahead) == 200


def test_the_request_goes_out_as_it_was_logged_without_what_is_the_gateways(tmp_path):
    tools = ({"type": "function", "function": {"name": "f"}},)
    params = {"temperature": 0, "max_tokens": 5, "api_key": "sk-of-somebody", "user": "u-77", "stream": True, "n": 1}
    one = Call("incumbent", "a", request("hello", params=params, tools=tools))
    with Chat() as server:
        ran = run([one], at(server), tmp_path, "one")
    sent = server.bodies[0]
    assert sent == {
        "model": "m", "messages": [{"role": "user", "content": "hello"}], "temperature": 0, "max_tokens": 5,
        "tools": list(tools),
    }  # fmt: skip
    assert [(left.what, left.count) for left in ran.left_out] == [("calls without the setting 'n' of the log", 1)]


def test_an_endpoint_may_take_other_settings(tmp_path):
    one = Call("incumbent", "a", request("hello", params={"temperature": 0, "max_tokens": 5}))
    more = {"without": ("temperature", "max_tokens"), "params": {"max_completion_tokens": 5, "seed": 1}}
    with Chat() as server:
        run([one], at(server, **more), tmp_path, "one")
        run([one], at(server), tmp_path, "two")
    sent = [{k: v for k, v in body.items() if k not in ("model", "messages")} for body in server.bodies]
    assert sent == [{"max_completion_tokens": 5, "seed": 1}, {"temperature": 0, "max_tokens": 5}]


def test_the_same_input_is_paid_for_once_and_the_second_incumbent_run_asks_anew(tmp_path):
    arms = ("incumbent", "again")
    same = [Call(arm, "a", request("same", number=i)) for i in range(12) for arm in arms]
    with Chat(lambda body, before: Turn(text=str(before), delay=0.01)) as server:
        ran = run(same, at(server), tmp_path, "one")
        assert server.asked["same"] == 1 + 12
        assert (ran.answered, ran.cached) == (24, 11)
        later = run([c for c in same if c.arm == "incumbent"], at(server), tmp_path, "two")
        assert server.asked["same"] == 1 + 12
        assert later.cached == 12
        uncached = run(same[:1], at(server), tmp_path, "three", settings=Settings(cache=False))
        assert (server.asked["same"], uncached.cached) == (14, 0)
    kept = list(journal.answers(tmp_path / "runs" / "one"))
    assert len({a.response["content"] for a in kept if a.arm == "incumbent"}) == 1
    assert len({a.response["content"] for a in kept if a.arm == "again"}) == 12


def test_another_model_or_address_shares_no_answers(tmp_path):
    with Chat() as server, Chat() as other:
        run(calls(3), at(server), tmp_path, "one")
        run(calls(3), {"a": Endpoint(name="a", url=server.url, model="n")}, tmp_path, "two")
        run(calls(3), at(other), tmp_path, "three")
    assert sum(server.asked.values()) == 6
    assert sum(other.asked.values()) == 3


def test_a_run_does_not_go_on_with_another_model(tmp_path):
    with Chat() as server:
        run(calls(3), at(server), tmp_path, "one")
        with pytest.raises(InputError, match="--run NAME"):
            run(calls(3), {"a": Endpoint(name="a", url=server.url, model="other")}, tmp_path, "one")


def test_hosts_are_said_before_the_first_call(tmp_path):
    said = []
    with Chat(lambda body, before: said.append("call") or Turn()) as server:
        run(calls(2), at(server), tmp_path, "one", say=said.append)
    assert f"127.0.0.1:{server.port} (a)" in said[0]
    assert said[1:] == ["call", "call"]


def test_two_at_once_on_one_run_are_refused(tmp_path):
    from nomoat.catalog.lock import locked

    with Chat() as server, locked(tmp_path / "runs" / "one"), pytest.raises(OutputError):
        run(calls(1), at(server), tmp_path, "one")
    assert not server.asked


def test_requests_without_a_prompt_are_counted(tmp_path):
    bare = Request(request_id="b", conversation_id="b", model="logged")
    with Chat() as server:
        ran = run([Call("incumbent", "a", bare), *calls(1)], at(server), tmp_path, "one")
    assert [(left.what, left.count) for left in ran.left_out] == [("calls without a prompt", 1)]


def test_cost_is_tokens_times_price_and_unknown_without_one(tmp_path):
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40}}
    with Chat(lambda body, before: Turn(usage=usage)) as server:
        paid = run(calls(2), at(server, price_input=1.0, price_output=10.0, price_cached=0.1), tmp_path, "one")
        free = run(calls(2), at(server), tmp_path, "two", settings=Settings(cache=False))
    assert paid.spent_usd == pytest.approx(2 * (60 * 1 + 40 * 0.1 + 10 * 10) / 1e6)
    assert (free.arms[0].cost_usd, free.arms[0].unpriced) == (0.0, 2)


def test_it_runs_inside_a_running_loop(tmp_path):
    async def notebook():
        with Chat() as server:
            return run(calls(3), at(server), tmp_path, "one").answered

    assert asyncio.run(notebook()) == 3


def test_an_interrupt_lets_calls_in_flight_end_and_the_rest_is_asked_later(tmp_path):
    def script(body, before):
        if sum(server.asked.values()) == 10:
            os.kill(os.getpid(), signal.SIGINT)
        return Turn(delay=0.05)

    with Chat(script) as server:
        ran = run(calls(100), at(server, concurrency=4), tmp_path, "one")
        assert ran.ended == "interrupted"
        assert ran.answered == sum(server.asked.values()) < 30
        assert run(calls(100), at(server), tmp_path, "one").answered == 100
    assert set(server.asked.values()) == {1}


def test_progress_is_told(tmp_path):
    seen = []
    with Chat(lambda body, before: Turn(delay=0.2)) as server:
        run(calls(12), at(server, concurrency=2), tmp_path, "one", watch=seen.append, settings=Settings(total=12))
    assert seen[0].total == 12
    assert 0 < seen[-1].done <= 12
    assert seen[-1].seconds_left is not None


def test_the_pace_is_that_of_the_last_minute_and_of_calls_that_were_settled():
    pace = Pace()
    for second in range(0, 400, 5):  # ten a second for 200 seconds, then one
        pace.note(float(second), 10 * min(second, 200) + max(0, second - 200))
    assert pace.per_second == pytest.approx(1.0)
    assert pace.seconds_left(30) == pytest.approx(30.0)
    for second in range(400, 500, 5):
        pace.note(float(second), 2199)
    assert (pace.per_second, pace.seconds_left(30)) == (0.0, None)  # nothing moves: no promise


def test_busy_endpoints_are_named_and_tries_are_no_progress(tmp_path):
    seen = []
    busy = Turn(status=429, headers={"Retry-After": "1"})
    with Chat(lambda body, before: busy if sum(server.asked.values()) == 1 else Turn()) as server:
        run(calls(6), at(server, concurrency=1), tmp_path, "one", watch=seen.append, settings=Settings(total=6))
    assert (seen[0].done, seen[0].per_second, seen[0].seconds_left, seen[0].waiting) == (0, 0.0, None, ("a",))


def test_a_terminal_that_goes_away_ends_no_call(tmp_path):
    def gone(what):
        raise BrokenPipeError

    with Chat(lambda body, before: Turn(delay=0.05)) as server:
        ran = run(calls(30), at(server, concurrency=2), tmp_path, "one", say=gone, watch=gone)
    assert (ran.answered, ran.ended) == (30, "finished")


@pytest.mark.parametrize("cap", [0.0, 0.004, 0.0101])
def test_money_ends_the_run_before_the_cap_and_it_goes_on_with_more(tmp_path, cap):
    usage = {"prompt_tokens": 30, "completion_tokens": 100}
    calls_ = [Call("incumbent", "a", request(f"q{i}", params={"max_tokens": 100})) for i in range(40)]
    with Chat(lambda body, before: Turn(usage=usage, delay=0.005)) as server:
        priced = at(server, price_input=1.0, price_output=10.0, concurrency=8)
        each = (30 + 1000) / 1e6
        ran = run(calls_, priced, tmp_path, "one", budget=Budget(usd=cap))
        assert ran.ended == "budget"
        assert ran.spent_usd <= cap
        assert ran.why[0].startswith("The next call to 'a' may cost up to $0.0010 (")
        assert f"and of ${cap:,.4f} are left ${cap - ran.spent_usd:,.4f}" in ran.why[0] or cap == 0
        assert ran.answered in (int(cap / each), int(cap / each) - 1, 0)
        rest = run(calls_, priced, tmp_path, "one", budget=Budget(usd=1.0))
        assert (rest.answered, rest.spent_usd) == (40, pytest.approx(40 * each))
    assert set(server.asked.values()) == {1}


def test_what_answers_overshoot_is_bounded_by_those_in_flight_and_said(tmp_path):
    usage = {"prompt_tokens": 30, "completion_tokens": 300}  # of 100 allowed
    calls_ = [Call("incumbent", "a", request(f"q{i}", params={"max_tokens": 100})) for i in range(40)]
    with Chat(lambda body, before: Turn(usage=usage, delay=0.03)) as server:
        ran = run(calls_, at(server, concurrency=3), tmp_path, "one", budget=Budget(tokens=600))
    assert ran.ended == "budget"
    assert 600 < ran.spent_tokens <= 600 + 3 * 330
    assert ran.why[-1].startswith(f"The answers came to {ran.spent_tokens - 600:,} tokens more than 600: ")


def test_tokens_are_capped_over_sittings(tmp_path):
    usage = {"prompt_tokens": 30, "completion_tokens": 100}
    logged = [
        Call("incumbent", "a", request(f"q{i}", usage=Usage(input=10, output=50), params={"max_tokens": 100}))
        for i in range(40)
    ]
    with Chat(lambda body, before: Turn(usage=usage)) as server:
        for _ in range(3):
            ran = run(logged, at(server), tmp_path, "one", budget=Budget(tokens=1000))
    assert ran.ended == "budget"
    assert 1000 - 2 * 130 < ran.spent_tokens <= 1000


def test_a_budget_in_money_needs_prices(tmp_path):
    with pytest.raises(InputError, match="price_input"):
        run([], {"a": Endpoint(name="a", url="http://127.0.0.1:1/v1", model="m")}, tmp_path, "x", budget=Budget(usd=1))


def full_from(monkeypatch, reserve, number):
    """From the answer of that number on, the disk is full until the reserve is given up."""
    real, wrote = os.write, []

    def full(handle, data):
        wrote.append(b'"response"' in data)
        if sum(wrote) >= number and reserve.exists():
            real(handle, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    return lambda: monkeypatch.setattr(os, "write", real)


def test_a_full_disk_ends_the_run_and_what_was_in_flight_is_kept_too(tmp_path, monkeypatch):
    with Chat(lambda body, before: Turn(delay=0.01)) as server:
        folder = tmp_path / "runs" / "one"
        mended = full_from(monkeypatch, folder / journal.RESERVE, 5)
        with pytest.raises(OutputError, match="No space left"):
            run(calls(50), at(server, concurrency=3), tmp_path, "one")
        mended()
        assert not (folder / journal.RESERVE).exists()
        kept = list(journal.answers(folder))
        assert 5 <= len(kept) == sum(server.asked.values()) <= 8
        assert run(calls(50), at(server), tmp_path, "one").answered == 50
    assert set(server.asked.values()) == {1}


def test_a_disk_without_a_megabyte_is_told_before_the_first_call(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with Chat() as server, pytest.raises(OutputError, match="No space left"):
        run(calls(5), at(server), tmp_path, "one")
    assert not server.asked


def test_a_log_that_goes_away_in_mid_run_loses_no_answer_in_flight(tmp_path):
    def broken():
        yield from calls(10)
        raise InputError("The table holds no request 'r10'")

    with Chat(lambda body, before: Turn(delay=0.05)) as server:
        with pytest.raises(InputError, match="r10"):
            run(broken(), at(server, concurrency=4), tmp_path, "one")
        asked = set(server.asked)
    assert {a.response["content"] for a in journal.answers(tmp_path / "runs" / "one")} == {"yes"}
    assert len(list(journal.answers(tmp_path / "runs" / "one"))) == len(asked) >= 4


def test_an_arm_names_an_endpoint_of_the_plan(tmp_path):
    with Chat() as server, pytest.raises(InputError, match=r"endpoints\.b"):
        run(calls(1, endpoint="b"), at(server), tmp_path, "one")


@pytest.mark.parametrize("name", ["", "..", "a/b", ".x"])
def test_a_run_has_a_plain_name(tmp_path, name):
    with Chat() as server, pytest.raises(InputError):
        run(calls(1), at(server), tmp_path, name)


def test_a_call_that_waits_in_a_slow_queue_does_not_hold_the_others_answers(tmp_path):
    before = threading.active_count()  # a server of an earlier test may still be there
    with Chat() as fast, Chat(lambda body, before: Turn(delay=0.05)) as slow:
        both = {**at(fast, "a"), **at(slow, "b", concurrency=2)}
        mixed = [Call(arm, name, request(f"q{i}")) for i in range(20) for arm, name in (("incumbent", "a"), ("b", "b"))]
        start = time.perf_counter()
        ran = run(mixed, both, tmp_path, "one")
    assert ran.answered == 40
    assert time.perf_counter() - start < 5
    assert json.loads((tmp_path / "runs/one/run.json").read_text())["arms"] == {"incumbent m": "a", "b m": "b"}
    assert threading.active_count() < before + 15
