"""The page of the ledger: which statements are there, what is the verdict on each, which contradict each other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat import __version__
from nomoat.explorer import judged
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.pin import newest
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.claim import Claim
    from nomoat.claims.verdicts import Disagreements, Verdicts
    from nomoat.types import Origin

VERDICTS = ("", "supported", "contradicted", "mixed", "not testable", "still open", "no vintage")
PARAMS = (
    Param(name="q", title="Words", help="of the statement, its speaker, topic or document"),
    Param(name="document", title="Document"),
    Param(name="topic", title="Topic"),
    Param(name="speaker", title="Speaker", help="part of the name"),
    Param(name="verdict", title="Verdict now", kind="choice", choices=VERDICTS),
    Param(name="as_of", title="Known on", kind="date", help="what was known on this day stands for now"),
    Param(name="every", title="All of a topic", kind="flag", help="pairs that only share a topic as well"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """The statements that the filters keep, with their verdicts, and the pairs that contradict each other."""
    from nomoat.views.words import count

    if values["as_of"]:
        catalog.vintage("scores", values["as_of"])  # says at once that nothing was known, before anything is judged
    book = judged.book(catalog)
    kept = tuple(claim for claim in book if _keeps(claim, values))
    asked = "" if values["as_of"] is None else f", as_of=date.fromisoformat('{values['as_of']}')"
    ids = repr([claim.id for claim in kept]) if len(kept) < len(book) else ""
    lines = (
        ("from datetime import date\n" if asked else "")
        + "from nomoat.claims.ledger import ledger\nfrom nomoat.claims.verdicts import verdicts\n"
        + (
            f"book = ledger()\nverdicts([book.claim(id) for id in {ids}]{asked})"
            if ids
            else f"verdicts(ledger(){asked})"
        )
    )
    opposed = "from nomoat.claims.verdicts import disagreements\ndisagreements()"
    return View(
        title=f"{count(len(kept), 'statement')} of {len(book)} in the ledger",
        result=lambda: _verdicts(catalog, values, kept),
        lead=("Each sentence that data can decide, with the day, the place, the test and three verdicts.",),
        sections=(
            Section(
                id="ledger", title="Statements and verdicts", build=lambda: _ledger(catalog, values, kept),
                python=lines, later=True, origins=(),
            ),
            Section(
                id="conflicts", title="Which contradict each other, and can both be right?",
                build=lambda: _conflicts(catalog, values, kept), python=opposed, later=True, origins=(),
            ),
        ),
        python=lines,
        as_of=values["as_of"] or newest(catalog),
        suggest={
            "document": tuple(dict.fromkeys(claim.document for claim in book)),
            "topic": tuple(dict.fromkeys(claim.topic for claim in book)),
            "speaker": tuple(dict.fromkeys(claim.speaker for claim in book)),
            "as_of": tuple(day.isoformat() for day in catalog.vintages("scores")),
        },
    )  # fmt: skip


def _keeps(claim: Claim, values: Values) -> bool:
    said = " ".join((claim.id, claim.says, claim.quote, claim.speaker, claim.topic, claim.document, claim.title))
    words = (values["q"] or "").casefold().split()
    return (
        all(word in said.casefold() for word in words)
        and (values["document"] or claim.document) == claim.document
        and (values["topic"] or claim.topic) == claim.topic
        and (values["speaker"] or "").casefold() in claim.speaker.casefold()
    )


def _verdicts(catalog: Catalog, values: Values, kept: tuple[Claim, ...]) -> Verdicts:
    import msgspec

    from nomoat.claims.check import VERDICTS as ALL

    every = judged.judged(catalog, values["as_of"])
    ids = {claim.id for claim in kept}
    found = tuple(
        one for one in every.checked if one.claim.id in ids and values["verdict"] in (None, "", one.now.verdict)
    )
    counts = {name: sum(one.now.verdict == name for one in found) for name in ALL}
    kept_only = msgspec.structs.replace(every, checked=found, counts=counts)
    return msgspec.structs.replace(kept_only, origins=_used(kept_only))


def _ledger(catalog: Catalog, values: Values, kept: tuple[Claim, ...]) -> Content:
    from nomoat.views.ledger import tally, verdicts_table

    found = _verdicts(catalog, values, kept)
    if not found.checked:
        return Content(empty="No statement has all of that. Fewer filters keep more; Reset keeps all.")
    links = {one.claim.id: f"/claim?id={one.claim.id}" for one in found.checked}
    return Content(
        words=(f"{tally(found)}.",),
        table=verdicts_table(found),
        links=links,
        badges=True,
        origins=_used(found),
        cite=f"Of {tally(found)} (as known on {found.as_of or newest(catalog)}; nomoat {__version__}, its ledger).",
    )


def _used(found: Verdicts) -> tuple[Origin, ...]:
    """The origins of what these statements were measured on, and of no other."""
    measured = [verdict.measured for one in found.checked for verdict in (one.then, one.since, one.now)]
    used = {origin.id for one in measured if one for origin in one.origins}
    return tuple(origin for origin in found.origins if origin.id in used)


def _conflicts(catalog: Catalog, values: Values, kept: tuple[Claim, ...]) -> Content:
    from nomoat.views.words import count

    found = disagreements(catalog, values, kept)
    more = f"{count(found.topic_only, 'pair')} more only share a topic and point opposite ways."
    if not found.conflicts:
        return Content(empty=f"None of these contradicts another. {more if found.topic_only else ''}")
    said = (f"{count(len(found.conflicts), 'pair')}.", *(() if values["every"] or not found.topic_only else (more,)))
    return pairs(found, said)


def pairs(found: Disagreements, said: tuple[str, ...] = ()) -> Content:
    """Both sides of each pair with what they count, and whether both can be right; the rows as a table twin."""
    from nomoat.views.ledger import conflicts_table

    links = {side.id: f"/claim?id={side.id}" for pair in found.conflicts for side in (pair.one, pair.other)}
    return Content(
        words=said,
        template="pairs.html",
        data=found,
        table=conflicts_table(found),
        links=links,
        badges=True,
        origins=found.origins,
    )


def disagreements(catalog: Catalog, values: Values, kept: tuple[Claim, ...]) -> Disagreements:
    """The pairs of which a side is kept, with verdicts that are known already."""

    from nomoat.claims.conflict import TOPIC, conflicts
    from nomoat.claims.verdicts import Disagreements

    ids = {claim.id for claim in kept}
    every = judged.judged(catalog, values["as_of"])
    held = [pair for pair in conflicts(judged.book(catalog)) if ids & {pair.one.id, pair.other.id}]
    shown = tuple(pair for pair in held if values["every"] or pair.kind != TOPIC)
    now = {one.claim.id: one.now.verdict for one in every.checked}
    topic_only = sum(pair.kind == TOPIC for pair in held)
    return Disagreements(as_of=values["as_of"], conflicts=shown, topic_only=topic_only, now=now, origins=every.origins)


PAGE = Page(
    path="claims",
    nav="Claims",
    question="Which statements are in the ledger, and what is the verdict on each?",
    params=PARAMS,
    answer=answer,
    folders=judged.FOLDERS,
)
