"""Every page answers, every number leads to its origin, every view has its files, and nothing a store holds runs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from nomoat.explorer.pages import pages

OWN = ("front", "gap", "claims", "claim", "documents", "graph", "sources", "methods")
QUESTION = {"claim": "?id=china-performance"}
VOID = {"meta", "link", "br", "img", "input", "option", "hr", "rect", "path", "circle", "line"}


class Page(HTMLParser):
    """What a page holds: ids, links, attributes that run, headings, fields."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.events, self.headings, self.fields, self.scripts = [], [], [], [], [], []
        self.styles, self.inside = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if given.get("href") else []
        self.events += [name for name in given if name.startswith("on")]
        self.styles += [given["style"]] if "style" in given else []
        self.styles += ["<style>"] if tag == "style" else []
        if tag == "script":
            self.scripts.append(given)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("input", "select"):
            self.fields.append(given)


def asked(address, path):
    got = httpx.get(f"{address}{path}", timeout=90)
    assert got.status_code == 200, got.text[:500]
    return got


@pytest.mark.parametrize("name", OWN)
def test_every_page_answers_and_holds_together(plain, name):
    page = Page(asked(plain, f"/{name}{QUESTION.get(name, '')}").text)
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert not page.events
    assert not page.styles
    assert all(script.get("src", "").startswith("/static/") or "json" in script["type"] for script in page.scripts)
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids), "a link leads nowhere"


@pytest.mark.parametrize("name", OWN)
def test_every_section_has_its_files(plain, name):
    question = QUESTION.get(name, "")
    text = asked(plain, f"/{name}{question}").text
    later = re.findall(r'data-part="([^"]+)"', text)
    parts = [asked(plain, part.replace("&amp;", "&")).text for part in later]
    files = re.findall(r'<a href="([^"]+)" download>', "".join([text, *parts]))
    starts = {"png": b"\x89PNG", "svg": b"<svg", "html": b"<!DOCTYPE html>"}
    for file in dict.fromkeys(files):
        kind = file.partition("?")[0].rpartition(".")[2]
        if kind in ("png", "html") and "frontier" not in file:
            continue  # drawn by the same renderer; one of each is enough
        got = asked(plain, file.replace("&amp;", "&"))
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.content.lstrip().startswith(starts.get(kind, b""))
        if kind == "csv":
            assert len(got.text.splitlines()) > 1
        if kind == "html":
            assert not re.search(r'(?:src|href)="https?://', got.text), "it asks somebody"
    assert asked(plain, f"/api/v1/{name}{question}").json()["schema_version"] == 1


def test_a_number_leads_to_its_origin(plain):
    text = asked(plain, "/gap").text
    page = Page(text)
    origins = [id for id in page.ids if id.startswith("origin-")]
    assert origins
    assert text.count(f'href="#{origins[0]}"') >= 5
    assert "sha256" in text
    assert 'href="https://epoch.ai' in text


def test_every_origin_that_a_page_cites_is_a_row_that_names_it(plain):
    """Also of tables that were written by hand, whose pages are in no vintage."""
    rows = asked(plain, "/sources").text
    there = dict(re.findall(r'<li id="(origin-[^"]+)">(.*?)</li>', rows, re.DOTALL))
    cited = set()
    for path in ("/front/said.part", "/claims/ledger.part", "/gap/panel.part", "/price"):
        text = asked(plain, path).text
        cited |= set(re.findall(r'href="/sources#(origin-[^"]+)"', text))
        here = set(re.findall(r'href="#(origin-[^"]+)"', text))
        assert here <= set(Page(text).ids), path
    assert any("firsts" in name or "traces" in name for name in cited)
    for name in cited:
        assert re.search(r"<strong>[^<]+</strong>", there[name]), name
        assert re.search(r'datetime="\d{4}-\d\d-\d\d"', there[name]), name
        assert re.search(r'class="address">https?://', there[name]), name


def test_a_section_of_words_is_a_file_as_well(plain):
    got = asked(plain, "/claim/against.csv?id=china-performance").text
    assert got.splitlines()[0] == "said"
    assert "contradicts" in got


def test_a_mistake_keeps_the_form_and_offers_what_to_press(plain):
    got = httpx.get(f"{plain}/gap?as_of=1999-01-01&rule=strict", timeout=60)
    assert got.status_code == 400
    assert 'value="1999-01-01"' in got.text
    assert re.search(r'<a href="/gap\?rule=strict&amp;as_of=\d{4}-\d\d-\d\d">Known on', got.text)
    assert "--as-of" not in got.text
    wrong = httpx.get(f"{plain}/gap?rule=strikt", timeout=60).text
    assert '<a href="/gap?rule=strict">Rule: strict</a>' in wrong
    none = httpx.get(f"{plain}/models?q=zebra+quagga", timeout=60)
    assert none.status_code == 200
    assert 'role="status"' in none.text
    assert httpx.get(f"{plain}/api/v1/models?q=zebra+quagga", timeout=60).status_code == 400
    assert httpx.get(f"{plain}/adoption?by=zebra", timeout=60).status_code == 400, "a choice that is none is a mistake"


def test_the_page_the_api_and_python_say_the_same(plain):
    from nomoat import gap

    told = asked(plain, "/api/v1/gap?follower=permissive").json()
    ours = gap("closed", "permissive")
    assert told == json.loads(ours.json())
    page = asked(plain, "/gap?follower=permissive").text
    assert f"{ours.current_lag.months:.1f} months" in page
    found = {}
    line = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)[-1].replace("&#39;", "'")
    source, _, call = line.rpartition("\n")
    exec(f"{source}\nanswer = {call}", found)
    assert found["answer"].json() == ours.json()


def test_a_table_is_the_twin_of_the_chart(plain):
    page = asked(plain, "/gap").text
    specs = [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]
    drawn = {row["model"] for layer in specs[0]["layer"] for row in layer["data"]["values"] if row.get("model")}
    rows = asked(plain, "/gap/frontier.csv").text
    assert drawn
    assert all(name in rows for name in drawn)


def test_uncertainty_is_worded(plain):
    text = asked(plain, "/gap").text
    tiles = re.findall(r"<dd>(.*?)</dd>", text)
    assert len(tiles) == 3
    assert all("90% interval" in tile for tile in tiles)


def test_what_counts_as_open_can_be_switched(plain):
    text = asked(plain, "/gap").text
    assert "What counts as open:" in text
    links = re.findall(r'<p class="switch".*?</p>', text, re.DOTALL)[0]
    assert links.count('aria-current="true"') == 1
    assert "follower=permissive" in links
    other = asked(plain, "/gap?follower=permissive").text
    assert "How far are permissive models behind closed models?" in other or "permissive" in other.split("</h1>")[0]


def test_the_slider_has_the_days_on_which_something_changed(plain):
    text = asked(plain, "/gap?at=2025-06-30").text
    days = re.search(r'data-days="([^"]+)"', text)[1].split(",")
    assert days == sorted(days)
    assert days[-1] == "2026-08-11", "the way forward stays open"
    assert len(days) > 15


def test_a_marked_model_is_named_in_words_and_in_the_chart(plain):
    text = asked(plain, "/gap?model=Gemma+3").text
    assert "Gemma 3 27B came out" in text
    assert "Gemma 3 27B is marked at" in text
    assert "No model of this comparison is named nobody" in asked(plain, "/gap?model=nobody").text


def test_empty_states_say_why(plain):
    assert "No document is kept in your store yet" in asked(plain, "/documents").text
    assert "no document is in your store" in asked(plain, "/graph").text
    assert "Type a figure with its unit" in asked(plain, "/gap").text
    assert "No statement has all of that" in asked(plain, "/claims/ledger.part?q=zebra").text


def test_the_front_page_has_every_statement_with_a_badge_that_leads_to_a_chart(plain):
    text = asked(plain, "/front/said.part").text
    from nomoat.claims.ledger import ledger

    for claim in ledger():
        assert f'id="claim-{claim.id}"' in text
    assert text.count('class="badge supported" href="/') > 10
    charts = set(re.findall(r'class="badge [a-z-]+" href="(/gap[^"]*)"', text))
    assert len(charts) >= 5
    for chart in charts:
        page = asked(plain, chart.replace("&amp;", "&"))
        assert f'id="{chart.partition("#")[2]}"' in page.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/gap?at=soon", 400, "no date"),
        ("/gap?leader=nonsense%20%26", 400, ""),
        ("/gap?model=" + "x" * 301, 400, "301 characters"),
        ("/gap?rule=median", 400, "km"),
        ("/gap?as_of=1999-01-01", 400, "1999-01-01"),
        ("/claim", 400, "claim"),
        ("/claim?id=nobody", 400, "nobody"),
        ("/document?id=00000000", 400, "nomoat documents add"),
        ("/entity?id=nobody", 400, "nobody"),
        ("/nothing", 404, "nothing"),
        ("/gap/nothing.csv", 404, "nothing"),
        ("/gap/values.png", 404, "csv"),
        ("/gap/values.narrow", 404, "no chart"),
    ],
)
def test_a_mistake_is_told_in_words(plain, path, status, words):
    got = httpx.get(f"{plain}{path}", timeout=60)
    assert got.status_code == status
    assert words in got.text
    assert "<h1>" in got.text
    assert "Traceback" not in got.text


def test_a_new_document_is_there_when_the_page_is_loaded_again(tmp_path):
    from explorer.serving import running
    from nomoat.documents.collection import add

    with running(tmp_path) as address:
        assert "No document is kept" in asked(address, "/documents").text
        (tmp_path / "note.md").write_text("# A note\n\nMeta makes Llama 2.", encoding="utf-8")
        add([tmp_path / "note.md"], tmp_path)
        assert "A note" in asked(address, "/documents").text


def test_nothing_that_a_store_holds_runs_or_leads_away(evil):
    address, id = evil
    entity = quote("company:meta")
    paths = [
        "/documents", "/documents/statements.part", "/documents/entities.part", f"/document?id={id}",
        f"/document/passages.part?id={id}", "/graph", f"/graph?document={id}", f"/entity?id={entity}", "/claims",
        "/claims/ledger.part", "/claim?id=evil-claim", "/claim/against.part?id=evil-claim", "/front/said.part",
        "/models?q=evil", "/lineage?q=evil", "/lineage", "/sources",
        *(f"/model?id=evil/model-{number}" for number in range(6)),
        "/claims?document=%3Cscript%3Ealert(1)%3C/script%3E", "/gap?model=%3Cscript%3Ealert(1)%3C/script%3E",
    ]  # fmt: skip
    for path in paths:
        text = asked(address, path).text
        page = Page(text)
        assert len(text) < 2_000_000, f"{path}: a name of a million letters is shown whole, more than once"
        assert not page.events, path
        assert not page.styles, path
        assert all(s.get("src", "").startswith("/static/") or s.get("type") == "application/json" for s in page.scripts)
        assert not [link for link in page.links if not re.match(r"/|#|https?://|data:,", link)], path
        assert "\u202e" not in text, path
        assert "\u2066" not in text, path
        assert "\x1b" not in text, path
        assert "{{" not in text.replace("{{ 7 * 7 }}", ""), path
        for held in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL):
            json.loads(held)


def test_a_hostile_claim_is_shown_as_it_is_written(evil):
    address, id = evil
    text = asked(address, "/claim?id=evil-claim").text
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(4)&gt; open models are two years behind." in text
    assert "javascript:" not in "".join(Page(text).links)
    assert f"/document?id={id}" in text, "the passage can be read where it stands"


def test_every_page_of_the_navigation_is_linked_and_there(plain):
    text = asked(plain, "/methods").text
    for page in pages().values():
        assert (f'href="{page.address}"' in text) == bool(page.nav) or page.path in ("front",)
