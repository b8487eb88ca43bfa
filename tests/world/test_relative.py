"""Relative adoption: both published definitions by hand, a younger model lowers no bar, size classes both ways."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import numpy as np
import pytest

from nomoat.errors import EmptyCohort, InputError, UnknownName
from nomoat.stats.relative import cutoff
from nomoat.world.relative import relative
from world.hubs import planted

RELEASED = date(2025, 1, 1)
READ = [RELEASED + timedelta(days=d) for d in (7, 30, 60, 90)]
OLD = 12


def field(tmp_path, *, young=0):
    """Twelve models of 8 billion parameters with 1,000 k downloads a day each, and `young` ones a week old."""
    names = [f"acme/m{k:02}" for k in range(1, OLD + 1)]
    models = [(name, "acme", RELEASED, None) for name in names]
    models += [(f"acme/y{k:02}", "acme", READ[-1] - timedelta(days=7), None) for k in range(young)]

    def rows(day):
        out = []
        for name, _, released, _ in models:
            age = (day - released).days
            if age >= 0:
                rate = 1000 * int(name[-2:]) if name[5] == "m" else 10**6
                more = {"model_id": name, "parameters": 8e9, "created": released}
                out.append((name, rate * age, more))
        return out

    return planted(tmp_path, {day: rows(day) for day in READ}, models=models)


def test_both_definitions_are_those_that_were_published(tmp_path):
    found = relative(draws=0, catalog=field(tmp_path))
    by_age = {(s.model, s.days): s for s in found.standings}
    for k in range(1, OLD + 1):
        others = sorted((j for j in range(1, OLD + 1) if j != k), reverse=True)[:10]
        for days in (7, 14, 30, 60, 90):
            s = by_age[f"acme/m{k:02}", days]
            assert s.downloads == pytest.approx(1000 * k * days)
            assert s.v1 == pytest.approx(k / median(others))
            assert s.v2 == pytest.approx(k / others[-1])
            assert s.references == 11
    assert not [s for s in found.standings if s.days > 90]


def test_a_young_model_lowers_no_bar_at_ages_that_it_has_not_reached(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    alone = {(s.model, s.days): s for s in relative(draws=0, catalog=field(tmp_path / "a")).standings}
    beside = {(s.model, s.days): s for s in relative(draws=0, catalog=field(tmp_path / "b", young=5)).standings}
    one = "acme/m12"
    assert beside[one, 7].references == 16
    assert beside[one, 7].v2 < alone[one, 7].v2
    assert beside[one, 60].references == 11
    assert beside[one, 60].v1 == alone[one, 60].v1


def test_the_bar_never_falls_with_age():
    falling = np.array([[10.0, np.nan], [9.0, 4.0], [8.0, 3.0]])
    assert cutoff(falling, 2).tolist() == [9.0, 9.0]


def test_intervals_hold_the_value_and_come_back_with_the_seed(tmp_path):
    catalog = field(tmp_path)
    one, two = relative(seed=3, catalog=catalog), relative(seed=3, catalog=catalog)
    assert one == two
    assert relative(seed=4, catalog=catalog) != one
    last = next(s for s in one.latest if s.model == "acme/m12")
    assert last.v1_low <= last.v1 <= last.v1_high
    assert last.v2_low <= last.v2


def test_fewer_than_ten_references_is_no_answer(tmp_path):
    found = relative(top=12, draws=20, catalog=field(tmp_path))
    assert {s.v1 for s in found.standings} == {s.v2 for s in found.standings} == {None}
    assert "references old enough" in found.cite()


@pytest.mark.parametrize(
    ("classes", "billions", "name"),
    [
        ("code", 0.5, "<1B"),
        ("code", 4.9, "1-5B"),
        ("code", 5.0, "7-9B"),
        ("code", 10.0, "10-50B"),
        ("code", 400.0, "250B+"),
        ("page", 9.0, "1-9B"),
        ("page", 30.0, "10-30B"),
        ("page", 31.0, "31-100B"),
        ("page", 0.5, None),
    ],
)
def test_size_classes_are_read_both_ways(tmp_path, classes, billions, name):
    rows = [("acme/a", 70, {"model_id": "acme/a", "parameters": billions * 1e9})]
    catalog = planted(tmp_path, {READ[0]: rows}, models=[("acme/a", "acme", RELEASED, None)])
    if name is None:
        with pytest.raises(EmptyCohort):
            relative(classes=classes, draws=0, catalog=catalog)
    else:
        assert {s.size for s in relative(classes=classes, draws=0, catalog=catalog).standings} == {name}


def test_what_nobody_read_is_not_filled_in(tmp_path):
    """Readings at 7 and at 90 days lie 83 days apart: what stood at 30 and 60 days is not known."""
    rows = {
        day: [("acme/a", n, {"model_id": "acme/a", "parameters": 8e9})]
        for day, n in ((READ[0], 70), (READ[-1], 900))
    }  # fmt: skip
    catalog = planted(tmp_path, rows, models=[("acme/a", "acme", RELEASED, None)])
    assert [s.days for s in relative(draws=0, catalog=catalog).standings] == [7, 90]


def test_twins_join_only_when_asked(tmp_path):
    rows = [
        ("acme/a", 70, {"model_id": "acme/a", "parameters": 8e9}),
        ("acme/a-FP8", 30, {"model_id": "acme/a", "parameters": 8e9}),
    ]
    catalog = planted(tmp_path, {READ[0]: rows}, models=[("acme/a", "acme", RELEASED, None)])
    assert relative(draws=0, catalog=catalog).standings[0].downloads == 70
    assert relative(draws=0, rolled=True, catalog=catalog).standings[0].downloads == 100


def test_refusals_say_what_to_type(tmp_path):
    with pytest.raises(InputError, match="nomoat update hub"):
        relative()
    with pytest.raises(UnknownName, match="code"):
        relative(classes="cod", catalog=field(tmp_path))
