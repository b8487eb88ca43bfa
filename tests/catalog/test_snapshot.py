"""What ships: the published counts, joins that hold, and nothing that its publisher would not recognise."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from nomoat.catalog.cohort import parse
from nomoat.catalog.store import SNAPSHOT, Catalog
from nomoat.catalog.tables import TABLES
from nomoat.world.gap import gap


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return Catalog.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def scored(catalog):
    """The rows of the members that have a score in the index's input."""
    members = catalog.members()
    return members, np.array([members.index[m] for m in sorted(set(catalog.table("scores").columns["model_id"]))])


def test_counts_of_the_index_are_the_published_ones(catalog, scored):
    members, rows = scored
    scores = catalog.table("scores")
    assert len(scores) == 2249
    assert len(rows) == 222
    assert len(set(scores.columns["benchmark_id"])) == 57
    assert len(set(zip(scores.columns["model_id"], scores.columns["benchmark_id"], strict=True))) == 2249
    sides = {side: int(parse(side).select(members)[rows].sum()) for side in ("closed", "open", "unknown")}
    assert sides == {"closed": 104, "open": 94, "unknown": 24}
    assert Counter(scores.columns["evidence"])["own-run"] == 691
    assert Counter(scores.columns["evidence"])["unsourced"] == 334
    assert 0 <= scores.columns["performance"].min() <= scores.columns["performance"].max() <= 1
    assert catalog.vintage("scores") == date(2026, 8, 11)


def test_the_gap_does_not_move_because_the_catalogue_grew(catalog, scored):
    """The index's scores and what is known of its models are those of the snapshot that held nothing else.

    The digest was computed at commit 904ca91, before nine publishers were added; the numbers are that commit's too.
    """
    members, rows = scored
    columns = ("model_id", "benchmark_id", "performance", "evidence")
    scores = sorted(tuple(row[name] for name in columns) for row in catalog.table("scores").rows())
    fields = ("model_id", "released", "openness", "country", "organisation", "distilled")
    known = [[str(getattr(members, name)[row]) for name in fields] for row in rows]
    digest = hashlib.sha256(json.dumps([scores, known]).encode()).hexdigest()
    assert digest == "b4d493894a90153e0187ce4123574740b91a75a9cc2ec2a0ba31f8eb4638a358"
    found = gap(draws=0, catalog=catalog)
    assert found.current_lag.months == pytest.approx(5.223819301848049, abs=1e-9)
    assert found.quality_gap.value == pytest.approx(4.63915622913558, abs=1e-6)


def test_the_catalogue_is_as_large_as_is_said(catalog):
    """Models with a date, an openness and four benchmarks over all data sets; docs/methods/identity.md says so."""
    members = catalog.members()
    benchmarks = {}
    for row in catalog.query("SELECT DISTINCT model_id, benchmark_id FROM scores").rows():
        benchmarks[row["model_id"]] = benchmarks.get(row["model_id"], 0) + 1
    full = [members.index[key] for key, count in benchmarks.items() if count >= 4]
    full = [at for at in full if members.released[at] and members.openness[at] != "unknown"]
    assert 270 <= len(full) <= 320
    closed = sum(members.openness[at].startswith("closed") for at in full)
    assert 100 <= closed <= 140
    page = (SNAPSHOT.parents[3] / "docs/methods/identity.md").read_text(encoding="utf-8")
    assert f"four benchmarks or more, over all data sets: {len(full)} " in page


def test_every_publisher_is_named_in_the_notice(catalog):
    notice = " ".join((SNAPSHOT.parents[3] / "NOTICE").read_text(encoding="utf-8").split())
    for row in catalog.table("origins").rows():
        if row["dataset"] not in ("adoption-facts", "published-gaps") and row["publisher"] != "nomoat":
            assert row["publisher"] in notice, row["publisher"]


def test_every_scored_model_has_what_a_gap_needs(catalog, scored):
    members, rows = scored
    assert not [name for name, day in zip(members.name[rows], members.released[rows], strict=True) if day is None]
    assert not [name for name, maker in zip(members.name[rows], members.organisation[rows], strict=True) if not maker]
    assert not [name for name, seat in zip(members.name[rows], members.country[rows], strict=True) if seat is None]
    assert Counter(members.country[rows]) == {"US": 144, "CN": 61, "FR": 11, "AE": 4, "GB": 2}
    known = {row["benchmark_id"]: row for row in catalog.table("benchmarks").rows()}
    used = set(catalog.table("scores").columns["benchmark_id"])
    assert used < set(known)
    assert {known[key]["domain"] for key in used} == {
        *("math", "coding", "knowledge", "reasoning", "agents", "long-context", "other")
    }


def test_distillation_labels_join_on_the_version_string(catalog):
    labels = catalog.table("distillation").rows()
    versions = {row["model_id"] for row in catalog.table("scores").rows()}
    labelled = {row["model_id"] for row in labels if row["distilled"] is not None}
    # 139 by the version strings of the scores; two more by versions of the same models that older indices name.
    assert len(labelled & versions) == 141
    members = catalog.members()
    newest = sorted(
        (members.released[row], members.distilled[row])
        for key in versions
        if (row := members.index[key]) >= 0 and members.openness[row].startswith("weights-")
    )[-18:]
    assert {label for _, label in newest} == {"unknown"}


def test_published_abilities_have_their_intervals_but_for_the_two_anchors(catalog):
    now = catalog.table("ratings", dataset="epoch-eci").rows()
    assert len(now) == 222
    assert {row["name"] for row in now if row["low"] is None} == {"GPT-5", "Claude 3.5 Sonnet"}
    rating = {row["name"]: row["rating"] for row in now}
    assert (rating["Claude 3.5 Sonnet"], rating["GPT-5"], rating["Kimi K3"]) == (130, 150, 157.01)
    assert catalog.vintages("ratings", "epoch-eci") == [
        date(2025, 11, 7),
        date(2026, 5, 31),
        date(2026, 6, 30),
        date(2026, 8, 11),
    ]


def test_what_was_known_earlier(catalog):
    then = catalog.table("ratings", date(2025, 12, 1), dataset="epoch-eci").rows()
    assert {row["published"] for row in then} == {date(2025, 11, 7)}
    assert None not in {row["model_id"] for row in then}
    released = dict(
        zip(*(getattr(catalog.members(date(2025, 12, 1)), n) for n in ("model_id", "released")), strict=True)
    )
    assert released["openai/o3"] == date(2025, 4, 16)
    now = catalog.members()
    assert now.released[now.index["openai/o3"]] == date(2024, 12, 20)
    assert len(catalog.table("scores", date(2024, 12, 31))) == 0
    report = catalog.table("scores", date(2024, 12, 31), dataset="epoch-report-2024-11")
    assert set(report.columns["benchmark_id"]) == {"mmlu", "bbh", "gpqa"}
    members = catalog.members(date(2024, 12, 31))
    assert {"weights-unspecified", "closed-unspecified"} == set(members.openness)


def test_the_transformers_compute_is_there(catalog):
    (row,) = [row for row in catalog.table("effort").rows() if row["model_id"] == "google/transformer"]
    assert row["training_flop"] == pytest.approx(7.4e18, rel=0.01)
    effort = [row["model_id"] for row in catalog.table("effort").rows() if row["origin_id"].startswith("epoch")]
    assert len(set(effort)) == len(effort) > 600


def test_devices_peaks_are_dense_and_sourced(catalog):
    found = {row["device"]: row for row in catalog.table("devices").rows()}
    assert len(found) == 45
    assert found["H100 80GB SXM"]["peak_flop_s"] == 989e12
    assert found["RTX 4090"]["peak_flop_s"] == 165.2e12
    assert all((row["peak_flop_s"] is None) == (row["peak_source"] is None) for row in found.values())


def test_no_arena_model_was_rated_before_it_was_released(catalog):
    """A name joined to a later model would be listed long before it; days apart are time zones."""
    members = catalog.members()
    rows = catalog.query(
        "SELECT name, model_id, max(released) AS released, min(published) AS listed FROM ratings "
        "WHERE starts_with(board, 'arena:') AND model_id IS NOT NULL GROUP BY name, model_id"
    ).rows()
    assert len(rows) > 250
    for row in rows:
        released = row["released"] or members.released[members.index[row["model_id"]]]
        assert row["listed"] >= released - timedelta(days=10), row["name"]


def test_a_name_with_a_date_leads_to_a_version_of_that_date(catalog):
    """Names such as gpt-4o-2024-08-06 carry their day: the alias must agree, by the model's date or its own."""
    members = catalog.members()
    rows = catalog.query(
        "SELECT DISTINCT name, model_id, released, regexp_extract(name, '20[0-9]{2}-?[01][0-9]-?[0-3][0-9]') AS day "
        "FROM ratings WHERE starts_with(board, 'arena:') AND model_id IS NOT NULL AND day != ''"
    ).rows()
    assert len(rows) > 30
    for row in rows:
        released = row["released"] or members.released[members.index[row["model_id"]]]
        assert abs(released - date.fromisoformat(row["day"])) <= timedelta(days=25), row["name"]


def test_a_boards_licence_never_stands_before_epochs_word(catalog):
    """The board writes "Qwen" for qwen-max-0919, a model without weights: a name without an alias claims nothing."""
    rows = catalog.query("SELECT DISTINCT model_id FROM ratings WHERE name = 'qwen-max-0919'").rows()
    assert rows == [{"model_id": None}]
    members = catalog.members()
    for row in catalog.table("openness").rows():
        if row["origin_id"].startswith("epoch/eci-scores"):
            assert members.openness[members.index[row["model_id"]]] in (
                row["class"],
                *(("open-source",) if row["class"] == "weights-permissive" else ()),
            )


def test_aliases_lead_to_what_exists(catalog):
    models = set(catalog.members().model_id)
    versions = {row["version_id"] for row in catalog.table("versions").rows()}
    for row in catalog.table("aliases").rows():
        assert row["id"] in (models if row["level"] == "model" else versions), row


def test_origins_say_where_and_under_which_licence(catalog):
    for row in catalog.table("origins").rows():
        assert all(row[column] for column in TABLES["origins"]), row
        assert row["evidence"] in ("measured by publisher", "self-reported", "secondary", "computed here")
        assert len(row["sha256"]) == 64


def test_facts_on_the_gap_hold_the_known_anchors(catalog):
    found = {(row["metric"], row["value"]) for row in catalog.table("facts").rows()}
    assert {("gap-months", 3.5), ("gap-months", 4), ("gap-points", 8), ("gap-months", 4.8)} <= found


def test_it_is_small_and_holds_no_text_of_others(catalog):
    assert sum(path.stat().st_size for path in SNAPSHOT.iterdir()) < 3_000_000
    allowed = {"title", "attribution", "address", "rule", "population", "subject", "source", "peak_source"}
    allowed |= {"numerator"}  # our own words for what is counted
    for name, columns in TABLES.items():
        for column, (kind, _) in columns.items():
            if kind == "VARCHAR" and column not in allowed:
                longest = catalog.query(f'SELECT max(length("{column}")) AS n FROM "{name}"').rows()[0]["n"] or 0
                assert longest <= 110, (name, column)
