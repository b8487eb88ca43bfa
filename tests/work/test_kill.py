"""kill -9 at several moments: what was answered is in the journal and never asked again, but for calls in flight."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from nomoat.work import journal
from work.chatserver import Chat, Turn

CONCURRENCY, CALLS = 8, 200
RUN = """
import sys
from pathlib import Path
from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.run import Call, run
url, folder = sys.argv[1:]
def calls():
    for i in range(%d):
        messages = ({"role": "user", "content": f"q{i}"},)
        yield Call("incumbent", "a", Request(request_id=f"r{i}", conversation_id=f"c{i}", model="l", messages=messages))
ran = run(calls(), {"a": Endpoint(name="a", url=url, model="m", concurrency=%d)}, Path(folder), "one", say=print)
lost = {left.what: left.count for left in ran.left_out}
print("answered", ran.answered, "lost", lost.get("calls in flight when a run was killed", 0))
""" % (CALLS, CONCURRENCY)  # noqa: UP031 - braces of Python code


def start(server, folder):
    command = [sys.executable, "-c", textwrap.dedent(RUN), server.url, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the run did not get there"
        time.sleep(0.002)


@pytest.mark.parametrize("long", [False, True], ids=["short answers", "answers of 200 KB"])
def test_a_killed_run_pays_for_nothing_twice(tmp_path, long):
    text = "y" * (200_000 if long else 3)
    # Whole answers leave the server at once, and are written down milliseconds later: only those may be asked again.
    with Chat(lambda body, before: Turn(text=text, delay=0.03)) as server:
        server.keep = False
        kills = 0
        for moment in (1, 31, 120):
            running = start(server, tmp_path)
            until(lambda moment=moment: sum(server.served.values()) >= moment)
            os.kill(running.pid, signal.SIGKILL)
            running.communicate()
            kills += 1
            kept = {a.request_id for a in journal.answers(tmp_path / "runs" / "one")}
            twice = sum(n - 1 for n in server.asked.values())
            assert twice <= kills * CONCURRENCY
            before = dict(server.asked)
        last = start(server, tmp_path)
        said = last.communicate(timeout=100)[0].splitlines()[-1]
        assert last.returncode == 0
    assert said.startswith(f"answered {CALLS} lost ")
    # What the journal held at the last kill was not asked again; what was in flight was, and each once.
    assert all(server.asked[f"q{i}"] == before.get(f"q{i}", 0) for i in range(CALLS) if f"r{i}" in kept)
    answers = list(journal.answers(tmp_path / "runs" / "one"))
    assert {a.request_id for a in answers} == {f"r{i}" for i in range(CALLS)}
    assert len(answers) == CALLS
    assert all(a.response["content"] == text for a in answers)
    # Each call that was asked more than once was told as lost, whichever kill took it; a call may be written down as
    # sent and die before it leaves.
    extra = sum(n - 1 for n in server.asked.values())
    assert extra <= int(said.split()[-1]) <= kills * CONCURRENCY


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_a_line_cut_in_half_is_put_aside_and_asked_again(tmp_path, cut):
    from nomoat.work.endpoint import Endpoint
    from nomoat.work.request import Request
    from nomoat.work.run import Call, run

    calls = [
        Call(
            "incumbent",
            "a",
            Request(request_id=f"r{i}", conversation_id="c", model="l", messages=({"content": f"q{i}"},)),
        )
        for i in range(3)
    ]
    with Chat() as server:
        endpoints = {"a": Endpoint(name="a", url=server.url, model="m", concurrency=1)}
        run(calls, endpoints, tmp_path, "one")
        path = tmp_path / "runs" / "one" / journal.JOURNAL
        *whole, last = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(whole) + last[:cut])
        ran = run(calls, endpoints, tmp_path, "one")
    assert ran.answered == 3
    assert server.asked == {"q0": 1, "q1": 1, "q2": 2}
    assert (path.parent / journal.TORN).read_bytes() == last[:cut] + b"\n"
    assert len(path.read_bytes().splitlines()) == 3


def test_a_damaged_line_in_the_middle_is_counted_and_its_request_asked_again(tmp_path):
    from nomoat.work.endpoint import Endpoint
    from nomoat.work.request import Request
    from nomoat.work.run import Call, run

    calls = [
        Call(
            "incumbent",
            "a",
            Request(request_id=f"r{i}", conversation_id="c", model="l", messages=({"content": f"q{i}"},)),
        )
        for i in range(3)
    ]
    with Chat() as server:
        endpoints = {"a": Endpoint(name="a", url=server.url, model="m", concurrency=1)}
        run(calls, endpoints, tmp_path, "one")
        path = tmp_path / "runs" / "one" / journal.JOURNAL
        first, _, last = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(first + b"\xff\x00 not a line of ours\n" + last)
        ran = run(calls, endpoints, tmp_path, "one")
    assert server.asked == {"q0": 1, "q1": 2, "q2": 1}
    assert [(left.what, left.count) for left in ran.left_out][-1] == ("lines of the journal", 1)
    assert b"not a line of ours" in path.read_bytes()


def test_what_a_kill_took_stays_on_the_bill_after_it_was_answered(tmp_path):
    from nomoat.work.answer import Answer
    from nomoat.work.budget import Budget
    from nomoat.work.endpoint import Endpoint
    from nomoat.work.past import recall
    from nomoat.work.request import Usage

    ends = {"a": Endpoint(name="a", url="http://127.0.0.1:1/v1", model="m", price_input=1.0, price_output=1.0)}
    cell = {"arm": "incumbent", "request_id": "r"}
    usage = Usage(input=10, output=10)
    with journal.Journal(tmp_path) as kept:
        for _ in range(3):  # two kills, and the sitting that brought the answer
            kept.event(journal.Event(kind="sent", endpoint="a", input=10, output=90, **cell))
        kept.answer(Answer(run="one", conversation_id="c", key="k", model="m", usage=usage, cost_usd=2e-5, **cell))
    budget = Budget()
    past = recall(tmp_path, ends, budget)
    assert (past.lost, budget.possible_tokens, budget.spent_tokens) == (2, 200, 20)
    assert budget.possible_usd == pytest.approx(200e-6)
