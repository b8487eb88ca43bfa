"""What did it take to set a record, and what to match it?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.trust import ordered
from nomoat.errors import InputError, UnknownName
from nomoat.types import MONTH, Effort, Equal, Garage, LeftOut, Pair, Spent
from nomoat.world.contest import Contest, Side, contest
from nomoat.world.rule import point_matches

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

REFERENCE = "Transformer"
# Sustained over peak, as large training runs report it: 0.3 to 0.5. An assumption, printed with every hour.
UTILISATION = 0.4


def effort(
    leader: str | None = None,
    follower: str | None = None,
    *,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    seed: int = 0,
    run: str = REFERENCE,
    utilisation: float = UTILISATION,
    catalog: Catalog | None = None,
) -> Effort:
    """Put training compute, cost and parameters beside each leader record and the follower that matched it.

    Ratios are follower over leader where both are known. `at_equal` compares the cohorts at the same compute or
    parameters and the same release date: the follower's coefficient in least squares of score on log10(x), date and
    cohort. `garage`: hours = FLOP of `run` / (peak dense 16-bit FLOP/s x `utilisation`) on one device of today.

    >>> e = effort()
    >>> e.reference_flop == 7.4248e18 or 7e18 < e.reference_flop < 8e18
    True
    """
    from nomoat.catalog.store import Catalog
    from nomoat.world.scale import scale

    if not 0 < utilisation <= 1:
        raise InputError(f"A utilisation of {utilisation:g}", "a share between 0 and 1", f"--utilisation {UTILISATION}")
    catalog = catalog or Catalog.open()
    measured = scale(on, catalog=catalog, method=method, draws=0, seed=seed, as_of=as_of)
    match = contest(measured, *measured.sides(leader, follower), at)
    book = _Book(catalog, as_of)
    pairs, left = _pairs(match, book), list(match.left_out)
    ratios = [p.flop_ratio for p in pairs if p.flop_ratio is not None]
    if len(ratios) < len(pairs):
        why = "training compute of the record or of its match is not known"
        left.append(LeftOut(what="records without a ratio of compute", count=len(pairs) - len(ratios), why=why))
    models = [book.spent(side, k) for side in (match.leader, match.follower) for k in range(len(side.names))]
    unknown = sum(m.training_flop is None for m in models)
    left.append(LeftOut(what="models without training compute", count=unknown, why="no source states or estimates it"))
    flop = book.flop_of(run)
    return Effort(
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        scale=measured.name,
        as_of=measured.as_of,
        cut=match.at,
        pairs=tuple(pairs),
        models=tuple(sorted(models, key=lambda m: (m.date, m.model), reverse=True)),
        median_flop_ratio=float(np.median(ratios)) if ratios else None,
        n_flop_ratio=len(ratios),
        at_equal=tuple(
            equal for what in ("training_flop", "parameters") if (equal := _at_equal(match, book, what)) is not None
        ),
        reference_run=run,
        reference_flop=flop,
        garage=tuple(_garage(catalog, flop, utilisation)),
        left_out=tuple(left),
        origins=(*measured.origins, *catalog.origins(book.used)),
    )


class _Book:
    """What the catalogue knows of the making of each model."""

    def __init__(self, catalog: Catalog, as_of: date | None) -> None:
        origins = {row["origin_id"]: row for row in catalog.table("origins").rows()}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        for row in ordered(catalog.table("effort", as_of).rows(), origins):
            self.rows.setdefault(row["model_id"], []).append(row)
        self.used = dict.fromkeys(str(key) for key in catalog.table("devices").columns["origin_id"])
        members = catalog.members(as_of)
        self.named = {str(n): str(i) for i, n in zip(members.model_id, members.name, strict=True)}

    def value(self, model_id: str | None, what: str) -> float | None:
        """A figure by the first in the order of trust that states it, or None."""
        for row in self.rows.get(model_id or "", ()):
            if row[what] is not None:
                self.used[row["origin_id"]] = None
                return float(row[what])
        return None

    def spent(self, side: Side, column: int) -> Spent:
        """The model in a column of one side with what its making took."""
        model, model_id = side.dated(column), str(side.ids[column])
        return Spent(
            model=model.model,
            date=model.date,
            score=float(side.values[column]),
            training_flop=self.value(model_id, "training_flop"),
            cost_usd=self.value(model_id, "cost_usd"),
            parameters=self.value(model_id, "parameters"),
        )

    def flop_of(self, name: str) -> float:
        """The training compute of a named run."""
        known = {n: self.value(i, "training_flop") for n, i in self.named.items()}
        have = {n: f for n, f in known.items() if f is not None}
        if name not in have:
            raise UnknownName.of("training run with known compute", name, have, f"--run {REFERENCE}")
        return have[name]


def _ratio(over: float | None, under: float | None) -> float | None:
    return over / under if over is not None and under else None


def _pairs(match: Contest, book: _Book) -> list[Pair]:
    found, line = point_matches(match), match.leader.line
    out = []
    for k in np.flatnonzero(found.record[0])[::-1]:
        record, by = book.spent(match.leader, int(line.holder[0, k])), int(found.by[0, k])
        other = book.spent(match.follower, by) if by >= 0 else None
        out.append(
            Pair(
                record=record,
                match=other,
                months=float(found.days[0, k] / MONTH),
                censored=bool(found.censored[0, k]),
                left_truncated=bool(k == 0),
                flop_ratio=_ratio(other.training_flop, record.training_flop) if other else None,
                parameter_ratio=_ratio(other.parameters, record.parameters) if other else None,
            )
        )
    return out


def _at_equal(match: Contest, book: _Book, what: str) -> Equal | None:
    """Points the follower stands above the leader at the same `what` and date; None with fewer than five a side."""
    rows: list[tuple[float, float, float, float]] = []
    for is_follower, side in ((0.0, match.leader), (1.0, match.follower)):
        for k in range(len(side.names)):
            x = book.value(str(side.ids[k]), what)
            if x is not None and x > 0:
                rows.append((float(side.values[k]), np.log10(x), side.days[k] / 365.25, is_follower))
    data: NDArray[np.float64] = np.array(rows).reshape(-1, 4)
    n = (int((data[:, 3] == 0).sum()), int((data[:, 3] == 1).sum()))
    if min(n) < 5:
        return None
    design = np.column_stack([np.ones(len(data)), data[:, 1], data[:, 2] - data[:, 2].mean(), data[:, 3]])
    beta, *_ = np.linalg.lstsq(design, data[:, 0], rcond=None)
    residual = data[:, 0] - design @ beta
    cover = np.linalg.inv(design.T @ design) * (residual @ residual) / (len(data) - 4)
    return Equal(
        what=what,
        points=float(beta[3]),
        stderr=float(np.sqrt(cover[3, 3])),
        per_tenfold=float(beta[1]),
        n_leader=n[0],
        n_follower=n[1],
    )


def _garage(catalog: Catalog, flop: float, utilisation: float) -> list[Garage]:
    table = catalog.table("devices").columns
    out = []
    for device, peak in zip(table["device"], table["peak_flop_s"], strict=True):
        if not np.isnan(peak):
            hours = flop / (float(peak) * utilisation) / 3600
            out.append(Garage(device=str(device), hours=hours, peak_flop_s=float(peak), utilisation=utilisation))
    return sorted(out, key=lambda g: (g.hours, g.device))
