"""The front page: what do the documents say, and is it true?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.explorer import judged
from nomoat.explorer.page import FRONT, Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.check import Checked

PARAMS = (Param(name="as_of", title="Known on", kind="date", help="what was known on this day stands for now"),)


def answer(catalog: Catalog, values: Values) -> View:
    """The headline of the gap at once; the statements with their verdicts when they are judged."""
    from nomoat.explorer.gap import tiles
    from nomoat.views import words
    from nomoat.world.gap import gap

    as_of: date | None = values["as_of"]
    found = gap(as_of=as_of, catalog=catalog)
    given = (
        "" if as_of is None else f"from datetime import date\nas_of = date({as_of.year}, {as_of.month}, {as_of.day})\n"
    )
    asked = "" if as_of is None else ", as_of=as_of"
    told = (
        f"{given}from nomoat.claims.ledger import ledger\nfrom nomoat.claims.verdicts import verdicts\n"
        f"verdicts(ledger(){asked})"
    )
    return View(
        title="What is said of open and closed models, and is it true?",
        result=lambda: judged.judged(catalog, as_of),
        lead=(words.headline(found),),
        tiles=tiles(found),
        sections=(
            Section(
                id="said",
                title="The documents, statement by statement",
                build=lambda: _said(catalog, as_of),
                python=told,
                later=True,
                origins=(),
            ),
        ),
        origins=found.origins,
        cite=found.cite(),
        python=f"{given}from nomoat import gap\ngap({asked.removeprefix(', ')})",
        as_of=found.as_of,
        suggest={"as_of": tuple(day.isoformat() for day in catalog.vintages("scores"))},
    )


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
