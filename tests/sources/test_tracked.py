"""Tracked models: a renamed account counts once, a twin is marked, a region is a word and no country."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import tracked
from nomoat.sources.curated import Curated
from nomoat.sources.naming import Naming
from sources.server import Publisher, opened

SITE = "https://raw.githubusercontent.com"
DAY = date(2026, 8, 17)
# Facts cut from the files of 2026-08-17, and lines that are wrong on purpose.
FILES = {
    "models": """org,model,modelId
THUDM,GLM-4.5,THUDM/GLM-4.5
zai-org,GLM-4.5,zai-org/GLM-4.5
THUDM,chatglm-6b,THUDM/chatglm-6b
deepseek-ai,DeepSeek-V3,deepseek-ai/DeepSeek-V3
Qwen,Qwen3-32B,Qwen/Qwen3-32B
Qwen,Qwen3-32B-FP8,Qwen/Qwen3-32B-FP8
Qwen,Qwen3-32B-GGUF,Qwen/Qwen3-32B-GGUF
""",
    "extra_models": """org,model,modelId
AI-MO,Kimina-Prover-72B,AI-MO/Kimina-Prover-72B
Qwen,Qwen3-32B,Qwen/Qwen3-32B
""",
    "model_parameters": """model_id,total_params_b,active_params_b,is_moe,notes
deepseek-ai/DeepSeek-V3,671,37,,"Legacy data; not recently reviewed. V3 family"
zai-org/GLM-4.5,355,32,true,
Qwen/Qwen3-32B,32,64,,more active than there are
Qwen/Qwen3-32B,0,,,
acme/unheard-of,7,,,
""",
    "organization_regions": """hf_org,region,notes
THUDM,china,
zai-org,china,
deepseek-ai,china,
AI-MO,eu,
""",
    "release_date_corrections": """# Manual release date corrections
# HF created_at can differ from actual public release date
# Format: model_id,hf_created_at,actual_release_date,notes
model_id,hf_created_at,actual_release_date,notes
zai-org/GLM-4.5,2025-07-20,2025-07-28,8 days early
deepseek-ai/DeepSeek-V3,2024-12-25,2024-12-26,1 day early
Qwen/Qwen3-32B,2025-04-20,1970-01-01,
Qwen/Qwen3-32B,2025-04-20,2027-01-01,
""",
}


@pytest.fixture
def files(tmp_path):
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return {name: tmp_path / f"{name}.csv" for name in FILES}


@pytest.fixture
def naming():
    known = Naming()
    for raw in ("zai-org/GLM-4.5", "deepseek-ai/DeepSeek-V3", "Qwen/Qwen3-32B"):
        assert known.mint(raw, source="hf") is not None
    return known


def repositories(facts):
    return {row["repository"]: row for row in facts.tables["repositories"]}


def test_a_renamed_account_counts_once_with_its_former_name(files, naming):
    facts = tracked.read_tracked(files, DAY, naming)
    found = repositories(facts)
    assert set(found) == {
        *("zai-org/GLM-4.5", "THUDM/chatglm-6b", "deepseek-ai/DeepSeek-V3", "Qwen/Qwen3-32B", "Qwen/Qwen3-32B-FP8"),
        *("Qwen/Qwen3-32B-GGUF", "AI-MO/Kimina-Prover-72B"),
    }
    assert found["zai-org/GLM-4.5"]["formerly"] == "THUDM/GLM-4.5"
    assert found["THUDM/chatglm-6b"]["formerly"] is None
    assert facts.left_out["tracked repositories", "listed again under a renamed account: counted there"] == 1
    assert facts.left_out["tracked repositories", "listed twice: the first is kept"] == 1


def test_the_order_of_the_two_names_does_not_matter(files, naming):
    head, *lines = FILES["models"].splitlines()
    files["models"].write_text("\n".join([head, *reversed(lines)]) + "\n")
    found = repositories(tracked.read_tracked(files, DAY, naming))
    assert "THUDM/GLM-4.5" not in found
    assert found["zai-org/GLM-4.5"]["formerly"] == "THUDM/GLM-4.5"


def test_a_twin_is_marked_and_means_the_same_model(files, naming):
    found = repositories(tracked.read_tracked(files, DAY, naming))
    assert {name: row["format"] for name, row in found.items() if name.startswith("Qwen")} == {
        "Qwen/Qwen3-32B": None,
        "Qwen/Qwen3-32B-FP8": "fp8",
        "Qwen/Qwen3-32B-GGUF": "gguf",
    }
    assert len({row["model_id"] for name, row in found.items() if name.startswith("Qwen")}) == 1


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("Qwen3-30B-A3B-Instruct-2507-FP8", "fp8"),
        ("gemma-3-27b-it-qat-int4", "int4"),
        ("Qwen2.5-72B-Instruct-GPTQ-Int8", "gptq-int8"),
        ("Kimi-K2-NVFP4", "nvfp4"),
        ("gemma-4-31B-it-qat-w4a16-ct", "w4a16-ct"),
        ("MiniMax-M3-MXFP8", "mxfp8"),
        ("gpt-oss-120b", None),
        ("MXFP4-explained-model", None),
        ("Interlude", None),
    ],
)
def test_formats_are_told_from_names(name, format):
    found = tracked._FORMAT.search(f"org/{name}")
    assert (found and found["format"].lower()) == format


def test_regions_are_words_and_dates_are_mended(files, naming):
    facts = tracked.read_tracked(files, DAY, naming)
    found = repositories(facts)
    assert found["AI-MO/Kimina-Prover-72B"]["region"] == "eu"
    assert found["Qwen/Qwen3-32B"]["region"] is None
    assert "organisations" not in facts.tables
    assert found["zai-org/GLM-4.5"]["created"] == date(2025, 7, 20)
    assert {row["model_id"]: row["released"] for row in facts.tables["models"]} == {
        "zhipu/glm-4.5": date(2025, 7, 28),
        "deepseek/deepseek-v3-2024-12-26": date(2024, 12, 26),
    }
    assert facts.left_out["mended release dates", "no date, or one that cannot be"] == 2


def test_parameters_are_numbers_of_parameters_with_their_review(files, naming):
    facts = tracked.read_tracked(files, DAY, naming)
    rows = {row["model_id"]: (row["parameters"], row["active"], row["confidence"]) for row in facts.tables["effort"]}
    assert rows == {
        "deepseek/deepseek-v3-2024-12-26": (671e9, 37e9, "not recently reviewed"),
        "zhipu/glm-4.5": (355e9, 32e9, "reviewed"),
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "column"),
    [
        ("models", "Qwen/Qwen3-32B-FP8", "../../etc/passwd", "tracked repositories", "modelId"),
        ("models", "Qwen/Qwen3-32B-FP8", "Qwen/gpt\u202e4", "tracked repositories", "modelId"),
        ("organization_regions", "eu", "mars", "regions of organisations", "region"),
        ("model_parameters", "355", "1e99", "parameters of tracked models", "total_params_b"),
        ("release_date_corrections", "2025-07-28", "soon", "mended release dates", "actual_release_date"),
    ],
)
def test_a_row_that_is_wrong_is_counted_with_its_column_and_loses_no_other(files, naming, file, old, new, what, column):
    whole = tracked.read_tracked(files, DAY, naming)
    files[file].write_text(FILES[file].replace(old, new), encoding="utf-8")
    facts = tracked.read_tracked(files, DAY, naming)
    (why,) = [why for (said, why), n in (facts.left_out - whole.left_out).items() if said == what and n == 1]
    assert why.startswith(f"broken in the source: {column} is not ")
    assert len(repositories(facts)) == len(repositories(whole)) - (file == "models")


def test_a_file_of_which_no_row_is_whole_or_a_column_is_gone_is_refused_by_name(files, naming):
    text = FILES["organization_regions"]
    files["organization_regions"].write_text(text.replace(",china", ",mars").replace(",eu", ",mars"))
    with pytest.raises(SourceError, match=r"None of 4 regions.*row 2: region is 'mars'"):
        tracked.read_tracked(files, DAY, naming)
    files["organization_regions"].write_text(text)
    files["models"].write_text(FILES["models"].replace("modelId", "id"))
    with pytest.raises(SourceError, match="no column 'modelId'"):
        tracked.read_tracked(files, DAY, naming)


def test_all_five_files_are_fetched_and_none_may_be_missing(tmp_path, naming):
    publisher = Publisher()
    for name, path in tracked.FILES.items():
        publisher.says(f"/Interconnects-AI/tracked-models/main/{path}", FILES[name].encode())
    with opened(publisher, tmp_path, SITE) as web:
        copies = tracked.fetch(web)
    publisher.close()
    assert len(repositories(tracked.read(copies, Curated(), naming))) == 7
    with pytest.raises(SourceError, match="'models' is missing"):
        tracked.read(copies[1:], Curated(), naming)
