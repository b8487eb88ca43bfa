"""What a page offers to take along gives what the page shows: its lines of Python, its sentence to quote."""

from __future__ import annotations

import html
import json
import re

import httpx
import pytest

PAGES = [
    "compare?models=GPT-5,Kimi+K3&on=domain:math",
    "attribution?by=country&on=domain:math&start=2025-01-31&at=2026-03-31",
    "adoption?unit=tokens&channel=openrouter&at=2026-06-30",
    "lineage?q=llama",
    "models?q=qwen&as_of=2026-08-11",
    "model?id=GPT-5&as_of=2026-08-11",
    "price?follower=permissive&mix=1:1",
]


def asked(address, path):
    got = httpx.get(f"{address}/{path}", timeout=90)
    assert got.status_code == 200, got.text[:500]
    return got


@pytest.mark.parametrize("path", PAGES)
def test_the_lines_of_a_page_give_its_numbers_for_what_was_chosen(plain, path):
    text = asked(plain, path).text
    said = [html.unescape(code) for code in re.findall(r"<pre><code>(.*?)</code></pre>", text, re.DOTALL)][-1]
    source, _, call = said.rpartition("\n")
    found = {}
    exec(f"{source}\nanswer = {call}", found)
    assert json.loads(found["answer"].json()) == asked(plain, f"api/v1/{path}").json()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_quoted_with_its_day_and_its_source(plain, path):
    said = re.search(r'<p class="cite"><q>(.*?)</q>', asked(plain, path).text, re.DOTALL)[1]
    assert re.search(r"20\d\d-\d\d-\d\d", said)
    assert "nomoat" in said


def test_a_cohort_stands_for_its_best_model_and_a_name_for_itself(plain):
    from nomoat import gap

    found = gap("closed", "open")
    text = asked(plain, "compare?models=open,closed,GPT-5").text
    for cohort, step in (("open", found.quality_gap.follower), ("closed", found.quality_gap.leader)):
        assert f"The best of {cohort} is {step.model}." in text
    assert "The best of GPT-5" not in text
    assert httpx.get(f"{plain}/compare?models=open,zebra+quagga", timeout=60).status_code == 400


def test_what_cannot_be_told_apart_is_said_so(plain):
    text = asked(plain, "compare?models=GPT-5.6+Sol,Claude+Fable+5").text
    assert re.search(r"GPT-5.6 Sol and Claude Fable 5 cannot be told apart \(90% interval -?[\d.]+ to [\d.]+", text)


def test_both_abilities_of_a_model_are_named_where_they_stand(plain):
    assert "ability, fitted here" in (page := asked(plain, "model?id=GPT-5.6+Sol").text)
    assert re.search(r"Epoch published \d+\.\d", page)
    assert "ECI by Epoch" in (page := asked(plain, "models").text)
    assert "The ability is the one that Epoch published." in page


def test_a_section_of_a_model_names_its_own_origins_and_no_others(plain):
    from nomoat.world.model import model

    found = model("DeepSeek-R1")
    text = asked(plain, "model?id=DeepSeek-R1").text
    sections = dict(re.findall(r'<section id="([a-z]+)"[^>]*>(.*?)</section>', text, re.DOTALL))
    publishers = {origin.id: origin.publisher for origin in found.origins}
    for name in ("offers", "kin", "scores"):
        used = {publishers[row.origin] for row in getattr(found, name)}
        said = set(re.findall(r'#origin-[^"]+">([^<(]+) \(', sections[name]))
        assert said == used, name
    assert "raw" in sections["thinking"]
    assert "/sources#origin-nomoat-traces-DeepSeek-R1" in sections["thinking"]
    assert "not in the hand-made table" in asked(plain, "model?id=Kimi+K3").text
    told = asked(plain, "api/v1/model?id=DeepSeek-R1").json()
    assert [one["trace"] for one in told["traces"]] == ["raw"]
    assert "nomoat/traces#DeepSeek-R1" in {origin["id"] for origin in told["origins"]}


def test_a_models_page_has_its_use_or_why_not_and_the_licence_of_each_release(plain):
    text = asked(plain, "model?id=DeepSeek-V3").text
    assert "nomoat update openrouter" in re.search(r'<section id="use".*?</section>', text, re.DOTALL)[0]
    licences = re.search(r'<section id="licences".*?</section>', text, re.DOTALL)[0]
    assert "deepseek" in licences
    assert "671 billion" in text
    assert 'href="/lineage?q=DeepSeek-V3"' in text
    for path in re.findall(r'<p class="switch".*?</p>', text, re.DOTALL):
        for href in re.findall(r'href="([^"]+)"', path):
            assert "DeepSeek-V3" in asked(plain, html.unescape(href).removeprefix("/")).text


def test_ledger_methods_and_the_readers_own_documents_can_be_quoted(plain, evil):
    def quotes(text):
        found = [html.unescape(said) for said in re.findall(r'<p class="cite"><q>(.*?)</q>', text, re.DOTALL)]
        assert all("nomoat" in said for said in found)
        return found

    (ledger,) = quotes(asked(plain, "claims/ledger.part?verdict=contradicted").text)
    told = asked(plain, "api/v1/claims?verdict=contradicted").json()
    assert ledger.startswith(
        f"Of {told['counts']['contradicted']} statements; now {told['counts']['contradicted']} con"
    )
    assert re.search(r"known on 20\d\d-\d\d-\d\d", ledger)
    methods = quotes(asked(plain, "methods").text)
    assert len(methods) == len(asked(plain, "api/v1/methods").json()["methods"])
    assert any("nomoat.world.gap.gap" in said for said in methods)
    address, id = evil
    for path in ("documents/statements.part", f"document?id={id}", "graph", "entity?id=company:meta"):
        (said,) = quotes(asked(address, path).text)
        assert id[:8] in said, path
        assert "\u202e" not in said


def test_a_statement_is_quoted_with_the_day_of_its_measure_and_a_table_names_whose_cells_it_holds(plain):
    text = asked(plain, "claim?id=china-performance").text
    assert re.search(r"<q>[^<]*known on 20\d\d-\d\d-\d\d; nomoat", text)
    beside = re.search(r'<section id="models".*?</section>', asked(plain, "compare").text, re.DOTALL)[0]
    assert "LiteLLM" in beside or "models.dev" in beside
    effort = re.search(r'<section id="effort".*?</section>', asked(plain, "attribution").text, re.DOTALL)[0]
    assert len(set(re.findall(r'href="/sources#origin-[^"]+"', effort))) > 2
