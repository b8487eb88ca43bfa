"""Which choices lead from one counting to another, one a step, and where can none be changed alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from nomoat.types import Noun
from nomoat.world.countings import Counting, described, unlike

CHOICES = ("unit", "population", "channel", "cohort", "rule", "window")
_OTHERWISE_SAID = {"tokens", "requests", "spend", "on", "of", "open", "closed"}
LAST = ("period", "bound")  # within one series, where each can always be changed alone


NONE = "nothing here is counted with this alone changed"


class Step(Noun, frozen=True, kw_only=True):
    """One choice changed: what is counted then, and by how much it moves; no difference between unlike things."""

    changed: str
    before: str
    after: str
    low: float | None  # None: nothing here is counted with this choice alone changed
    high: float | None
    delta_low: float | None
    delta_high: float | None
    note: str = ""


def walk(text: str, start: Counting, end: Counting, known: Sequence[Counting], note: str = "") -> Iterator[Step]:
    """Lead from a figure to the counting behind it and from there to `end`, one changed choice a step.

    A choice is changed alone where something here is counted so, in the same window and by the same rule. The choices
    for which there is nothing of the kind follow one by one without a value, and the last of them lands on what is
    counted with all of them changed: there is no difference over such a step, and the note says which choices it
    joins. The window nearest to the one before is taken there; `period` and `bound` then lead to ours.
    """
    low, high = start.low, start.high
    yield Step(changed="figure", before=text, after=described(start), low=low, high=high, delta_low=None,
               delta_high=None, note=note)  # fmt: skip
    shown = start
    left = [name for name in CHOICES if not _same(name, shown, end)]
    while left:
        name, found = next(((n, c) for n in left if (c := _alone(n, shown, end, known)) is not None), (None, None))
        if name is None or found is None:
            break
        yield _step(name, shown, found)
        shown = found
        left = [name for name in CHOICES if not _same(name, shown, end)]
    if left:
        if shown.source == "published":
            left.insert(-1 if left[-1] == "window" else len(left), "bound")
        landed = _on(known, end, shown.end, shown.bound if shown.source == "series" else end.bound) or end
        joined = ", ".join(left[:-1]) + (f" and {left[-1]}" if len(left) > 1 else left[-1])
        for name in left[:-1]:
            yield Step(changed=name, before=_choice(name, shown), after=_choice(name, landed), low=None, high=None,
                       delta_low=None, delta_high=None, note=NONE)  # fmt: skip
        why = [said for said in (unlike(shown, landed),) if said.startswith("not comparable")]
        told = "; ".join([*why, *([f"{joined} change together, nobody counts them apart"] if len(left) > 1 else [])])
        told = told or f"another {joined}: no difference is taken"
        yield Step(changed=left[-1], before=_choice(left[-1], shown), after=_choice(left[-1], landed), low=landed.low,
                   high=landed.high, delta_low=None, delta_high=None, note=told)  # fmt: skip
        shown = landed
    for name in LAST:
        if _choice(name, shown) == _choice(name, end):
            continue
        found = end if name == LAST[-1] or shown.bound == end.bound else _on(known, end, end.end, shown.bound) or end
        yield _step(name, shown, found)
        shown = found


def _step(name: str, was: Counting, now: Counting) -> Step:
    why = unlike(was, now)
    deltas: tuple[float | None, float | None] = (None, None)
    if not why and name == "bound":
        deltas = now.low - was.low, now.high - was.high
    elif not why:
        deltas = now.low - was.high, now.high - was.low
    return Step(changed=name, before=_choice(name, was), after=_choice(name, now), low=now.low, high=now.high,
                delta_low=deltas[0], delta_high=deltas[1], note=why)  # fmt: skip


def _choice(name: str, c: Counting) -> str:
    return {"rule": c.numerator, "window": c.period, "cohort": c.subject}.get(name) or str(getattr(c, name))


def _same(name: str, a: Counting, b: Counting) -> bool:
    """Whether two countings chose alike; a series has one rule, worded anew for each of its sides and units."""
    if name == "rule":
        return _series(a) == _series(b) if a.source == b.source == "series" else _rule(a) == _rule(b)
    if name == "window":
        return a.grain == b.grain and a.source == b.source == "series"
    return _choice(name, a) == _choice(name, b)


def _series(c: Counting) -> str:
    return c.id.partition("/")[0]


def _rule(c: Counting) -> tuple[str, ...]:
    """A published rule without the words that say whose and in which unit, which are choices of their own."""
    return tuple(word for word in c.numerator.casefold().split() if word not in _OTHERWISE_SAID)


def _alone(name: str, shown: Counting, end: Counting, known: Sequence[Counting]) -> Counting | None:
    """What is counted with one choice changed to that of `end`, and all else as in `shown`, the days included."""
    others = [other for other in CHOICES if other not in (name, "window")]
    found = [
        c
        for c in known
        if c.kind == shown.kind
        and _same(name, c, end)
        and all(_same(other, c, shown) for other in others)
        and (name == "window" or (c.start, c.end, c.grain) == (shown.start, shown.end, shown.grain))
        and not c.partial
    ]
    if name == "window":
        found = [c for c in found if c.end is not None and shown.end is not None and _holds(c, shown.end)]
    return min(found, key=lambda c: (c.bound != shown.bound, c.bound != "low to high", c.id), default=None)


def _on(known: Sequence[Counting], end: Counting, day: date | None, bound: str) -> Counting | None:
    own = [c for c in known if c.id == end.id and c.bound == bound and not c.partial and c.end is not None]
    asked = day or date.max
    return min(own, key=lambda c: (not _holds(c, asked), abs(((c.end or date.min) - asked).days)), default=None)


def _holds(c: Counting, day: date) -> bool:
    return c.start is not None and c.end is not None and c.start <= day <= c.end
