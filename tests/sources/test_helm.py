"""HELM: dates, access and parameters as claims; what is no model of its own stays out."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import helm
from nomoat.sources.curated import Curated
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

SITE = "https://raw.githubusercontent.com"
PATH = helm.ADDRESS.removeprefix(SITE)
DAY = date(2026, 6, 30)
HEADER = "name,display_name,creator_organization_name,access,num_parameters,release_date,tags"
# Facts cut from the extract of 2026-06, and lines that are wrong on purpose.
LINES = (
    "simple/model1,Simple Model 1,Helm,open,,2023-01-01,TEXT_MODEL_TAG",
    "bigscience/bloom,BLOOM (176B),BigScience,open,176000000000.0,2022-06-28,TEXT_MODEL_TAG",
    "deepmind/gopher,Gopher (280B),DeepMind,closed,280000000000.0,2021-12-08,UNSUPPORTED_MODEL_TAG",
    "anthropic/claude-3-7-sonnet-20250219,Claude 3.7 Sonnet,Anthropic,limited,,2025-02-24,TEXT_MODEL_TAG",
    "anthropic/claude-3-7-sonnet-20250219-thinking-10k,Claude 3.7 Sonnet,Anthropic,limited,,2025-02-24,TEXT_MODEL_TAG",
    "meta/amazon-llama3-8b-instruct-v1:0,Llama 3 8B Instruct on Amazon Bedrock,Meta,limited,,2024-04-23,X",
    "openai/whisper-1_gpt-4o-2024-11-20,Whisper-1 + GPT-4o (2024-11-20),OpenAI,limited,,2024-11-20,X",
    "openai/dall-e-3,DALL-E 3,OpenAI,limited,0.0,2023-11-06,TEXT_TO_IMAGE_MODEL_TAG",
    "acme/ajar,Ajar,Acme,ajar,,2025-01-01,X",
    "acme/later,Later,Acme,open,,2027-01-01,X",
    "acme/zero,Zero,Acme,open,,1970-01-01,X",
    "acme/minus,Minus,Acme,open,-5,2025-01-01,X",
)


def entries(*lines):
    """The same records in the shape of the live file."""
    keys = HEADER.split(",")
    text = "models:\n"
    for line in lines:
        for at, (key, cell) in enumerate(zip(keys, line.split(","), strict=True)):
            tagged = f"[{cell}]" if key == "tags" else f'"{cell}"'
            text += ("\n  - " if at == 0 else "    ") + (f"{key}: {tagged}\n" if cell else f"{key}:\n")
    return ("# a comment\n" + text).encode()


def written(tmp_path, shape, *lines):
    path = tmp_path / f"models.{shape}"
    path.write_bytes(entries(*lines) if shape == "yaml" else "\n".join([HEADER, *lines, ""]).encode())
    return path


@pytest.mark.parametrize("shape", ["csv", "yaml"])
def test_both_shapes_give_the_same_claims(tmp_path, shape):
    facts = helm.read_models(written(tmp_path, shape, *LINES), DAY, Curated(), Naming())
    access = {row["model_id"]: row["class"] for row in facts.tables["openness"]}
    assert access == {
        "hugging-face/bloom-176b": "weights-unspecified",
        "deepmind/gopher": "closed-unreleased",
        "anthropic/claude-3.7-sonnet-2025-02-19": "closed-api",
        "openai/dall-e-3": "closed-api",
    }
    dated = {row["model_id"]: row["released"] for row in facts.tables["models"]}
    assert dated["deepmind/gopher"] == date(2021, 12, 8)
    assert set(dated) == set(access)
    assert {row["model_id"]: row["parameters"] for row in facts.tables["effort"]} == {
        "hugging-face/bloom-176b": 176e9,
        "deepmind/gopher": 280e9,
    }
    left = {why: n for (what, why), n in facts.left_out.items() if what == "models of HELM"}
    assert left["a test of the harness"] == 1
    assert left["two models behind one name"] == 1
    assert left["a model at another's provider"] == 1
    assert sum(n for why, n in left.items() if why.startswith("broken in the source")) == 4


def test_a_run_setting_is_an_alias_and_no_second_model(tmp_path):
    facts = helm.read_models(written(tmp_path, "csv", *LINES), DAY, Curated(), Naming())
    effort = {row["name"]: (row["id"], row["effort"]) for row in facts.tables["aliases"]}
    plain, thinking = (f"anthropic/claude-3-7-sonnet-20250219{end}" for end in ("", "-thinking-10k"))
    assert effort[plain][0] == effort[thinking][0]
    assert effort[plain][1] is None
    assert "10k" in effort[thinking][1]


@pytest.mark.parametrize("body", [b"models: many", b"- a\n- b", b"models:\n  - {name: a/b}\n", b"other: []"])
def test_another_format_is_refused(tmp_path, body):
    path = tmp_path / "models.yaml"
    path.write_bytes(body)
    with pytest.raises(SourceError, match=r"list of models|None of 1 models of HELM"):
        helm.read_models(path, DAY, Curated(), Naming())


def test_it_is_fetched_and_read(tmp_path):
    publisher = Publisher()
    publisher.says(PATH, Reply(entries(*LINES), headers={"ETag": '"1"'}), Reply(status=304))
    with opened(publisher, tmp_path, SITE) as web:
        first, again = helm.fetch(web), helm.fetch(web)
    publisher.close()
    assert (first[0].fresh, again[0].fresh) == (True, False)
    assert len(helm.read(again, Curated(), Naming()).tables["openness"]) == 4


def test_an_error_page_is_named(tmp_path):
    publisher = Publisher()
    with opened(publisher, tmp_path, SITE) as web, pytest.raises(SourceError, match="404 with an HTML page"):
        helm.fetch(web)
    publisher.close()
