"""Somebody says "70 %": of what, where, counted how, and which choices lead from there to our default?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import InputError, NomoatError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.comparable import WHY
from nomoat.world.countings import Counting, countings, described, spoken, unlike
from nomoat.world.split import split
from nomoat.world.stated import Written, written
from nomoat.world.walk import Step, walk

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

DEFAULT = "openrouter-monthly/tokens/open"  # the one share here that is counted every month on all of a channel
NOT_THIS = "not this figure: the nearest that somebody published"
NEAR = (3, 3)  # wholes that are named where nobody gives the figure, one fewer where words chose, and figures of each
SHORT = ("day", "week")  # a series that moves comes by every figure on its way, for a day or a week


class Found(Noun, frozen=True, kw_only=True):
    """A counting and how far it lies from the figure, in the figure's unit."""

    counting: Counting
    distance: float


class ShareReconciliation(Noun, frozen=True, kw_only=True):
    """Which countings give somebody's share or count, and the way from it to ours, a choice a step."""

    schema_version: int = SCHEMA_VERSION
    figure: str
    kind: str
    value: float  # 0 to 1 for a share
    tolerance: float
    words: tuple[str, ...]  # by which the figure was narrowed
    unspoken: tuple[str, ...] = ()  # words beside it that no counting here speaks
    amiss: tuple[str, ...] = ()  # words that the counting at which the way begins does not speak, and others do
    readings: tuple[Found, ...]  # that give the figure as a value, a bound or a published figure
    between: tuple[Found, ...]  # periods of a series whose bounds hold it
    passing: tuple[Found, ...]  # single weeks of a series that came by the figure, which is no reading of it
    nearest: tuple[Found, ...]  # published figures, where nothing gives it, or nothing of the models that are meant
    beside: tuple[Found, ...]  # of the same place, unit and cohort as the first reading, by another rule or whole
    waterfall: tuple[Step, ...]
    both: str  # why both can be right; empty where they count the same thing
    default: Counting
    tried: int
    as_of: date
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    @property
    def quoted(self) -> str:
        """The figure as it was said, a whole sentence between quotation marks."""
        return f"“{self.figure}”" if len(self.figure.split()) > 5 else self.figure

    @property
    def whole(self) -> Found | None:
        """The same share of the wider population that the first reading is a part of, where that is published."""
        if not self.readings:
            return None
        part = self.readings[0].counting.population
        return next((f for f in self.beside if part.startswith(f"{f.counting.population} ")), None)

    def cite(self) -> str:
        """One sentence: who counts it so, or that nothing here does."""
        ours = f"{spoken(self.default.kind, self.default.low, self.default.high)} for {described(self.default)}"
        if not self.readings and not self.between:
            near = "; ".join(
                f"{f.counting.publisher} {spoken(f.counting.kind, f.counting.low, f.counting.high)} of "
                f"{f.counting.unit} ({f.counting.population}, {f.counting.period})"
                for f in self.nearest
            )
            return f"Nothing here gives {self.quoted}; nearest: {near}; ours is {ours} (nomoat)."
        first = (*self.readings, *self.between)[0].counting
        gives = spoken(first.kind, first.low, first.high)
        return (
            f"{self.quoted} is {described(first)}: {gives} ({first.publisher}; {first.numerator}); ours is {ours} "
            "(nomoat)."
        )


def reconcile_share(text: str, *, as_of: date | None = None, catalog: Catalog | None = None) -> ShareReconciliation:
    """Find the countings that give somebody's share or count, and walk from the nearest one to our default.

    Tried are both bounds of every period of every series, those that were not over included, and every published share
    or count. One reproduces the figure where it rounds to it. A period whose bounds hold the figure is named apart,
    since any figure in between is then possible; so is a single week, since a series that moves comes by every figure
    on its way. The words of the sentence narrow it: whose models ("Chinese"), and of what ("startups"). The way from it
    is that of `world.walk`: one changed choice a step, and no difference between unlike things. Our default: the open
    share of all tokens routed by OpenRouter in the last month that was over, low to high.

    Raises InputError for what is neither a share nor a count.

    >>> found = reconcile_share("5 % of enterprise workloads")
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
    unspoken = tuple(word for word in said.words if not any(_score(f.counting, (word,)) for f in every_kind))
    words = tuple(word for word in said.words if word not in unspoken)
    theirs = [f for f in every_kind if _of_side(f.counting, said.side)] or every_kind
    ranked = [f for f in theirs if not words or _score(f.counting, words)] or theirs

    def order(f: Found) -> tuple[int, int, float, str]:
        return -_score(f.counting, words), *_newest(f)

    exact = [f for f in ranked if f.counting.bound != "low to high" and _rounds(f.counting, said)]
    held = [f for f in ranked if f.counting.bound == "low to high" and f.distance == 0 and said.kind == "share"]
    passing = sorted(_once([f for f in exact if f.counting.grain in SHORT]), key=order)
    exact = sorted(_once([f for f in exact if f.counting.grain not in SHORT]), key=order)
    held = sorted((f for f in _once(held) if f.counting.low < f.counting.high), key=order)
    # "5 %" is said of open models, and "11 % of enterprise workloads" of workloads: where it is true of other models or
    # of another whole alone, what is nearest of those that are meant is told as well.
    most = max((_score(f.counting, words) for f in theirs), default=0)
    side = said.side or frozenset((default.cohort,))
    meant = [f for f in ranked if _of_side(f.counting, side) and _score(f.counting, words) == most]
    gives = any(f in meant for f in (*exact, *held))
    nearest = () if gives or ((exact or held) and not meant) else tuple(_nearest(meant or ranked, default, words))
    if not exact and not held:
        nearest = tuple(_nearest([f for f in ranked if _of_side(f.counting, side)] or ranked, default, words))
    start = next((_twin(f.counting, known) for f in (*exact, *held, *nearest)), default)
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
        words=words,
        unspoken=unspoken,
        amiss=tuple(word for word in words if start.kind == said.kind and not _score(start, (word,))),
        readings=tuple(exact),
        between=tuple(held),
        passing=tuple(passing),
        nearest=nearest,
        beside=beside,
        waterfall=tuple(walk(text.strip(), start, default, known, "" if exact or held else NOT_THIS)),
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


def _score(c: Counting, words: Sequence[str]) -> int:
    """How many of the words a counting speaks."""
    about = " ".join((c.population, c.unit, c.channel, c.subject, c.numerator, c.publisher)).casefold()
    return sum(word in about for word in words)


def _of_side(c: Counting, side: frozenset[str]) -> bool:
    return side <= {part.strip() for part in c.cohort.split("&")}


def _distance(c: Counting, said: Written) -> float:
    return max(0.0, c.low - said.high, said.low - c.high)


def _rounds(c: Counting, said: Written) -> bool:
    """Whether a value rounds to the figure, halves upwards, or a published range is the range that was asked for."""
    if said.low < said.high:
        return abs(c.low - said.low) < said.half and abs(c.high - said.high) < said.half
    away = c.low - said.low
    return c.low == c.high and -said.half - 1e-12 <= away < said.half - 1e-12


def _once(found: list[Found]) -> list[Found]:
    """A figure that somebody took from a series is that series."""
    kept: dict[tuple[object, ...], Found] = {}
    for f in sorted(found, key=lambda f: f.counting.source != "series"):
        kept.setdefault(_key(f.counting), f)
    return list(kept.values())


def _twin(c: Counting, known: Sequence[Counting]) -> Counting:
    """The period of a series that a published figure was taken from, from where more choices can be changed alone."""
    return next((x for x in known if x.source == "series" and _key(x) == _key(c)), c)


def _key(c: Counting) -> tuple[object, ...]:
    return c.population, c.unit, c.channel, c.cohort, c.end, round(c.low, 3), round(c.high, 3)


def _newest(f: Found) -> tuple[int, float, str]:
    return -(f.counting.end or date.min).toordinal(), f.distance, f.counting.id


def _nearest(ranked: list[Found], default: Counting, words: Sequence[str]) -> list[Found]:
    """The nearest published figures of open models, by publisher, whole and unit: those first that speak most words."""
    groups: dict[tuple[str, str, str, str], list[Found]] = {}
    # A figure that was taken from a series of ours is no voice of its own.
    others = [f for f in _once(ranked) if f.counting.source == "published" and f.counting.bound == "as published"]
    for f in [f for f in others if f.counting.cohort == default.cohort] or others:
        c = f.counting
        groups.setdefault((c.publisher, c.channel, c.unit, c.population), []).append(f)

    def order(group: list[Found]) -> tuple[int, float, str]:
        best = max(_score(f.counting, words) for f in group)
        return -best, min(f.distance for f in group), group[0].counting.id

    return [
        f
        for group in sorted(groups.values(), key=order)[: NEAR[0] - bool(words)]
        for f in sorted(group, key=lambda f: (f.distance, f.counting.id))[: NEAR[1]]
    ]


def _alike(c: Counting, start: Counting) -> bool:
    whose = c.cohort == start.cohort if start.cohort else c.subject == start.subject  # a family is no cohort
    same = (c.channel, c.unit) == (start.channel, start.unit) and whose
    return same and c.source == "published" and start.source == "published" and c.bound == "as published"


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
    """From where to where a share went: the oldest and the newest of one publisher, whole, unit, subject and rule."""
    same = [
        x
        for x in known
        if (x.publisher, x.channel, x.population, x.unit, x.subject, x.numerator, x.source, x.kind)
        == (c.publisher, c.channel, c.population, c.unit, c.subject, c.numerator, c.source, c.kind)
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
