"""A snapshot is built from publishers' files: the same bytes each time, whole or not at all, every row with origin."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.manifest import read_manifest
from nomoat.catalog.openness import disagreements, openness
from nomoat.catalog.store import Catalog
from nomoat.errors import OutputError, SourceError
from nomoat.sources.build import build


@pytest.fixture
def catalog(published, curated, tmp_path):
    build(published, tmp_path / "snapshot", curated)
    return Catalog.open(tmp_path / "home", tmp_path / "snapshot")


def test_the_same_inputs_give_the_same_bytes(published, curated, tmp_path):
    one = build(published, tmp_path / "one", curated)
    two = build(published, tmp_path / "two" / "deeper", curated)
    assert one == two
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two" / "deeper").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / "deeper" / name).read_bytes()


def test_a_changed_input_changes_the_manifest(published, curated, tmp_path):
    one = build(published, tmp_path / "one", curated)
    path = published / "epoch/distilled_models_2025-12.csv"
    path.write_text(path.read_text().replace("FALSE,low", "FALSE,high"))
    two = build(published, tmp_path / "two", curated)
    assert one.inputs["epoch/distilled_models_2025-12.csv"] != two.inputs["epoch/distilled_models_2025-12.csv"]
    assert one.tables["scores"] == two.tables["scores"]
    assert one.tables["distillation"] != two.tables["distillation"]


def test_every_row_has_an_origin_whose_bytes_are_recorded(catalog):
    known = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    inputs = {file.sha256 for file in catalog.manifests[0].inputs.values()}
    assert {row["sha256"] for row in known.values()} <= inputs
    for name, file in catalog.manifests[0].tables.items():
        rows = catalog.query(f'SELECT * FROM "{name}"').rows()
        assert len(rows) == file.rows > 0, name
        assert {row["origin_id"] for row in rows} <= set(known), name


def test_scores_are_keyed_on_the_dated_model_and_classed_by_their_source(catalog):
    found = {(r["model_id"], r["benchmark_id"]): r for r in catalog.table("scores").rows()}
    assert set(found) == {
        ("openai/gpt-5", "mmlu"),
        ("openai/gpt-5", "hle"),
        ("openai/gpt-4o-may-2024", "mmlu"),
        ("openai/gpt-4o-aug-2024", "mmlu"),
        ("deepseek/deepseek-v3", "mmlu"),
        ("zhipu/glm-5.1", "hle"),
        ("01.ai/yi-9b", "mmlu"),
    }
    assert {key[0]: row["evidence"] for key, row in found.items() if key[1] == "mmlu"} == {
        "openai/gpt-5": "own-run",
        "openai/gpt-4o-may-2024": "own-run",
        "openai/gpt-4o-aug-2024": "vendor-report",
        "deepseek/deepseek-v3": "vendor-report",
        "01.ai/yi-9b": "third-party-report",
    }
    assert found["openai/gpt-5", "hle"]["evidence"] == "unsourced"
    assert found["zhipu/glm-5.1", "hle"]["evidence"] == "leaderboard"


def test_unknown_accessibility_stays_unknown_whatever_another_list_says(catalog):
    members = catalog.members()
    row = members.index["zhipu/glm-5.1"]
    assert members.openness[row] == "unknown"
    assert members.modality[row] == "language"
    assert members.organisation_name[row] == "Z.ai (Zhipu AI)"
    assert members.country[row] == "CN"
    assert members.organisation[members.index["deepseek/deepseek-v3"]] == "deepseek"
    assert members.organisation[members.index["01.ai/yi-9b"]] == "01.ai"


def test_past_abilities_are_vintages_of_the_same_board(catalog):
    def abilities(as_of):
        table = catalog.table("ratings", as_of, dataset="epoch-eci")
        return {r["model_id"] or r["name"]: r["rating"] for r in table.rows()}

    assert catalog.vintages("ratings", "epoch-eci") == [
        date(2025, 11, 7),
        date(2026, 5, 31),
        date(2026, 6, 30),
        date(2026, 8, 11),
    ]
    assert abilities(date(2025, 12, 1)) == {"openai/gpt-5": 150}
    assert abilities(date(2026, 7, 1)) == {
        "openai/gpt-5": 150,
        "openai/gpt-4o-aug-2024": 129,
        "deepseek/deepseek-v3.1": 138.8,
        "chatgpt-4o-04-01-2025": 130,
    }
    assert abilities(None)["zhipu/glm-5.1"] == 150.7


def test_names_of_other_lists_lead_to_the_models_that_epoch_brought(catalog):
    rows = {row["model_id"]: row for row in catalog.table("models").rows()}
    assert {"mistral/mistral-large-3-2025-12", "xiaomi/mimo-v2-omni", "eleutherai/pythia-6.9b"} <= set(rows)
    assert len([key for key in rows if "v3.1" in key]) == len([key for key in rows if "glm" in key]) == 1
    offered = {row["name"]: row for row in catalog.table("offerings").rows()}
    assert {row["model_id"] for row in offered.values()} == {"openai/gpt-5", "zhipu/glm-5.1"}
    assert offered["glm-5.1"]["free"]
    scores = catalog.query("SELECT model_id, dataset FROM scores JOIN origins USING (origin_id)").rows()
    assert {(r["dataset"], r["model_id"]) for r in scores if r["dataset"][:9] not in ("epoch-eci", "epoch-rep")} == {
        ("epoch-benchmarks", "openai/gpt-5"),
        ("models.dev-scores", "deepseek/deepseek-v3.1"),
        ("llm-stats", "deepseek/deepseek-v3.1"),
        ("aider-polyglot", "openai/gpt-5"),
        ("aider-edit", "openai/gpt-4o-aug-2024"),
        ("vectara-hallucination", "openai/gpt-4o-aug-2024"),
    }
    assert len(catalog.table("scores")) == 7


def test_declared_parents_are_kept_as_written_and_found_where_they_are_known(catalog):
    found = {(r["child_id"], r["parent"]): (r["parent_id"], r["relation"]) for r in catalog.table("lineage").rows()}
    assert found == {
        ("google/transformer", "Perceptron"): (None, "unknown"),
        ("deepseek/deepseek-v3.1", "DeepSeek-V3.1-Base"): (None, "unknown"),
        ("deepseek/deepseek-v3.1", "deepseek-v3"): ("deepseek/deepseek-v3", "finetune"),
    }


def test_a_date_that_the_models_own_name_contradicts_is_dropped(catalog):
    members = catalog.members()
    assert members.released[members.index["mistral/mistral-large-3-2025-12"]] is None
    left = {(one.what, one.why): one.count for one in catalog.manifests[0].left_out}
    assert left["release dates", "more than two months from the date in the model's own name"] == 1


def test_openness_is_settled_by_who_is_trusted_and_says_why(catalog):
    glm = openness("zhipu/glm-5.1", catalog=catalog)
    assert (glm.openness, glm.winner) == ("unknown", 0)
    assert [claim.openness for claim in glm.claims] == [
        *("unknown", "weights-permissive", "weights-permissive", "closed-unreleased")
    ]
    assert glm.claims[2].dataset == "models.dev"
    assert "compared by its own list" in glm.reason
    pythia = openness("eleutherai/pythia-6.9b", catalog=catalog)
    assert pythia.openness == "open-source"
    assert {part.component for part in pythia.components} == {"model-parameters-final", "training-code", "datasets"}
    assert "data and code" in pythia.reason
    v3 = openness("DeepSeek-V3", catalog=catalog)
    assert v3.openness == "weights-restricted"
    assert {claim.licence: claim.licence_id for claim in v3.claims if claim.licence} == {
        "DeepSeek": "deepseek",
        "mit_+_model_license_(commercial_use_allowed)": "deepseek",
    }
    omni = openness("xiaomi/mimo-v2-omni", catalog=catalog)
    assert (omni.openness, omni.reason) == ("closed-unspecified", "models.dev alone says it")


def test_publishers_that_differ_are_listed_sides_first(catalog):
    found = disagreements(catalog=catalog)
    assert found.rows[0].id == "zhipu/glm-5.1"
    assert found.sides == 1
    assert found.models >= 4
    assert all(row.origins for row in found.rows)


def test_a_later_release_of_a_family_is_not_joined_to_an_earlier_one(catalog):
    left = {(one.what, one.why): one.count for one in catalog.manifests[0].left_out}
    assert (
        left[
            "model versions with an ability",
            "epoch_capabilities_index_2026-06.csv: of a family of dated releases, none of them named",
        ]
        == 1
    )


def test_the_report_of_2024_is_a_data_set_of_its_own_corrected_for_chance(catalog):
    report = catalog.table("scores", date(2024, 12, 31), dataset="epoch-report-2024-11").rows()
    found = {(r["model_id"], r["benchmark_id"]): r["performance"] for r in report}
    assert found["openai/gpt-4o-may-2024", "mmlu"] == pytest.approx((0.872 - 0.25) / 0.75)
    assert found["meta/llama-3-70b", "mmlu"] == pytest.approx((0.82 - 0.25) / 0.75)
    assert found["unknown/weaker-than-chance", "gpqa"] == 0
    assert "unknown/random-chance" not in {key[0] for key in found}
    assert len(catalog.table("scores", date(2024, 12, 31))) == 0
    members = catalog.members(date(2024, 12, 31))
    assert dict(zip(members.model_id, members.openness, strict=True)) == {
        "openai/gpt-4o-may-2024": "closed-unspecified",
        "meta/llama-3-70b": "weights-unspecified",
        "unknown/weaker-than-chance": "weights-unspecified",
    }
    assert members.country[members.index["meta/llama-3-70b"]] == "US"


def test_effort_reaches_the_transformer_and_all_dated_releases_of_a_family(catalog):
    found = {row["model_id"]: row for row in catalog.table("effort").rows()}
    assert found["google/transformer"]["training_flop"] == 7.4245248e18
    assert found["google/transformer"]["cost_usd"] == 438.0356518424336
    assert found["openai/gpt-4o-may-2024"]["training_flop"] == 3.8e25
    assert found["openai/gpt-4o-aug-2024"]["training_flop"] == 3.8e25
    assert found["openai/gpt-5"]["training_flop"] == 6.6e25
    assert found["zhipu/glm-5.1"]["parameters"] == 7e11
    assert found["zhipu/glm-5.1"]["training_flop"] is None
    assert "perceptron" not in " ".join(found)


def test_the_surest_distillation_label_counts(catalog):
    members = catalog.members()
    label = dict(zip(members.model_id, members.distilled, strict=True))
    assert label["openai/gpt-5"] == "yes"
    assert label["openai/gpt-4o-may-2024"] == "no"
    assert label["deepseek/deepseek-v3"] == "unknown"


def test_arena_names_lead_to_models_only_by_an_alias(catalog):
    rows = catalog.table("ratings", dataset="arena:text").rows()
    found = {row["name"]: row for row in rows}
    assert found["gpt-5-high"]["model_id"] == "openai/gpt-5"
    assert found["gpt-5-chat"]["model_id"] is None  # a model of its own, which no list here has
    assert found["qwen-max-0919"]["model_id"] is None
    assert found["vicuna-13b"]["organisation"] is None
    assert found["gpt-4o-2024-08-06"]["released"] == date(2024, 8, 6)
    assert found["gpt-5-high"]["released"] is None
    assert (found["gpt-5-high"]["low"], found["gpt-5-high"]["high"], found["gpt-5-high"]["level"]) == (1435, 1445, 0.95)
    efforts = {row["name"]: row["effort"] for row in catalog.table("aliases").rows() if row["source"] == "arena"}
    assert efforts["gpt-5-high"] == "high"
    assert "qwen-max-0919" not in efforts


def test_each_publish_date_of_a_board_is_a_vintage(catalog):
    assert catalog.vintages("ratings", "arena:text") == [date(2025, 2, 27), date(2026, 8, 19)]
    assert catalog.vintages("ratings", "arena:text_style_control") == [date(2026, 6, 25), date(2026, 8, 19)]
    past = catalog.table("ratings", date(2026, 7, 1), dataset="arena:text").rows()
    assert [(row["name"], row["rating"], row["low"]) for row in past] == [("deepseek-v3", 1318.5, None)]
    newest = catalog.table("ratings", dataset="arena:text_style_control").rows()
    assert len(newest) == 6


def test_devices_have_a_peak_only_where_the_vendor_states_one(catalog):
    found = {row["device"]: row for row in catalog.table("devices").rows()}
    assert found["RTX 4090"]["peak_flop_s"] == 165.2e12
    assert found["RTX 4090"]["peak_source"] == "https://example.org/ada"
    assert found["Phone"]["peak_flop_s"] is None
    assert found["Phone"]["bandwidth_gb_s"] is None


def test_a_cited_figure_enters_once_whether_it_is_about_the_gap_or_about_use(catalog):
    rows = catalog.table("facts").rows()
    facts = {row["fact_id"]: row for row in rows}
    assert len(facts) == len(rows)
    assert facts["AD115"]["metric"] == "gap-months"
    assert facts["AD001"]["metric"] == "tracked_models"
    (origin,) = catalog.origins([facts["AD115"]["origin_id"]])
    assert (origin.publisher, origin.address) == ("Epoch AI", "https://example.org/lag")


BROKEN = [
    ("epoch/eci_2026-08/eci_benchmarks.csv", "performance", "accuracy", "no column 'performance'"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "0.91", "nan", "row 2: performance is 'nan'"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "0.91", "1.91", "finite number from 0 to 1"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "0.91", "", "performance is ''"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "0.91", "1_0", "performance is '1_0'"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "HLE", "Unheard-of Bench", "No domain for the benchmark"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "Epoch evaluations", "A blog", "No class for the score source"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "True", "Maybe", "optimized is 'Maybe'"),
    ("epoch/eci_2026-08/eci_benchmarks.csv", "GLM-5.1", "GLM-9", "a model of eci_scores.csv"),
    ("epoch/eci_2026-08/eci_scores.csv", "Unknown", "Half open", "Model accessibility is 'Half open'"),
    ("epoch/eci_2026-08/eci_scores.csv", "2025-08-07", "soon", "date is 'soon'"),
    ("epoch/eci_2026-08/eci_scores.csv", "2025-08-07", "2025-08-07,extra", "cells. Expected 10"),
    ("epoch/eci_2026-08/eci_scores.csv", "GLM-5.1", "GPT-5", "each model once"),
    ("epoch/eci_2026-08/eci_scores.csv", "GLM-5.1", '"GLM-5.1', "eci_scores.csv"),
    ("epoch/distilled_models_2025-12.csv", "TRUE", "perhaps", "distilled is 'perhaps'"),
    ("epoch/distilled_models_2025-12.csv", ",high", ",sure", "low, medium or high"),
    ("epoch/vintages/benchmarks_2024-11.csv", "Random chance", "Guessing", "Random chance"),
    ("epoch/vintages/benchmarks_2024-11.csv", "13,Closed", "13,Ajar", "Open/Closed is 'Ajar'"),
    ("arena/arena_2026-08-19.csv", "2026-08-19", "", "leaderboard_publish_date"),
    ("arena/arena_2026-08-19.csv", "1440", "inf", "rating is 'inf'"),
    ("crossing/devices.csv", "RTX 4090", "RTX 9999", "A peak for 'RTX 4090'"),
]


@pytest.mark.parametrize(("name", "old", "new", "words"), BROKEN)
def test_a_broken_file_is_named_and_nothing_is_written(published, curated, tmp_path, name, old, new, words):
    path = published / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    out = tmp_path / "out" / "snapshot"
    with pytest.raises(SourceError) as raised:
        build(published, out, curated)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column"),
        (b"<!DOCTYPE html><html><title>404</title></html>\n", "no column"),
        (b"model,distilled,confidence\n", "a header and nothing else"),
        (b"model,distilled,confidence\nx\xff,TRUE,low\n", "not UTF-8"),
        (b'model,distilled,confidence\n"x,TRUE,low\n', "distilled_models"),
        (b"model,distilled,confidence\n" + b"x" * 200_000 + b",TRUE,low\n", "field larger"),
        (b"model,distilled,confidence\nx\x00y,TRUE,low\n", "NUL character"),
        (None, "cannot be read"),
    ],
)
def test_bytes_that_are_no_table(published, curated, tmp_path, content, words):
    path = published / "epoch/distilled_models_2025-12.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"distilled_models_2025-12\.csv") as raised:
        build(published, tmp_path / "snapshot", curated)
    assert words in str(raised.value)


def test_a_byte_order_mark_and_windows_lines_are_read(published, curated, tmp_path):
    path = published / "epoch/distilled_models_2025-12.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert b"\r\n" in path.read_bytes()
    build(published, tmp_path / "snapshot", curated)


def test_a_folder_with_something_else_is_left_alone(published, curated, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="no vintage"):
        build(published, tmp_path / "mine", curated)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_a_vintage_is_replaced_whole(published, curated, tmp_path):
    out = tmp_path / "snapshot"
    build(published, out, curated)
    (out / "leftover").write_text("x")
    build(published, out, curated)
    assert not (out / "leftover").exists()
    assert read_manifest(out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curated", "published", "snapshot"]


def test_a_file_where_a_folder_should_be(published, curated, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        build(published, tmp_path / "file" / "snapshot", curated)


def test_odd_characters_in_the_path(published, curated, tmp_path):
    out = tmp_path / "it's [a] *?" / "snapshot"
    build(published, out, curated)
    assert len(Catalog.open(tmp_path, out).table("scores")) == 7
