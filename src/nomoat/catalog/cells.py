"""What becomes of the cells of a batch: which are stored, of which type, and what is wrong with the others?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.arrow import Column, Texts
from nomoat.catalog.batch import COLUMNS, NUMBERS

_TOKENS, _DOLLARS, _MILLISECONDS = 1e12, 1e9, 1e10
# What no row says that is true, even one that sums up a day of a large house; one of 1e300 would be all of the spend.
AMOUNTS = {
    "input": _TOKENS, "output": _TOKENS, "cache_read": _TOKENS, "cache_write": _TOKENS, "reasoning": _TOKENS,
    "cost_usd": _DOLLARS, "latency_ms": _MILLISECONDS, "first_token_ms": _MILLISECONDS,
}  # fmt: skip
TIMES = ("time", "ended", "first_at")
_LIMITS = {"BIGINT": (np.int64, 2.0**63), "INTEGER": (np.int32, 2.0**31)}
_TIMELESS = "times that cannot be read, or lie before 2018 or after 2099"


def _micros(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


_EARLIEST, _LATEST = _micros(2018), _micros(2100)  # no model was sold by the token before


class Typed(NamedTuple):
    """Columns as they are stored; `faults` counts cells that were set to missing, `first` and `last` are times."""

    columns: dict[str, Column]
    faults: dict[str, int]
    first: datetime | None
    last: datetime | None


def typed(given: Mapping[str, Column], moments: Mapping[str, NDArray[Any]]) -> Typed:
    """The columns of COLUMNS that hold anything, of the GIVEN ones of a batch.

    `moments` are those of TIMES that were given, in microseconds since 1970 (UTC), masked where a text is no time.
    Durations that the log does not say are counted from them; amounts below zero and beyond AMOUNTS are missing.

    >>> found = typed({"input": np.array([3.0, -1.0, np.nan])}, {})
    >>> found.columns["input"].tolist(), found.faults
    ([3, None, None], {'input below zero': 1})
    """
    columns: dict[str, Column] = {}
    faults: dict[str, int] = {}
    first = last = None
    for name, kind in COLUMNS.items():
        column = given.get(name)
        if name == "time" and "time" in moments:
            said, time = column, moments["time"]
            within = ~np.ma.getmaskarray(time) & (np.ma.getdata(time) >= _EARLIEST) & (np.ma.getdata(time) <= _LATEST)
            if isinstance(said, Texts) and (missing := said.filled() - int(within.sum())):
                faults[_TIMELESS] = missing
            columns[name] = np.ma.array(np.ma.getdata(time).astype("datetime64[us]"), mask=~within)
            if within.any():
                first, last = (
                    datetime(1970, 1, 1) + timedelta(microseconds=int(end(np.ma.getdata(time)[within])))
                    for end in (np.min, np.max)
                )
            continue
        if name in ("latency_ms", "first_token_ms"):
            column = _lasted(column, moments, "ended" if name == "latency_ms" else "first_at")
        if kind in NUMBERS and isinstance(column, np.ndarray):
            kept = np.isfinite(column)
            if name in AMOUNTS:
                below, above = kept & (column < 0), kept & (column > AMOUNTS[name])
                kept &= ~below & ~above
                for which, wrong in (("below zero", below), (f"above {AMOUNTS[name]:,.0f}", above)):
                    if count := int(wrong.sum()):
                        faults[f"{name} {which}"] = count
            column = _number(column, kept, kind)
        if column is not None:
            columns[name] = column
    if _TIMELESS in faults:
        faults[_TIMELESS] = faults.pop(_TIMELESS)  # the last of them
    return Typed(columns, faults, first, last)


def _lasted(said: Column | None, moments: Mapping[str, NDArray[Any]], end: str) -> NDArray[Any] | None:
    """A duration in milliseconds as it was said, or else between two times."""
    if end not in moments or "time" not in moments:
        return said if isinstance(said, np.ndarray) else None
    counted = np.ma.filled((moments[end] - moments["time"]).astype(np.float64) / 1e3, np.nan)
    return np.where(np.isfinite(said), said, counted) if isinstance(said, np.ndarray) else counted


def _number(column: NDArray[Any], kept: NDArray[np.bool_], kind: str) -> NDArray[Any]:
    if kind not in _LIMITS:
        return np.ma.array(column, mask=~kept)
    type_, limit = _LIMITS[kind]
    whole = np.rint(np.where(kept, column, 0.0))
    kept &= (whole >= -limit) & (whole < limit)
    return np.ma.array(np.where(kept, whole, 0.0).astype(type_), mask=~kept)
