"""Is a statement true: with what was known then, then as known now, and now?"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.claims import comparison
from nomoat.claims.ask import Ask
from nomoat.claims.claim import Claim
from nomoat.claims.ledger import days
from nomoat.claims.measured import Measured, Unmeasured, Untestable
from nomoat.claims.metric import metrics
from nomoat.errors import DateError, EmptyCohort, NomoatError, NoVintage, UnknownName
from nomoat.types import SCHEMA_VERSION, Noun

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

NO_VINTAGE, UNTESTABLE, OPEN = "no vintage", "not testable", "still open"
VERDICTS = (comparison.SUPPORTED, comparison.CONTRADICTED, comparison.MIXED, UNTESTABLE, OPEN, NO_VINTAGE)
MOMENTS = ("then", "then, as known now", "now")


class Verdict(Noun, frozen=True, kw_only=True):
    """What the data say of a claim at one moment; over a range of days, at both ends."""

    moment: str
    verdict: str
    at: date | None  # releases up to this day; None: up to the cut
    why: str
    measured: Measured | None = None
    needs: str = ""  # the part of the house that the test waits for
    ends: tuple[Verdict, ...] = ()


class Checked(Noun, frozen=True, kw_only=True):
    """A claim with its three verdicts: the document of `claims check --json`."""

    schema_version: int = SCHEMA_VERSION
    claim: Claim
    as_of: date | None  # the knowledge that "now" stands for; None: the newest
    then: Verdict
    since: Verdict  # then, as known now
    now: Verdict
    chart: str
    command: str  # the line that prints the figure of "now" again; empty where nothing was measured

    def cite(self) -> str:
        """Statement, speaker, place, verdict and measured value in one sentence."""
        return f"{self.claim.says} ({self.claim.speaker}; {self.claim.place}): now {self.now.verdict}. {self.now.why}"


def check(
    claim: Claim,
    catalog: Catalog | None = None,
    *,
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    shelf: dict[Any, Any] | None = None,
) -> Checked:
    """Judge a claim three times: with what was known then, then as known now, and now.

    *Then* knows the newest vintage at or before the day it was said and counts releases up to that day; where there
    is none, the verdict is "no vintage". *Then, as known now* counts releases up to that day with the abilities of
    today's vintage. *Now* counts all. "Now" is the newest vintage, or the one at `as_of`; nothing reads the clock.
    A sentence that is tied to a time (`until`, or the day on which a forecast is `due`) counts nothing after it, in
    none of the three: "now" is then that time as known now. One in the present tense moves with the data.
    An undated document is judged at both ends of its range: mixed when they differ. A value supports a claim only
    when its whole interval does, contradicts it only when none of the interval agrees, and is mixed otherwise. A
    forecast is still open until it has come true or is due.

    >>> from nomoat.claims.ledger import ledger
    >>> found = check(ledger().claim("china-performance"), draws=100)
    >>> found.then.verdict, found.now.verdict
    ('no vintage', 'supported')
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    ask = Ask(
        catalog=catalog,
        unit=claim.test.unit,
        until=min((day for day in (claim.until, claim.due) if day is not None), default=None),
        as_of=as_of,
        draws=draws,
        seed=seed,
        level=level,
        shelf={} if shelf is None else shelf,
    )
    said = days(claim)
    then = _ends(
        MOMENTS[0],
        [
            _judge(MOMENTS[0], claim, replace(ask, as_of=day if as_of is None else min(day, as_of), at=day, then=True))
            for day in said
        ],
    )
    since = _ends(MOMENTS[1], [_judge(MOMENTS[1], claim, replace(ask, at=day)) for day in said])
    now = _judge(MOMENTS[2], claim, ask)
    metric = metrics()[claim.test.metric]
    return Checked(
        claim=claim,
        as_of=as_of,
        then=then,
        since=since,
        now=now,
        chart=metric.chart,
        command=now.measured.command if now.measured else "",
    )


def check_all(
    claims: Iterable[Claim],
    catalog: Catalog | None = None,
    *,
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
) -> tuple[Checked, ...]:
    """Check many claims, each scale drawn up once."""
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    shelf: dict[Any, Any] = {}
    return tuple(check(c, catalog, as_of=as_of, draws=draws, seed=seed, level=level, shelf=shelf) for c in claims)


def _judge(moment: str, claim: Claim, ask: Ask) -> Verdict:
    test = claim.test
    metric = metrics()[test.metric]
    arguments = {"would": test.would} if test.metric == "none" else test.arguments
    try:
        found = metric.function(ask, **arguments)
    except NoVintage as error:
        return Verdict(moment=moment, verdict=NO_VINTAGE, at=ask.at, why=_reason(error))
    except Unmeasured as error:
        return Verdict(moment=moment, verdict=UNTESTABLE, at=ask.at, why=_reason(error), needs=error.needs)
    except (Untestable, DateError, EmptyCohort, UnknownName) as error:
        if claim.due is not None and ask.at is not None and ask.at < claim.due and test.metric != "none":
            return Verdict(
                moment=moment, verdict=OPEN, at=ask.at, why=f"Due on {claim.due}; on {ask.at}: {_reason(error)}"
            )
        return Verdict(moment=moment, verdict=UNTESTABLE, at=ask.at, why=_reason(error))
    if not found.command:
        found = msgspec.structs.replace(found, command=measuring(ask, test.metric, arguments))
    verdict, why = _compare(claim, found)
    settled = verdict == comparison.SUPPORTED or (metric.grows and verdict == comparison.CONTRADICTED)
    if claim.due is not None and not settled and _day(ask, found) < claim.due:
        verdict, why = OPEN, f"{why} Due on {claim.due}."
    return Verdict(moment=moment, verdict=verdict, at=_at(ask), why=why, measured=found)


def _reason(error: NomoatError) -> str:
    """Why nothing could be measured, for a reader of verdicts: what to type next is for who typed something.

    >>> from nomoat.errors import EmptyCohort
    >>> _reason(Untestable("no data here can decide it", "a census of moats"))
    'No data here can decide it; what would: a census of moats.'
    >>> _reason(NoVintage("Nothing was known of scores on 2020-01-01", "a later date", "--as-of 2026-08-11"))
    'Nothing was known of scores on 2020-01-01; expected a later date.'
    """
    if isinstance(error, EmptyCohort):
        seen = error.seen.replace("The leader cohort ", "").replace("The follower cohort ", "")
    elif isinstance(error, UnknownName):
        # A name that this vintage does not have yet is no fault of the claim's: a later one may bring it.
        seen = f"This vintage has {error.seen[0].lower()}{error.seen[1:]}"
    else:
        seen = error.seen
    seen = f"{seen[0].upper()}{seen[1:]}".rstrip(".")
    word = {Untestable: "what would:", NoVintage: "expected"}.get(type(error))
    return f"{seen}; {word} {error.expected.rstrip('.')}." if word and error.expected else f"{seen}."


def measuring(ask: Ask, metric: str, arguments: dict[str, Any]) -> str:
    """The line that runs a measure by its own name, for those that no other verb prints.

    >>> from nomoat import Catalog
    >>> measuring(Ask(Catalog.open(), "models"), "lab.releases", {"lab": "OpenAI", "since": date(2025, 8, 5)})
    'nomoat claims measure lab.releases lab=OpenAI since=2025-08-05'
    """
    line = ["nomoat claims measure", metric, *(shlex.quote(f"{name}={value}") for name, value in arguments.items())]
    if len(metrics()[metric].units) > 1:
        line.append(f"--unit {shlex.quote(ask.unit)}")
    days = {"--at": ask.at, "--until": ask.until, "--as-of": ask.as_of}
    line += [f"{option} {day}" for option, day in days.items() if day is not None]
    return " ".join([*line, *(["--then"] if ask.then else [])])


def _at(ask: Ask) -> date | None:
    """The last day whose releases count; None: all that are known."""
    return min((day for day in (ask.at, ask.until) if day is not None), default=None)


def _day(ask: Ask, found: Measured) -> date:
    """The last day that a measured value speaks of."""
    return ask.at or found.at or found.as_of or date.min


def _compare(claim: Claim, found: Measured) -> tuple[str, str]:
    test = comparison.parse(claim.test.comparison)
    sized = found.low is not None and found.high is not None
    low, high = (found.low, found.high) if sized else (found.value, found.value)
    assert low is not None
    assert high is not None
    verdict = test.judge(low, high)
    shown = f"{'' if found.value is None else _number(found.value)} {found.unit}"
    if not sized:
        shown += " (no interval is known: judged on the value alone)"
    elif found.value is None:
        shown = f"{_number(low)} to {_number(high)} {found.unit} ({found.spread})"
    elif found.value == low != high == inf:
        shown = f"{_number(low)} {found.unit} or more ({found.spread})"
    elif low != high:
        shown += f" ({_number(low)} to {_number(high)}; {found.spread})"
    words = {
        comparison.SUPPORTED: "agrees with",
        comparison.CONTRADICTED: "disagrees with",
        comparison.MIXED: "does not settle",
    }
    return verdict, f"{shown} {words[verdict]} “{claim.test.comparison}”."


def _number(value: float) -> str:
    if value == inf:
        return "more than was seen"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _ends(moment: str, found: list[Verdict]) -> Verdict:
    """One verdict for a range of days: that of both ends, or mixed with both kept.

    An end on which nothing could be measured says nothing against the other: the other's verdict stands, with the day.
    """
    if len(found) == 1:
        return found[0]
    first, last = found
    if first.verdict == last.verdict:
        return Verdict(
            moment=moment,
            verdict=last.verdict,
            at=last.at,
            why=last.why,
            measured=last.measured,
            needs=last.needs,
            ends=tuple(found),
        )
    decided = [end for end in found if end.verdict not in (UNTESTABLE, NO_VINTAGE)]
    if len(decided) == 1:
        (end,), (other,) = decided, [end for end in found if end not in decided]
        why = f"On {end.at}: {end.why} On {other.at}: {other.why}"
        return msgspec.structs.replace(end, why=why, ends=tuple(found))
    why = f"On {first.at} {first.verdict}, on {last.at} {last.verdict}: the document is not dated closer."
    return Verdict(
        moment=moment, verdict=comparison.MIXED, at=last.at, why=why, measured=last.measured, ends=tuple(found)
    )
