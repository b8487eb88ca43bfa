"""Published figures are found by kind, subject and day, and what nobody published is named."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import figure
from nomoat.errors import NoVintage

SHARE = {"metric": "enterprise_share", "subject": "open", "population": "buyers asked by X", "unit": "percent"}
FIGURES = [
    {**SHARE, "value": 19.0, "published": date(2024, 12, 1)},
    {**SHARE, "value": 11.0, "published": date(2025, 12, 1)},
    {**SHARE, "subject": "closed", "value": 60.0, "published": date(2025, 1, 1)},
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    return catalogue(tmp_path_factory.mktemp("figure"), ("2026-01-01", models), figures=FIGURES)


def test_the_newest_figure_of_a_window_counts(world):
    assert figure.level(ask(world, "%"), kind="enterprise_share", subject="open").value == 11
    early = figure.level(ask(world, "%"), kind="enterprise_share", subject="open", last=date(2025, 6, 1))
    assert (early.value, early.evidence[0].address) == (19, "https://example.org/planted/figure-0")


def test_a_change_is_newest_less_oldest(world):
    assert figure.change(ask(world, "%"), kind="enterprise_share", subject="open").value == -8


def test_one_figure_less_another(world):
    found = figure.less(ask(world, "%"), kind="enterprise_share", subject="closed", than="open")
    assert found.value == 49


def test_what_was_known_then_is_what_had_been_published(world):
    then = ask(world, "%", at=date(2025, 6, 1), as_of=date(2025, 6, 1), then=True)
    assert figure.level(then, kind="enterprise_share", subject="open").value == 19
    with pytest.raises(NoVintage):
        figure.change(then, kind="enterprise_share", subject="open")
    earlier = ask(world, "%", at=date(2024, 6, 1), as_of=date(2024, 6, 1), then=True)
    with pytest.raises(NoVintage):
        figure.level(earlier, kind="enterprise_share", subject="open")


def test_as_of_cuts_what_was_published_later(world):
    known = ask(world, "%", as_of=date(2025, 6, 1))
    assert figure.level(known, kind="enterprise_share", subject="open").value == 19


def test_a_figure_of_later_days_says_nothing_of_earlier_ones(tmp_path):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    dated = [
        {**FIGURES[0], "window_from": date(2024, 1, 1), "window_to": date(2024, 12, 1)},
        {**FIGURES[1], "window_from": date(2025, 7, 1), "window_to": date(2025, 12, 1)},
    ]
    there = catalogue(tmp_path, ("2026-01-01", models), figures=dated)
    assert figure.level(ask(there, "%", at=date(2025, 3, 1)), kind="enterprise_share", subject="open").value == 19


def test_a_count_up_to_a_day_says_nothing_of_the_days_before(tmp_path):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    counted = [{**FIGURES[0], "window_to": date(2024, 11, 1)}, {**FIGURES[1], "window_to": date(2025, 11, 1)}]
    there = catalogue(tmp_path, ("2026-01-01", models), figures=counted)
    assert figure.level(ask(there, "%", at=date(2025, 3, 1)), kind="enterprise_share", subject="open").value == 19


def test_a_figure_that_is_not_there_is_named_with_what_it_needs(world):
    with pytest.raises(Untestable, match="is in the catalogue"):
        figure.level(ask(world, "%"), kind="enterprise_share", subject="nobody")
