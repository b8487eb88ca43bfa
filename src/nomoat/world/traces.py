"""Which reasoning models show their thinking: raw, as a summary, or not at all?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nomoat.errors import DateError, SnapshotError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import cited

KINDS = ("raw", "summary", "hidden")


class Trace(Noun, frozen=True, kw_only=True):
    """What one model shows of its thinking from a day on."""

    model: str
    organisation: str
    weights: str  # open | closed
    since: date
    precision: str
    trace: str
    note: str


class Traces(Noun, frozen=True, kw_only=True):
    """What reasoning models show, the earliest first."""

    schema_version: int = SCHEMA_VERSION
    at: date
    as_of: date  # pages that were there by this day
    traces: tuple[Trace, ...]
    raw: int
    raw_open: int
    summary: int
    hidden: int
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def traces(*, at: date | None = None, as_of: date | None = None, folder: Path = cited.FOLDER) -> Traces:
    """List what reasoning models showed of their thinking by `at` (default: the day the table was written).

    One row a model and change, from a hand-made table in which each row has its maker's page. Counts are of this
    table: a model that is not in it is not counted as hidden. `as_of` cuts knowledge: a row counts from the day on
    which its page was public.

    >>> found = traces()
    >>> found.raw + found.summary + found.hidden == len(found.traces)
    True
    """
    columns = ("model", "organisation", "weights", "since", "precision", "known", "trace", "publisher", "address")
    read = cited.rows("traces", columns, folder)
    knowledge = min(as_of or cited.WRITTEN, cited.WRITTEN)
    day = min(at or knowledge, knowledge)
    listed, origins = [], []
    for row in read:
        if row["trace"] not in KINDS:
            raise SnapshotError(f"traces.csv, {row['model']!r}: trace {row['trace']!r}", "one of " + ", ".join(KINDS))
        since = cited.day("traces", row, "since")
        if since > day or cited.day("traces", row, "known") > knowledge:
            continue
        named = {key: row[key] for key in ("model", "organisation", "weights", "precision", "trace")}
        listed.append(Trace(since=since, note=row["note"] or "", **named))
        origins.append(cited.origin("traces", row["model"], row["publisher"], row["address"], folder))
    if not listed:
        raise DateError(f"No reasoning model of the table was out by {day}", "a later date", f"--at {cited.WRITTEN}")
    later = len(read) - len(listed)
    left = (LeftOut(what="models", count=later, why=f"they were not out, or not known, by {day}"),) if later else ()
    counts = {kind: sum(t.trace == kind for t in listed) for kind in KINDS}
    return Traces(
        at=day,
        as_of=knowledge,
        traces=tuple(sorted(listed, key=lambda t: (t.since, t.model))),
        raw=counts["raw"],
        raw_open=sum(t.trace == "raw" and t.weights == "open" for t in listed),
        summary=counts["summary"],
        hidden=counts["hidden"],
        left_out=left,
        origins=tuple(origins),
    )
