"""What did reading a log find: understood, missing, set aside, and how far did it get?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

STRAY_DAYS, STRAY_SHARE = 366, 0.01  # without any request between, and of all that have a time
NAMED = 20  # places of set-aside stretches that are kept one by one; all of them are counted


class SetAside(Noun, frozen=True, kw_only=True):
    """A stretch of a file that is no request: its first byte, its length in bytes, and why."""

    place: int
    length: int
    why: str


class LogRead(Noun, frozen=True, kw_only=True):
    """What one file gave.

    `new` requests were added; `known` ones the table held already, with the same content; `renamed` are new ones whose
    id another request has. `messages` and `responses` count new requests that hold them. `aside` are the first places
    that were set aside, `skipped` counts all by reason. `faults` counts cells that became missing, or records that had
    to be mended. `whole` is false where the file ends within a record.
    """

    path: str
    format: str
    title: str
    packed: tuple[str, ...] = ()
    bytes: int = 0
    resumed_at: int = 0
    records: int = 0
    new: int = 0
    known: int = 0
    renamed: int = 0
    messages: int = 0
    responses: int = 0
    cut: int = 0
    usage: int = 0
    costs: int = 0
    times: int = 0
    unnamed: int = 0  # requests without an id of their own
    modelless: int = 0  # requests that name no model
    first: datetime | None = None
    last: datetime | None = None
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    aside: tuple[SetAside, ...] = ()
    faults: dict[str, int] = msgspec.field(default_factory=dict)
    whole: bool = True
    strays: dict[str, int] = msgspec.field(default_factory=dict)  # days far from all others, and their requests
    bodies: str = ""  # how to have bodies logged, where they are missing

    def missing(self) -> tuple[str, ...]:
        """What the log does not say, in sentences."""
        if not self.new:
            return ()
        found = []
        for count, what, then in (
            (self.new - self.modelless, "models", "who served them cannot be told (--map model=FIELD)"),
            (
                self.messages,
                "prompts",
                "spend, shares and a price ceiling can be told (nomoat work profile), which are no proof",
            ),
            (self.responses, "answers", "the incumbent's answers come from running it again, as a proof does anyhow"),
            (self.usage, "tokens", "they are missing, not zero"),
            (self.costs, "costs", "prices of the catalogue stand in"),
            (self.times, "times", "nothing over time"),
        ):
            if count < self.new:
                share = "no request has" if not count else f"{self.new - count:,} of {self.new:,} requests have no"
                found.append(f"{share} {what}: {then}")
        if self.cut:
            found.append(f"{self.cut:,} prompts or answers were cut by the logger: they cannot be run again")
        return tuple(found)


class LogsRead(Noun, frozen=True, kw_only=True):
    """What a `nomoat work read` did: each file, and how many requests the table holds now."""

    schema_version: int = SCHEMA_VERSION
    folder: str
    files: tuple[LogRead, ...]
    total: int
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


class Progress(Noun, frozen=True, kw_only=True):
    """How far a file has been read: beside its Parquet parts, so that the next read goes on there.

    A file is the same one if its first `head_size` bytes (unpacked) have this checksum, and the `tail_size` bytes
    before `offset` that one: a log that has grown is read from where it ended.
    """

    part: str
    format: str
    pieces: int
    head_size: int
    head: str
    offset: int
    tail_size: int
    tail: str
    records: int


def strays(days: Mapping[str, int]) -> dict[str, int]:
    """The days that a year without requests parts from the rest, where they hold at most one request in a hundred.

    Traffic has breaks, but a few requests alone years off were written by a clock that is wrong. Two files of one day
    each are no rest: at least ten requests must lie on the other side.

    >>> strays({"2026-09-01": 150, "2026-09-02": 140, "2031-05-01": 1, "1999": 3})
    {'2031-05-01': 1}
    >>> strays({"2024-01-01": 50, "2026-09-02": 50})
    {}
    """
    known: list[tuple[date, int]] = []
    for text, count in days.items():
        try:
            read = date.fromisoformat(text)
        except ValueError:
            continue
        if 2018 <= read.year < 2100:  # others became missing, and are counted so
            known.append((read, count))
    known.sort()
    total = sum(count for _, count in known)
    most = max(1.0, STRAY_SHARE * total) if total > 10 else 0.0
    found: dict[date, int] = {}
    for side in (known, known[::-1]):
        before = apart = 0
        for at, (day, count) in enumerate(side[:-1]):
            before += count
            if before > most:
                break
            if abs((side[at + 1][0] - day).days) >= STRAY_DAYS:
                apart = at + 1
        found |= side[:apart]
    return {day.isoformat(): count for day, count in sorted(found.items())}
