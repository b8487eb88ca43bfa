"""Cells of a log become numbers and times of the store, or are missing and counted."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nomoat.catalog.arrow import Texts
from nomoat.catalog.cells import typed
from nomoat.catalog.requests import intake, query

DAY = 86_400_000_000


def test_numbers_that_no_column_holds_are_missing_and_halves_go_to_the_even_one():
    found = typed(
        {
            "input": np.array([2.5, 3.5, 2.0**63, -1.0, np.inf, np.nan]),
            "turn": np.array([1.0, 2.0**31, -1.0, 0, 0, 0]),
            "cost_usd": np.array([0.25, -0.25, 1e300, 0.0, np.inf, np.nan]),
        },
        {},
    )
    columns = found.columns
    assert columns["input"].tolist() == [2, 4, None, None, None, None]
    assert columns["turn"].tolist() == [1, None, -1, 0, 0, 0]
    assert columns["cost_usd"].tolist() == [0.25, None, None, 0.0, None, None], "one row would be all of the spend"
    assert found.faults == {
        "input below zero": 1, "input above 1,000,000,000,000": 1, "cost_usd below zero": 1,
        "cost_usd above 1,000,000,000": 1,
    }  # fmt: skip


def test_times_of_another_age_are_missing_and_durations_are_counted_where_none_was_said():
    days = [17_531, 17_532, 47_482, 47_483]  # 2017-12-31, 2018-01-01, 2100-01-01, 2100-01-02
    moments = {
        "time": np.ma.array([day * DAY for day in days], mask=False),
        "ended": np.ma.array([day * DAY + 1_500 for day in days], mask=[False, False, True, False]),
    }
    said = Texts(["a", "b", "c", None])
    found = typed({"time": said, "latency_ms": np.array([np.nan, 7.0, np.nan, np.nan])}, moments)
    assert found.columns["time"].tolist() == [None, datetime(2018, 1, 1), datetime(2100, 1, 1), None]
    assert found.columns["latency_ms"].tolist() == [1.5, 7.0, None, 1.5]
    assert (found.first, found.last) == (datetime(2018, 1, 1), datetime(2100, 1, 1))
    assert list(found.faults.values()) == [1]  # the fourth said no time


def test_what_is_stored_reads_as_it_was_said(tmp_path):
    with intake(tmp_path) as into:
        added = into.add(
            {
                "request_id": ["a", "b"], "time": ["2026-09-01T02:00:00.000001+02:00", "soon"], "input": [3, None],
                "ended": ["2026-09-01 00:00:01", None], "cost_usd": [None, -1.0], "turn": [1, 2],
            },
            "log",
        )  # fmt: skip
    assert query(tmp_path, "SELECT request_id, time, input, latency_ms, cost_usd, turn, tools FROM requests") == [
        ("a", datetime(2026, 9, 1, 0, 0, 0, 1), 3, 999.999, None, 1, None),
        ("b", None, None, None, None, 2, None),
    ]
    assert list(added.faults.values()) == [1, 1]
    assert added.filled == {"messages": 0, "response": 0, "input": 1, "cost_usd": 1, "time": 2}
