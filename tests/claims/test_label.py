"""Unlabelled records make bounds, not zeros."""

from __future__ import annotations

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import label


def test_bounds_count_unlabelled_records_out_and_in(tmp_path):
    models = [
        closed("A", "2024-01-01", 140),
        opened("B", "2024-01-01", 110, distilled=True),
        opened("C", "2024-02-01", 111, distilled=False),
        opened("D", "2024-03-01", 112),
        opened("E", "2024-04-01", 113, distilled=False),
        opened("F", "2024-05-01", 90, distilled=True),  # raised nothing
    ]
    found = label.distilled(ask(catalogue(tmp_path, ("2025-01-01", models)), "%"))
    assert (found.value, found.low, found.high, found.n) == (None, pytest.approx(25), pytest.approx(50), 4)


def test_a_label_that_is_hardly_sure_counts_as_none(tmp_path):
    models = [
        closed("A", "2024-01-01", 140),
        opened("B", "2024-01-01", 110, distilled=True, sure="low"),
        opened("C", "2024-02-01", 111, distilled=False, sure="low"),
        opened("D", "2024-03-01", 112, distilled=False),
    ]
    found = label.distilled(ask(catalogue(tmp_path, ("2025-01-01", models)), "%"))
    assert (found.low, found.high) == (pytest.approx(0), pytest.approx(200 / 3))
