"""Somebody says "70 %": of what, where, counted how, and which choices lead from there to our default?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import InputError, NomoatError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.comparable import WHY
from nomoat.world.countings import TIMES, Counting, countings, described, spoken, unlike
from nomoat.world.split import split

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

DEFAULT = "openrouter-monthly/tokens/open"  # the one share here that is counted every month on all of a channel
CHOICES = ("population", "unit", "channel", "cohort", "period", "bound")
UNLIKE = ("population", "unit", "channel")  # two that differ in one of these have no difference
NEAR = (2, 3)  # publishers that are named where nobody gives the figure, and figures of each
SHORT = ("day", "week")  # a series that moves comes by every figure on its way, for a day or a week
_FIGURE = re.compile(
    r"^\s*(?:~|about|around|approximately|over|more than|nearly|almost)?\s*(\d+(?:[.,]\d+)?)\s*"
    r"(?:(?:-|–|to)\s*(\d+(?:[.,]\d+)?)\s*)?"
    r"(%|percent\b|per cent\b|thousand\b|million\b|billion\b|trillion\b)(?:\s+(.*?))?[\s.]*$",
    re.IGNORECASE,
)
_IDLE = frozenset(("of", "the", "in", "on", "all", "an", "and", "by", "for", "open", "models", "share", "use", "uses"))


class Found(Noun, frozen=True, kw_only=True):
    """A counting and how far it lies from the figure, in the figure's unit."""

    counting: Counting
    distance: float


class Step(Noun, frozen=True, kw_only=True):
    """One choice changed: what is counted then, and by how much it moves; no difference between unlike things."""

    changed: str
    before: str
    after: str
    low: float | None
    high: float | None
    delta_low: float | None
    delta_high: float | None
    note: str = ""


class ShareReconciliation(Noun, frozen=True, kw_only=True):
    """Which countings give somebody's share or count, and the way from it to ours, a choice a step."""

    schema_version: int = SCHEMA_VERSION
    figure: str
    kind: str
    value: float  # 0 to 1 for a share
    tolerance: float
    words: tuple[str, ...]  # by which the figure was narrowed
    readings: tuple[Found, ...]  # that give the figure as a value, a bound or a published figure
    between: tuple[Found, ...]  # periods of a series whose bounds hold it
    passing: tuple[Found, ...]  # single weeks of a series that came by the figure, which is no reading of it
    nearest: tuple[Found, ...]  # published figures, where nothing gives it
    beside: tuple[Found, ...]  # of the same place, unit and cohort as the first reading, by another rule or whole
    waterfall: tuple[Step, ...]
    both: str  # why both can be right; empty where they count the same thing
    default: Counting
    tried: int
    as_of: date
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence: who counts it so, or that nothing here does."""
        ours = f"{spoken(self.default.kind, self.default.low, self.default.high)} for {described(self.default)}"
        if not self.readings and not self.between:
            near = "; ".join(
                f"{f.counting.publisher} {spoken(f.counting.kind, f.counting.low, f.counting.high)}"
                for f in self.nearest
            )
            return f"Nothing here gives {self.figure}; nearest: {near}; ours is {ours} (nomoat)."
        first = (*self.readings, *self.between)[0].counting
        return f"{self.figure} is {described(first)} ({first.publisher}; {first.numerator}); ours is {ours} (nomoat)."


@dataclass(frozen=True)
class Written:
    """A figure as somebody wrote it."""

    kind: str
    low: float
    high: float
    half: float
    words: tuple[str, ...]


def written(text: str) -> Written | None:
    """Read "80 % of startups" or "1.15 billion"; None for what is neither a share nor a large count.

    >>> found = written("80 % of startups")
    >>> found.kind, found.low, found.half, found.words
    ('share', 0.8, 0.005, ('startup',))
    >>> written("1.15 billion").low
    1150000000.0
    >>> written("3.5 months") is None
    True
    """
    found = _FIGURE.match(text)
    if not found:
        return None
    first, second, unit, rest = found[1].replace(",", "."), found[2], found[3].lower(), found[4] or ""
    times = TIMES.get(unit, 0.01)
    ends = sorted(float(x.replace(",", ".")) * times for x in (first, second or first))
    digits = len(first.partition(".")[2])
    words = (word.removesuffix("s") for word in re.findall(r"[a-z]{2,}", rest.casefold()) if word not in _IDLE)
    kind = "count" if unit in TIMES else "share"
    if kind == "share" and ends[1] > 1:
        raise InputError(f"{text!r} is more than the whole", "a share of at most 100 %", 'nomoat reconcile "70 %"')
    return Written(
        kind=kind,
        low=round(ends[0], 12),
        high=round(ends[1], 12),
        half=round(0.5 * 10.0**-digits * times, 12),
        words=tuple(dict.fromkeys(words)),
    )


def reconcile_share(text: str, *, as_of: date | None = None, catalog: Catalog | None = None) -> ShareReconciliation:
    """Find the countings that give somebody's share or count, and walk from the nearest one to our default.

    Tried are both bounds of every period of every series, those that were not over included, and every published share
    or count. One reproduces the figure where it rounds to it. A period whose bounds hold the figure is named apart,
    since any figure in between is then possible; so is a single week, since a series that moves comes by every figure
    on its way. Words behind the figure narrow it ("80 % of startups"). The waterfall changes population, unit, channel,
    cohort, period and bound in this order; where population, unit or channel change, unlike things stand side by side
    and no difference is given. Our default: the open share of all tokens routed by OpenRouter in the last month that
    was over, low to high.

    Raises InputError for what is neither a share nor a count.

    >>> found = reconcile_share("5 %")
    >>> found.readings, {"Menlo Ventures"} <= {f.counting.publisher for f in found.nearest}
    ((), True)
    """
    said = written(text)
    if said is None:
        raise InputError(f"{text!r} is neither a share nor a count", "such as 70 % or 1.15 billion",
                         'nomoat reconcile "70 %"')  # fmt: skip
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    known, every = countings(catalog, as_of)
    default = _default(known)
    every_kind = [Found(counting=c, distance=_distance(c, said)) for c in known if c.kind == said.kind]
    ranked = [f for f in every_kind if _speaks(f.counting, said.words)] or every_kind
    exact = [f for f in ranked if f.counting.bound != "low to high" and _rounds(f.counting, said)]
    held = [f for f in ranked if f.counting.bound == "low to high" and f.distance == 0 and said.kind == "share"]
    passing = sorted(_once([f for f in exact if f.counting.grain in SHORT]), key=_newest)
    exact = sorted(_once([f for f in exact if f.counting.grain not in SHORT]), key=_newest)
    held = sorted((f for f in _once(held) if f.counting.low < f.counting.high), key=_newest)
    nearest = () if exact or held else tuple(_nearest(ranked, default))
    start = next((f.counting for f in (*exact, *held, *nearest)), default)
    used = (*exact, *held, *passing, *nearest)
    beside = tuple(
        sorted(
            {f.counting.id: f for f in _once(every_kind) if _alike(f.counting, start) and f not in used}.values(),
            key=_newest,
        )
    )
    origins = [start.origins, default.origins, *(f.counting.origins for f in (*used, *beside))]
    return ShareReconciliation(
        figure=text.strip(),
        kind=said.kind,
        value=(said.low + said.high) / 2,
        tolerance=said.half,
        words=said.words,
        readings=tuple(exact),
        between=tuple(held),
        passing=tuple(passing),
        nearest=nearest,
        beside=beside,
        waterfall=tuple(_steps(text.strip(), start, default, known, bool(exact or held))),
        both=_both(start, default, known, catalog, as_of),
        default=default,
        tried=len(every_kind),
        as_of=max(found.as_of for found in every),
        left_out=tuple({(x.what, x.why): x for found in every for x in found.left_out}.values()),
        origins=catalog.origins(i for ids in origins for i in ids),
    )


def _default(known: Sequence[Counting]) -> Counting:
    ours = [c for c in known if c.id == DEFAULT and c.bound == "low to high" and not c.partial]
    if not ours:
        raise InputError("The catalogue has no month of tokens routed by OpenRouter", "one", "nomoat update openrouter")
    return max(ours, key=lambda c: c.end or date.min)


def _speaks(c: Counting, words: tuple[str, ...]) -> bool:
    if not words:
        return True
    about = " ".join((c.population, c.unit, c.channel, c.subject, c.numerator, c.publisher)).casefold()
    return any(word in about for word in words)


def _distance(c: Counting, said: Written) -> float:
    return max(0.0, c.low - said.high, said.low - c.high)


def _rounds(c: Counting, said: Written) -> bool:
    """Whether a value rounds to the figure, or a published range is the range that was asked for."""
    if said.low < said.high:
        return abs(c.low - said.low) < said.half and abs(c.high - said.high) < said.half
    return c.low == c.high and abs(c.low - said.low) < said.half - 1e-12


def _once(found: list[Found]) -> list[Found]:
    """A figure that somebody took from a series is that series."""
    kept: dict[tuple[object, ...], Found] = {}
    for f in sorted(found, key=lambda f: f.counting.source != "series"):
        c = f.counting
        key = c.population, c.unit, c.channel, c.cohort, c.end, round(c.low, 3), round(c.high, 3)
        kept.setdefault(key, f)
    return list(kept.values())


def _newest(f: Found) -> tuple[int, float, str]:
    return -(f.counting.end or date.min).toordinal(), f.distance, f.counting.id


def _nearest(ranked: list[Found], default: Counting) -> list[Found]:
    """The nearest published figures of open models, by publisher, place and unit: a series of them says which way it
    goes."""
    groups: dict[tuple[str, str, str], list[Found]] = {}
    # A figure that was taken from a series of ours is no voice of its own.
    others = [f for f in _once(ranked) if f.counting.source == "published" and f.counting.bound == "as published"]
    for f in [f for f in others if f.counting.cohort == default.cohort] or others:
        c = f.counting
        groups.setdefault((c.publisher, c.channel, c.unit), []).append(f)
    order = sorted(groups.values(), key=lambda group: (min(f.distance for f in group), group[0].counting.id))
    return [
        f for group in order[: NEAR[0]] for f in sorted(group, key=lambda f: (f.distance, f.counting.id))[: NEAR[1]]
    ]


def _alike(c: Counting, start: Counting) -> bool:
    same = (c.channel, c.unit, c.cohort) == (start.channel, start.unit, start.cohort)
    return same and c.source == "published" and start.source == "published" and c.bound == "as published"


def _steps(text: str, start: Counting, end: Counting, known: Sequence[Counting], reproduced: bool) -> Iterable[Step]:
    note = "" if reproduced else "not this figure: the nearest that somebody published"
    yield Step(changed="figure", before=text, after=described(start), low=start.low, high=start.high, delta_low=None,
               delta_high=None, note=note)  # fmt: skip
    asked = {name: start.choice(name) for name in CHOICES} | {"kind": start.kind}
    day, shown = start.end or date.min, start
    for name in CHOICES:
        was, will = asked[name], end.choice(name)
        if name == "period":
            was = shown.period
            day = end.end or date.min
        if name == "bound":
            was = shown.bound
        asked[name] = will
        if name == "population":
            asked["kind"] = end.kind
        if was == will:
            continue
        found = end if name == CHOICES[-1] else _lookup(known, asked, day)
        if found is None:
            yield Step(changed=name, before=was, after=will, low=None, high=None, delta_low=None, delta_high=None,
                       note="nothing here is counted so")  # fmt: skip
            continue
        why = unlike(shown, found)
        deltas: tuple[float | None, float | None] = (None, None)
        if not why and name == "bound":
            deltas = found.low - shown.low, found.high - shown.high
        elif not why:
            deltas = found.low - shown.high, found.high - shown.low
        yield Step(
            changed=name,
            before=was,
            after=found.period if name == "period" else will,
            low=found.low,
            high=found.high,
            delta_low=deltas[0],
            delta_high=deltas[1],
            note=why,
        )
        shown = found


def _lookup(known: Sequence[Counting], asked: dict[str, str], day: date) -> Counting | None:
    """What was counted so, in the period nearest to a day, on the bound asked for where it has bounds."""
    same = [
        c
        for c in known
        if all(c.choice(name) == asked[name] for name in (*UNLIKE, "cohort")) and c.kind == asked["kind"]
    ]
    same = [c for c in same if not c.partial] or same
    if not same:
        return None
    order = {asked["bound"]: 0, "low to high": 1, "as published": 2}
    return min(
        same,
        key=lambda c: (
            0 if c.start is not None and c.end is not None and c.start <= day <= c.end else 1,
            abs(((c.end or date.min) - day).days),
            c.source != "series",
            order.get(c.bound, 3),
            c.id,
        ),
    )


def _both(start: Counting, end: Counting, known: Sequence[Counting], catalog: Catalog, as_of: date | None) -> str:
    """Why two figures that count unlike things can both be right, from what is counted here."""
    if not unlike(start, end).startswith("not comparable"):
        return ""
    said = [f"One counts {start.unit} of “{start.population}”, the other {end.unit} of “{end.population}”"]
    if start.unit != end.unit:
        said[0] += f": {WHY[start.unit]}; {WHY[end.unit]}"
    there, here = _way(start, known), _way(end, known)
    if there and here:
        said.append(f"There it went {there}, here {here}")
    try:
        weeks = split(as_of=as_of, catalog=catalog).weeks
        week = next((w for w in weeks if not w.missing), None)
    except NomoatError:
        week = None
    if week is not None:
        units = ", ".join(
            f"{'at least ' if s.high is None else ''}{spoken('share', s.low, s.low if s.high is None else s.high)} "
            f"of {s.unit}"
            for s in week.sides
        )
        when = f"on {week.end}" if week.start == week.end else f"from {week.start} to {week.end}"
        said.append(f"One and the same window can show both: open models had {units} {when} ({week.population})")
    return ". ".join(said) + "."


def _way(c: Counting, known: Sequence[Counting]) -> str:
    """From where to where a share went: the oldest and the newest of one publisher, place, unit and subject."""
    same = [
        x
        for x in known
        if (x.publisher, x.channel, x.unit, x.subject, x.source, x.kind)
        == (c.publisher, c.channel, c.unit, c.subject, c.source, c.kind)
        and x.bound in ("low to high", "as published")
        and not x.partial
        and (x.source == "published" or x.id == c.id)
        and x.end is not None
    ]
    ordered = sorted(same, key=lambda x: x.end or date.min)
    if len(ordered) < 2 or ordered[0].end == ordered[-1].end:
        return ""
    ends = [f"{spoken(x.kind, x.low, x.high)} ({x.end:%Y-%m})" for x in (ordered[0], ordered[-1])]
    return f"from {ends[0]} to {ends[1]}"
