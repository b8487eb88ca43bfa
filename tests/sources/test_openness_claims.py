"""Two lists of claims on openness: open source needs weights, code and data, and a date of entry is no release date."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import mof, osai
from nomoat.sources.curated import Curated
from nomoat.sources.naming import Naming
from sources.server import Publisher, opened

SITE = "https://codeload.github.com"
DAY = date(2026, 6, 30)


@pytest.fixture
def naming():
    known = Naming()
    for raw in ("EleutherAI/gpt-neox-20b", "Qwen/Qwen2.5-72B", "meta-llama/Llama-3.3-70B-Instruct", "gpt-4.1"):
        assert known.mint(raw, source="hf") is not None
    return known


def zipped(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in files.items():
            archive.writestr(f"repository-main/{name}", body)
    return made.getvalue()


def classes(facts):
    return {row["model_id"]: (row["class"], row["licence"]) for row in facts.tables.get("openness", [])}


# --- The Model Openness Tool


def release(name, *components, licence=None, huggingface=None):
    return {
        "framework": {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"},
        "release": {
            "name": name, "version": "20B", "date": "2025-10-30", "producer": "Somebody", "huggingface": huggingface,
            "license": {"distribution": {"name": licence}} if licence else {},
            "components": [{"name": part, "license": words} for part, words in components],
        },
    }  # fmt: skip


OPEN = (("Model parameters (Final)", "Apache-2.0"), ("Training code", "MIT"), ("Datasets", "CC-BY-4.0"))


def read_mof(tmp_path, naming, *records):
    path = tmp_path / "mof.json"
    path.write_text(json.dumps(records))
    return mof.read_components(path, DAY, Curated(), naming)


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        (OPEN, "open-source"),
        (OPEN[:2], "weights-unspecified"),
        ((OPEN[0], OPEN[2]), "weights-unspecified"),
        ((OPEN[0], OPEN[1], ("Datasets", "unlicensed")), "weights-unspecified"),
        ((OPEN[0], ("Training code", "Component not included"), OPEN[2]), "weights-unspecified"),
        ((("Model parameters (Final)", "Gemma Terms of Use"), *OPEN[1:]), "weights-unspecified"),
        ((("Model parameters (Final)", "CC-BY-NC-4.0"), *OPEN[1:]), "weights-unspecified"),
        (OPEN[1:], None),
    ],
)
def test_open_source_needs_weights_code_and_data(tmp_path, naming, components, expected):
    facts = read_mof(tmp_path, naming, release("GPT-NeoX-20B", *components))
    found = classes(facts)
    assert [one for one, _ in found.values()] == ([expected] if expected else [])
    assert len(facts.tables["components"]) == len(components)


def test_a_component_without_a_licence_has_that_of_the_release(tmp_path, naming):
    bare = tuple((part, None) for part, _ in OPEN)
    facts = read_mof(tmp_path, naming, release("GPT-NeoX-20B", *bare, licence="Apache-2.0"))
    assert list(classes(facts).values()) == [("open-source", "Apache-2.0")]
    assert {row["open"] for row in facts.tables["components"]} == {"open"}
    facts = read_mof(tmp_path, naming, release("GPT-NeoX-20B", *bare))
    assert {row["open"] for row in facts.tables["components"]} == {"partial"}


def test_the_day_of_an_entry_is_no_release_date(tmp_path, naming):
    facts = read_mof(tmp_path, naming, release("GPT-NeoX-20B", *OPEN))
    assert [row["released"] for row in facts.tables["models"]] == [None]


def test_an_address_that_does_not_repeat_the_name_is_not_believed(tmp_path, naming):
    wrong = release("Amber", *OPEN, huggingface="https://huggingface.co/EleutherAI/gpt-neox-20b")
    facts = read_mof(tmp_path, naming, wrong, release("GPT-NeoX-20B", *OPEN))
    assert len(classes(facts)) == 1
    assert facts.left_out["models of the Model Openness Tool", "no model of that name in the catalogue"] == 1


def test_one_broken_entry_is_counted_and_the_others_are_read(tmp_path, naming):
    facts = read_mof(tmp_path, naming, {"release": {"name": "\u202eevil"}}, [], release("GPT-NeoX-20B", *OPEN))
    assert len(classes(facts)) == 1
    assert sum(n for (_, why), n in facts.left_out.items() if why.startswith("broken")) == 2
    with pytest.raises(SourceError, match="None of 1 models"):
        read_mof(tmp_path, naming, {"release": {}})


MOF_YAML = b"""framework:
  name: 'Model Openness Framework'
release:
  name: GPT-NeoX-20B
  version: 20B
  date: '2024-11-15'
  producer: EleutherAI
  huggingface: 'https://huggingface.co/EleutherAI/gpt-neox-20b'
  components:
    -
      name: 'Model parameters (Final)'
      license_name: Apache-2.0
    -
      name: 'Training code'
      license_name: Apache-2.0
    -
      name: Datasets
      license_name: 'License not specified'
"""


def test_the_repository_is_fetched_and_its_older_entries_read(tmp_path, naming):
    publisher = Publisher()
    body = zipped(**{"models/GPT-NeoX-20B.yml": MOF_YAML, "models/Broken.yml": b"release: [1", "README.md": b"x"})
    publisher.says("/lfai/model_openness_tool/zip/refs/heads/main", body)
    with opened(publisher, tmp_path, SITE) as web:
        facts = mof.read(mof.fetch(web), Curated(), naming)
    publisher.close()
    assert [one for one, _ in classes(facts).values()] == ["weights-unspecified"]
    assert {row["component"]: row["open"] for row in facts.tables["components"]} == {
        "model-parameters-final": "open",
        "training-code": "open",
        "datasets": "partial",
    }
    assert sum(n for (_, why), n in facts.left_out.items() if why.startswith("broken")) == 1


# --- The European Open Source AI Index


def system(name, judged, licence="Apache-2.0", link=None):
    return {
        "name": name, "endmodel": name, "endmodellicense": licence, "link": link, "org": "Somebody",
        "releasedate": "2024-12", "dimensions": judged,
    }  # fmt: skip


def read_osai(tmp_path, naming, *records):
    path = tmp_path / "osai.json"
    path.write_text(json.dumps(records))
    return osai.read_index(path, DAY, Curated(), naming)


ALL = dict.fromkeys(osai.SOURCE, "open")


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (ALL, "open-source"),
        *((ALL | {part: "partial"}, "weights-unspecified") for part in osai.SOURCE),
        (ALL | {"datasources_basemodel": None}, "weights-unspecified"),
        (ALL | {"weights_endmodel": "closed", "weights_basemodel": "closed"}, "closed-unspecified"),
        (ALL | {"weights_endmodel": "closed", "weights_basemodel": "open"}, None),
    ],
)
def test_every_part_must_be_judged_open(tmp_path, naming, judged, expected):
    facts = read_osai(tmp_path, naming, system("Qwen2.5-72B", judged))
    assert [one for one, _ in classes(facts).values()] == ([expected] if expected else [])
    assert [row["released"] for row in facts.tables["models"]] == [None]
    said = {row["component"]: row["open"] for row in facts.tables["components"]}
    assert said == {part: one for part, one in judged.items() if one}


@pytest.mark.parametrize(
    ("month", "link", "expected"),
    [
        ("2025-01", "DeepSeek-R1-0528", "deepseek/deepseek-r1-2025-01-20"),  # as the index has it
        ("2025-05", "DeepSeek-R1-0528", "deepseek/deepseek-r1-2025-05-28"),
        (None, "DeepSeek-R1-0528", "deepseek/deepseek-r1-2025-05-28"),
        ("2025-09", "DeepSeek-R1-0528", None),
    ],
)
def test_an_address_of_a_later_release_does_not_make_the_entry_one_of_that(tmp_path, month, link, expected):
    known = Naming()
    for raw, released in (("DeepSeek-R1", date(2025, 1, 20)), ("DeepSeek-R1-0528", date(2025, 5, 28))):
        assert known.mint(f"deepseek-ai/{raw}", source="hf", released=released)
    entry = system("DeepSeek-R1", ALL, link=f"https://huggingface.co/deepseek-ai/{link}") | {"releasedate": month}
    facts = read_osai(tmp_path, known, entry)
    assert [row["model_id"] for row in facts.tables.get("models", [])] == ([expected] if expected else [])


@pytest.mark.parametrize("judged", [{"weights_endmodel": "ajar"}, {}, {"../x": "open"}, {"weights_endmodel": {}}])
def test_a_judgement_that_is_none_is_counted(tmp_path, naming, judged):
    facts = read_osai(tmp_path, naming, system("GPT-4.1", judged), system("Qwen2.5-72B", ALL))
    assert len(classes(facts)) == 1
    assert sum(n for (_, why), n in facts.left_out.items() if why.startswith("broken")) == 1


OSAI_YAML = b"""---
system:
    name: Llama 3.3
    link: https://huggingface.co/meta-llama/Llama-3.3-70B-Instruct
    type: text
    basemodelname: Llama 3.3 70B
    endmodelname: Llama 3.3 70B Instruct
    endmodellicense: Llama 3.3 Community License Agreement
    releasedate: 2024-12
    notes:

org:
    name: Meta Llama

weights_basemodel:
    class: closed
    link:
weights_endmodel:
    class: partial
    link: https://huggingface.co/meta-llama/Llama-3.3-70B-Instruct
trainingcode:
    class:
api:
    class: closed
    metaprompt: closed
"""


def test_the_database_is_fetched_and_read(tmp_path, naming):
    publisher = Publisher()
    body = zipped(**{"llama-3.3.yaml": OSAI_YAML, "_template.yaml": b"x: y", "broken.yaml": b"[", "readme.md": b""})
    publisher.says("/Language-Technology-Assessment/main-database/zip/refs/heads/main", body)
    with opened(publisher, tmp_path, SITE) as web:
        facts = osai.read(osai.fetch(web), Curated(), naming)
    publisher.close()
    assert list(classes(facts).values()) == [("weights-unspecified", "Llama 3.3 Community License Agreement")]
    assert {row["component"]: row["open"] for row in facts.tables["components"]} == {
        "weights_basemodel": "closed",
        "weights_endmodel": "partial",
        "api": "closed",
    }
    assert sum(n for (_, why), n in facts.left_out.items() if why.startswith("broken")) == 1
