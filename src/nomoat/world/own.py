"""A user's own table of scores, read as a scale like any other."""

from __future__ import annotations

import math
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np

from nomoat.catalog.files import columns
from nomoat.errors import TableError
from nomoat.types import LeftOut, Origin
from nomoat.world.scale import Entrants, Scale, z_of

_SHAPE = "columns model,date,openness (or group),score and, if known, low,high,level or stderr"


def own_table(path: Path, *, draws: int, seed: int, level: float) -> Scale:
    """Read a table of `model,date,openness|group,score[,low,high,level|stderr]`: see `nomoat.read_table`.

    A model may stand there once. A date after the day on which the file was last written lies in its future and is
    refused; a row without a group is left out and counted.
    """
    table = columns(path)
    if "openness" in table and "group" in table:
        raise TableError(f"{path.name} has both openness and group", "one column of groups", "drop or rename the other")
    group_column = "openness" if "openness" in table else "group"
    missing = [c for c in ("model", "date", group_column, "score") if c not in table]
    if missing:
        seen = ", ".join(table) or "nothing"
        raise TableError(f"{path.name} has no column {', '.join(map(repr, missing))}; it has {seen}", _SHAPE)
    if not table["model"]:
        raise TableError(f"{path.name} has a header and no rows", "a row a model")
    cells = _Cells(path, table)
    keep = [row for row, group in enumerate(table[group_column]) if group]
    left: list[LeftOut] = []
    if len(keep) < len(table["model"]):
        lost = len(table["model"]) - len(keep)
        left.append(LeftOut(what="rows without a group", count=lost, why=f"their {group_column!r} is empty"))
    written = date.fromtimestamp(path.stat().st_mtime)
    names = cells.unique_names(keep)
    days = [cells.day(row, written) for row in keep]
    spelt: dict[str, str] = {"open": "open", "closed": "closed"}
    groups = [spelt.setdefault(g.casefold(), g) for g in (table[group_column][row] for row in keep)]
    distinct = tuple(dict.fromkeys(groups))
    if len(distinct) < 2:
        raise TableError(
            f"{path.name} has one group, {distinct[0]!r}" if distinct else f"{path.name} names no group",
            "two groups to compare, such as open and closed",
            f"a second value in column {group_column!r}",
        )
    values = np.array([cells.number(row, "score") for row in keep])
    sd, assumed = cells.spread(keep)
    said = "the table has no stderr, and no low with its high"
    drawn = None
    if draws and not np.isnan(sd).all():
        if np.isnan(sd).any():
            why = "they have no uncertainty and stand still in every draw"
            left.append(LeftOut(what="intervals", count=int(np.isnan(sd).sum()), why=why))
        if assumed:
            left.append(LeftOut(what="levels", count=assumed, why="no level is given for low and high: taken as 95 %"))
        noise = np.random.default_rng(seed).standard_normal((draws, len(values)))
        drawn = values + np.nan_to_num(sd) * noise
    half = sd * z_of(level)
    cut = max(days)
    origin = Origin.of_file(path.name, retrieved=cut, sha256=sha256(path.read_bytes()).hexdigest())
    return Scale(
        name=path.name,
        unit="points",
        method="score as given",
        level=level,
        as_of=cut,
        cut=cut,
        names=np.array(names, dtype=object),
        days=np.array([d.toordinal() for d in days], dtype=np.int64),
        values=values,
        low=values - half,
        high=values + half,
        sd=sd,
        draws=drawn,
        without_interval="" if drawn is not None else (said if draws else "no draws were asked for"),
        members=_members(table, keep, names, days, groups),
        groups=distinct,
        left_out=tuple(left),
        origins=(origin,),
    )


class _Cells:
    """The table's cells with the row and column to name when one of them is wrong."""

    def __init__(self, path: Path, table: dict[str, list[str]]) -> None:
        self.name, self.table = path.name, table

    def _wrong(self, row: int, column: str, expected: str) -> TableError:
        model = self.table["model"][row]
        return TableError(f"{self.name} row {row + 1} ({model!r}) has {column} {self.table[column][row]!r}", expected)

    def unique_names(self, keep: list[int]) -> list[str]:
        """The model names; a second row of one model is refused, because a table cannot say which is meant."""
        seen: dict[str, int] = {}
        for row in keep:
            name = self.table["model"][row]
            if not name:
                raise self._wrong(row, "model", "a name")
            if name in seen:
                raise TableError(
                    f"{self.name} has {name!r} twice, in rows {seen[name] + 1} and {row + 1}",
                    "one row a model",
                    "keep the better score, or name the versions apart",
                )
            seen[name] = row
        return list(seen)

    def day(self, row: int, written: date) -> date:
        """The release date of a row."""
        text = self.table["date"][row]
        try:
            day = datetime.fromisoformat(text).date()
        except ValueError:
            raise self._wrong(row, "date", "a date like 2026-08-11") from None
        if day > written:
            expected = f"no date after {written}, when the file was last written: a model of the future has no score"
            raise self._wrong(row, "date", expected)
        return day

    def number(self, row: int, column: str) -> float:
        """A finite number."""
        try:
            value = float(self.table[column][row])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self._wrong(row, column, "a number")
        return value

    def spread(self, keep: list[int]) -> tuple[np.ndarray, int]:
        """Standard deviations (NaN where a row has none), and how many levels had to be assumed."""
        sd, assumed = np.full(len(keep), np.nan), 0
        for i, row in enumerate(keep):
            if self.table.get("stderr", [""] * (row + 1))[row]:
                sd[i] = self.number(row, "stderr")
                if sd[i] < 0:
                    raise self._wrong(row, "stderr", "a number of at least 0")
            elif "low" in self.table and "high" in self.table and self.table["low"][row] and self.table["high"][row]:
                low, high = self.number(row, "low"), self.number(row, "high")
                if not low <= self.number(row, "score") <= high and low <= high:
                    raise self._wrong(row, "score", f"a score inside of its interval, {low:g} to {high:g}")
                if low > high:
                    raise self._wrong(row, "low", f"at most its high, {high:g}")
                level = 0.95
                if self.table.get("level", [""] * (row + 1))[row]:
                    level = self.number(row, "level")
                    level = level / 100 if level > 1 else level
                    if not 0 < level < 1:
                        raise self._wrong(row, "level", "a level such as 0.9")
                else:
                    assumed += 1
                sd[i] = (high - low) / (2 * z_of(level))
        return sd, assumed


def _members(
    table: dict[str, list[str]], keep: list[int], names: list[str], days: list[date], groups: list[str]
) -> Entrants:
    def column(name: str, otherwise: str | None) -> np.ndarray:
        values = table.get(name)
        return np.array([(values[r] if values and values[r] else otherwise) for r in keep], dtype=object)

    classes = {"open": "weights-permissive", "closed": "closed-api"}
    openness = [classes.get(g.casefold(), g if "-" in g else "unknown") for g in groups]
    organisation = column("organisation", None)
    return Entrants(
        model_id=np.array(names, dtype=object),
        name=np.array(names, dtype=object),
        organisation=organisation,
        organisation_name=organisation,
        country=column("country", None),
        released=np.array(days, dtype=object),
        openness=np.array(openness, dtype=object),
        distilled=column("distilled", "unknown"),
        modality=column("modality", None),
        group=np.array(groups, dtype=object),
        index={name: i for i, name in enumerate(names)},
    )
