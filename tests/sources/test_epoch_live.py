"""Epoch AI's files of today and of earlier years: scaled by their own tables, lenient about what is new."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import epoch_live, epoch_zip
from nomoat.sources.curated import Curated
from nomoat.sources.epoch import Names, read_index
from nomoat.sources.known import SOURCES
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

SITE = "https://epoch.ai"
USA = "United States of America"


def table(*rows):
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def rated(name, eci, day, organisation="OpenAI", **more):
    return {
        "Model": name, "Display name": name, "eci": eci, "eci_ci_low": "", "eci_ci_high": "", "date": day,
        "Organization": organisation, **more,
    }  # fmt: skip


def scored(model, version, benchmark, performance, source="Epoch evaluations"):
    return {
        "model_id": "m1", "benchmark_id": "b1", "performance": performance, "benchmark": benchmark,
        "benchmark_release_date": "2020-09-07", "model": model, "model_version": version, "Model": model,
        "date": "2026-01-01", "source": source,
    }  # fmt: skip


# From description: the columns that the loader of eci-public writes, fewer than the copy of 2026-08 has.
ABILITIES = table(
    rated("GPT-5", 150, "2025-08-07", **{"Accessibility group": "Closed weights"}),
    rated("GPT-9", 190, "2026-10-01", **{"Accessibility group": "Closed weights"}),
    rated("Kimi K9", 170, "2026-09-01", "Moonshot", **{"Accessibility group": "Open weights"}),
    rated("Odd", 100, "2026-01-01", "Odd Lab", **{"Accessibility group": "Behind a curtain"}),
    rated("Zero", 100, "1970-01-01", "Odd Lab", **{"Accessibility group": ""}),
    rated("GPT-5", 151, "2025-08-07", **{"Accessibility group": "Closed weights"}),
    rated("Words", "high", "2026-01-01", **{"Accessibility group": "Closed weights"}),
)
SCORES = table(
    scored("GPT-5", "gpt-5-2025-08-07_high", "MMLU", 0.91),
    scored("GPT-9", "gpt-9_max", "Test of Tests", 0.5),
    scored("Kimi K9", "kimi-k9", "MMLU", 0.8, "A board nobody classed"),
    scored("Kimi K9", "kimi-k9", "MMLU", 0.7),
    scored("Nobody", "nobody-1", "MMLU", 0.8),
    scored("Odd", "odd", "MMLU", 1.8),
    scored("Odd", "odd", "MMLU", "nan"),
)
NOTABLE_COLUMNS = {
    "Training compute cost (2023 USD)": "",
    "Confidence": "Likely",
    "Country (of organization)": USA,
    "Domain": "Language",
}
NOTABLE = table(
    {
        "Model": "GPT-5", "Organization": "OpenAI", "Publication date": "2025-08-07", "Parameters": "",
        "Training compute (FLOP)": "6.6e25", "Model accessibility": "API access",
        **NOTABLE_COLUMNS,
    },
    {
        "Model": "Newcomer", "Organization": "OpenAI", "Publication date": "2026-11-01", "Parameters": "7e9",
        "Training compute (FLOP)": "", "Model accessibility": "By carrier pigeon",
        **NOTABLE_COLUMNS,
    },
    {
        "Model": "Broken", "Organization": "OpenAI", "Publication date": "soon", "Parameters": "-1",
        "Training compute (FLOP)": "", "Model accessibility": "API access",
        **NOTABLE_COLUMNS,
    },
)  # fmt: skip


@pytest.fixture
def publisher():
    site = Publisher()
    yield site
    site.close()


def bring(publisher, tmp_path, name, naming=None, **files):
    for path, body in files.items():
        publisher.says(f"/data/{path.replace('__', '.')}", Reply(body))
    with opened(publisher, tmp_path / "home", SITE) as web:
        copies = SOURCES[name].fetch(web)
    return SOURCES[name].read(copies, Curated(), naming or Naming())


def left(facts):
    return {(one.what, one.why): one.count for one in facts.left()}


def rows(facts, name, *columns):
    return [tuple(row[column] for column in columns) for row in facts.tables.get(name, [])]


def test_the_index_of_today_enters_what_is_new_as_unknown(publisher, tmp_path):
    facts = bring(publisher, tmp_path, "epoch", eci_scores__csv=ABILITIES, eci_benchmarks__csv=SCORES)
    assert rows(facts, "models", "model_id", "released") == [
        ("openai/gpt-5", date(2025, 8, 7)),
        ("openai/gpt-9", date(2026, 10, 1)),
        ("moonshot/kimi-k9", date(2026, 9, 1)),
        ("odd-lab/odd", date(2026, 1, 1)),
    ]
    assert rows(facts, "openness", "class") == [
        ("closed-unspecified",), ("closed-unspecified",), ("weights-unspecified",), ("unknown",)
    ]  # fmt: skip
    assert rows(facts, "scores", "model_id", "benchmark_id", "performance", "evidence") == [
        ("openai/gpt-5", "mmlu", 0.91, "own-run"),
        ("openai/gpt-9", "test-of-tests", 0.5, "own-run"),
        ("moonshot/kimi-k9", "mmlu", 0.8, "unsourced"),
    ]
    new = [row for row in facts.tables["benchmarks"] if row["name"] == "Test of Tests"]
    assert [(row["domain"], row["modality"], row["released"]) for row in new] == [("other", None, date(2020, 9, 7))]
    out = left(facts)
    assert sum(n for (what, _), n in out.items() if what == "abilities of the index") == 3
    assert sum(n for (what, _), n in out.items() if what == "scores of the index") == 4
    assert {row["retrieved"] for row in facts.tables["origins"] if row["publisher"] == "Epoch AI"} == {
        date(2026, 11, 22)
    }


def test_the_files_are_known_by_their_columns(publisher, tmp_path):
    (tmp_path / "b.csv").write_bytes(SCORES)
    (tmp_path / "a.csv").write_bytes(ABILITIES)
    with opened(publisher, tmp_path / "home", SITE) as web:
        copies = [web.take("epoch", name, tmp_path / f"{name}.csv", kind="csv") for name in ("b", "a")]
    assert len(epoch_live.read_live_index(copies, Curated(), Naming()).tables["scores"]) == 3
    with pytest.raises(SourceError, match="eci_ci_low"):
        epoch_live.read_live_index(copies[:1], Curated(), Naming())


def test_a_copy_without_a_readable_score_is_refused(publisher, tmp_path):
    broken = table(scored("Nobody", "x", "MMLU", 0.5))
    with pytest.raises(SourceError, match="no score"):
        bring(publisher, tmp_path, "epoch", eci_scores__csv=ABILITIES, eci_benchmarks__csv=broken)


def test_a_formula_in_a_name_is_left_out(publisher, tmp_path):
    hostile = table(
        rated("GPT-5", 150, "2025-08-07"), rated("=cmd|calc", 1, "2026-01-01"),
        {**rated("Shown", 2, "2026-01-01"), "Display name": '=HYPERLINK("x")'},
    )  # fmt: skip
    facts = bring(publisher, tmp_path, "epoch", eci_scores__csv=hostile, eci_benchmarks__csv=SCORES)
    assert rows(facts, "models", "name") == [("GPT-5",)]
    assert sum(count for (what, why), count in left(facts).items() if "plain name" in why) == 2


def test_a_page_in_place_of_a_table_is_said(publisher, tmp_path):
    with pytest.raises(SourceError, match="404 with an HTML page"):
        bring(publisher, tmp_path, "epoch", eci_scores__csv=ABILITIES)


def test_the_shipped_index_stays_strict(tmp_path):
    (tmp_path / "eci_scores.csv").write_bytes(ABILITIES)
    (tmp_path / "eci_benchmarks.csv").write_bytes(SCORES)
    with pytest.raises(SourceError):
        read_index(tmp_path, date(2026, 8, 11), Curated(), Names())


def test_notable_models_know_the_models_of_the_index(publisher, tmp_path):
    facts = bring(
        publisher, tmp_path, "epoch-notable",
        eci_scores__csv=ABILITIES, eci_benchmarks__csv=SCORES, notable_ai_models__csv=NOTABLE,
    )  # fmt: skip
    assert rows(facts, "models", "model_id") == [("openai/gpt-5",), ("openai/newcomer",)]
    assert rows(facts, "openness", "class") == [("closed-api",), ("unknown",)]
    assert rows(facts, "effort", "model_id", "training_flop", "parameters") == [
        ("openai/gpt-5", 6.6e25, None), ("openai/newcomer", None, 7e9)
    ]  # fmt: skip
    assert {row["dataset"] for row in facts.tables["origins"]} == {"epoch-notable"}
    assert sum(n for (what, _), n in left(facts).items() if what == "notable models") == 1


def metadata(benchmark, file, column, scale=1.0, chance=0.0, ceiling=1.0):
    return {
        "benchmark": benchmark, "in_eci": "True", "source_file": file, "score_column": column, "scale": scale,
        "random_baseline": chance, "score_ceiling": ceiling, "release_date": "2023-11-20", "superseded_by": "",
    }  # fmt: skip


def member(version, group, day, organisation, accessibility):
    return {
        "model_version": version, "model_group": group, "date": day, "display_name": "", "organization": organisation,
        "country": USA, "accessibility": accessibility, "training_compute_flop": "",
    }  # fmt: skip


# From description: the tables of the archive as the loader of eci-public reads them.
FILES = {
    "benchmark_metadata.csv": table(
        metadata("GPQA diamond", "gpqa_diamond.csv", "Best score (across scorers)", chance=0.25),
        metadata("Aider polyglot", "aider_polyglot_external.csv", "Percent correct", scale=0.01),
        metadata("No file", "missing.csv", "Score"),
        metadata("Upside down", "gpqa_diamond.csv", "Score", chance=0.9, ceiling=0.1),
        metadata("Of words", "gpqa_diamond.csv", "Score", scale="big"),
    ),
    "model_metadata.csv": table(
        member("", "", "", "", ""),
        member("gpt-5-2025-08-07_high", "GPT-5", "2025-08-07", "OpenAI", "API access"),
        member("gpt-9_max", "GPT-9", "2026-10-01", "OpenAI", "API access"),
        member("gpt-9_low", "GPT-9", "2026-10-01", "OpenAI", "API access"),
        member("kimi-k9", "Kimi K9", "2026-09-01", "Moonshot", "Open weights (restricted use)"),
        member("zero", "Zero", "1970-01-01", "OpenAI", "API access"),
    ),
    "gpqa_diamond.csv": table(
        *(
            {"Model version": version, "Best score (across scorers)": score, "stderr": 0.03, "Started at": ""}
            for version, score in [
                ("gpt-5-2025-08-07_high", 0.85), ("gpt-5-2025-08-07_high", 0.7), ("gpt-9_max", 0.1), ("gpt-9_low", ""),
                ("", 0.5), ("zero", 0.5), ("stranger-1", 0.5), ("kimi-k9", "inf"), ("kimi-k9", 1e6), ("gpt-9_low", 1.0),
            ]
        )
    ),
    "aider_polyglot_external.csv": table(
        {"Model version": "kimi-k9", "Percent correct": 60, "Source": "Aider LLM Leaderboards", "Shots": 2},
        {"Model version": "gpt-5-2025-08-07_high", "Percent correct": 88, "Source": "An unknown board", "Shots": ""},
    ),
    "additional_eci_data/gpqa_diamond.csv": b"not,this\n1,2\n",
    "../../../evil.csv": b"a,b\n1,2\n",
    "README.md": b"=1+1",
}  # fmt: skip


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    return out.getvalue()


def test_the_archives_own_tables_say_how_scores_are_scaled(publisher, tmp_path):
    naming = Naming()
    assert naming.mint("gpt-5-2025-08-07", source="epoch").model_id == "openai/gpt-5-2025-08-07"
    facts = bring(publisher, tmp_path, "epoch-benchmarks", naming, benchmark_data__zip=archive(FILES))
    columns = ("model_id", "benchmark_id", "version", "performance", "evidence", "source")
    assert rows(facts, "scores", *columns) == [
        ("openai/gpt-5-2025-08-07", "gpqa-diamond", "gpt-5-2025-08-07_high", pytest.approx(0.8), "own-run", None),
        ("openai/gpt-9", "gpqa-diamond", "gpt-9_max", 0.0, "own-run", None),
        ("openai/gpt-9", "gpqa-diamond", "gpt-9_low", 1.0, "own-run", None),
        ("moonshot/kimi-k9", "aider-polyglot", "kimi-k9", 0.6, "leaderboard", "Aider LLM Leaderboards; 2"),
        ("openai/gpt-5-2025-08-07", "aider-polyglot", "gpt-5-2025-08-07_high", 0.88, "unsourced",
         "An unknown board"),
    ]  # fmt: skip
    assert facts.tables["scores"][0]["stderr"] == pytest.approx(0.04)
    assert rows(facts, "models", "model_id", "released") == [
        ("openai/gpt-9", date(2026, 10, 1)), ("moonshot/kimi-k9", date(2026, 9, 1))
    ]  # fmt: skip
    assert rows(facts, "openness", "class") == [("closed-api",), ("weights-restricted",)]
    kinds = {row["origin_id"]: row["evidence"] for row in facts.tables["origins"]}
    assert [kinds[row["origin_id"]] for row in facts.tables["scores"]] == ["measured by publisher"] * 3 + [
        "secondary"
    ] * 2
    out = left(facts)
    assert out["runs of the archive", "another run of the version on the benchmark scored more"] == 1
    assert out["scores of the archive", "of a version that leads to no model"] == 2
    assert out["scores of the archive", "without a version"] == 1
    assert out["scores of the archive", "without a number"] == 1
    assert out["benchmarks of the archive", "their file is not in it"] == 1
    assert sum(n for (what, why), n in out.items() if what == "benchmarks of the archive" and "broken" in why) == 2
    assert sum(n for (what, why), n in out.items() if what == "scores of the archive" and "broken" in why) == 2
    assert not list(tmp_path.rglob("evil*"))


def test_the_mid_year_archive_gives_dates_alone(publisher, tmp_path):
    files = {name: body for name, body in FILES.items() if name != "model_metadata.csv"}
    files["eci_model_versions.csv"] = table(
        {"model_version": "gpt-9_max", "model_group": "GPT-9", "date": "2026-10-01"}
    )
    naming = Naming()
    naming.mint("gpt-5-2025-08-07", source="epoch")
    facts = bring(publisher, tmp_path, "epoch-benchmarks", naming, benchmark_data__zip=archive(files))
    assert {row["model_id"] for row in facts.tables["scores"]} == {"openai/gpt-5-2025-08-07"}
    assert "models" not in facts.tables


def test_of_an_older_dump_the_own_runs_are_read_and_the_rest_is_refused(publisher, tmp_path):
    files = {name: body for name, body in FILES.items() if "metadata" not in name}
    naming = Naming()
    naming.mint("gpt-5-2025-08-07", source="epoch")
    facts = bring(publisher, tmp_path, "epoch-benchmarks", naming, benchmark_data__zip=archive(files))
    assert rows(facts, "scores", "benchmark_id", "performance") == [("gpqa-diamond", pytest.approx(0.8))]
    why = "of an older dump without benchmark_metadata.csv: scale unknown"
    assert left(facts)["benchmarks of the archive", why] == 1
    assert left(facts)["files of the archive", "their path leads out of it"] == 1


def test_a_file_whose_path_leads_out_does_not_stand_in_for_the_real_one(publisher, tmp_path):
    evil = table({"Model version": "gpt-5-2025-08-07", "Best score (across scorers)": "0.01"})
    files = {"../gpqa_diamond.csv": evil, **{name: body for name, body in FILES.items() if "metadata" not in name}}
    naming = Naming()
    naming.mint("gpt-5-2025-08-07", source="epoch")
    facts = bring(publisher, tmp_path, "epoch-benchmarks", naming, benchmark_data__zip=archive(files))
    assert rows(facts, "scores", "benchmark_id", "performance") == [("gpqa-diamond", pytest.approx(0.8))]


def test_without_what_was_gathered_own_runs_remain(publisher, tmp_path):
    path = tmp_path / "data.zip"
    path.write_bytes(archive(FILES))
    facts = epoch_zip.read_archive(path, date(2026, 11, 22), Curated(), Naming(), gathered=False)
    assert {row["evidence"] for row in facts.tables["scores"]} == {"own-run"}


def encrypted():
    body = bytearray(archive({"gpqa_diamond.csv": FILES["gpqa_diamond.csv"]}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.find(signature) + at] |= 1
    return bytes(body)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("gpqa_diamond.csv", "w") as file:
        for _ in range(80):
            file.write(bytes(1 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (archive({"x.txt": b"nothing"}), "no score"),
        (archive({"gpqa_diamond.csv": b"Model version\n"}), "no score"),
        (archive({"gpqa_diamond.csv": b"\xff\xfe\x00"}), "not UTF-8"),
        (archive({"gpqa_diamond.csv": b"a,b\n1,2\n"}), "no column 'Model version'"),
        (archive({f"{number}.csv": b"" for number in range(2_100)}), "2,100 files"),
        (encrypted(), "cannot be read"),
        (bomb(), "unpacks to more than"),
        (archive(FILES)[:400] + archive(FILES)[-22:], "cannot be read"),
    ],
    ids=["empty", "no rows", "bytes", "columns", "many", "encrypted", "bomb", "damaged"],
)
def test_a_hostile_archive_is_refused(publisher, tmp_path, body, said):
    with pytest.raises(SourceError, match=said):
        bring(publisher, tmp_path, "epoch-benchmarks", benchmark_data__zip=body)
