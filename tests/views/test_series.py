"""A picture of one share says what was left out of it."""

from __future__ import annotations

from nomoat.views.series import missing, series_figure
from nomoat.world.adoption import adoption


def test_a_chart_names_what_was_left_out_of_its_own_share_and_of_no_other():
    found = adoption()
    said = {s.id: " ".join(series_figure(s, found).footer) for s in found.series}
    assert "openrouter-monthly, 2026-10-01" in said["openrouter-monthly/tokens/open"]
    assert "openrouter-top10-weekly" not in said["openrouter-monthly/tokens/open"]
    assert "not in money or requests" in said["openrouter-top10-weekly/money/open"]
    assert "Left out" not in said["openrouter-top10-weekly/tokens/open"]
    told = {left.why for left in found.left_out}
    assert told == {left.why for s in found.series for left in missing(s, found)}, "each is told where it belongs"
