"""Raw traces shown before a model are counted on the calendar, by who may be counted."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import trace
from nomoat.errors import DateError, UnknownName
from nomoat.world.traces import traces


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    return catalogue(tmp_path_factory.mktemp("trace"), ("2025-01-01", models))


def test_earlier_raw_traces_are_counted_with_and_without_closed_models(world):
    # By hand from the table: QwQ in November 2024; hosted, R1-Lite-Preview and Gemini 2.0 Flash Thinking.
    assert trace.before(ask(world, "models"), model="DeepSeek-R1", weights="open").value == 1
    assert trace.before(ask(world, "models"), model="DeepSeek-R1").value == 3
    assert trace.before(ask(world, "models"), model="o1-preview").value == 0


def test_an_unknown_model_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName, match="DeepSeek-R1"):
        trace.before(ask(world, "models"), model="DeepSeek R1")


def test_counts_add_up_and_what_came_later_is_left_out():
    found = traces(at=date(2025, 1, 31))
    assert found.raw + found.summary + found.hidden == len(found.traces) == 6
    assert found.left_out[0].count == len(traces().traces) - 6
    with pytest.raises(DateError):
        traces(at=date(2020, 1, 1))
