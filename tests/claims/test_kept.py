"""A verdict that was found once is kept, and only for exactly the question and the data that it was found for."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import catalogue
from claims.test_check import EARLY, LATE, claim
from nomoat.claims.verdicts import verdicts


@pytest.fixture
def before(tmp_path, monkeypatch):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "home"))
    return catalogue(tmp_path / "before", ("2024-08-01", EARLY))


def judged(claims, catalog, **asked):
    """The verdicts and how many statements were judged for them."""
    told: list[str] = []
    return verdicts(claims, catalog, draws=50, **asked, progress=told.append), len(told)


def test_the_second_time_nothing_is_judged_and_the_same_is_said(before):
    first, worked = judged([claim(), claim(id="e")], before)
    again, later = judged([claim(), claim(id="e")], before)
    assert (worked, later) == (2, 0)
    assert again == first
    assert again.json() == first.json()


def test_one_statement_more_is_the_only_one_judged(before):
    judged([claim()], before)
    assert judged([claim(), claim(id="e")], before)[1] == 1


@pytest.mark.parametrize("asked", [{"as_of": date(2024, 8, 1)}, {"seed": 1}, {"level": 0.8}])
def test_another_question_is_judged_anew(before, asked):
    judged([claim()], before)
    assert judged([claim()], before, **asked)[1] == 1


def test_another_bound_in_the_statement_is_judged_anew(before):
    assert judged([claim()], before)[0].checked[0].now.verdict == "supported"
    found, worked = judged([claim(test={"comparison": "at least 50"})], before)
    assert (found.checked[0].now.verdict, worked) == ("contradicted", 1)


def test_new_data_are_judged_anew(before, tmp_path):
    assert judged([claim()], before)[0].checked[0].now.verdict == "supported"
    after = catalogue(tmp_path / "after", ("2024-08-01", EARLY), ("2025-07-01", LATE))
    assert judged([claim()], after)[0].checked[0].now.verdict == "contradicted"


def test_a_spoiled_file_is_judged_anew(before, tmp_path):
    first, _ = judged([claim()], before)
    for kept in (tmp_path / "home" / "cache").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1])
    assert judged([claim()], before) == (first, 1)
