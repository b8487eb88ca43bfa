"""What do the data say of many statements side by side?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.catalog.cache import remember
from nomoat.claims.check import VERDICTS, Checked, check
from nomoat.claims.claim import Claim
from nomoat.claims.conflict import TOPIC, Conflict, conflicts
from nomoat.claims.ledger import Ledger, ledger
from nomoat.documents.document import Document
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Verdicts(Noun, frozen=True, kw_only=True):
    """Claims with their verdicts, and how many of each there are now: the document of `claims check --json`."""

    schema_version: int = SCHEMA_VERSION
    as_of: date | None
    draws: int
    seed: int
    level: float
    counts: dict[str, int]
    checked: tuple[Checked, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...]

    def of(self, id: str) -> Checked | None:
        """The verdicts of one claim, or None where it was not checked."""
        return next((one for one in self.checked if one.claim.id == id), None)


class Statements(Noun, frozen=True, kw_only=True):
    """Claims as they stand in the ledger, without a verdict: the document of `claims list --json`."""

    schema_version: int = SCHEMA_VERSION
    total: int
    claims: tuple[Claim, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


class Disagreements(Noun, frozen=True, kw_only=True):
    """Statements that point opposite ways, with the verdicts of both sides: the document of `claims conflicts`."""

    schema_version: int = SCHEMA_VERSION
    as_of: date | None
    conflicts: tuple[Conflict, ...]  # the contradictions first
    topic_only: int  # pairs of one topic that do not contradict each other; they are in `conflicts` only if asked for
    now: dict[str, str]  # claim -> its verdict now
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...]


class Spoken(Noun, frozen=True, kw_only=True):
    """A document with the claims of the ledger that were said in it: the document of `documents show`."""

    schema_version: int = SCHEMA_VERSION
    document: Document
    claims: tuple[Claim, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def verdicts(
    claims: Iterable[Claim],
    catalog: Catalog | None = None,
    *,
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    progress: Callable[[str], None] | None = None,
) -> Verdicts:
    """Judge claims with one catalogue, each scale drawn up once, and count what came out.

    A verdict is kept in the cache under the checksum of the catalogue, the claim and what was asked: the 120 shipped
    claims cost 7 s of work once, and 0.05 s from then on.

    >>> from nomoat.claims.ledger import ledger
    >>> verdicts([ledger().claim("china-performance")], draws=50).counts["supported"]
    1
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    chosen = tuple(claims)
    asked: dict[str, Any] = {"as_of": as_of, "draws": draws, "seed": seed, "level": level}
    shelf: dict[Any, Any] = {}
    found = []
    for number, claim in enumerate(chosen, start=1):

        def judge(claim: Claim = claim, number: int = number) -> bytes:
            if progress is not None:
                progress(f"statement {number} of {len(chosen)}")
            # MessagePack, not JSON: an interval without an upper end is infinite, which JSON cannot say.
            return msgspec.msgpack.encode(check(claim, catalog, **asked, shelf=shelf))

        parts = {"what": "verdict", "catalog": catalog.key, "claim": _digest(claim), **asked}
        found.append(msgspec.msgpack.decode(remember(parts, judge), type=Checked))
    return Verdicts(
        as_of=as_of,
        draws=draws,
        seed=seed,
        level=level,
        counts={name: sum(one.now.verdict == name for one in found) for name in VERDICTS},
        checked=tuple(found),
        origins=_origins(found),
    )


def statements(query: str = "", book: Ledger | None = None) -> Statements:
    """The claims whose id, words, speaker, topic or document hold every word of `query`.

    >>> [claim.id for claim in statements("china performance").claims]
    ['china-performance']
    """
    known = ledger() if book is None else book
    words = query.casefold().split()
    kept = [c for c in known if all(word in _words(c) for word in words)]
    return Statements(total=len(known), claims=tuple(kept))


def disagreements(
    query: str = "", book: Ledger | None = None, catalog: Catalog | None = None, *, every: bool = False, **asked: Any
) -> Disagreements:
    """Pair statements that contradict each other, both with what the data say of them now.

    `query` keeps pairs of which a side holds its words; `every` adds those that share a topic and no more; `asked` is
    passed to `verdicts`.
    """
    known = ledger() if book is None else book
    wanted = {claim.id for claim in statements(query, known).claims}
    found = [pair for pair in conflicts(known) if wanted & {pair.one.id, pair.other.id}]
    pairs = tuple(pair for pair in found if every or pair.kind != TOPIC)
    ids = dict.fromkeys(side.id for pair in pairs for side in (pair.one, pair.other))
    judged = verdicts([known.claim(id) for id in ids], catalog, **asked)
    now = {one.claim.id: one.now.verdict for one in judged.checked}
    topic_only = sum(pair.kind == TOPIC for pair in found)
    return Disagreements(as_of=judged.as_of, conflicts=pairs, topic_only=topic_only, now=now, origins=judged.origins)


def said_in(document: Document, book: Ledger | None = None) -> Spoken:
    """A document with its claims: those of the ledger that name its checksum."""
    known = ledger() if book is None else book
    return Spoken(document=document, claims=tuple(c for c in known if c.sha256 == document.sha256))


def _digest(claim: Claim) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(claim)).hexdigest()


def _words(claim: Claim) -> str:
    return " ".join((claim.id, claim.says, claim.speaker, claim.topic, claim.document, claim.title)).casefold()


def _origins(checked: Iterable[Checked]) -> tuple[Origin, ...]:
    found = {
        origin.id: origin
        for one in checked
        for verdict in (one.then, one.since, one.now)
        if verdict.measured is not None
        for origin in verdict.measured.origins
    }
    return tuple(sorted(found.values(), key=lambda o: (o.publisher.casefold(), o.title, o.retrieved, o.id)))
