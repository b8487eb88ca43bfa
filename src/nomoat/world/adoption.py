"""How much are open models used: of what, where, counted how, and between which bounds?"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import InputError, NoVintage, UnknownName
from nomoat.stats import share
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import omitted

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

UNITS = ("tokens", "requests", "money", "downloads", "derivatives", "respondents")
BY = ("openness", "country", "organisation", "family")
CHANNELS = ("openrouter", "vercel", "huggingface", "enterprises", "developers", "startups")

# What a published figure counts, read off the metric under which it was gathered. A metric that is not here speaks
# of no share or amount of use.
COUNTS = {
    "cumulative_downloads": "downloads",
    "monthly_downloads": "downloads",
    "derivative_models": "derivatives",
    "tokens_processed": "tokens",
    "weekly_tokens": "tokens",
}
SHARES = {
    "token_share": "tokens",
    "token_share_low": "tokens",
    "token_share_high": "tokens",
    "request_share": "requests",
    "spend_share": "money",
    "revenue_share": "money",
    "revenue_share_estimated": "money",
    "enterprise_spend_share": "money",
    "download_share": "downloads",
    "derivative_share": "derivatives",
    "derivative_share_low": "derivatives",
    "derivative_share_high": "derivatives",
    "enterprise_workload_share": "respondents",
    "enterprise_llm_share": "respondents",
    "developer_use_share": "respondents",
    "startup_use_share_low": "respondents",
    "startup_use_share_high": "respondents",
    "startup_use_share_quoted": "respondents",
    "preference_share": "respondents",
}
METRICS = SHARES | COUNTS
_TIMES = {"trillion tokens": 1e12, "trillion tokens/week": 1e12}


class Period(Noun, frozen=True, kw_only=True):
    """The share of one period: between `low` and `high`, what is unknown decides where."""

    start: date
    end: date
    low: float
    high: float
    value: float | None = None  # where the publisher gives one figure
    total: float | None = None  # the whole, in the series' unit


class Overtake(Noun, frozen=True, kw_only=True):
    """When a share passed a level: `earliest` by its high bound, `latest` once its low bound stayed above it."""

    level: float
    from_start: bool  # the first period lies above it on any count: when it passed, the series does not say
    earliest: date | None  # None: not yet, on any count
    latest: date | None  # None: not yet, on the strictest count
    run: int


class Rise(Noun, frozen=True, kw_only=True):
    """How much a share rose over about `months`: at least `low`, at most `high`, as shares of the whole."""

    months: int
    start: date
    low: float
    high: float


class Series(Noun, frozen=True, kw_only=True):
    """One share over time: whose, of what, where, by which rule."""

    id: str
    kind: str = "share"
    channel: str
    subject: str
    cohort: str
    unit: str
    population: str
    numerator: str
    grain: str
    periods: tuple[Period, ...]
    overtake: Overtake
    rise: Rise | None
    evidence: str
    origins: tuple[str, ...]

    @property
    def latest(self) -> Period:
        """The last period that was over."""
        return self.periods[-1]


class Figure(Noun, frozen=True, kw_only=True):
    """A share, or a count, that somebody published: quoted with its rule, never computed again."""

    id: str
    metric: str  # the publisher's quantity, as gathered
    kind: str  # share | count
    channel: str | None
    subject: str
    cohort: str
    unit: str
    population: str
    numerator: str | None
    start: date | None
    end: date | None
    published: date | None
    value: float | None
    low: float | None
    high: float | None
    quoted: str | None = None  # as written, where that is no plain number
    evidence: str
    publisher: str
    origins: tuple[str, ...]


class Adoption(Noun, frozen=True, kw_only=True):
    """Shares of use, series first and published figures after them; they are not one number and are never mixed."""

    schema_version: int = SCHEMA_VERSION
    by: str
    asked: dict[str, str]
    as_of: date
    series: tuple[Series, ...]
    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence: the widest series, or the newest figure where there is none, with all that a share needs."""
        known = {o.id: o for o in self.origins}
        if not self.series:
            first = self.figures[0]
            said = _percent(first.low, first.high, first.value) if first.kind == "share" else first.quoted
            said = said or f"{first.value:,.0f}"
            window = f"{first.start} to {first.end}" if first.start else f"{first.end or first.published}"
            more = len(self.figures) - 1
            others = f" {more} more figures, each by its own rule: nomoat adoption --csv." if more else ""
            title = "; ".join(known[i].title for i in first.origins if i in known)
            return (
                f"{first.publisher}, {title}: {first.subject} had {said} of {first.unit} ({first.population}, "
                f"{window}; rule: {first.numerator or 'not stated'}; evidence: {first.evidence}).{others}"
            )
        s = self.series[0]
        p = s.latest
        sources = "; ".join(
            f"{known[i].publisher}, {known[i].title}, {known[i].retrieved}" for i in s.origins if i in known
        )
        return (
            f"From {p.start} to {p.end}, {s.subject} had {_percent(p.low, p.high, p.value)} of {s.unit} "
            f"({s.population}; {s.numerator}; evidence: {s.evidence}; nomoat, from {sources})."
        )


def adoption(
    *,
    by: str = "openness",
    unit: str | None = None,
    channel: str | None = None,
    population: str | None = None,
    at: date | None = None,
    as_of: date | None = None,
    level: float = 0.5,
    partial: bool = False,
    catalog: Catalog | None = None,
) -> Adoption:
    """Give every share of use that the catalogue holds, each with rule, population, unit, window and bounds.

    `by` says whose shares: of open and closed models, of countries, organisations or families. `unit`, `channel` and
    `population` (words of it) narrow. Low and high bounds count the unknown out and in, as each series' rule says.
    Overtake: earliest is the first period whose high bound passes `level`, latest the first of three running whose low
    bound does. A period that was not over when the copy was made is left out unless `partial`; `at` cuts later ones.

    Raises UnknownName for an unknown word, NoVintage where nothing was known, InputError where nothing matches.

    >>> found = adoption(unit="tokens", channel="openrouter")
    >>> latest = found.series[0].latest
    >>> latest.start.isoformat(), round(latest.low, 3), round(latest.high, 3)
    ('2026-09-01', 0.641, 0.746)
    >>> found.series[0].overtake.earliest.isoformat(), found.series[0].overtake.latest.isoformat()
    ('2026-02-01', '2026-05-01')
    """
    for what, word, known in (("grouping", by, BY), ("unit", unit, UNITS), ("channel", channel, CHANNELS)):
        if word is not None and word not in known:
            raise UnknownName.of(
                what, word, known, f"nomoat adoption --{'by' if what == 'grouping' else what} {known[0]}"
            )
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    words = (population or "").casefold().split()

    def narrowed(row: dict[str, Any], counted: str | None) -> bool:
        said = (row["population"] or "").casefold()
        return unit in (None, counted) and channel in (None, row["channel"]) and all(word in said for word in words)

    def of_use(row: dict[str, Any]) -> str | None:
        """In which unit a row counts use; None for a row of `facts` that speaks of something else."""
        return METRICS.get(row["metric"]) if "fact_id" in row else row["unit"] if row["metric"] == "share" else None

    def wanted(row: dict[str, Any]) -> bool:
        counted = of_use(row)
        return counted is not None and narrowed(row, counted) and subject(row["subject"]).get("by") == by

    usage = [row for row in catalog.table("usage", as_of).rows() if of_use(row)]
    rows = [row for row in usage if wanted(row)]
    kept = [row for row in rows if at is None or row["ends"] <= at]
    over = [row for row in kept if partial or not row["partial"]]
    evidence = {row["origin_id"]: row["evidence"] for row in catalog.table("origins", as_of).rows()}
    series = tuple(series_of(group, level, evidence) for group in grouped(over))
    cited = catalog.table("facts", as_of).rows()
    facts = omitted.whole([row for row in cited if wanted(row)])
    ours = {(row["series"], row["subject"]) for row in kept}
    beside = [row for row in usage if (row["series"], row["subject"]) in ours and (at is None or row["ends"] <= at)]
    said = [left for manifest in catalog.manifests for left in manifest.left_out]
    left_out = (
        *omitted.unfinished([row for row in kept if row not in over]),
        *omitted.uncounted([row for row in beside if partial or not row["partial"]], unit, said),
        *(after := omitted.later(catalog, as_of, (rows, facts), wanted)),
        *omitted.models([row for row in usage if narrowed(row, row["unit"]) and not subject(row["subject"])]),
        *omitted.nobodys([r for r in cited if of_use(r) and narrowed(r, of_use(r)) and not subject(r["subject"])]),
    )
    dated = [row for row in facts if at is None or (row["window_to"] or row["published"]) <= at]
    publishers = {row["origin_id"]: row["publisher"] for row in catalog.table("origins", as_of).rows()}
    figures = tuple(_figure(row, evidence, publishers) for row in dated)
    if not series and not figures:
        told = ", ".join(f"{k} {v}" for k, v in (("unit", unit), ("channel", channel), ("by", by)) if v)
        later = f" by {at}" if at else ""
        if after:
            held = " and ".join(f"{left.count} {left.what}, {left.why}" for left in after)
            raise InputError(
                f"No such series was held by {as_of} ({told}): {held}", "a later --as-of", "nomoat adoption"
            )
        raise InputError(
            f"No such series in this snapshot ({told}{later})",
            "a share that is shipped or was fetched",
            f"nomoat update {_source(unit, channel)}, or nomoat adoption"
            + (", or nomoat hub" if _source(unit, channel) == "hub" else ""),
        )
    ids = [i for s in series for i in s.origins] + [i for f in figures for i in f.origins]
    return Adoption(
        by=by,
        asked={k: v for k, v in (("unit", unit), ("channel", channel), ("population", population)) if v},
        as_of=max(_vintages(catalog, as_of)),
        series=tuple(sorted(series, key=rank)),
        figures=tuple(sorted(figures, key=lambda f: (UNITS.index(f.unit), f.end or date.min, f.id), reverse=True)),
        left_out=left_out,
        origins=catalog.origins(ids),
    )


@cache
def _subjects() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "curated" / "subjects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["subject"]: row for row in csv.DictReader(file)}


def subject(written: str | None) -> dict[str, str]:
    """Whose use a publisher's words mean: grouping, cohort and our name for it; empty where the words are another's.

    >>> subject("open-weight models")["cohort"], subject("roleplay")
    ('open', {})
    """
    return _subjects().get(written or "", {})


def _source(unit: str | None, channel: str | None) -> str:
    if channel == "huggingface" or unit in ("downloads", "derivatives"):
        return "hub"
    return "vercel" if channel == "vercel" or unit in ("requests", "money") else "openrouter"


def _vintages(catalog: Catalog, as_of: date | None) -> Iterable[date]:
    found = []
    for table in ("usage", "facts"):
        try:
            found.append(catalog.vintage(table, as_of))
        except NoVintage as error:
            missing = error
    if not found:
        raise missing
    return found


def grouped(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows of one share each, in the order of their periods."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["series"], row["unit"], row["subject"], row["numerator"]), []).append(row)
    return [sorted(group, key=lambda row: row["period"]) for group in groups.values()]


def rank(series: Series) -> tuple[Any, ...]:
    """All of a channel before its top ten, open before closed, in the order of the units."""
    return "most-used" in series.population, series.cohort != "open", UNITS.index(series.unit), series.id


def series_of(rows: list[dict[str, Any]], level: float, evidence: dict[str, str]) -> Series:
    """One share over time, from rows of the table `usage` in order, with its overtake and its rise."""
    first = rows[0]
    for row in rows:
        if None in (row["low"], row["high"]) and row["value"] is None:
            raise InputError(f"{row['series']} has neither a value nor bounds in {row['period']}")
    low = np.array([row["value"] if row["low"] is None else row["low"] for row in rows])
    high = np.array([row["value"] if row["high"] is None else row["high"] for row in rows])
    earliest, latest = share.overtake(low, high, level)
    periods = tuple(
        Period(
            start=row["period"],
            end=row["ends"],
            low=float(a),
            high=float(b),
            value=row["value"],
            total=row["total"],
        )
        for row, a, b in zip(rows, low, high, strict=True)
    )
    meant = subject(first["subject"]) or {"name": first["subject"], "cohort": first["subject"]}
    origins = tuple(dict.fromkeys(row["origin_id"] for row in rows))
    return Series(
        id=f"{first['series']}/{first['unit']}/{first['subject']}",
        channel=first["channel"],
        subject=meant["name"],
        cohort=meant["cohort"],
        unit=first["unit"],
        population=first["population"],
        numerator=first["numerator"],
        grain=first["grain"],
        periods=periods,
        overtake=Overtake(
            level=level,
            from_start=latest == 0,
            earliest=None if earliest is None else periods[earliest].start,
            latest=None if latest is None else periods[latest].start,
            run=share.RUN,
        ),
        rise=rise(periods, 12),
        evidence=evidence[origins[-1]],
        origins=origins,
    )


def rise(periods: tuple[Period, ...], months: int) -> Rise | None:
    """How much the share rose from the period that began `months` before the last one; None where there is none.

    >>> rise((), 12) is None
    True
    """
    if not periods:
        return None
    end = periods[-1].start
    months_before = end.year * 12 + end.month - 1 - months
    wanted = date(months_before // 12, months_before % 12 + 1, min(end.day, 28))
    near = [k for k, p in enumerate(periods) if abs((p.start - wanted).days) <= 7]
    if not near:
        return None
    start = min(near, key=lambda k: abs((periods[k].start - wanted).days))
    bounds = share.change(
        np.array([p.low for p in periods]), np.array([p.high for p in periods]), start, len(periods) - 1
    )
    return Rise(months=months, start=periods[start].start, low=bounds[0], high=bounds[1])


def _figure(row: dict[str, Any], evidence: dict[str, str], publishers: dict[str, str]) -> Figure:
    meant = subject(row["subject"])

    kind = "share" if row["metric"] in SHARES else "count"
    times = 0.01 if kind == "share" else _TIMES.get(row["unit"], 1.0)

    def portion(cell: float | None) -> float | None:
        return None if cell is None else cell * times

    value = None if row["metric"].endswith(("_low", "_high")) else portion(row["value"])
    return Figure(
        id=row["fact_id"],
        metric=row["metric"],
        kind=kind,
        channel=row["channel"],
        subject=meant["name"],
        cohort=meant["cohort"],
        unit=METRICS[row["metric"]],
        population=row["population"],
        numerator=row["rule"],
        start=row["window_from"],
        end=row["window_to"],
        published=row["published"],
        value=value,
        low=portion(row["low"]),
        high=portion(row["high"]),
        quoted=row["quoted"],
        evidence=evidence[row["origin_id"]],
        publisher=publishers[row["origin_id"]],
        origins=(row["origin_id"],),
    )


def _percent(low: float | None, high: float | None, value: float | None) -> str:
    if low is not None and high is not None and round(low, 3) != round(high, 3):
        return f"{low:.1%} to {high:.1%}"
    found = value if value is not None else low if low is not None else high
    return "no figure" if found is None else f"{found:.1%}"
