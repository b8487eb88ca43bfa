"""How much are open models used: of what, where, counted how, and between which bounds?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.errors import InputError, NoVintage, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import omitted
from nomoat.world.published import Figure, figure_of
from nomoat.world.series import Series, grouped, rank, series_of
from nomoat.world.subjects import BY, CHANNELS, METRICS, UNITS, subject

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


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

    `by` says whose shares: of open and closed models, of countries, organisations, families, or of something other that
    was published, such as roleplay. `unit`, `channel` and `population` (words of it) narrow. Low and high bounds count
    the unknown out and in, as each series' rule says. Overtake: earliest is the first period whose high bound passes
    `level`, latest the first of three running whose low bound does. A period that was not over when the copy was made
    is left out unless `partial`; `at` cuts later ones.

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
        *omitted.absent(over),
        *omitted.uncounted([row for row in beside if partial or not row["partial"]], unit, said),
        *(after := omitted.later(catalog, as_of, (rows, facts), wanted)),
        *omitted.models([row for row in usage if narrowed(row, row["unit"]) and not subject(row["subject"])]),
        *omitted.nobodys([r for r in cited if of_use(r) and narrowed(r, of_use(r)) and not subject(r["subject"])]),
    )
    dated = [row for row in facts if at is None or (row["window_to"] or row["published"] or date.max) <= at]
    publishers = {row["origin_id"]: row["publisher"] for row in catalog.table("origins", as_of).rows()}
    figures = tuple(figure_of(row, evidence, publishers) for row in dated)
    if not series and not figures:
        choices = {"unit": unit, "channel": channel, "population": population, "by": by}
        told = ", ".join(f"{k} {v}" for k, v in choices.items() if v)
        later = f", up to {at}" if at else ""
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


def _percent(low: float | None, high: float | None, value: float | None) -> str:
    if low is not None and high is not None and round(low, 3) != round(high, 3):
        return f"{low:.1%} to {high:.1%}"
    found = value if value is not None else low if low is not None else high
    return "no figure" if found is None else f"{found:.1%}"
