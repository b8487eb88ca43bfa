"""The catalogue answers what was known on a date, says so when it is damaged, and never writes."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import threading
from datetime import date, timedelta

import numpy as np
import pandas
import pyarrow
import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, MissingExtra, NoVintage, SnapshotError, UnknownName

OLD, NEW = date(2025, 11, 7), date(2026, 8, 11)


@pytest.fixture
def catalog(home, snapshot):
    return Catalog.open(home, snapshot)


def names(table):
    return sorted(table.columns["model_id"])


def test_a_table_is_the_newest_vintage_at_or_before_the_date(catalog):
    assert names(catalog.table("models")) == ["deepseek/v4", "openai/gpt-5", "other/undated"]
    assert names(catalog.table("models", NEW)) == names(catalog.table("models"))
    assert names(catalog.table("models", date(2026, 8, 10))) == ["openai/gpt-5"]
    assert names(catalog.table("models", OLD)) == ["openai/gpt-5"]
    assert names(catalog.table("models", date(2025, 11, 6))) == []
    assert catalog.table("ratings", OLD).columns["rating"].tolist() == [150.0]


def test_what_was_written_by_hand_holds_for_every_date(catalog):
    assert len(catalog.table("organisations", OLD)) == len(catalog.table("organisations")) == 2 * 2
    assert catalog.vintages("organisations") == [date(2026, 11, 22)]


def test_vintages_and_the_one_that_was_known(catalog):
    assert catalog.vintages("scores") == [OLD, NEW]
    assert catalog.vintage("scores") == NEW
    assert catalog.vintage("scores", date(2026, 1, 1)) == OLD
    with pytest.raises(NoVintage, match="2025-11-07 on, the oldest vintage") as raised:
        catalog.vintage("scores", date(2025, 1, 1))
    assert "--as-of 2025-11-07" in str(raised.value)
    with pytest.raises(NoVintage, match="no scores in 'nothing'"):
        catalog.vintage("scores", dataset="nothing")


def test_scores_default_to_the_input_of_the_index(home, snapshot, write_vintage, publication):
    def other(facts, inputs):
        key = facts.origin(publication("another-board"), date(2026, 8, 12), inputs)
        facts.add("scores", key, model_id="openai/gpt-5", benchmark_id="mmlu", performance=0.1)

    write_vintage(home / "vintages" / "2026-08-12", date(2026, 8, 11), {}, extra=other)
    catalog = Catalog.open(home, snapshot)
    assert sorted(catalog.table("scores").columns["performance"]) == [0.8, 0.9]
    assert catalog.table("scores", dataset="another-board").columns["performance"].tolist() == [0.1]
    assert catalog.vintage("scores") == NEW


def test_members_are_one_row_a_model_as_known_then(catalog):
    now, then = catalog.members(), catalog.members(OLD)
    assert now.model_id.tolist() == ["deepseek/v4", "openai/gpt-5", "other/undated"]
    assert now.index == {"deepseek/v4": 0, "openai/gpt-5": 1, "other/undated": 2}
    assert now.country.tolist() == ["CN", "US", None]
    assert now.organisation_name.tolist() == ["DeepSeek", "OpenAI", None]
    assert now.released.tolist() == [date(2026, 4, 24), date(2025, 8, 8), None]
    assert now.openness.tolist() == ["weights-permissive", "closed-api", "unknown"]
    assert set(now.distilled) == {"unknown"}
    assert then.released.tolist() == [date(2025, 8, 7)]
    assert len(now) == 3
    with pytest.raises(ValueError, match="read-only"):
        now.country[0] = "XX"


def test_origins_come_once_in_order(catalog):
    ids = catalog.table("ratings").columns["origin_id"].tolist()
    (origin,) = catalog.origins([*ids, *ids])
    assert (origin.retrieved, origin.publisher, origin.title) == (NEW, "A publisher", "Its epoch-eci")
    two = catalog.origins([f"test/epoch-eci@{NEW}", f"test/epoch-eci@{OLD}", f"test/epoch-eci@{NEW}"])
    assert [one.retrieved for one in two] == [NEW, OLD]
    with pytest.raises(UnknownName, match="No origin 'nowhere'"):
        catalog.origins(["nowhere"])


def test_columns_are_numpy_and_rows_are_plain(catalog):
    columns = catalog.table("ratings").columns
    assert columns["rating"].dtype == np.float64
    assert np.isnan(columns["rating"]).sum() == 1
    assert columns["published"].tolist() == [NEW] * 3
    assert columns["category"].tolist() == [None] * 3
    row = next(row for row in catalog.table("ratings").rows() if row["model_id"] == "other/undated")
    assert row["rating"] is None
    assert row["published"] == NEW
    table = catalog.query("SELECT 1::BIGINT AS a, true AS b, NULL::BIGINT AS c, NULL::BOOLEAN AS d")
    assert [table.columns[name].dtype.kind for name in "abcd"] == ["i", "b", "f", "O"]
    assert table.rows() == [{"a": 1, "b": True, "c": None, "d": None}]


def test_two_arrow_streams_are_open_at_once(catalog):
    one = pyarrow.RecordBatchReader.from_stream(catalog.table("models"))
    two = pyarrow.RecordBatchReader.from_stream(catalog.table("scores"))
    first = one.read_next_batch()
    assert two.read_all().num_rows == 2
    assert first.num_rows + one.read_all().num_rows == 3
    again = pyarrow.table(catalog.table("models"))
    assert again.column_names == list(catalog.table("models").columns)


def test_an_arrow_stream_outlives_table_and_catalogue(home, snapshot):
    reader = pyarrow.RecordBatchReader.from_stream(Catalog.open(home, snapshot).table("models"))
    assert reader.read_all().num_rows == 3


def test_a_data_frame_needs_pandas_and_nothing_else(catalog, monkeypatch):
    frame = catalog.table("models").df()
    assert isinstance(frame, pandas.DataFrame)
    assert sorted(frame["model_id"]) == names(catalog.table("models"))
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install 'nomoat\[frames\]'"):
        catalog.table("models").df()


def test_a_query_reads_and_takes_parameters(catalog):
    found = catalog.query("SELECT count(*) AS n FROM models WHERE model_id = $who", {"who": "openai/gpt-5"})
    assert found.rows() == [{"n": 2}]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT",
        "SELECT 1; SELECT 2",
        "DROP TABLE scores",
        "DELETE FROM scores",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "ATTACH 'stolen.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM nothing",
        "SELECT $missing",
    ],
)
def test_a_query_that_does_not_read_the_catalogue_is_refused(catalog, sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as raised:
        catalog.query(sql)
    assert "\n" not in str(raised.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert len(catalog.table("scores")) == 2


def test_an_unknown_table_names_the_nearest(catalog):
    with pytest.raises(UnknownName, match="Expected 'scores'"):
        catalog.table("score")


def test_the_key_changes_with_any_vintage(home, snapshot, tmp_path):
    alone = Catalog.open(tmp_path / "empty", snapshot)
    assert alone.key == Catalog.open(tmp_path / "empty", snapshot).key
    assert alone.key != Catalog.open(home, snapshot).key
    assert len(alone.key) == 64


def test_the_store_is_found_where_the_environment_says(home, snapshot, monkeypatch, tmp_path):
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    assert Catalog.open(snapshot=snapshot).vintage("scores") == NEW
    monkeypatch.delenv("NOMOAT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Catalog.open(snapshot=snapshot).vintage("scores") == OLD
    assert not (tmp_path / "data").exists()


def damage(name, change):
    def apply(snapshot):
        path = snapshot / name
        path.write_bytes(change(path.read_bytes()))

    return apply


def other_schema(raw):
    manifest = json.loads(raw)
    manifest["schema_version"] = 99
    return json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("hurt", "words"),
    [
        (damage("scores.parquet", lambda raw: raw[:-1]), "scores.parquet is damaged"),
        (damage("scores.parquet", lambda raw: b""), "is damaged"),
        (lambda snapshot: (snapshot / "scores.parquet").unlink(), "cannot be read"),
        (damage("manifest.json", lambda raw: raw[:-20]), "is no manifest"),
        (damage("manifest.json", lambda raw: b"[]"), "is no manifest"),
        (damage("manifest.json", lambda raw: b"{}"), "schema_version 0"),
        (damage("manifest.json", lambda raw: b"\xff\xfe"), "is no manifest"),
        (damage("manifest.json", other_schema), "schema_version 99"),
        (lambda snapshot: (snapshot / "manifest.json").unlink(), "manifest.json cannot be read"),
    ],
)
def test_a_damaged_snapshot_is_one_line(snapshot, tmp_path, hurt, words):
    hurt(snapshot)
    with pytest.raises(SnapshotError) as raised:
        Catalog.open(tmp_path / "empty", snapshot).table("scores")
    assert words in str(raised.value)
    assert "snapshot build" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_forged_table_with_another_shape_is_refused(snapshot, tmp_path):
    import hashlib

    forged = (snapshot / "origins.parquet").read_bytes()
    (snapshot / "scores.parquet").write_bytes(forged)
    manifest = json.loads((snapshot / "manifest.json").read_text())
    manifest["tables"]["scores"]["sha256"] = hashlib.sha256(forged).hexdigest()
    (snapshot / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match="'scores' cannot be read"):
        Catalog.open(tmp_path / "empty", snapshot).table("scores")


def test_opening_loads_neither_duckdb_nor_anything_else_heavy():
    code = (
        "import sys; from nomoat.catalog.store import Catalog; catalog = Catalog.open(); catalog.key;"
        "import nomoat.catalog.cache; from nomoat.catalog.cohort import parse; parse('open & country=CN');"
        "print(sorted({'numpy', 'duckdb', 'pandas', 'pyarrow', 'scipy', 'altair'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert found.stdout.strip() == "[]"


def test_threads_share_a_catalogue(home, snapshot):
    catalog = Catalog.open(home, snapshot)
    seen, failed = [], []

    def look():
        try:
            seen.append(len(catalog.members()) + len(catalog.table("scores")) + len(catalog.table("ratings", OLD)))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert seen == [3 + 2 + 1] * 8


def test_importing_leaves_no_trace():
    module = importlib.import_module("nomoat.catalog.store")
    assert not [path for path in module.SNAPSHOT.iterdir() if path.suffix not in (".parquet", ".json")]


@pytest.fixture
def years(tmp_path, snapshot, publication):
    """Thirty vintages of the user's own of two data sets, as `nomoat update` writes them."""
    from nomoat.sources.facts import Facts
    from nomoat.sources.vintage import write_vintage

    for n in range(30):
        facts, inputs, day = Facts(), tmp_path / "inputs.csv", NEW + timedelta(n)
        inputs.write_text(str(n))
        key = facts.origin(publication("prices"), day, inputs)
        facts.add("offerings", key, provider="P", name="x", input=float(n))
        write_vintage(facts, {"inputs.csv": inputs}, tmp_path / "years")
    return tmp_path / "years"


def test_of_many_vintages_only_the_files_that_are_needed_are_opened(years, snapshot):
    catalog = Catalog.open(years, snapshot)
    assert catalog.table("offerings", dataset="prices").columns["input"].tolist() == [29.0]
    opened = [name for at, name in catalog._whole if at > 0 and name != "origins"]
    assert opened == ["offerings"]
    assert catalog.table("offerings", NEW + timedelta(7), dataset="prices").columns["input"].tolist() == [7.0]
    assert len(catalog.vintages("offerings", "prices")) == 30
    assert catalog.held("offerings")["prices"][0] == NEW
    assert len(catalog.query("SELECT * FROM offerings")) == 30
    assert names(catalog.table("models")) == ["openai/gpt-5"]


def test_a_column_that_came_later_is_null_in_an_older_vintage(years, snapshot, monkeypatch):
    from nomoat.catalog.tables import TABLES

    monkeypatch.setitem(TABLES, "offerings", {**TABLES["offerings"], "colour": ("VARCHAR", "")})
    (row,) = Catalog.open(years, snapshot).table("offerings", dataset="prices").rows()
    assert (row["colour"], row["input"]) == (None, 29.0)


def test_a_broken_vintage_is_skipped_and_said(years, snapshot):
    (years / "vintages" / f"{NEW}.001" / "offerings.parquet").unlink()
    with pytest.warns(UserWarning, match=f"nomoat sources drop {NEW}.001"):
        catalog = Catalog.open(years, snapshot)
    assert [one.vintage for one in catalog.skipped] == [f"{NEW}.001"]
    assert len(catalog.vintages("offerings", "prices")) == 29


def test_what_is_left_of_a_killed_update_is_not_read(years, snapshot):
    (years / "vintages" / ".building-x" / "vintage").mkdir(parents=True)
    (years / "vintages" / ".building-x" / "manifest.json").write_text("half")
    assert not Catalog.open(years, snapshot).skipped


def test_a_table_that_is_asked_for_again_is_not_read_again(catalog, monkeypatch):
    """A page asks 20 times for what takes 30 ms to read; the same rows of another day are the same table."""
    models = catalog.table("models")
    assert catalog.table("models") is models
    assert catalog.table("models", date(2026, 8, 11)) is catalog.table("models", date(2026, 8, 12))
    assert catalog.table("models", OLD) is not models
    with pytest.raises(ValueError, match="read-only"):
        models.columns["model_id"][0] = "mine"
    row = models.rows()[0]
    row["model_id"] = "mine"
    assert models.rows()[0]["model_id"] != "mine"
    monkeypatch.setattr("nomoat.catalog.store.CELLS", models.cells)
    len(catalog.table("ratings"))
    len(catalog.table("benchmarks"))
    assert catalog.table("models") is not models, "what is kept has no bound"
