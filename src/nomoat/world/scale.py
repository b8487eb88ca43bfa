"""What are models measured on: the capability scale, one benchmark, a domain, an arena board, or a user's own table?"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.members import Members
from nomoat.catalog.terms import quoted
from nomoat.errors import InputError, NoVintage, TableError, UnknownName
from nomoat.types import LeftOut, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

FORMS = (
    "capability",
    "benchmark:NAME",
    "domain:NAME",
    "modality:NAME",
    "contamination:NAME",
    "arena:SUBSET/CATEGORY",
    "arena-raw:SUBSET/CATEGORY",
    "FILE.csv",
    "FILE.parquet",
)


@dataclass(frozen=True, eq=False)
class Entrants(Members):
    """The models of a scale, one row each, and the group a user's own table puts them in."""

    group: NDArray[Any] | None = None

    @classmethod
    def of(cls, members: Members, rows: NDArray[np.int64]) -> Entrants:
        """Some rows of the catalogue's models, or of other entrants, in the order asked for."""
        columns = {f.name: getattr(members, f.name) for f in fields(members) if f.name != "index"}
        chosen: dict[str, Any] = {name: None if c is None else c[rows] for name, c in columns.items()}
        return cls(**chosen, index={m: i for i, m in enumerate(chosen["model_id"])})


@dataclass(frozen=True, eq=False)
class Scale:
    """Models with a date and a value on one scale; all arrays are (M,), draws (B, M) or None.

    `sd` is NaN where a value has no interval. `without_interval` says why there are no draws.
    """

    name: str
    unit: str
    method: str
    level: float
    as_of: date
    cut: date
    names: NDArray[np.object_]
    days: NDArray[np.int64]
    values: Floats
    low: Floats
    high: Floats
    sd: Floats
    draws: Floats | None
    without_interval: str
    members: Entrants
    groups: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]
    converged: int | None = None  # draws whose fit reached its optimum

    def sides(self, leader: str | None, follower: str | None) -> tuple[str, str]:
        """The two cohorts to compare: as asked for, else closed and open, else the table's own two groups.

        Of two groups with other names the one that holds the best score leads.
        """
        if leader is not None and follower is not None:
            return leader, follower
        if not self.groups or {"open", "closed"} <= set(self.groups):
            return "closed" if leader is None else leader, "open" if follower is None else follower
        if len(self.groups) != 2:
            raise TableError(
                f"The table has {len(self.groups)} groups: {', '.join(self.groups[:6])}",
                "two groups, or two of them named",
                f"nomoat gap {self.groups[0]!r} {self.groups[1]!r} --on {self.name}",
            )
        group = self.members.group
        best = {g: self.values[group == g].max() for g in self.groups}
        top = next(g for g in self.groups if best[g] == max(best.values()))
        if leader is None:
            leader = quoted(top if follower is None else next(g for g in self.groups if quoted(g) != follower))
        return leader, quoted(next(g for g in self.groups if quoted(g) != leader)) if follower is None else follower

    def only(self, keep: NDArray[np.bool_], **changes: Any) -> Scale:
        """The same scale with fewer models."""
        return replace(
            self,
            names=self.names[keep],
            days=self.days[keep],
            values=self.values[keep],
            low=self.low[keep],
            high=self.high[keep],
            sd=self.sd[keep],
            draws=None if self.draws is None else self.draws[:, keep],
            members=Entrants.of(self.members, np.flatnonzero(keep)),
            **changes,
        )


def scale(
    on: str | Path = "capability",
    *,
    catalog: Catalog | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    as_of: date | None = None,
    reconstruct: bool = False,
    known_on: date | None = None,
    evidence: tuple[str, ...] | None = None,
) -> Scale:
    """Put models on the scale named by `on`, with as many draws of their values as are asked for.

    Forms: `capability`; `benchmark:NAME`; `domain:`, `modality:`, `contamination:NAME` (abilities re-estimated from
    such benchmarks alone, difficulties kept); `arena:SUBSET/CATEGORY` (style-controlled board where there is one) and
    `arena-raw:`; a path to a CSV or Parquet file. `evidence` keeps only scores of those classes and refits. With
    `reconstruct` the models and benchmarks that were out by `as_of` are fitted on the scores that were known on
    `known_on`: hindsight, of today where it is not said.

    >>> scale("benchmark:GPQA diamond").unit
    'percentage points above chance'
    """
    from nomoat.world.board import arena, benchmark
    from nomoat.world.capability import METHODS

    text = str(on)
    if method not in METHODS:
        raise UnknownName.of("method", method, METHODS, "--method eci")
    if reconstruct and as_of is None:
        raise InputError("A reconstruction of no date", "the date to reconstruct", "--reconstruct --as-of 2025-06-30")
    if isinstance(on, Path) or text.lower().endswith((".csv", ".parquet")):
        if as_of is not None:
            raise InputError(f"{text} is one table and has no vintages", "--at to cut releases", f"--at {as_of}")
        return read_table(Path(text), draws=draws, seed=seed, level=level)
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    kind, _, name = text.partition(":")
    if reconstruct and kind in ("benchmark", "arena", "arena-raw"):
        raise InputError(
            f"{text} is not fitted, so there is nothing to reconstruct", "a scale that is", "--on capability"
        )
    settings = Settings(catalog, method, draws, seed, level, as_of, reconstruct, known_on, evidence)
    if kind == "capability" and not name:
        return _capability(settings, text)
    if kind in ("domain", "modality", "contamination") and name:
        return _capability(settings, text, **{kind: name})
    if kind == "benchmark" and name:
        return benchmark(settings, name)
    if kind in ("arena", "arena-raw") and name:
        return arena(settings, kind, name)
    raise UnknownName.of("scale", text, FORMS, "--on capability")


@dataclass(frozen=True)
class Settings:
    """What was asked of a scale, beside its name."""

    catalog: Catalog
    method: str
    draws: int
    seed: int
    level: float
    as_of: date | None
    reconstruct: bool
    known_on: date | None
    evidence: tuple[str, ...] | None


def _capability(s: Settings, name: str, **restriction: str) -> Scale:
    from nomoat.world.board import published
    from nomoat.world.capability import capability

    known = s.known_on if s.reconstruct else s.as_of
    try:
        s.catalog.vintage("scores", known)
    except NoVintage:
        if not s.reconstruct:
            return published(s, name, restriction)
    found = capability(
        s.catalog,
        method=s.method,
        draws=s.draws,
        seed=s.seed,
        level=s.level,
        as_of=known,
        released_by=s.as_of if s.reconstruct else None,
        evidence=s.evidence,
        **restriction,
    )
    members = s.catalog.members(known)
    cut = s.as_of if s.reconstruct and s.as_of else found.as_of
    return assemble(
        s,
        name=name,
        unit="ECI points",
        method=found.method + (", hindsight" if s.reconstruct else ""),
        cut=cut,
        model_id=found.model_id,
        as_of=found.as_of,
        converged=found.converged,
        values=found.values,
        low=found.low,
        high=found.high,
        sd=(found.high - found.low) / (2 * z_of(s.level)),
        draws=found.draws,
        without="no draws were asked for",
        members=members,
        left_out=found.left_out,
        origins=found.origins,
    )


def z_of(level: float) -> float:
    """Half of a central normal interval of this level, in standard deviations.

    >>> round(z_of(0.9), 3)
    1.645
    """
    return NormalDist().inv_cdf(0.5 + level / 2)


def assemble(
    s: Settings,
    *,
    name: str,
    unit: str,
    method: str,
    cut: date,
    model_id: Any,
    values: Floats,
    low: Floats,
    high: Floats,
    sd: Floats,
    draws: Floats | None,
    without: str,
    members: Members,
    left_out: tuple[LeftOut, ...],
    origins: tuple[Origin, ...],
    as_of: date | None = None,
    converged: int | None = None,
) -> Scale:
    """Join values to what the catalogue knows of their models; undated ones are counted out."""
    rows = np.array([members.index.get(m, -1) for m in model_id], dtype=np.int64)
    dated = np.array([r >= 0 and members.released[r] is not None for r in rows], dtype=bool)
    if (~dated).any():
        undated = LeftOut(what="models without a release date", count=int((~dated).sum()), why="no source dates them")
        left_out = (*left_out, undated)
    rows = rows[dated]
    chosen = Entrants.of(members, rows)
    return Scale(
        name=name,
        unit=unit,
        method=method,
        level=s.level,
        as_of=as_of or cut,
        cut=cut,
        converged=converged,
        names=chosen.name,
        days=np.array([d.toordinal() for d in chosen.released], dtype=np.int64),
        values=np.asarray(values)[dated],
        low=np.asarray(low)[dated],
        high=np.asarray(high)[dated],
        sd=np.asarray(sd)[dated],
        draws=None if draws is None else draws[:, dated],
        without_interval="" if draws is not None else without,
        members=chosen,
        groups=(),
        left_out=left_out,
        origins=origins,
    )


def read_table(path: str | Path, *, draws: int = 500, seed: int = 0, level: float = 0.9) -> Scale:
    """Read a user's own table of scores as a scale: `model,date,openness|group,score[,low,high,level|stderr]`.

    Higher is better. Uncertainty is taken as normal; without it there are no intervals. The cut is the newest date.
    Raises TableError with the row and what to change.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "evals.csv"
    ...     _ = file.write_text("model,date,group,score\\nA,2025-01-01,closed,71.5\\nB,2025-06-01,open,70\\n")
    ...     found = read_table(file)
    >>> found.values.tolist(), found.groups, found.without_interval
    ([71.5, 70.0], ('closed', 'open'), 'the table has no stderr, and no low with its high')
    """
    from nomoat.world.own import own_table

    return own_table(Path(path), draws=draws, seed=seed, level=level)
