"""Which statements are in the ledger, and is each of them one that can be judged?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import category

import msgspec

from nomoat.catalog.home import store_home
from nomoat.claims import comparison
from nomoat.claims.claim import Claim
from nomoat.claims.metric import metrics
from nomoat.errors import InputError, NomoatError, UnknownName

LIBRARY = Path(__file__).parent / "library"
LONGEST = 10_000_000  # bytes of one file: nobody writes more claims by hand
WORDS = 15  # of a quotation: a line, no more
CHARACTERS = 300  # of it, and of every other text: a ledger quotes briefly, the document says the rest
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What a line of each needed key looks like, for one who writes his first claim.
EXAMPLES = {
    "document": "[document]",
    "claim": "[[claim]]",
    "name": 'name = "my-newsletter"',
    "title": 'title = "The newsletter of June"',
    "sha256": 'sha256 = "..." with the 64 hexadecimal digits that `sha256sum FILE` prints',
    "earliest": "earliest = 2025-06-01, the first day on which it may have been said",
    "latest": "latest = 2025-06-30, the last such day; the same as earliest where the document is dated",
    "dated": 'dated = "printed in its heading", the reason for these days',
    "id": 'id = "two-years-behind"',
    "says": 'says = "Open models are two years behind."',
    "quote": 'quote = "open models are two years behind"',
    "speaker": 'speaker = "a guest"',
    "polarity": 'polarity = "against open"',
    "topic": 'topic = "the gap"',
    "line": "line = 12",
    "test": "a table such as [claim.test] with metric, population, unit, window, comparison, reading and arguments",
    "metric": 'metric = "gap.months"',
    "population": 'population = "open behind closed models, capability scale"',
    "unit": 'unit = "months"',
    "window": 'window = "on the day"',
    "reading": 'reading = "two years: 24 months of current lag"',
}
WHOLE = "nomoat claims add --help, for a whole file"
_DOCUMENT = ("name", "title", "sha256", "address", "earliest", "latest", "dated")
_HERE = ("id", "says", "quote", "speaker", "polarity", "topic", "line", "test")
_OWN = ("hedge", "stamp", "due", "until", "contrary", "earliest", "latest", "dated")


@dataclass(frozen=True)
class Ledger:
    """All claims, each with an id of its own, in the order of their files."""

    claims: tuple[Claim, ...]

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    def claim(self, id: str) -> Claim:
        """Return one claim by its id; raises UnknownName with the nearest ones."""
        for claim in self.claims:
            if claim.id == id:
                return claim
        raise UnknownName.of("claim", id, [claim.id for claim in self.claims], "nomoat claims, for all of them")

    def documents(self) -> tuple[str, ...]:
        """The names of the documents, in the order in which they come."""
        return tuple(dict.fromkeys(claim.document for claim in self.claims))


def ledger(home: Path | None = None, library: Path = LIBRARY) -> Ledger:
    """Load the claims that the package ships and those of the user's `claims/*.toml`, each one validated.

    `home` is the store's folder; without it NOMOAT_HOME, else the platform's data folder. Raises InputError that
    names file and claim for an unknown key, a missing place, a share above 100 %, a quotation longer than a line, a
    day after the last or two claims of one id, and UnknownName for a metric that does not exist.

    >>> len(ledger()) >= 50
    True
    """
    own = store_home(home) / "claims"
    found: list[Claim] = []
    for path in [*sorted(library.glob("*.toml")), *sorted(own.glob("*.toml"))]:
        found.extend(read(path))
    seen: dict[str, Claim] = {}
    for claim in found:
        if claim.id in seen:
            raise InputError(
                f"{claim.source}, claim {claim.id!r}: {seen[claim.id].source} has this id already", "an id of its own"
            )
        seen[claim.id] = claim
    for claim in found:
        for other in claim.contrary:
            if other not in seen:
                raise UnknownName(
                    f"{claim.source}, claim {claim.id!r}: contrary to no claim {other!r}",
                    UnknownName.of("claim", other, seen).expected,
                )
    return Ledger(tuple(found))


def read(path: Path) -> list[Claim]:
    """Read one file of claims: a table `document`, then `claim` tables."""
    try:
        raw = path.read_bytes()
        if len(raw) > LONGEST:
            raise InputError(f"{path.name} has {len(raw):,} bytes", f"at most {LONGEST:,}")
        content = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a file of claims") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8", "a TOML file of claims") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path.name} is no TOML: {error}", "a TOML file of claims") from None
    _keys(path.name, content, ("document", "claim"), ("document", "claim"))
    document = content["document"]
    if not isinstance(document, dict) or not isinstance(content["claim"], list):
        raise InputError(
            f"{path.name}: no [document] and [[claim]]", "one [document] table and [[claim]] tables", WHOLE
        )
    _keys(f"{path.name}, document", document, _DOCUMENT, ("name", "title", "sha256", "earliest", "latest", "dated"))
    return [_claim(path.name, document, entry, k) for k, entry in enumerate(content["claim"], start=1)]


def _claim(file: str, document: dict[str, Any], entry: Any, number: int) -> Claim:
    id = entry.get("id") if isinstance(entry, dict) else None
    where = f"{file}, claim {id!r}" if id else f"{file}, claim number {number}"
    if not isinstance(entry, dict):
        raise InputError(f"{where} is no table", "[[claim]] tables")
    _keys(where, entry, (*_HERE, *_OWN), _HERE)
    shared = {
        key: document[key] for key in ("title", "sha256", "address", "earliest", "latest", "dated") if key in document
    }
    try:
        if isinstance(entry["test"], dict):
            _keys(f"{where}, test", entry["test"], _TEST, _TEST[:5])
        claim = msgspec.convert({**shared, **entry, "document": document["name"], "source": file}, Claim, strict=True)
        _validate(claim)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}", "the keys of a claim as docs/methods/claims.md lists them") from None
    except UnknownName as error:
        raise UnknownName(f"{where}: {error.seen}", error.expected, error.next) from None
    except NomoatError as error:
        if error.seen.startswith(file):
            raise
        raise InputError(f"{where}: {error.seen}", error.expected, error.next) from None
    return claim


_TEST = ("metric", "population", "unit", "window", "reading", "comparison", "arguments", "would")


def _keys(where: str, table: dict[str, Any], known: Iterable[str], needed: Iterable[str]) -> None:
    for key in table:
        if key not in known:
            raise UnknownName(f"{where}: no key {key!r}", UnknownName.of("key", key, known).expected)
    for key in needed:
        if key not in table:
            raise InputError(f"{where}: no {key}", EXAMPLES[key], WHOLE)


def _validate(claim: Claim) -> None:
    test = claim.test
    for name, text in _texts(claim):
        _printable(name, text)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", claim.id):
        raise InputError(f"the id {claim.id!r}", "small letters, digits and hyphens")
    if not re.fullmatch(r"[0-9a-f]{64}", claim.sha256):
        raise InputError(f"sha256 {claim.sha256[:12]!r}", "64 hexadecimal digits of the document's bytes")
    if claim.line < 1:
        raise InputError(f"line {claim.line}", "the line of the document, from 1 on")
    if claim.stamp and not re.fullmatch(r"\d{2}:\d{2}:\d{2}", claim.stamp):
        raise InputError(f"the time stamp {claim.stamp!r}", "such as 00:48:43")
    if len(claim.quote.split()) > WORDS:
        raise InputError(
            f"a quotation of {len(claim.quote.split())} words", f"one line of at most {WORDS}: a brief quotation"
        )
    for name in ("says", "speaker", "topic", "dated"):
        if not getattr(claim, name).strip():
            raise InputError(f"an empty {name}", EXAMPLES[name], WHOLE)
    if claim.earliest > claim.latest:
        raise InputError(f"earliest {claim.earliest} is after latest {claim.latest}", "the earlier day first")
    if claim.due is not None and claim.due <= claim.latest:
        raise InputError(
            f"due {claim.due} is not after {claim.latest}, when it was said", "the day it must have come true"
        )
    known = metrics()
    if test.metric not in known:
        raise UnknownName.of("metric", test.metric, known)
    metric = known[test.metric]
    if test.metric == "none":
        if not test.would:
            raise InputError("a test that no data decides, without the data that would", 'would = "..."')
        return
    if test.unit not in metric.units:
        raise InputError(f"the unit {test.unit!r} of {metric.name}", "one of " + ", ".join(map(repr, metric.units)))
    bounds = comparison.parse(test.comparison).bounds
    share = metric.name.rsplit(".", 1)[-1] not in ("change", "less", "lead")
    for bound in bounds:
        if test.unit == "%" and (bound > 100 or (share and bound < 0) or bound < -100):
            raise InputError(f"a share of {bound:g} %", "a share between 0 and 100 %")
    metric.accept(test.arguments)


def _texts(claim: Claim) -> Iterator[tuple[str, str]]:
    """Every text of a claim by the name of its key, those of its test and its arguments among them."""
    for holder in (claim, claim.test):
        for name in holder.__struct_fields__:
            value = getattr(holder, name)
            if isinstance(value, str) and name != "source":
                yield name, value
            elif isinstance(value, dict):
                for key, text in value.items():
                    yield f"key of {name}", key
                    if isinstance(text, str):
                        yield key, text


def _printable(name: str, text: str) -> None:
    """Refuse what could move a cursor or turn the direction of a line, and what is too long to be read in one."""
    for character in text:
        if character in BIDI or category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise InputError(
                f"{name} with the character U+{ord(character):04X}, which controls how text is shown", "plain text"
            )
    if len(text) > CHARACTERS:
        brief = " of a brief quotation" if name == "quote" else ""
        raise InputError(f"{name} of {len(text):,} characters", f"at most {CHARACTERS}{brief}")


def undated(claim: Claim) -> bool:
    """Whether a claim has a range of days in place of one.

    >>> undated(ledger().claim("china-performance"))
    False
    """
    return claim.earliest != claim.latest


def days(claim: Claim) -> tuple[date, ...]:
    """The ends of the range in which it was said: one day, or two."""
    return (claim.earliest, claim.latest) if undated(claim) else (claim.earliest,)
