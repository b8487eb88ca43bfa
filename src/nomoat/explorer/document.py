"""The page of one document: when it was said, its chapters and key moments, its text with the verdicts in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nomoat.explorer import judged, reading
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.claim import Claim
    from nomoat.documents.document import Document

PARAMS = (
    Param(name="id", title="Document"),
    Param(name="q", title="Words", help="passages that hold them"),
    Param(name="start", title="From passage", kind="number", low=0, high=1_000_000, default="0"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """A document as it was read: facts, chapters, moments, passages, what was repaired and what was refused."""
    from nomoat.claims.verdicts import said_in
    from nomoat.views.documents import document_table
    from nomoat.views.words import count, listing

    found = reading.document(catalog, values["id"])
    spoken = said_in(found, judged.book(catalog))
    short = found.sha256[: reading.SHORT]
    told = f"from nomoat.documents.collection import chosen\nchosen([{short!r}])[0]"
    who = [listing(names, most=6) for names in (found.authors, found.speakers) if names]
    facts = (
        ("kind", found.format),
        ("publisher", found.publisher or ""),
        ("by", "; ".join(dict.fromkeys(who))),
        ("said", reading.said(found)),
        ("because", "; ".join(found.dating.reasons)),
        ("themes", listing(found.themes, most=20) if found.themes else ""),
        ("declares", listing([f"{n} {what}" for what, n in found.declared.items()], most=20) if found.declared else ""),
        ("file", f"{found.name}, {found.size:,} bytes, sha256 {found.sha256[:12]}"),
    )
    chapters = [
        {"title": one.title, "stamp": stamp(one.start), "href": _first(found, one.passages), "link": one.link}
        for one in found.chapters
    ]
    moments = [
        {"text": one.text, "stamp": stamp(one.seconds), "href": _first(found, (one.passage or "",)), "link": one.link}
        for one in found.moments
    ]
    return View(
        title=found.title,
        result=spoken,
        lead=(f"{count(len(found.passages), 'passage')}, {count(len(spoken.claims), 'statement')} in the ledger.",),
        sections=(
            Section(
                id="text", title="What it says", python=f"{told}.passages", origins=(),
                build=lambda: _text(catalog, found, spoken.claims, values),
            ),
            Section(
                id="passages", title="Every passage as a row", python=f"{told}.passages", origins=(), later=True,
                build=lambda: Content(table=document_table(found)),
            ),
            Section(
                id="repairs", title="What was repaired, and what was refused?", build=lambda: _repairs(found),
                python=f"{told}.repairs", origins=(),
            ),
        ),
        cite=f"{count(len(spoken.claims), 'statement')} of {reading.cited((found,))} in the ledger.",
        python=told,
        as_of=None,
        extra={
            "facts": tuple((what, text) for what, text in facts if text), "chapters": chapters, "moments": moments,
            "short": short, "address": found.address,
        },
    )  # fmt: skip


def _text(catalog: Catalog, found: Document, claims: tuple[Claim, ...], values: Values) -> Content:
    """The passages from the asked one on; those that the ledger judges carry their statements."""
    words = (values["q"] or "").casefold().split()
    kept = [one for one in found.passages if all(word in one.reading.casefold() for word in words)]
    if not kept:
        why = "No passage holds these words." if words else "Nothing in it could be read as a passage."
        return Content(empty=why)
    start = min(int(values["start"] or 0), max(0, len(kept) - 1))
    shown = kept[start : start + reading.PAGE]
    by_line: dict[int, list[Claim]] = {}
    for claim in claims:
        by_line.setdefault(claim.line, []).append(claim)
    lines, told = [], set()
    for one in shown:
        mine = by_line.get(one.place.line, []) if one.place.line not in told else []
        told.add(one.place.line)
        lines.append(
            {
                "id": one.id,
                "kind": one.kind.partition(":")[0],
                "text": one.reading or one.text,
                "speaker": one.speaker,
                "stamp": stamp(one.place.seconds),
                "link": one.place.link,
                "claims": [(claim.id, claim.says, judged.one(catalog, claim).checked[0].now.verdict) for claim in mine],
            }
        )
    data = {
        "lines": lines,
        "before": max(0, start - reading.PAGE) if start else None,
        "after": start + reading.PAGE if start + reading.PAGE < len(kept) else None,
        "asked": {"id": found.sha256[: reading.SHORT], "q": values["q"]},
        "count": (start + 1, start + len(shown), len(kept)),
    }
    return Content(template="text.html", data=data, said=tuple(one.reading or one.text for one in shown))


def _repairs(found: Document) -> Content:
    from nomoat.views.table import Column, Table

    rows: list[tuple[Any, ...]] = [
        *((one.place.line, one.kind, one.seen, one.read, one.reason, one.certain) for one in found.repairs),
        *((one.place.line, one.kind, one.seen, None, one.done, None) for one in found.flags),
    ]
    if not rows:
        return Content(empty="Nothing: every character stands as it came.")
    keys = ("line", "what", "seen", "read", "why", "certain")
    columns = tuple(Column(key=key, title=key, wide=None if key in ("line", "certain") else 40) for key in keys)
    table = Table(name="repairs", caption="Repairs and refusals", columns=columns, rows=tuple(sorted(rows, key=_line)))
    return Content(table=table)


def _line(row: Any) -> int:
    return int(row[0])


def _first(found: Document, passages: tuple[str, ...]) -> str:
    return reading.place(found, passages[0]) if passages and passages[0] else ""


def stamp(seconds: float | None) -> str:
    """A time in a recording.

    >>> stamp(3725.4), stamp(None)
    ('01:02:05', '')
    """
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


PAGE = Page(
    path="document",
    nav="",
    question="What does this document say, and which of it is in the ledger?",
    params=PARAMS,
    answer=answer,
    template="document.html",
    folders=reading.FOLDERS,
)
