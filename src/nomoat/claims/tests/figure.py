"""Which figure was published, by whom, and does it agree?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import NoVintage

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.types import Origin

UNITS = ("%", "percentage points", "downloads", "times", "months", "points of accuracy")


@metric("figure.level", *UNITS, about="the newest published figure of a kind in a window", chart="figures")
def level(
    ask: Ask, kind: str, subject: str, population: str = "", first: date | None = None, last: date | None = None
) -> Measured:
    """The newest figure published in [first, last] whose subject and population hold the words given."""
    rows = _rows(ask, kind, subject, population, first, last)
    return _measured(ask, rows[-1:], rows, rows[-1]["value"], (rows[-1]["low"], rows[-1]["high"]))


@metric("figure.change", *UNITS, about="the newest published figure of a kind less the oldest", chart="figures")
def change(
    ask: Ask, kind: str, subject: str, population: str = "", first: date | None = None, last: date | None = None
) -> Measured:
    """Newest less oldest of the figures published in [first, last]; two are needed."""
    rows = _rows(ask, kind, subject, population, first, last)
    if len(rows) < 2 and ask.then:
        raise NoVintage(f"By {ask.at} one {kind} of {subject!r} had been published", "a later day")
    if len(rows) < 2:
        raise Untestable(f"only one {kind} of {subject!r} was published", "a second figure by the same rule")
    return _measured(ask, (rows[0], rows[-1]), rows, rows[-1]["value"] - rows[0]["value"], (None, None))


@metric("figure.less", *UNITS, about="one published figure less another of the same kind", chart="figures")
def less(ask: Ask, kind: str, subject: str, than: str, population: str = "") -> Measured:
    """The newest figure of `subject` less the newest of `than`."""
    one, other = (_rows(ask, kind, name, population, None, None)[-1] for name in (subject, than))
    return _measured(ask, (one, other), [one, other], one["value"] - other["value"], (None, None))


def _rows(
    ask: Ask, kind: str, subject: str, population: str, first: date | None, last: date | None
) -> list[dict[str, Any]]:
    """The matching figures, oldest first. What was known on a day is what had been published by then.

    A figure that says of which days it speaks counts only where they began by the day asked about. `kind` may name
    several metrics joined by a bar.
    """
    day = min((d for d in (ask.as_of, ask.at if ask.then else None) if d is not None), default=None)
    about = min((d for d in (ask.at, ask.until) if d is not None), default=None)
    kinds = kind.split("|")
    found = [
        row
        for row in ask.catalog.table("facts").rows()
        if row["metric"] in kinds
        and row["value"] is not None
        and row["published"] is not None
        and row["subject"] == subject
        and population.casefold() in (row["population"] or "").casefold()
        and (first is None or row["published"] >= first)
        and (last is None or row["published"] <= last)
        and (about is None or (row["window_from"] or row["window_to"] or about) <= about)
    ]
    known = [row for row in found if day is None or row["published"] <= day]
    named = f"{' or '.join(kinds)} of {subject!r}{', ' + population if population else ''}"
    if not found:
        raise Untestable(
            f"no figure of {named} is in the catalogue", "the publisher's figure, with its rule and address"
        )
    if not known:
        raise NoVintage(f"Nobody had published {named} by {day}", "a later day")
    return sorted(known, key=lambda row: (row["window_to"] or row["published"], row["published"], row["fact_id"]))


def _measured(
    ask: Ask, used: Any, rows: list[dict[str, Any]], value: float, ends: tuple[float | None, float | None]
) -> Measured:
    origins = ask.catalog.origins(row["origin_id"] for row in rows)
    address = {origin.id: origin.address for origin in origins}
    said = f"{len(rows)} published figure{'s' if len(rows) > 1 else ''}"
    return Measured(
        value=value,
        low=ends[0],
        high=ends[1],
        level=None,
        unit=ask.unit,
        n=len(rows),
        spread="as published",
        at=rows[-1]["published"],
        as_of=max(origin.retrieved for origin in origins),
        evidence=tuple(
            Evidence(
                what=f"{row['fact_id']}: {row['subject']}, {row['population']}",
                value=row["value"],
                unit=row["unit"],
                date=row["window_to"] or row["published"],
                address=address[row["origin_id"]],
            )
            for row in used
        ),
        notes=(said, *_weak(row["rule"] for row in used), *_alone(origins)),
        origins=origins,
    )


def _weak(rules: Iterable[str | None]) -> list[str]:
    """By which rules the figures were counted, each once."""
    return [f"rule: {rule}" for rule in dict.fromkeys(rules) if rule]


def _alone(origins: Iterable[Origin]) -> list[str]:
    """A warning where nobody but a second-hand source has the figure."""
    alone = all(origin.evidence == "secondary" for origin in origins)
    return ["from second-hand sources alone: no headline should stand on it"] if alone else []
