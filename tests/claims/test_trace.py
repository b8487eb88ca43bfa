"""Raw traces shown before a model are counted on the calendar, by who may be counted."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.measured import Untestable
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


def test_a_page_that_was_not_there_yet_counts_for_nobody(world):
    assert trace.before(ask(world, "models", as_of=date(2025, 1, 21)), model="DeepSeek-R1").value == 3
    assert traces(as_of=date(2024, 12, 1)).as_of == date(2024, 12, 1)
    with pytest.raises(Untestable, match="nothing was known of the trace of DeepSeek-R1 on 2024-12-01"):
        trace.before(ask(world, "models", as_of=date(2024, 12, 1)), model="DeepSeek-R1")


def test_a_row_counts_from_the_day_of_its_page(tmp_path):
    from nomoat.world.cited import FOLDER

    text = (FOLDER / "traces.csv").read_text().replace("2024-11-28,day,2024-11-28", "2024-11-28,day,2025-03-01")
    (tmp_path / "traces.csv").write_text(text)
    assert "QwQ-32B-Preview" not in {t.model for t in traces(as_of=date(2025, 2, 1), folder=tmp_path).traces}
    assert "QwQ-32B-Preview" in {t.model for t in traces(as_of=date(2025, 3, 1), folder=tmp_path).traces}


def test_a_count_over_the_table_has_no_upper_end(world):
    assert trace.before(ask(world, "models"), model="DeepSeek-R1", weights="open").high == float("inf")


def test_an_unknown_model_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName, match="DeepSeek-R1"):
        trace.before(ask(world, "models"), model="DeepSeek R1")


def test_counts_add_up_and_what_came_later_is_left_out():
    found = traces(at=date(2025, 1, 31))
    assert found.raw + found.summary + found.hidden == len(found.traces) == 6
    assert found.left_out[0].count == len(traces().traces) - 6
    with pytest.raises(DateError):
        traces(at=date(2020, 1, 1))
