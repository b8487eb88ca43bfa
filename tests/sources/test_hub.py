"""The Hub: paged lists, renamed accounts counted once, lineage as declared or concluded, openness by licence."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from nomoat.errors import SourceError
from nomoat.sources import hub
from nomoat.sources.curated import Curated
from nomoat.sources.known import SOURCES
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

SITE = "https://huggingface.co"


def repo(id, licence="apache-2.0", base=None, relation=None, **more):
    """A record as the Hub answers it when these properties are asked for; from description."""
    parents = (
        {"baseModels": {"relation": relation, "models": [{"_id": "x", "id": one} for one in base]}} if base else {}
    )
    card = {"license": licence, **({"base_model": base} if base else {})}
    return {
        "_id": "66bf", "id": id, "author": id.split("/")[0], "gated": False, "private": False, "disabled": False,
        "downloads": 1000, "downloadsAllTime": 50000, "likes": 7, "createdAt": "2025-04-27T03:52:59.000Z",
        "pipeline_tag": "text-generation", "tags": ["safetensors", f"license:{licence}"], "cardData": card,
        "safetensors": {"parameters": {"BF16": 32_762_123_264}, "total": 32_762_123_264}, **parents, **more,
    }  # fmt: skip


QWEN = [
    repo("Qwen/Qwen3-32B", base=["Qwen/Qwen3-32B-Base"], relation="finetune"),
    repo("Qwen/Qwen3-32B-FP8", "other", base=["Qwen/Qwen3-32B"], relation="quantized"),
    repo("Qwen/Qwen3-Embedding-8B", pipeline_tag="feature-extraction"),
    repo("Qwen/Unheard-Of-9B", base=["Qwen/Qwen3-32B"], relation="finetune"),
    repo("Qwen/Secret", private=True),
    repo("Qwen/QwQ-32B", cardData={"license": "other", "license_name": "x"}, tags=[], gated="manual", safetensors=None),
]
GLM = [
    repo("zai-org/GLM-4.6", "mit", downloads=5, downloadsAllTime=3, gated="auto", pipeline_tag=None),
    repo(
        "zai-org/GLM-4.5", None, cardData={"base_model": ["a/b", "a/b", "c/d"], "base_model_relation": "merge"},
        tags=["license:mit"],
    ),
    repo("zai-org/GLM-4.5-Air", "mit", cardData={"base_model": "zai-org/GLM-4.5"},
         tags=["base_model:finetune:zai-org/GLM-4.5", "license:mit"]),
]  # fmt: skip
ODD = repo("zai-org/GLM-4.5", "mit", cardData={"license": "mit", "base_model": [{}, None, ["a/b"], "../../x", "a/b"]})
BROKEN = [
    repo("no-slash"), repo("a/b/c"), repo("../../x"), repo("Qwen/evil\u202e"), {"likes": 5}, "text",
    repo("Qwen/a", downloads=-1), repo("Qwen/b", downloads=10**20), repo("Qwen/c", likes="many"),
    repo("Qwen/d", createdAt="1970-01-01T00:00:00Z"), repo("Qwen/e", createdAt="2031-01-01T00:00:00Z"),
    repo("Qwen/f", gated="sometimes"), repo("Qwen/g", safetensors={"total": 1e300}), repo("Qwen/h", "=cmd()"),
    repo("Qwen/i", base=[f"a/b{number}" for number in range(100)], relation="merge"),
]  # fmt: skip


@pytest.fixture
def publisher():
    site = Publisher()
    yield site
    site.close()


def serve(publisher, repositories, size=2):
    """The list by author, in pages that lead on by `Link`, and single answers that redirect renamed names."""

    def listed(asked):
        query = parse_qs(urlsplit(asked.path).query)
        author, start = query["author"][0], int(query.get("cursor", ["0"])[0])
        account = {"THUDM": "zai-org"}.get(author, author)
        found = [one for one in repositories if _owner(one) == account]
        link = {}
        if start + size < len(found):
            link = {"Link": f'<{SITE}/api/models?author={author}&cursor={start + size}>; rel="next"'}
        return Reply(
            json.dumps(found[start : start + size]).encode(), headers={"Content-Type": "application/json", **link}
        )

    publisher.says("/api/models", listed)
    for one in repositories:
        if isinstance(one, dict) and "id" in one:
            publisher.says(f"/api/models/{one['id']}", json.dumps(one).encode())


def _owner(one):
    return one["id"].split("/")[0] if isinstance(one, dict) and "/" in one.get("id", "") else "Qwen"


def bring(publisher, tmp_path, organisations=("Qwen", "zai-org"), **options):
    with opened(publisher, tmp_path, SITE) as web:
        copies = SOURCES["hub"].fetch(web, organisations=organisations, **options)
    return SOURCES["hub"].read(copies, Curated(), known())


def known():
    naming = Naming()
    for name in ("Qwen3-32B", "Qwen3-32B-Base", "QwQ-32B", "GLM-4.6", "GLM-4.5", "GLM-4.5-Air"):
        assert naming.mint(name, source="models.dev"), name
    return naming


def rows(facts, table, *columns):
    return [tuple(row[column] for column in columns) for row in facts.tables.get(table, [])]


def left(facts):
    return {(one.what, one.why): one.count for one in facts.left()}


def test_every_page_is_read_and_counts_have_their_day(publisher, tmp_path):
    serve(publisher, QWEN + GLM)
    facts = bring(publisher, tmp_path)
    columns = ("repository", "model_id", "downloads_30d", "downloads_all", "gated", "licence", "parameters")
    assert rows(facts, "repositories", *columns) == [
        ("Qwen/Qwen3-32B", "alibaba/qwen3-32b", 1000, 50000, "no", "apache-2.0", 32_762_123_264),
        ("Qwen/Qwen3-32B-FP8", "alibaba/qwen3-32b", 1000, 50000, "no", "other", 32_762_123_264),
        ("Qwen/Unheard-Of-9B", None, 1000, 50000, "no", "apache-2.0", 32_762_123_264),
        ("Qwen/QwQ-32B", "alibaba/qwq-32b", 1000, 50000, "manual", "other", None),
        ("zai-org/GLM-4.6", "zhipu/glm-4.6", 5, 3, "auto", "mit", 32_762_123_264),
        ("zai-org/GLM-4.5", "zhipu/glm-4.5", 1000, 50000, "no", "mit", 32_762_123_264),
        ("zai-org/GLM-4.5-Air", "zhipu/glm-4.5-air", 1000, 50000, "no", "mit", 32_762_123_264),
    ]
    row = facts.tables["repositories"][0]
    assert (row["observed"], row["created"], row["likes"]) == (date(2026, 11, 22), date(2025, 4, 27), 7)
    assert row["pipeline"] == "text-generation"
    out = left(facts)
    assert out["repositories of the Hub", "of a task that writes no text"] == 1
    assert out["repositories of the Hub", "private or disabled"] == 1
    assert len({row["origin_id"] for row in facts.tables["origins"]}) == len(facts.tables["origins"]) == 5
    assert {row["dataset"] for row in facts.tables["origins"]} == {"huggingface"}
    asked = parse_qs(urlsplit(publisher.asked[0].path).query)
    assert set(asked["expand[]"]) == set(hub.EXPANDED)


def test_lineage_says_whether_it_was_declared(publisher, tmp_path):
    serve(publisher, QWEN + GLM)
    facts = bring(publisher, tmp_path)
    assert rows(facts, "lineage", "child_id", "parent", "parent_id", "relation", "stated") == [
        ("alibaba/qwen3-32b", "Qwen/Qwen3-32B-Base", "alibaba/qwen3-32b-base", "finetune", "inferred"),
        ("zhipu/glm-4.5", "a/b", None, "merge", "declared"),
        ("zhipu/glm-4.5", "c/d", None, "merge", "declared"),
        ("zhipu/glm-4.5-air", "zai-org/GLM-4.5", "zhipu/glm-4.5", "finetune", "inferred"),
    ]
    out = left(facts)
    assert out["lineage of the Hub", "the same model, packed otherwise"] == 1
    assert out["lineage of the Hub", "of a repository that leads to no model"] == 1


def test_openness_is_what_the_licence_of_the_plainest_name_says(publisher, tmp_path):
    serve(publisher, QWEN + GLM)
    facts = bring(publisher, tmp_path)
    assert rows(facts, "openness", "model_id", "class", "licence") == [
        ("alibaba/qwen3-32b", "weights-permissive", "apache-2.0"),
        ("zhipu/glm-4.5-air", "weights-permissive", "mit"),
        ("zhipu/glm-4.6", "weights-permissive", "mit"),
    ]


def test_a_renamed_account_is_followed_and_counted_once(publisher, tmp_path):
    serve(publisher, GLM)
    publisher.says("/api/models/THUDM/GLM-4.6", Reply(status=307, headers={"Location": "/api/models/zai-org/GLM-4.6"}))
    for order in (("THUDM", "zai-org"), ("zai-org", "THUDM"), ("THUDM",)):
        facts = bring(publisher, tmp_path / "-".join(order), order)
        assert rows(facts, "repositories", "repository", "formerly") == [
            ("zai-org/GLM-4.6", "THUDM/GLM-4.6"),
            ("zai-org/GLM-4.5", "THUDM/GLM-4.5"),
            ("zai-org/GLM-4.5-Air", "THUDM/GLM-4.5-Air"),
        ]
    single = bring(publisher, tmp_path / "single", (), repositories=["THUDM/GLM-4.6", "zai-org/GLM-4.6"])
    assert rows(single, "repositories", "repository", "formerly") == [("zai-org/GLM-4.6", "THUDM/GLM-4.6")]
    why = "met again, mostly under an earlier name: counted once"
    assert left(single)["repositories of the Hub", why] == 1


def test_a_token_is_sent_only_when_it_is_set(publisher, tmp_path, monkeypatch):
    serve(publisher, GLM)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    bring(publisher, tmp_path / "without", ["zai-org"])
    assert all("authorization" not in asked.headers for asked in publisher.asked)
    publisher.asked.clear()
    monkeypatch.setenv("HF_TOKEN", "hf_abcdefghij")
    bring(publisher, tmp_path / "with", ["zai-org"])
    assert {asked.headers["authorization"] for asked in publisher.asked} == {"Bearer hf_abcdefghij"}
    for path in (tmp_path / "with").rglob("*"):
        assert "hf_abcdefghij" not in path.name
        assert path.is_dir() or "hf_abcdefghij" not in path.read_text()


def test_broken_records_are_left_out_and_counted(publisher, tmp_path):
    serve(publisher, QWEN + BROKEN, size=100)
    facts = bring(publisher, tmp_path, ["Qwen", "no-slash"])
    assert len(facts.tables["repositories"]) == 4
    broken = sum(n for (what, why), n in left(facts).items() if what == "repositories of the Hub" and "broken" in why)
    assert broken == len([one for one in BROKEN if _owner(one) == "Qwen"])
    assert left(facts)["pages of the Hub", "an organisation without a repository, or renamed"] == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "lists no repository"),
        (b'{"error": "Rate limited"}', "says 'Rate limited'"),
        (b'[{"name": "x"}]', "format has changed"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"<!doctype html><title>503</title>", "HTML page"),
    ],
)
def test_another_answer_is_said(publisher, tmp_path, body, said):
    publisher.says("/api/models", body)
    with pytest.raises(SourceError, match=said):
        bring(publisher, tmp_path, ["Qwen"])


def test_a_page_that_fails_loses_no_bytes_and_enters_nothing(publisher, tmp_path):
    serve(publisher, GLM)
    first = publisher.replies["/api/models"]
    publisher.says("/api/models", lambda asked: Reply(b"", 500) if "cursor" in asked.path else first(asked))
    with pytest.raises(SourceError, match="answers 500"):
        bring(publisher, tmp_path, ["zai-org"])
    serve(publisher, GLM)
    assert len(bring(publisher, tmp_path, ["zai-org"]).tables["repositories"]) == 3


def test_parents_that_are_no_names_are_passed_over(publisher, tmp_path):
    serve(publisher, [ODD])
    facts = bring(publisher, tmp_path, ["zai-org"])
    assert rows(facts, "lineage", "parent", "relation", "stated") == [("a/b", "unknown", "declared")]
