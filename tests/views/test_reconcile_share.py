"""The chart of a quoted share: a title of two lines, and each published figure as it was published."""

from __future__ import annotations

import pytest

from nomoat.views.reconcile_share import finding, share_figure
from nomoat.world.reconcile_share import reconcile_share


@pytest.mark.parametrize("text", ["5 %", "70 %", "41 %", "1.15 billion", "80 % of startups"])
def test_the_title_has_two_lines_and_the_rest_stands_below(text):
    found = reconcile_share(text)
    figure = share_figure(found)
    assert len(figure.spec()["title"]["text"]) <= 2
    assert figure.finding.startswith(text)
    assert figure.finding.endswith("ours is 64% to 75% of tokens")
    if found.whole is not None:
        assert "16% to 24% of all “startups pitching a16z”" in figure.finding
    if found.nearest:
        assert "Vercel 9.0% of money" in figure.footer[0]
    assert finding(found) != figure.finding


def test_a_published_figure_is_not_rounded_away_from_the_one_that_it_gives():
    texts = [
        row["text"]
        for layer in share_figure(reconcile_share("5 %")).view["layer"]
        for row in layer.get("data", {}).get("values", [])
        if "text" in row
    ]
    assert "4.5%" in texts
    assert "4%" not in texts
