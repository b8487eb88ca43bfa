"""The front page: what do the documents say, and is it true?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nomoat.catalog.cache import recall, remember
from nomoat.explorer import judged
from nomoat.explorer.page import FRONT, Content, Page, Section, View
from nomoat.explorer.state import Param, Values
from nomoat.types import Gap, Noun

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.check import Checked

PARAMS = (Param(name="as_of", title="Known on", kind="date", help="what was known on this day stands for now"),)


def answer(catalog: Catalog, values: Values) -> View:
    """The headline of the gap at once; the statements with their verdicts when they are judged.

    On a store that nobody used before, 500 draws are 2 s away: the headline then comes without its intervals, says so,
    and a section brings them.
    """
    from nomoat.explorer.gap import tiles
    from nomoat.views import words

    as_of: date | None = values["as_of"]
    found, days, sure = _headline(catalog, as_of)
    said = words.headline(found)
    given = (
        "" if as_of is None else f"from datetime import date\nas_of = date({as_of.year}, {as_of.month}, {as_of.day})\n"
    )
    asked = "" if as_of is None else ", as_of=as_of"
    python = f"{given}from nomoat import gap\ngap({asked.removeprefix(', ')})"
    draws = Section(
        id="headline", title="How sure is that?", build=lambda: _sure(catalog, as_of), python=python, later=True,
        origins=(),
    )  # fmt: skip
    told = (
        f"{given}from nomoat.claims.ledger import ledger\nfrom nomoat.claims.verdicts import verdicts\n"
        f"verdicts(ledger(){asked})"
    )
    return View(
        title="What is said of open and closed models, and is it true?",
        result=lambda: judged.judged(catalog, as_of),
        lead=(said if sure else said.replace("no interval", "interval in a moment"),),
        tiles=tiles(found) if sure else tuple((*tile[:2], "interval in a moment") for tile in tiles(found)),
        sections=(
            *(() if sure else (draws,)),
            Section(
                id="said",
                title="The documents, statement by statement",
                build=lambda: _said(catalog, as_of),
                python=told,
                later=True,
                origins=(),
            ),
        ),
        aside=(draws,),
        for_now=not sure,
        origins=found.origins,
        cite=found.cite() if sure else "",
        python=python,
        as_of=found.as_of,
        suggest={"as_of": days},
    )


class _Headline(Noun, frozen=True, kw_only=True):
    """What the head of the page says: kept, so that a page on a used store opens no table."""

    gap: Gap
    days: tuple[str, ...]  # the vintages of the scores


def _headline(catalog: Catalog, as_of: date | None) -> tuple[Gap, tuple[str, ...], bool]:
    """The gap, the days on which more was known of it, and whether it comes with intervals."""
    import msgspec

    kept = recall(_parts(catalog, as_of))
    if kept is not None:
        known = msgspec.msgpack.decode(kept, type=_Headline)
        return known.gap, known.days, True
    return _quick(catalog, as_of), _days(catalog), False


@lru_cache(maxsize=8)
def _quick(catalog: Catalog, as_of: date | None) -> Gap:
    from nomoat.world.gap import gap

    return gap(as_of=as_of, catalog=catalog, draws=0)


def _sure(catalog: Catalog, as_of: date | None) -> Content:
    """The headline once more with its intervals: the page has them at its head from then on."""
    import msgspec

    from nomoat.views import words
    from nomoat.views.tables import gap_table
    from nomoat.world.gap import gap

    found = gap(as_of=as_of, catalog=catalog)
    headline = _Headline(gap=found, days=_days(catalog))
    remember(_parts(catalog, as_of), lambda: msgspec.msgpack.encode(headline))
    return Content(words=(words.headline(found),), table=gap_table(found), origins=found.origins)


def _parts(catalog: Catalog, as_of: date | None) -> dict[str, Any]:
    return {"what": "front headline", "catalog": catalog.key, "as_of": as_of and as_of.isoformat()}


def _days(catalog: Catalog) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in catalog.vintages("scores"))


def _said(catalog: Catalog, as_of: date | None) -> Content:
    from nomoat.claims.check import UNTESTABLE
    from nomoat.views.verdicts import documents_table, row

    found = judged.judged(catalog, as_of)
    table = documents_table(found)
    papers: dict[str, dict[str, Any]] = {}
    for one in sorted(found.checked, key=lambda one: one.claim.line):
        claim = one.claim
        paper = papers.setdefault(claim.document, {"title": claim.title, "when": _when(one), "decided": [], "open": []})
        paper["open" if one.now.verdict == UNTESTABLE else "decided"].append(row(one, *judged.decided(one)))
    counts = {
        name: [(key.title, n) for key, n in zip(table.columns[2:], cells[2:], strict=True) if n]
        for name, cells in zip(papers, _ordered(table.rows, papers), strict=True)
    }
    tally = tuple((verdict, n) for verdict, n in found.counts.items() if n)
    links = {paper["title"]: f"/claims?document={name}" for name, paper in papers.items()}
    data = {"papers": papers, "counts": counts, "tally": tally, "total": len(found.checked)}
    return Content(template="said.html", data=data, table=table, links=links, origins=found.origins)


def _ordered(rows: tuple[tuple[Any, ...], ...], papers: dict[str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The table's rows in the order of the papers."""
    by_title = {cells[0]: cells for cells in rows}
    return [by_title[paper["title"]] for paper in papers.values()]


def _when(one: Checked) -> str:
    claim = one.claim
    return str(claim.earliest) if claim.earliest == claim.latest else f"{claim.earliest} to {claim.latest}"


PAGE = Page(
    path=FRONT,
    nav="What is said",
    question="What do the documents say, and is it true?",
    params=PARAMS,
    answer=answer,
    folders=judged.FOLDERS,
)
