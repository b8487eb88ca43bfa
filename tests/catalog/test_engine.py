"""Battles on an engine of the user's: the shipped SQL is what Ibis writes, and engines count what Python counts.

Three ways are not Ibis, each for a reason: of a Parquet file DuckDB numbers the names before it counts (0.65 s of CPU
for ten million battles instead of 1.1 s); with covariates single rows are needed, which are fetched; and a text that is
no date is empty here, where an engine may refuse it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pytest

from nomoat.catalog import engine
from nomoat.catalog.battles import OUTCOMES, count_battles
from nomoat.errors import TableError
from nomoat.world.preference import rank

# ibis 12 asks DuckDB 2 for Arrow tables under a name that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

NAMES = ["Ada", "Bea", "Cid", " Dee", "o'Neil", "Zoë", None, ""]
WORDS = {"model_a": 0, "Model_B": 1, "tie": 2, "tie (bothbad)": 3, "left": 0, "draw": 2}
ENGINES = ["duckdb", "sqlite"]


def battles(n: int = 3_000) -> pd.DataFrame:
    draw = np.random.default_rng(4)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 60 * 86_400, n), unit="s")
    return pd.DataFrame(
        {
            "model_a": draw.choice(np.array(NAMES, dtype=object), n),
            "model_b": draw.choice(np.array(NAMES, dtype=object), n),
            "winner": draw.choice(np.array([*WORDS, None], dtype=object), n),
            "language": draw.choice(np.array(["de", "en", None], dtype=object), n),
            "date": pd.Series(days).where(draw.random(n) > 0.1),
            "length": draw.normal(size=n).round(3),
        }
    )


@pytest.fixture(params=ENGINES)
def elsewhere(request):
    """The same battles in a table of another engine."""
    rows = battles()
    rows["date"] = [None if pd.isna(day) else str(day) for day in rows["date"]]  # SQLite has no times, only texts
    table = getattr(ibis, request.param).connect().create_table("battles", rows)
    return table.mutate(date=table.date.cast("timestamp"))


def reckoned(rows: pd.DataFrame, by: str | None, at: date | None) -> tuple[Counter, int]:
    """The counts by group, pair and outcome, one battle after the other, and how many were left out."""
    found: Counter = Counter()
    end = None if at is None else datetime.combine(at, datetime.max.time())
    for row in rows.to_dict("records"):
        a, b = ((row[side] or "").strip() if isinstance(row[side], str) else "" for side in ("model_a", "model_b"))
        group = None if by is None else row[by]
        late = end is not None and (pd.isna(row["date"]) or row["date"] > end)
        grouped = by is None or isinstance(group, str)
        if a and b and a != b and isinstance(row["winner"], str) and grouped and not late:
            found[group, a, b, OUTCOMES[WORDS[row["winner"]]]] += 1
    return found, len(rows) - found.total()


def counts(found) -> Counter:
    out: Counter = Counter()
    for group, a, b, sides in zip(found.group, found.a, found.b, found.counts, strict=True):
        for outcome, n in zip(OUTCOMES, sides, strict=True):
            if n:
                out[found.groups[group], found.models[a], found.models[b], outcome] += int(n)
    return out


def test_the_shipped_sql_is_what_ibis_writes():
    schema = {"a": "string", "b": "string", "w": "string", "g": "string", "t": "int64", "why": "int32"}
    assert ibis.to_sql(engine.cells(ibis.table(schema, name="fought")), dialect="duckdb") == engine.CELLS


@pytest.mark.parametrize("by", [None, "language"])
@pytest.mark.parametrize("at", [None, date(2026, 1, 20)])
def test_an_engine_counts_what_python_counts(elsewhere, by, at):
    expected, lost = reckoned(battles(), by, at)
    found = count_battles(elsewhere, by=by, at=at)
    assert counts(found) == expected
    assert sum(n for _, n, _ in found.left_out) == lost > 0


@pytest.mark.parametrize("by", [None, "language"])
@pytest.mark.parametrize("at", [None, date(2026, 1, 20)])
def test_files_and_memory_count_the_same(elsewhere, tmp_path, by, at):
    rows = battles()
    rows.to_parquet(tmp_path / "battles.parquet")
    found = [count_battles(source, by=by, at=at) for source in (elsewhere, rows, tmp_path / "battles.parquet")]
    assert len({one.sha256 for one in found}) == 1
    assert len({one.left_out for one in found}) == 1
    assert len({one.newest for one in found}) == 1


@pytest.mark.parametrize("covariates", [[], ["length"]])
def test_the_ranking_is_the_same(elsewhere, covariates):
    there, here = rank(elsewhere, covariates=covariates), rank(battles(), covariates=covariates)
    assert there.boards == here.boards
    assert there.left_out == here.left_out


def test_only_counts_leave_the_engine(elsewhere, monkeypatch):
    monkeypatch.setattr(engine, "fetched", None)
    monkeypatch.setattr(engine, "MOST_CELLS", 3)
    with pytest.raises(TableError, match="More than 3 kinds of battles"):
        rank(elsewhere)


def test_dates_as_text_are_cast_by_the_engine(elsewhere):
    told = elsewhere.mutate(date=elsewhere.date.cast("string"))
    at = date(2026, 1, 20)
    assert count_battles(told, at=at).sha256 == count_battles(elsewhere, at=at).sha256


def test_what_an_engine_refuses_is_said():
    table = ibis.duckdb.connect().create_table("battles", battles())
    with pytest.raises(TableError, match="does not count it: ConversionException") as refused:
        rank(table, dated="language", at=date(2026, 1, 20))
    assert "to_pyarrow" in str(refused.value)
    with pytest.raises(TableError, match="an Ibis table has no column 'nobody'"):
        rank(table, by="nobody")
