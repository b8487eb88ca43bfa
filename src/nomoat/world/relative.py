"""How much is a model downloaded beside the most downloaded ones of its size at the same age?"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter as Tally
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, UnknownName
from nomoat.stats import relative as curves
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import hub
from nomoat.world.downloads import FELL
from nomoat.world.hub import Counter, Observed

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

CHECKPOINTS = (7, 14, 30, 60, 90, 180, 365)  # days after release
TOP = 10
WIDEST = 45  # days between two readings beyond which nobody knows the count between them
# ATOM's own two: the first in its code (metadata/model_sizes.py), the second in a digest of its page. Billions of
# parameters at which the next class begins; the digest leaves models below a billion out.
CLASSES: dict[str, tuple[tuple[float, str], ...]] = {
    "code": ((0, "<1B"), (1, "1-5B"), (5, "7-9B"), (10, "10-50B"), (50, "50-100B"), (100, "100-250B"), (250, "250B+")),
    "page": ((1, "1-9B"), (10, "10-30B"), (31, "31-100B"), (100, "100B+")),
}
RULES = {
    "v1": "downloads over the median of the ten most downloaded of its size at that age (ATOM, 2026-01)",
    "v2": "downloads over the tenth most downloaded of its size at that age, never below that of an earlier age "
    "(ATOM, 2026-05)",
}


class Standing(Noun, frozen=True, kw_only=True):
    """One model at one age: its downloads over two references, None where fewer than ten references are old enough."""

    model: str
    name: str
    size: str
    parameters: float
    released: date
    days: int
    downloads: float
    references: int  # of its size class that old, itself left out
    v1: float | None
    v1_low: float | None
    v1_high: float | None
    v2: float | None
    v2_low: float | None
    v2_high: float | None


class Relative(Noun, frozen=True, kw_only=True):
    """Relative adoption by both published definitions, side by side."""

    schema_version: int = SCHEMA_VERSION
    classes: str
    top: int
    level: float
    draws: int
    seed: int
    rolled: bool
    rules: dict[str, str]
    as_of: date
    standings: tuple[Standing, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    @property
    def latest(self) -> tuple[Standing, ...]:
        """Each model at the greatest age that it has reached, the highest v2 first; undefined ones last."""
        last = {s.model: s for s in self.standings}
        return tuple(sorted(last.values(), key=lambda s: (s.v2 is None, -(s.v2 or 0.0), s.model)))

    def cite(self) -> str:
        """One sentence with the first model, both definitions and its age."""
        s = self.latest[0]
        if s.v2 is None or s.v1 is None:
            return f"No size class has {self.top} references old enough (nomoat, from {hub.sources(self.origins)})."
        ends = "" if s.v2_low is None or s.v2_high is None else f" ({self.level:.0%} {s.v2_low:.2f} to {s.v2_high:.2f})"
        return (
            f"{s.name}, {s.days} days after release, stands at {s.v2:.2f}{ends} by v2 and {s.v1:.2f} by v1 of relative "
            f"adoption among models of {s.size} (nomoat, from {hub.sources(self.origins)})."
        )


def relative(
    *,
    classes: str = "code",
    top: int = TOP,
    rolled: bool = False,
    at: date | None = None,
    as_of: date | None = None,
    draws: int = 200,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Relative:
    """Set each model's downloads beside the ten most downloaded of its size class, at 7 to 365 days after release.

    v1 = D_m(t) / median of the ten largest D_j(t); v2 = D_m(t) / C(t), C(t) = max over u <= t of the tenth largest
    D_j(u). References are the other models of the class (m itself is left out) that were old enough and read at that
    age: a younger one counts as absent and not as nought. D is read between readings up to 45 days apart, from nought
    on the day of release. Of each model its maker's plainest repository counts, or with `rolled` its twins and mirrors
    too. Intervals: references drawn anew with replacement; they hold no doubt about the counts.

    Raises UnknownName for other size classes, InputError where the Hub was never read, EmptyCohort where no model has a
    release date, parameters and a count at any of the ages.
    """
    if classes not in CLASSES:
        raise UnknownName.of("size classes", classes, CLASSES, "nomoat hub relative --classes code")
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    seen = hub.observed(at=at, as_of=as_of, catalog=catalog)
    left: Tally[tuple[str, str]] = Tally()
    stated = {r["model_id"]: r["parameters"] for r in catalog.table("effort", as_of).rows() if r["parameters"]}
    members: dict[str, list[tuple[str, float, date, Floats]]] = {}
    for model, group in _models(seen, rolled).items():
        size = next((c.parameters for c in group if c.parameters), stated.get(model))
        released = seen.about[model].released
        name = None if size is None else _class(classes, size / 1e9)
        if size is None or released is None or name is None:
            why = "without parameters" if size is None else "without a release date" if name else "of no size class"
            left["models of the Hub", why] += 1
        elif any(c.falls for c in group):
            left["models of the Hub", FELL] += 1
        else:
            curve = _curve(group, released)
            if np.isnan(curve).all():
                left["models of the Hub", f"not read within {WIDEST} days of any age that is looked at"] += 1
            else:
                members.setdefault(name, []).append((model, size, released, curve))
    if not members:
        raise EmptyCohort("No model of the Hub has a count at 7 to 365 days after its release", "readings at such ages")
    order = [name for _, name in CLASSES[classes]]
    rows = [
        row
        for name in sorted(members, key=order.index)
        for row in _standings(name, members[name], seen, top, draws, seed, level)
    ]
    return Relative(
        classes=classes,
        top=top,
        level=level,
        draws=draws,
        seed=seed,
        rolled=rolled,
        rules=RULES,
        as_of=max(origin.retrieved for origin in seen.origins),
        standings=tuple(rows),
        left_out=(*seen.left_out, *hub.left(left)),
        origins=seen.origins,
    )


def _models(seen: Observed, rolled: bool) -> dict[str, list[Counter]]:
    found: dict[str, list[Counter]] = {}
    for counter in seen.counters:
        if rolled or counter.part == "own":
            found.setdefault(counter.model, []).append(counter)
    return found


def _class(classes: str, billions: float) -> str | None:
    """The size class of a number of parameters; None below the first."""
    starts = CLASSES[classes]
    k = bisect_right([start for start, _ in starts], billions) - 1
    return starts[k][1] if k >= 0 else None


def _curve(group: list[Counter], released: date) -> Floats:
    """Downloads (U,) at the checkpoints: of several counters the sum, from nought on the day of release."""
    sums: Tally[int] = Tally()
    read: Tally[int] = Tally()
    begun: list[int] = []
    for counter in group:
        ages = {(r.day - released).days: r.all_time for r in counter.readings if r.all_time is not None}
        ages = {age: n for age, n in ages.items() if age > 0}
        begun += [min(ages)] if ages else []
        sums.update(ages)
        read.update(ages.keys())
    # A day on which one of the counters was not read has no sum: it would look like a fall.
    days = [age for age in sorted(sums) if read[age] == sum(first <= age for first in begun)]
    return curves.at_ages(
        np.array([0.0, *days]), np.array([0.0, *(sums[d] for d in days)]), np.array(CHECKPOINTS, dtype=float), WIDEST
    )


def _standings(
    name: str,
    members: list[tuple[str, float, date, Floats]],
    seen: Observed,
    top: int,
    draws: int,
    seed: int,
    level: float,
) -> list[Standing]:
    field = np.stack([curve for *_, curve in members])
    rows = []
    for k, (model, size, released, curve) in enumerate(members):
        others = np.delete(field, k, axis=0)
        drawn = curves.resampled(others, draws, seed) if draws and len(others) >= top else None
        found = {}
        for version, reference in (("v1", curves.median_of_top), ("v2", curves.cutoff)):
            # The median of the ten is taken at each age alone; where ten are no longer old enough, v1 is not defined.
            found[version] = _over(curve, reference(others, top))
            if drawn is not None:
                ends = _ends(_over(curve, reference(drawn, top)), level)
                found[f"{version}_low"], found[f"{version}_high"] = ends
        for u in np.flatnonzero(~np.isnan(curve)):
            said = {key: None if np.isnan(values[u]) else float(values[u]) for key, values in found.items()}
            blank = dict.fromkeys(("v1", "v1_low", "v1_high", "v2", "v2_low", "v2_high"))
            rows.append(
                Standing(
                    model=model,
                    name=seen.about[model].name,
                    size=name,
                    parameters=size,
                    released=released,
                    days=CHECKPOINTS[u],
                    downloads=float(curve[u]),
                    references=int((~np.isnan(others[:, u])).sum()),
                    **{**blank, **said},
                )
            )
    return rows


def _over(curve: Floats, reference: Floats) -> Floats:
    """A curve over its reference; not defined where the reference is unknown or nought."""
    blank = np.full(reference.shape, np.nan)
    return np.asarray(np.divide(curve, reference, out=blank, where=reference > 0))


def _ends(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    """Quantiles over the draws; where a draw left fewer than ten references old enough, it says nothing."""
    known = ~np.isnan(drawn)
    out = np.full((2, drawn.shape[1]), np.nan)
    for u in np.flatnonzero(known.any(axis=0)):
        out[:, u] = np.quantile(drawn[known[:, u], u], [(1 - level) / 2, (1 + level) / 2])
    return out[0], out[1]
