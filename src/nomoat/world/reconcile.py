"""Somebody says "3.5 months": on which definition is that so, and which choices lead from there to our default?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import InputError, NomoatError, NotComparable
from nomoat.types import Fall, Gap, LeftOut, Origin, Reading, Reconciliation
from nomoat.world.contest import contest
from nomoat.world.gap import measure
from nomoat.world.reconcile_share import ShareReconciliation, reconcile_share
from nomoat.world.rule import RULES
from nomoat.world.scale import Scale, scale
from nomoat.world.stated import beside, written

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

OPENNESS = {
    "any weights": ("closed", "open"),
    "without non-commercial": ("closed", "open & !noncommercial"),
    "permissive only": ("closed", "permissive"),
    "any weights, unknown as closed": ("closed | openness=unknown", "open"),
}
SCALES = ("capability", "contamination:private", "domain:coding", "domain:math", "arena:text/overall")
MONTHS = ("current lag", "mean lag over 24 months", "median time to match", "mean time to match", "by days stood")
POINTS = ("quality gap", "mean daily gap")
OF_A_RULE = "mean by the rule"
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_FIGURE = re.compile(
    rf"(?<![\w.,$€£¥−–-]){_NUMBER}(?:\s*(?:-|–|to)\s*{_NUMBER})?\s*(?:eci\s+)?([a-z]+|%)", re.IGNORECASE
)
_UNITS = {"month": ("months", 1.0), "mo": ("months", 1.0), "year": ("months", 12.0), "yr": ("months", 12.0)}
_UNITS |= {"week": ("months", 7 / 30.4375), "day": ("months", 1 / 30.4375)}
_UNITS |= {"point": ("points", 1.0), "pt": ("points", 1.0), "eci": ("points", 1.0)}


@dataclass(frozen=True)
class Definition:
    """One way of asking: every choice that can differ between two people's figures."""

    vintage: date
    at: date
    scale: str
    openness: str
    rule: str
    statistic: str

    def named(self) -> dict[str, str]:
        """The choices by name."""
        return {
            "vintage": str(self.vintage),
            "at": str(self.at),
            "scale": self.scale,
            "openness": self.openness,
            "rule": self.rule,
            "statistic": self.statistic,
        }


def figure(text: str) -> tuple[float, str, float]:
    """Read "3.5 months" into value, unit (months or points) and half a unit of its last digit; a range into its middle
    and half its width. A sentence around it may speak of open and closed models and of nothing that narrows them.

    >>> figure("3.5 months")
    (3.5, 'months', 0.05)
    >>> figure("8-10 months")
    (9.0, 'months', 1.0)
    >>> figure("open models are 8 points behind")[1]
    'points'
    """
    every = list(_FIGURE.finditer(text))
    if len(every) != 1:
        what = "is no figure" if not every else f"has {len(every)} figures"
        raise InputError(f"{text!r:.80} {what}", "one number with its unit", 'nomoat reconcile "3.5 months"')
    found = every[0]
    number, second, unit = found[1].replace(",", "."), found[2], found[3].lower().removesuffix("s")
    if unit == "%":
        raise NotComparable(
            f"{text!r} is a share, and the gap has months and points", "months or points", 'nomoat reconcile "4 months"'
        )
    if unit not in _UNITS:
        raise InputError(f"{text!r} has the unit {found[3]!r}", "months, points or %", 'nomoat reconcile "8 points"')
    more = beside(f"{text[: found.start()]} {text[found.end() :]}")
    if more:
        raise InputError(
            f"{text!r:.80} speaks of {', '.join(map(repr, more))}, which the definitions tried here do not tell apart",
            "the figure alone", f'nomoat reconcile "{found[0].strip()}", or nomoat gap with a cohort or a scale',
        )  # fmt: skip
    name, factor = _UNITS[unit]
    if second:
        ends = sorted((float(number) * factor, float(second.replace(",", ".")) * factor))
        return sum(ends) / 2, name, (ends[1] - ends[0]) / 2
    digits = len(number.partition(".")[2])
    return float(number) * factor, name, 0.5 * 10.0**-digits * factor


def reconcile(
    text: str,
    *,
    method: str = "eci",
    draws: int = 200,
    seed: int = 0,
    catalog: Catalog | None = None,
) -> Reconciliation | ShareReconciliation:
    """Find the definitions behind somebody's figure: a gap ("3.5 months", "8 points"), a share ("70 %") or a count.

    A gap is that of `reconcile_gap`, a share ("80 % of startups") or a large count ("1.15 billion") that of
    `world.reconcile_share`; `method`, `draws` and `seed` serve gaps alone. Raises InputError for what is no figure.

    >>> reconcile("8 points").unit
    'points'
    >>> reconcile("70 %").kind
    'share'
    """
    if written(text) is not None:
        return reconcile_share(text, catalog=catalog)
    return reconcile_gap(text, method=method, draws=draws, seed=seed, catalog=catalog)


def reconcile_gap(
    text: str,
    *,
    method: str = "eci",
    draws: int = 200,
    seed: int = 0,
    catalog: Catalog | None = None,
) -> Reconciliation:
    """Find the definitions and vintages that give somebody's figure, and walk from the nearest one to our default.

    Every combination of vintage, date, scale, definition of open, rule and statistic that the data allow is computed;
    those within the rounding of the figure (at least 0.25) reproduce it. Dates are the cut of the vintage and, in
    hindsight, the days on which somebody published the figure. The waterfall changes one choice a step: vintage, date,
    scale, openness, rule, statistic. `draws` only serve the rules that need intervals.
    Raises NotComparable for a share, InputError for what is no figure.

    >>> reconcile_gap("8 points").unit
    'points'
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    value, unit, half = figure(text)
    tolerance = max(half, 0.25)
    published, days, fact_origins = _published(catalog, value, unit, tolerance)
    world = _World(catalog, {"method": method, "draws": draws, "seed": seed}, days)
    readings: list[tuple[Reading, Definition]] = []
    tried = 0
    for definition in world.definitions(unit):
        tried += 1
        found = world.value(definition)
        if found is not None:
            near = Reading(definition=definition.named(), value=found, distance=abs(found - value))
            readings.append((near, definition))
    statistic = (MONTHS if unit == "months" else POINTS)[0]
    default = Definition(world.newest, world.newest, "capability", "any weights", "km", statistic)

    def order(r: tuple[Reading, Definition]) -> tuple[Any, ...]:
        """Those that reproduce the figure first, of them those of the day on which somebody published it, then the
        fewest changes from our default, then by distance.

        A wide range is reproduced by almost anything: there the nearest to its middle comes first.
        """
        hit = r[0].distance <= tolerance
        # Who publishes a lag of open models means all of them; a narrower cohort that fits on that day fits by chance.
        elsewhen = hit and not (r[1].at in days and r[1].openness == default.openness)
        return not hit, elsewhen, _changes(r[1], default) if hit and tolerance <= 1 else 0, round(r[0].distance, 9)

    readings.sort(key=order)
    hits = [r for r, _ in readings if r.distance <= tolerance]
    nearest = readings[0][1]
    left = [LeftOut(what="definitions", count=tried - len(readings), why=why) for why in (world.why,) if why]
    origins: dict[str, Origin] = {o.id: o for o in (*world.origins, *fact_origins)}
    return Reconciliation(
        figure=text.strip(),
        value=value,
        unit=unit,
        tolerance=tolerance,
        readings=tuple(hits or [readings[0][0]]),
        waterfall=tuple(world.falls(text.strip(), value, nearest, default)),
        published=tuple(published),
        tried=tried,
        left_out=tuple(o for o in left if o.count),
        origins=tuple(origins.values()),
    )


def _changes(one: Definition, other: Definition) -> int:
    a, b = one.named(), other.named()
    return sum(a[k] != b[k] for k in a)


class _World:
    """All definitions that the shipped vintages allow, each measured at most once."""

    def __init__(self, catalog: Catalog, settings: dict[str, Any], days: list[date]) -> None:
        self.catalog, self.settings, self.days = catalog, settings, days
        self.scales: dict[tuple[date, str], Scale | None] = {}
        self.gaps: dict[tuple[date, date, str, str, str], Gap | None] = {}
        self.origins: list[Origin] = []
        self.newest = catalog.vintage("scores")
        self.why = ""

    def definitions(self, unit: str) -> Iterator[Definition]:
        """Every combination; a published rule has its own statistic, so only `km` is read in several ways."""
        vintages = sorted({*self.catalog.vintages("ratings", "epoch-eci"), self.newest}, reverse=True)
        days = [(v, v) for v in vintages] + [(v, d) for v in vintages for d in self.days if d < v]
        names = SCALES if unit == "months" else ("capability",)
        for (vintage, day), name, openness, rule in product(days, names, OPENNESS, RULES):
            if name != "capability" and (vintage != self.newest or day != vintage):
                continue
            if unit == "points" and rule != "km":
                continue  # no rule of matching moves a gap in points
            own: tuple[str, ...] = ("mean by the rule",)
            if rule == "epoch":
                own = ("mean by the rule", "mean by the rule, without missing intervals", "mean by its published loop")
            if rule == "iaps":
                own = ("mean by the rule", "expected wait by the rule")
            for statistic in (MONTHS if unit == "months" else POINTS) if rule == "km" else own:
                yield Definition(vintage, day, name, openness, rule, statistic)

    def scale(self, day: date, name: str) -> Scale | None:
        """The scale as it was known on a day."""
        key = (day, name)
        if key not in self.scales:
            try:
                # The draws give standard deviations to the rules that ask for them; readings need no interval.
                found = replace(scale(name, catalog=self.catalog, as_of=day, **self.settings), draws=None)
                self.scales[key] = found
                self.origins += found.origins
            except NomoatError:
                self.scales[key] = None
        return self.scales[key]

    def value(self, d: Definition) -> float | None:
        """What a definition gives; None where its data are not there."""
        base = self.scale(d.vintage, d.scale)
        if base is None or (d.rule == "epoch" and np.isnan(base.sd).all()):
            self.why = "their vintage has no intervals for the rule, or no such scale"
            return None
        key = (d.vintage, d.at, d.scale, d.openness, d.rule)
        if key not in self.gaps:
            try:
                self.gaps[key] = measure(contest(base, *OPENNESS[d.openness], min(d.at, base.cut)), rule=d.rule)
            except NomoatError:
                self.gaps[key] = None
        found = self.gaps[key]
        if d.statistic == "mean daily gap" and d.rule == "km":
            return self.value(replace(d, rule="strict"))
        return None if found is None else _statistic(found, d.statistic)

    def falls(self, text: str, value: float, start: Definition, end: Definition) -> Iterator[Fall]:
        """From somebody's figure to the nearest definition's, and from there to ours, a choice a step."""
        before = self.value(start)
        delta = None if before is None else before - value
        yield Fall(changed="figure", before=text, after="nearest definition here", value=before, delta=delta)
        current = start
        for name in ("vintage", "at", "scale", "openness", "rule", "statistic"):
            if getattr(current, name) == getattr(end, name):
                continue
            if name == "rule" and current.statistic != OF_A_RULE:
                yield (step := self.fall(current, "statistic", OF_A_RULE, before))
                current = replace(current, statistic=OF_A_RULE)
                before = step.value if step.value is not None else before
            yield (step := self.fall(current, name, getattr(end, name), before))
            current = _changed(current, name, getattr(end, name))
            before = step.value if step.value is not None else before

    def fall(self, current: Definition, name: str, will: Any, before: float | None) -> Fall:
        """One choice changed, and what that gives."""
        after = self.value(_changed(current, name, will))
        note = "" if after is not None else "not defined on the data of this step"
        step = None if after is None or before is None else after - before
        return Fall(
            changed=name, before=str(getattr(current, name)), after=str(will), value=after, delta=step, note=note
        )


def _changed(current: Definition, name: str, will: Any) -> Definition:
    """One choice changed; the cut moves with its vintage, and a rule's mean becomes the mean under ours."""
    changes = {name: will}
    if name == "vintage" and current.at == current.vintage:
        changes["at"] = will
    if name == "rule":
        changes["statistic"] = "mean time to match"
    return replace(current, **changes)


def _statistic(found: Gap, name: str) -> float | None:
    wait, lag = found.time_to_match, found.current_lag
    if found.rule_reading is not None:
        r = found.rule_reading
        said = {
            "mean by the rule": r.months,
            "expected wait by the rule": r.expected_months,
            "mean by the rule, without missing intervals": r.months_without_those,
            "mean by its published loop": r.months_forgetting,
            "mean daily gap": r.points,
        }[name]
        return None if said is None or np.isnan(said) else said
    return {
        "current lag": lag.months,
        "mean lag over 24 months": lag.mean_24_months,
        "median time to match": wait.median,
        "mean time to match": wait.restricted_mean,
        "by days stood": wait.weighted_median,
        "quality gap": found.quality_gap.value,
    }[name]


def _published(
    catalog: Catalog, value: float, unit: str, tolerance: float
) -> tuple[list[dict[str, str]], list[date], tuple[Origin, ...]]:
    """Who has printed this figure, on which rule and on which days."""
    rows = []
    for row in catalog.table("facts").rows():
        if row["metric"] != f"gap-{unit}":
            continue
        ends = (row["low"], row["high"])
        if row["value"] is None and None not in ends:
            row["value"] = sum(ends) / 2
            same = max(abs(ends[0] - (value - tolerance)), abs(ends[1] - (value + tolerance))) <= 0.25
        else:
            same = row["value"] is not None and abs(row["value"] - value) <= min(tolerance, 0.5)
        if same:
            rows.append(row)
    origins = catalog.origins([r["origin_id"] for r in rows])
    by_id = {o.id: o for o in origins}
    said = [
        {
            "value": f"{r['value']:g} {unit}",
            "rule": str(r["rule"] or ""),
            "published": str(r["published"] or ""),
            "publisher": by_id[r["origin_id"]].publisher,
            "address": by_id[r["origin_id"]].address,
        }
        for r in rows
    ]
    days = sorted({r["published"] for r in rows if r["published"] is not None}, reverse=True)
    return said, days, origins
