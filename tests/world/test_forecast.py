"""When the follower gets there: planted worlds, and one past quarter worked out again by other means."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from nomoat.errors import EmptyCohort
from nomoat.types import MONTH
from nomoat.views.forecast import forecast_figure, forecast_text
from nomoat.world.backtest import backtest, quarter_ends
from nomoat.world.forecast import forecast
from nomoat.world.frontier import frontier
from nomoat.world.gap import gap


def planted(path, lag_months, leaders=14, every=75):
    """A leader every 75 days, two points better each, and an equal follower `lag_months` later."""
    rows, first = ["model,date,openness,score,stderr"], date(2023, 1, 1)
    last = first + timedelta(days=every * (leaders - 1))
    for k in range(leaders):
        day = first + timedelta(days=every * k)
        rows.append(f"L{k},{day},closed,{100 + 2 * k},0.01")
        follower = day + timedelta(days=round(lag_months * MONTH))
        if follower <= last:
            rows.append(f"F{k},{follower},open,{100 + 2 * k + 0.5},0.01")
    path.write_text("\n".join(rows))
    return path


def test_a_world_of_equal_waits_is_forecast_to_the_day(tmp_path):
    found = forecast(on=planted(tmp_path / "t.csv", 8.0), draws=50, backtest=False)
    waits = {c.months: c.p for c in found.outlook.chances}
    assert found.elapsed == 0
    assert waits[6] == 0
    assert waits[12] > 0.8
    due = found.at + timedelta(days=round(8 * MONTH))
    assert abs((found.outlook.median - due).days) < 35


def test_two_matched_records_are_too_few_to_learn_from(tmp_path):
    with pytest.raises(EmptyCohort, match="2 records"):
        forecast(on=planted(tmp_path / "t.csv", 8.0, leaders=6), draws=0, backtest=False)


def test_a_past_quarter_is_what_the_other_measures_say():
    """The quarter's target, wait and end, from `gap` of the reconstruction and the frontier of today."""
    day = date(2025, 9, 30)
    found = next(q for q in backtest("closed", "open").quarters if q.at == day)
    then = gap("closed", "open", as_of=day, reconstruct=True, draws=0)
    assert found.target == then.records[0].model.split(" (")[0] or found.target == then.records[0].model
    today = frontier("closed", "open", draws=0)
    score = next(p.score for p in today.points if p.model == found.target)
    reached = min((s.date for s in today.follower_steps if s.score >= score), default=None)
    assert found.happened is (reached is not None)
    end = reached or today.cut
    assert found.months == pytest.approx(max(0, (end - day).days) / MONTH)


def test_only_quarters_old_enough_are_scored():
    found = backtest("closed", "open")
    for score in found.scores:
        old = [q for q in found.quarters if (date(2026, 8, 11) - q.at).days >= score.months * MONTH]
        old = [q for q in old if score.method in q.chances]
        assert score.n == len(old)
        came = [q.happened and q.months <= score.months for q in old]
        assert score.happened == sum(came)
        given = [q.chances[score.method][str(score.months)] for q in old]
        assert score.brier == pytest.approx(np.mean((np.array(given) - came) ** 2))
    assert found.label.startswith("hindsight")


def test_the_newest_vintage_has_one_record_named_or_not():
    """Named, it was cut from abilities that knew the future, and was said to be another thing."""
    assert backtest("closed", "open", as_of=date(2026, 8, 11)) == backtest("closed", "open")
    index = backtest("closed", "open", as_of=date(2026, 6, 30))
    assert index.label == "hindsight: capability of 2026-06-30, cut at each quarter's end"


def test_a_frontier_younger_than_the_months_looked_back_on_has_no_pace():
    """It was said to rise nan points a year, and to arrive with a chance of 0 %, which nobody can know."""
    found = forecast("closed", "open & released>=2025-06-01", draws=20, backtest=False)
    pace = next(o for o in found.outlooks if o.method == "pace")
    assert {c.p for c in pace.chances} == {None}
    assert pace.note == "the follower had no model 24 months ago, and so has no pace of 24 months"
    assert [p.points is None for p in found.paces] == [False, True]
    assert found.meeting is None
    said = forecast_text(found, 100)
    assert "nan" not in said
    assert "do not meet" not in said
    drawn = forecast_figure(found)
    assert drawn.alt.startswith("2 rising lines")
    assert "pace: the follower had no model 24 months ago" in drawn.footer[0]
    assert "another method says" in drawn.finding
    first = backtest("closed", "open").quarters[0]
    assert (first.at, sorted(first.chances)) == (date(2024, 9, 30), ["lag", "waits"])  # open begins in 2023-02


def test_no_quarter_ends_on_or_after_the_cut():
    assert quarter_ends(date(2024, 12, 31), date(2025, 6, 30)) == [date(2024, 12, 31), date(2025, 3, 31)]


def test_the_default_was_fixed_before_and_comes_with_its_record():
    found = forecast("closed", "open", draws=20)
    assert [o.method for o in found.outlooks if o.default] == ["waits"]
    assert found.record is not None
    assert "hindsight" in found.record.label
    assert found.target.model in found.cite()


def test_a_follower_who_is_there_already_has_arrived(tmp_path):
    path = planted(tmp_path / "t.csv", 3.0)
    path.write_text(path.read_text() + "\nF99,2025-08-20,open,180,0.01\n")
    found = forecast(on=path, draws=20, backtest=False)
    assert found.reached == 1.0
    assert all(c.p == 1.0 for o in found.outlooks for c in o.chances)
