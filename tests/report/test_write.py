"""The report of the shipped data: every measure in it, and a measure that fails leaves its reason, not a hole."""

from __future__ import annotations

import pytest

from nomoat.claims.metric import metrics
from nomoat.errors import EmptyCohort
from nomoat.report import publish, write, write_report
from nomoat.views.words import headline
from nomoat.world.gap import gap

metrics()  # tests of claims take their measures when they are loaded: not while one is replaced below


@pytest.fixture(scope="module")
def measured():
    told = []
    parts = write.measured(at=None, as_of=None, method="eci", draws=8, seed=3, level=0.8, progress=told.append)
    return parts, told


def test_the_shipped_data_answer_every_question(measured):
    parts, told = measured
    assert not parts.missing
    assert len(parts.results()) == 16 + len(write.FIGURES) + len(write.SHARES)
    assert told[0] == "measuring: gap"


def test_the_report_says_what_the_measure_says(measured):
    parts, _ = measured
    assert parts.gap == gap(draws=8, seed=3, level=0.8)


def test_it_becomes_a_page(measured, tmp_path):
    report = publish(tmp_path / "out", measured[0])
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert report.headline == headline(measured[0].gap)
    assert "The data cannot say" not in page
    assert "None" not in page.replace("None of", "")
    assert "nan" not in page.split("<main>")[0]
    assert (tmp_path / "out" / "data" / "gap.json").read_text(encoding="utf-8") == measured[0].gap.json() + "\n"


def test_a_measure_that_fails_leaves_its_reason(monkeypatch, tmp_path):
    def empty(*_, **__):
        raise EmptyCohort("No model is in 'open & country=CN'", "a wider cohort", "nomoat models")

    for name in ("panel.panel", "groups.gap_by", "attribution.attribute", "effort.effort", "reconcile.reconcile_gap"):
        monkeypatch.setattr(f"nomoat.world.{name}", empty)
    for name in ("forecast.forecast", "price.price", "split.split"):
        monkeypatch.setattr(f"nomoat.world.{name}", empty)
    report = write_report(tmp_path / "out", draws=0)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("The data cannot say: No model is in") == 8
    assert "no interval" in report.headline


def test_what_was_asked_stands_in_the_page_as_a_line_to_type(tmp_path, monkeypatch):
    from datetime import date

    told = {}
    monkeypatch.setattr(write, "measured", lambda *_, **asked: told.update(asked))
    monkeypatch.setattr(write, "publish", lambda out, parts, *, command, progress: command)
    said = write.write_report(tmp_path, at=date(2025, 6, 30), level=0.8, draws=5)
    assert said == "nomoat report --at 2025-06-30 --method eci --draws 5 --seed 0 --level 0.8"
    assert (told["at"], told["level"]) == (date(2025, 6, 30), 0.8)
