"""How few models or organisations have most of the use, between bounds for what nobody tells apart?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import InputError, UnknownName
from nomoat.stats import share
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import omitted
from nomoat.world.own_use import own_use
from nomoat.world.published import Figure, figure_of
from nomoat.world.series import percent
from nomoat.world.subjects import CHANNELS, SHARES, UNITS, subject

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

BY = ("organisation", "model")
TOPS = (1, 3, 5)
OTHERS = ("other", "others", "rest", "unknown")  # a table's own row of what it does not tell apart
ROUNDED = 0.01  # by which printed shares of one whole may exceed it
MISSING = (
    "no series by single {} in this snapshot: nomoat update openrouter (tokens, by month) or nomoat update vercel "
    "(tokens, requests and spend, by day)"
)

Row = dict[str, Any]


class Top(Noun, frozen=True, kw_only=True):
    """The share of the `n` largest."""

    n: int
    low: float
    high: float


class Holder(Noun, frozen=True, kw_only=True):
    """One of the largest, or several of whom only the sum is known."""

    name: str
    share: float
    members: int = 1


class Held(Noun, frozen=True, kw_only=True):
    """How one whole was divided in one period; `rest` is what no holder is named for."""

    start: date | None
    end: date | None
    holders: int
    rest: float
    hhi_low: float
    hhi_high: float
    top: tuple[Top, ...]
    largest: tuple[Holder, ...]


class Whole(Noun, frozen=True, kw_only=True):
    """One whole by its holders over time: of what, where, by which rule. Two wholes are never added."""

    id: str
    by: str
    channel: str | None
    unit: str
    population: str
    numerator: str
    periods: tuple[Held, ...]
    published: bool  # worked out of figures that somebody printed, not of a series
    evidence: str
    origins: tuple[str, ...]

    @property
    def latest(self) -> Held:
        """The last period that was over."""
        return self.periods[-1]


class Concentration(Noun, frozen=True, kw_only=True):
    """How few have most of it, for each whole apart; then what others published of it."""

    schema_version: int = SCHEMA_VERSION
    by: str
    asked: dict[str, str]
    as_of: date
    wholes: tuple[Whole, ...]
    figures: tuple[Figure, ...]
    missing: str  # which series this snapshot lacks, and what fetches them
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence: the first whole, or what was published, with population, rule, window and evidence."""
        known = {o.id: o for o in self.origins}

        def whose(ids: Iterable[str]) -> str:
            return "; ".join(f"{known[i].publisher}, {known[i].title}, {known[i].retrieved}" for i in ids if i in known)

        if not self.wholes:
            f = self.figures[0]
            return (
                f"{f.publisher}: the {f.subject} had {f.value or 0:.0%} of {f.unit} ({f.population}, {f.end}; rule: "
                f"{f.numerator}; evidence: {f.evidence}; from {whose(f.origins)})."
            )
        w = self.wholes[0]
        tops = ", ".join(f"the top {t.n} had {percent(t.low, t.high)}" for t in w.latest.top)
        window = f"{w.latest.start} to {w.latest.end}" if w.latest.start else f"{w.latest.end}"
        return (
            f"Of {w.unit} by {w.by}, {tops}; HHI {w.latest.hhi_low:.2f} to {w.latest.hhi_high:.2f} ({w.population}, "
            f"{window}; {w.numerator}; {w.latest.rest:.1%} of it is not told apart; evidence: {w.evidence}; "
            f"nomoat, from {whose(w.origins)})."
        )


def concentration(
    *,
    by: str = "organisation",
    unit: str | None = None,
    channel: str | None = None,
    population: str | None = None,
    at: date | None = None,
    as_of: date | None = None,
    partial: bool = False,
    catalog: Catalog | None = None,
) -> Concentration:
    """Give the Herfindahl index and the share of the 1, 3 and 5 largest, of every whole that is known by its holders.

    HHI = sum of squared shares, from 0 to 1. A whole is one series, unit, population and period: unlike ones are not
    added. Low: what no holder is named for (the publisher's `other`, names that lead to no model, models of unknown
    organisation) is divided among so many that none counts; high: the largest has all of it. A published sum, such as
    88 % for three vendors, is divided equally at the low bound and held by one at the high one, and its rest by one
    more. `by` is organisation or model; `unit`, `channel` and words of `population` narrow; periods that were not over
    are left out unless `partial`, and `at` cuts later ones.

    Raises UnknownName for an unknown word, InputError where nothing matches.

    >>> found = concentration(unit="money")
    >>> vendors = found.wholes[0]
    >>> vendors.id, [(t.n, round(t.low, 2), round(t.high, 2)) for t in vendors.latest.top]
    ('AD109', [(1, 0.29, 0.88), (3, 0.88, 1.0), (5, 0.88, 1.0)])
    """
    for what, word, known in (("grouping", by, BY), ("unit", unit, UNITS), ("channel", channel, CHANNELS)):
        if word is not None and word not in known:
            option = "by" if what == "grouping" else what
            raise UnknownName.of(what, word, known, f"nomoat adoption --concentration --{option} {known[0]}")
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()

    words = (population or "").casefold().split()

    def wanted(row: Row) -> bool:
        said = (row["population"] or "").casefold()
        return channel in (None, row["channel"]) and all(word in said for word in words)

    rows = [
        row
        for row in catalog.table("usage", as_of).rows()
        if row["metric"] == "share" and unit in (None, row["unit"]) and wanted(row)
        if subject(row["subject"]).get("by") in (None, "organisation")
        if at is None or row["ends"] <= at
    ]
    over = [row for row in rows if partial or not row["partial"]]
    told = {row["origin_id"]: row for row in catalog.table("origins", as_of).rows()}
    evidence = {key: row["evidence"] for key, row in told.items()}
    publishers = {key: row["publisher"] for key, row in told.items()}
    cited = [
        row
        for row in catalog.table("facts", as_of).rows()
        if wanted(row) and (at is None or (row["window_to"] or row["published"] or date.max) <= at)
    ]
    joint = [
        figure_of(row, evidence, publishers)
        for row in cited
        if by == "organisation" and row["metric"] in SHARES and unit in (None, SHARES[row["metric"]])
        if subject(row["subject"]).get("by") == "organisation"
    ]
    figures = [
        figure_of(row, evidence, publishers)
        for row in cited
        if by == "model" and row["metric"] == "download_concentration" and unit in (None, row["quantity"])
    ]
    wholes = (
        *_series(over, by, _named(catalog, as_of, by), evidence),
        *(_published(figure) for figure in joint if figure.value is not None),
    )
    if not wholes and not figures:
        choices = {"unit": unit, "channel": channel, "population": population, "by": by}
        asked = ", ".join(f"{k} {v}" for k, v in choices.items() if v)
        if as_of is not None:
            raise InputError(
                f"No such series was held by {as_of} (concentration, {asked})", "a later --as-of",
                "nomoat adoption --concentration",
            )  # fmt: skip
        raise InputError(
            f"No such series in this snapshot (concentration, {asked}{f', up to {at}' if at else ''})",
            "shares of models or organisations that are shipped or were fetched",
            "nomoat update openrouter, or nomoat adoption --concentration"
            + (", or nomoat hub downloads" if unit == "downloads" or channel == "huggingface" else ""),
        )
    ids = [i for w in wholes for i in w.origins] + [i for f in figures for i in f.origins]
    origins = catalog.origins(ids)
    return Concentration(
        by=by,
        asked={k: v for k, v in (("unit", unit), ("channel", channel), ("population", population)) if v},
        as_of=max(origin.retrieved for origin in origins),
        wholes=wholes,
        figures=tuple(sorted(figures, key=lambda f: (f.end or date.min, f.id), reverse=True)),
        missing="" if any(not w.published for w in wholes) else MISSING.format(by + "s"),
        left_out=omitted.unfinished([row for row in rows if row not in over]),
        origins=origins,
    )


def own_concentration(
    path: str | Path,
    *,
    unit: str | None = None,
    channel: str | None = None,
    population: str | None = None,
    at: date | None = None,
    partial: bool = False,
) -> Concentration:
    """Give the concentration of a user's own table (`own_use`): a subject is a holder, a row `others` is not.

    Raises TableError with the row that cannot be a share, InputError where shares of one whole exceed it or none is
    left.
    """
    read, origin = own_use(path)
    words = (population or "").casefold().split()
    rows = [
        row
        for row in read
        if unit in (None, row["unit"]) and channel in (None, row["channel"]) and (at is None or row["ends"] <= at)
        if all(word in row["population"].casefold() for word in words)
    ]
    over = [row for row in rows if partial or not row["partial"]]

    def named(row: Row) -> str | None:
        return None if row["subject"] in OTHERS else str(row["subject"])

    wholes = _series(over, "subject", named, {origin.id: origin.evidence})
    if not wholes:
        raise InputError(f"No period of {origin.title} is left", "a unit, population or date that it has")
    return Concentration(
        by="subject",
        asked={k: v for k, v in (("unit", unit), ("channel", channel), ("population", population)) if v},
        as_of=origin.retrieved,
        wholes=wholes,
        figures=(),
        missing="",
        left_out=omitted.unfinished([row for row in rows if row not in over]),
        origins=(origin,),
    )


def _named(catalog: Catalog, as_of: date | None, by: str) -> Callable[[Row], str | None]:
    """Who holds a row's share, in the grouping; None where nobody says."""
    members = catalog.members(as_of)

    def named(row: Row) -> str | None:
        meant = subject(row["subject"])
        if meant:
            return meant["name"] if by == "organisation" else None
        at = members.index.get(row["subject"])
        if by == "model":
            return str(row["subject"]) if at is None else str(members.name[at])
        return None if at is None else members.organisation_name[at] or members.organisation[at]

    return named


def _series(
    rows: list[Row], by: str, named: Callable[[Row], str | None], evidence: dict[str, str]
) -> tuple[Whole, ...]:
    groups: dict[tuple[str, str, str], dict[date, list[Row]]] = {}
    for row in rows:
        key = row["series"], row["unit"], row["population"]
        groups.setdefault(key, {}).setdefault(row["period"], []).append(row)
    wholes = []
    for (series, unit, population), periods in groups.items():
        every = [row for period in sorted(periods) for row in periods[period]]
        held = [_held(series, periods[period], named) for period in sorted(periods)]
        if not any(one.holders for one in held):
            continue
        origins = tuple(dict.fromkeys(row["origin_id"] for row in every))
        wholes.append(
            Whole(
                id=f"{series}/{unit}",
                by=by,
                channel=every[-1]["channel"],
                unit=unit,
                population=population,
                numerator=every[-1]["numerator"],
                periods=tuple(held),
                published=False,
                evidence=evidence[origins[-1]],
                origins=origins,
            )
        )
    return tuple(sorted(wholes, key=lambda w: (UNITS.index(w.unit), w.id)))


def _held(series: str, rows: list[Row], named: Callable[[Row], str | None]) -> Held:
    sums: dict[str, float] = {}
    for row in rows:
        portion = row["value"] if row["low"] is None else row["low"]
        if portion is None:
            raise InputError(f"{series} has neither a value nor bounds in {row['period']}")
        if (name := named(row)) is not None:
            sums[name] = sums.get(name, 0.0) + portion
    whole = sum(sums.values())
    if whole > 1 + ROUNDED:
        raise InputError(
            f"The shares of {series} from {rows[0]['period']} to {rows[0]['ends']} add to {whole:.1%}",
            "holders that share one whole, each once",
        )
    rest = max(0.0, 1.0 - whole)
    holders = [Holder(name=name, share=part) for name, part in sums.items()]
    return _divided(holders, rest, rows[0]["period"], rows[0]["ends"], theirs=True)


def _published(figure: Figure) -> Whole:
    """The whole of which somebody published what some organisations have together."""
    value = figure.value or 0.0
    members = figure.cohort.count(",") + 1
    holders = [Holder(name=figure.subject, share=value, members=members)]
    return Whole(
        id=figure.id,
        by="organisation",
        channel=figure.channel,
        unit=figure.unit,
        population=figure.population,
        numerator=figure.numerator or "rule not stated",
        periods=(_divided(holders, max(0.0, 1.0 - value), figure.start, figure.end, theirs=False),),
        published=True,
        evidence=figure.evidence,
        origins=figure.origins,
    )


def _divided(holders: list[Holder], rest: float, start: date | None, end: date | None, *, theirs: bool) -> Held:
    ordered = sorted(holders, key=lambda h: (-h.share, h.name))
    parts, members = [h.share for h in ordered], [h.members for h in ordered]
    (low, high), tops = share.held(parts, rest, TOPS, members, theirs=theirs)
    return Held(
        start=start,
        end=end,
        holders=sum(members),
        rest=rest,
        hhi_low=low,
        hhi_high=high,
        top=tuple(Top(n=n, low=a, high=b) for n, (a, b) in zip(TOPS, tops, strict=True)),
        largest=tuple(ordered[: max(TOPS)]),
    )
