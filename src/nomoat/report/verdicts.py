"""Which statements open the report, with which badge, and where is each decided?"""

from __future__ import annotations

from collections.abc import Iterable

from nomoat.claims.check import Checked
from nomoat.claims.verdicts import Verdicts
from nomoat.report.chapters import NAMED, RIVALS, Chapter
from nomoat.types import Noun
from nomoat.views.table import Table
from nomoat.views.verdicts import Row, lay
from nomoat.views.wake import named
from nomoat.world.split import UNITS

_MOST = 5  # statements in the line over a chapter; the front has all
_COHORTS = ("leader", "follower")


class Front(Noun, frozen=True, kw_only=True):
    """The statements by topic, those that nothing here decides by what they need, and who said how many."""

    tally: tuple[tuple[str, int], ...]
    total: int
    topics: tuple[tuple[str, tuple[Row, ...]], ...]
    waiting: tuple[tuple[str, tuple[Row, ...]], ...]
    documents: Table

    def chapter(self, chapter: Chapter) -> tuple[tuple[Row, ...], int]:
        """The statements that this chapter's charts decide, and how many more there are."""
        here = {f"#chart-{figure.wide.name}" for figure in chapter.figures}
        found = tuple(row for _, rows in self.topics for row in rows if row.href in here)
        return found[:_MOST], max(0, len(found) - _MOST)


def front(found: Verdicts, chapters: Iterable[Chapter]) -> Front:
    """Lay the verdicts out for the front of the report: each badge leads to the chart that decides it."""
    drawn = {figure.wide.name: chapter.question for chapter in chapters for figure in chapter.figures}

    def where(one: Checked) -> tuple[str, str]:
        name = chart(one)
        if name in drawn:
            return f"#chart-{name}", f"to the chart: {drawn[name]}"
        if one.now.measured is not None:
            return f"#why-{one.claim.id}", "to what was measured"
        return "", ""

    laid = lay(found, where, rest=" in data/verdicts.json")
    return Front(**{name: getattr(laid, name) for name in laid.__struct_fields__})


def chart(one: Checked) -> str:
    """The name of the figure of this report that shows what a claim was tested on; empty where none does."""
    test, given = one.claim.test, one.claim.test.arguments
    name, plain = test.metric, not any(key in given for key in _COHORTS)
    if name in ("gap.points", "gap.months"):
        if plain:
            return "frontier"
        return "frontier-country" if tuple(given.get(key) for key in _COHORTS) == RIVALS else ""
    if name.startswith("record.") and any(named(str(given.get("model")), model) for model in NAMED):
        return "wake"
    if name.startswith("adoption."):
        whose = {given.get("cohort", "open"), given.get("other", "open")}
        where = given.get("channel"), given.get("quantity")
        if not whose <= {"open", "closed"}:
            return ""
        return "share-tokens" if where == ("openrouter", "tokens") else "split" if where[1] in UNITS else ""
    if name == "figure.level" and str(given.get("kind", "")).startswith("enterprise_"):
        return "quoted"
    usual = {
        "gap.wait": "waiting",
        "change.months": "lag-by-month",
        "change.points": "gap-by-month",
        "credit.share": "attribution-organisation",
        "credit.lead": "attribution-organisation",
        "making.equal": "effort",
        "making.cheaper": "effort",
        "making.hours": "garage",
        "label.distilled": "panel-match",
        "price.ratio": "price",
    }
    return usual.get(name, "") if plain and "start" not in given else ""
