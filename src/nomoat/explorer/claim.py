"""The page of one statement: who says it, where, how it became a test, and what the data say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nomoat import __version__
from nomoat.errors import UnknownName
from nomoat.explorer import judged, reading
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.pin import newest
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.check import Checked, Verdict

PARAMS = (
    Param(name="id", title="Statement"),
    Param(name="as_of", title="Known on", kind="date", help="what was known on this day stands for now"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """One statement with its three verdicts, its test as a picture, the rows of evidence, and who says otherwise."""
    from nomoat.views.verdicts import row

    book = judged.book(catalog)
    if not values["id"]:
        raise UnknownName.of("claim", "", [claim.id for claim in book][:5], "/claims")
    claim = book.claim(values["id"])
    as_of = values["as_of"]
    found = judged.one(catalog, claim, as_of)
    said = found.checked[0]
    laid = row(said, *judged.decided(said))
    known = said.now.measured.as_of if said.now.measured else as_of or newest(catalog)
    given = "" if as_of is None else f", as_of=date.fromisoformat('{as_of}')"
    told = (
        ("from datetime import date\n" if given else "")
        + "from nomoat.claims.check import check\nfrom nomoat.claims.ledger import ledger\n"
        + f"check(ledger().claim({claim.id!r}){given})"
    )
    return View(
        title=claim.says,
        result=found,
        sections=(
            Section(id="verdicts", title="Then and now", build=lambda: _moments(said), python=told),
            Section(id="evidence", title="What was measured", build=lambda: _evidence(said), python=told),
            Section(
                id="against", title="Who says otherwise?", build=lambda: _against(catalog, values, claim.id),
                python=f"from nomoat.claims.verdicts import disagreements\ndisagreements({claim.id!r})", later=True,
                origins=(),
            ),
        ),
        warnings=said.now.measured.notes if said.now.measured else (),
        left_out=said.now.measured.left_out if said.now.measured else (),
        origins=found.origins,
        cite=f"{said.cite()} (known on {known}; nomoat {__version__}.)",
        python=told + (f"\n# {said.command}" if said.command else ""),
        as_of=said.now.measured.as_of if said.now.measured else as_of,
        suggest={"id": tuple(claim.id for claim in book)},
        extra={"it": laid, "claim": claim, "place": _place(catalog, said)},
    )  # fmt: skip


def _place(catalog: Catalog, said: Checked) -> str:
    """The address of the passage, where the document is on the shelf."""
    claim = said.claim
    for document in reading.shelf(catalog)[0]:
        if document.sha256 == claim.sha256:
            here = [passage.id for passage in document.passages if passage.place.line == claim.line]
            return reading.place(document, here[0] if here else "")
    return ""


def _moments(said: Checked) -> Content:
    from nomoat.claims.check import MOMENTS
    from nomoat.views.table import Column, Table

    def line(moment: str, verdict: Verdict) -> tuple[Any, ...]:
        found = verdict.measured
        ends = (None, None, None) if found is None else (found.value, found.low, found.high)
        return (moment, verdict.verdict, verdict.at, *ends, said.claim.test.unit, found and found.as_of, verdict.why)

    columns = (
        Column(key="moment", title="moment"),
        Column(key="verdict", title="verdict"),
        Column(key="at", title="releases until"),
        Column(key="value", title="value"),
        Column(key="low", title="low"),
        Column(key="high", title="high"),
        Column(key="unit", title="unit", wide=20),
        Column(key="as_of", title="known on"),
        Column(key="why", title="why", wide=60),
    )
    rows = tuple(map(line, MOMENTS, (said.then, said.since, said.now)))
    return Content(table=Table(name="verdicts", caption="Three verdicts", columns=columns, rows=rows), badges=True)


def _evidence(said: Checked) -> Content:
    from nomoat.views.ledger import figures, measured_table

    found = said.now.measured
    if found is None:
        return Content(empty=said.now.why)
    if not found.evidence:
        return Content(words=(figures(found) + ".",), empty="The measure names no single rows.")
    links = {row.what: row.address for row in found.evidence if row.address}
    return Content(words=(figures(found) + ".",), table=measured_table(said.claim.id, found), links=links)


def _against(catalog: Catalog, values: Values, id: str) -> Content:
    from nomoat.explorer.claims import disagreements, pairs

    claim = judged.book(catalog).claim(id)
    found = disagreements(catalog, {**values, "every": False}, (claim,))
    if not found.conflicts:
        return Content(empty="No statement of the ledger contradicts it.")
    return pairs(found)


PAGE = Page(
    path="claim",
    nav="",
    question="Is this statement true: then, then as known now, and now?",
    params=PARAMS,
    answer=answer,
    template="claim.html",
    folders=reading.FOLDERS,
)
