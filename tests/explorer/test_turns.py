"""A slow question holds up no quick one, a crowd gets whole answers, and what is kept has bounds."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx
import pytest

from explorer.serving import running
from nomoat.catalog.store import Catalog
from nomoat.explorer import answers, turns
from nomoat.explorer.answers import Answers
from nomoat.explorer.page import Page, View
from nomoat.explorer.pages import pages
from nomoat.explorer.state import Param
from nomoat.explorer.turns import AT_ONCE, TooSlow, Turns


def page(answer):
    given = (Param(name="q", title="Words"),)
    return Page(path="slow", nav="", question="?", params=given, answer=answer)


def test_one_that_takes_long_hands_its_turn_on(monkeypatch):
    monkeypatch.setattr(turns, "LEASE", 0.2)
    held, done = Turns(), threading.Event()

    def slow():
        with held.taken():
            done.wait(20)

    crowd = [threading.Thread(target=slow) for _ in range(AT_ONCE)]
    for one in crowd:
        one.start()
    start = perf_counter()
    with held.taken():
        waited = perf_counter() - start
        assert held.running == AT_ONCE + 1
    done.set()
    for one in crowd:
        one.join()
    assert 0.05 < waited < 10
    assert held.running == 0


def test_there_is_an_end_to_how_many_run_and_to_patience(monkeypatch):
    monkeypatch.setattr(turns, "MOST", 1)
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    held = Turns()
    with held.taken(), pytest.raises(TooSlow, match="Too many questions at once"), held.taken():
        pass
    with held.taken():
        assert held.running == 1


def test_he_who_asked_first_may_give_up_as_well_and_the_answer_is_there_for_the_next(monkeypatch):
    done = threading.Event()

    def answer(catalog, values):
        done.wait(20)
        return View(title="late", result=None)

    monkeypatch.setattr(answers, "PATIENCE", 0.1)
    held = Answers(Catalog.open())
    with pytest.raises(TooSlow, match="takes too long"):
        held.view(page(answer), {})
    done.set()
    monkeypatch.setattr(answers, "PATIENCE", 20)
    assert held.view(page(answer), {}).title == "late"


def test_a_failure_is_told_to_all_who_wait_and_asked_again_by_the_next():
    tried = []

    def answer(catalog, values):
        tried.append(values)
        if len(tried) == 1:
            raise TooSlow("not now")
        return View(title="now", result=None)

    held = Answers(Catalog.open())
    with pytest.raises(TooSlow, match="not now"):
        held.view(page(answer), {})
    assert held.view(page(answer), {}).title == "now"


def test_what_is_kept_has_bounds(monkeypatch):
    monkeypatch.setattr(answers, "HELD", 1000)
    monkeypatch.setattr(answers, "KEPT", 5)
    held, made = Answers(Catalog.open()), []

    def text(name):
        made.append(name)
        return "x" * 400

    one = page(None)
    for name in "abca":
        assert len(held.written(one, {}, name, lambda name=name: text(name))) == 400
    assert made == ["a", "b", "c", "a"], "three of 400 are more than 1,000"
    for number in range(20):
        held.view(page(lambda catalog, values: View(title="", result=None)), {"q": str(number)})
    assert len(held._kept) <= 5
    assert set(held._sizes) <= set(held._kept)


def test_sixty_who_wait_for_a_slow_answer_keep_nobody_out(tmp_path, monkeypatch):
    """More than the forty threads that Starlette would have."""
    done = threading.Event()

    def answer(catalog, values):
        done.wait(60)
        return View(title="slow", result=None)

    monkeypatch.setitem(pages(), "slow", page(answer))
    with running(tmp_path) as address, ThreadPoolExecutor(60) as crowd:
        waiting = [crowd.submit(httpx.get, f"{address}/slow?q={n % 6}", timeout=100) for n in range(60)]
        try:
            assert httpx.get(f"{address}/methods", timeout=50).status_code == 200
            assert not any(one.done() for one in waiting)
        finally:
            done.set()
        assert {one.result().status_code for one in waiting} == {200}


def test_a_crowd_over_all_pages_gets_whole_answers(plain):
    """Twenty clients over pages and the API at once: each answer is what one alone gets."""
    asked = [path for path in pages() if path not in ("model", "document", "entity", "claim", "front", "claims")]
    addresses = [f"{plain}{kind}{path}" for path in asked for kind in ("/", "/api/v1/")] * 3
    with httpx.Client(timeout=120) as client, ThreadPoolExecutor(20) as crowd:
        got = list(crowd.map(client.get, addresses))
        alone = {address: client.get(address).content for address in set(addresses)}
    assert {one.status_code for one in got} == {200}
    for address, one in zip(addresses, got, strict=True):
        assert one.content == alone[address], address
        if "/api/" in address:
            assert json.loads(one.content)["schema_version"] == 1
        else:
            assert one.text.rstrip().endswith("</html>")
