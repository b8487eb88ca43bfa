"""Months between firsts are calendar months, waiting techniques count as waiting, and a bad table is refused."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import technique
from nomoat.errors import DateError, SnapshotError, UnknownName
from nomoat.world import cited
from nomoat.world.diffusion import COLUMNS, diffusion

HEAD = ",".join([*COLUMNS, "note"])


def row(name, first, second, known=None):
    closed_cells = f"{name},what,C,{first},day,{first},P,https://example.org/{name}/c"
    return f"{closed_cells},O,{second},day,{known or second},P,https://example.org/{name}/o,"


@pytest.fixture
def table(tmp_path):
    lines = [HEAD, row("x", "2024-01-01", "2024-01-31"), row("y", "2024-01-01", "2024-03-01"),
             row("z", "2024-01-01", "2025-01-01"), row("first", "2024-01-31", "2024-01-01")]  # fmt: skip
    (tmp_path / "firsts.csv").write_text("\n".join(lines))
    return tmp_path


def test_months_medians_and_quartiles_are_those_of_the_rows(table):
    found = diffusion(folder=table)
    days = {f.technique: f.months * 30.4375 for f in found.firsts}
    assert {k: round(v) for k, v in days.items()} == {"x": 30, "y": 60, "z": 366, "first": -30}
    assert found.median * 30.4375 == pytest.approx(45)
    assert found.open_first == 1
    assert len(found.origins) == 8


def test_a_technique_that_no_open_model_has_is_waiting_and_not_left_out(table):
    found = diffusion(at=date(2024, 2, 15), folder=table)
    assert (found.n, found.waiting) == (4, 2)
    waiting = {f.technique for f in found.firsts if f.months is None}
    assert waiting == {"y", "z"}
    assert found.high is None


def test_a_first_whose_page_came_later_is_waiting_until_then(tmp_path):
    (tmp_path / "firsts.csv").write_text("\n".join([HEAD, row("x", "2024-01-01", "2024-01-31", "2024-06-01")]))
    assert diffusion(as_of=date(2024, 5, 1), folder=tmp_path).waiting == 1
    assert diffusion(as_of=date(2024, 6, 1), folder=tmp_path).waiting == 0
    assert diffusion(at=date(2024, 2, 15), folder=tmp_path).waiting == 0  # out by then, as is known now
    with pytest.raises(DateError):
        diffusion(as_of=date(2023, 12, 31), folder=tmp_path)


def test_before_the_first_row_nothing_can_be_said(table):
    with pytest.raises(DateError):
        diffusion(at=date(2020, 1, 1), folder=table)
    with pytest.raises(UnknownName, match="first"):
        diffusion("firsts", folder=table)


@pytest.mark.parametrize(
    ("old", "new"), [("https://example.org/x/c", "a book"), ("2024-01-31", "soon"), (",day,", ",week,"), ("what", "")]
)
def test_a_row_without_origin_date_or_precision_is_refused(table, old, new):
    path = table / "firsts.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SnapshotError, match=r"firsts\.csv"):
        diffusion(folder=table)


def test_every_shipped_row_has_addresses_and_dates_in_order():
    found = diffusion()
    assert found.n >= 12
    assert all(o.address.startswith("https://") for o in found.origins)
    assert all(f.closed.date < cited.WRITTEN for f in found.firsts)


def test_only_pages_of_the_day_speak_for_it_and_the_choice_is_said_to_be_later(tmp_path):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    world = catalogue(tmp_path, ("2025-01-01", models))
    then = ask(world, "months", at=date(2024, 11, 1), as_of=date(2024, 11, 1), then=True)
    with pytest.raises(Untestable, match="had not reached an open model"):
        technique.months(then, technique="reasoning models")
    later = technique.months(ask(world, "months", as_of=date(2025, 1, 1)), technique="reasoning models")
    assert later.as_of == date(2025, 1, 1)
    assert "decided later" in later.notes[0]
    assert technique.months(ask(world, "months"), technique="reasoning models").value == pytest.approx(77 / 30.4375)
