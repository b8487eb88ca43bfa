"""A badge opens the chart of the day on which its statement was measured."""

from __future__ import annotations

import pytest

from nomoat.catalog.store import Catalog
from nomoat.claims.check import check
from nomoat.claims.ledger import ledger
from nomoat.explorer.judged import decided


@pytest.mark.parametrize(
    ("claim", "address"),
    [
        ("could-soon-surpass", "/gap?at=2024-12-31#frontier"),
        ("slight-edge", "/gap?at=2023-05-04#frontier"),
        ("deepseek-not-team", "/attribution#credit"),
        ("gpt4-claude-most-adopted", "/adoption#split"),
    ],
)
def test_the_badge_leads_to_the_day_that_was_measured(claim, address):
    assert decided(check(ledger().claim(claim), Catalog.open(), draws=0))[0] == address
