"""The page stands alone: no request, no script, every number from a result, every text escaped, every file there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from nomoat.report import Parts, publish
from nomoat.report.chapters import chapters
from nomoat.report.page import papers, picture, tiles
from nomoat.types import Origin
from nomoat.views.frontier import frontier_figure
from nomoat.views.theme import DARK
from nomoat.views.words import headline
from views import planted

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}\x1b[31m"


def parts(models=planted.MODELS, **given):
    rivals = {"leader": "open & country=CN", "follower": "open & country=US"}
    full = {
        "gap": planted.gap(models),
        "frontier": planted.frontier(models),
        "panel": planted.panel(),
        "domains": planted.panel(),
        "organisations": planted.attribution(),
        "countries": planted.attribution("country"),
        "effort": planted.effort(),
        "rivals": planted.frontier(models, **rivals),
        "rivalry": planted.gap(models, **rivals),
        "reconciled": (planted.reconciliation(),),
    }
    return Parts(**(full | given))


class Reader(HTMLParser):
    """What a browser would find: elements with their attributes, ids, and unclosed ones."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "base", "source"})

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.text = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("report") / "out", parts())


@pytest.fixture(scope="module")
def page(folder):
    from pathlib import Path

    return Path(folder.path).read_text(encoding="utf-8")


def test_markup_is_well_formed(page):
    found = Reader(page)
    assert not found.open
    ids = [attrs["id"] for _, attrs in found.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched_and_nothing_runs(page):
    found = Reader(page)
    assert not [tag for tag, _ in found.elements if tag in {"script", "iframe", "object", "embed", "img", "base"}]
    for tag, attrs in found.elements:
        assert not any(name.startswith("on") for name in attrs), (tag, attrs)
        assert "src" not in attrs
        if tag == "link":
            assert attrs["href"].startswith("data:")
        if "xlink:href" in attrs:
            assert attrs["xlink:href"].startswith("#")
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert "url(" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    policy = next(a["content"] for t, a in found.elements if t == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_every_link_into_the_folder_leads_to_a_file_that_was_written(page, folder):
    links = {attrs["href"] for tag, attrs in Reader(page).elements if tag == "a"}
    local = {link for link in links if not link.startswith(("#", "http"))}
    assert local
    assert local <= set(folder.files)
    pictures = {name for name in folder.files if name.endswith((".png", ".svg"))}
    assert pictures <= local


def test_every_anchor_leads_somewhere(page):
    found = Reader(page).elements
    ids = {attrs["id"] for _, attrs in found if "id" in attrs}
    assert {a["href"][1:] for t, a in found if t == "a" and a["href"].startswith("#")} <= ids


def test_every_chart_has_words_a_table_and_two_layouts(page):
    found = Reader(page).elements
    charts = [attrs for tag, attrs in found if tag == "div" and attrs.get("class") == "chart"]
    assert len(charts) == len([1 for tag, _ in found if tag == "figure"]) >= 13
    assert all(chart["role"] == "img" and len(chart["aria-label"]) > 20 for chart in charts)
    for layout in ("wide", "narrow"):
        assert len([1 for tag, a in found if tag == "div" and a.get("class") == layout]) == len(charts)
    assert len([1 for tag, _ in found if tag == "details"]) == len(charts)


def test_the_headline_tiles_and_citation_are_the_results(page):
    gap = planted.gap()
    told = " ".join("".join(Reader(page).text).split())
    assert headline(gap) in told
    assert gap.cite() in told
    for _, value, ends in tiles(parts()):
        assert value in told
        assert ends in told
    assert f"{gap.quality_gap.value:.1f} points" in {value for _, value, _ in tiles(parts())}


def test_where_every_number_comes_from_is_printed_in_full(page):
    told = "".join(Reader(page).text)
    for origin in parts().origins():
        assert origin.publisher in told
        assert origin.title in told
        assert origin.licence in told
        assert origin.sha256 in told
    assert "24" in told
    assert "models of unknown openness" in told


def test_the_questions_are_the_documents(page):
    for question in (
        "Is the time gap shrinking while the quality gap stays large?",
        "Is it DeepSeek, or “team open source”?",
        "Is China ahead among open models?",
        "Did Gemma 3 and DeepSeek V3 stay close to the frontier?",
        "What does a garage's compute buy?",
        "Why do others say 3.5 months?",
    ):
        assert question in "".join(Reader(page).text)


def test_hostile_names_are_text(tmp_path):
    evil = tuple((f"{EVIL}{k}", d, s, c, EVIL) for k, (_, d, s, c, _) in enumerate(planted.MODELS))
    bad = Origin(
        id="evil", publisher=EVIL, title=EVIL, address="javascript:alert(3)", licence=EVIL, retrieved=planted.CUT,
        sha256="0" * 64, evidence=EVIL,
    )  # fmt: skip
    panel = msgspec.structs.replace(
        planted.panel(), rows=tuple(msgspec.structs.replace(r, choice=EVIL, note=EVIL) for r in planted.panel().rows)
    )
    credits = tuple(
        msgspec.structs.replace(c, player=f"{EVIL}{k}") for k, c in enumerate(planted.attribution().credits)
    )
    given = parts(
        evil,
        gap=msgspec.structs.replace(planted.gap(evil), origins=(bad,), warnings=(EVIL,)),
        panel=panel,
        organisations=msgspec.structs.replace(planted.attribution(), credits=credits),
    )
    written = publish(tmp_path / "out", given)
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    found = Reader(text)
    assert not found.open
    assert not [tag for tag, _ in found.elements if tag in {"script", "img"}]
    assert not [a for t, a in found.elements if t == "a" and "javascript" in a["href"]]
    assert "49" not in re.findall(r"&amp;(\d+)", text), "a name must not be read as a template"
    assert "\x1b" not in text
    assert all(re.fullmatch(r"(charts/|data/)?[a-z0-9-]+\.(png|svg|csv|json|html)", name) for name in written.files)


def test_pictures_share_no_ids():
    """Two pictures in one document must not answer to the same name, so none may have one."""
    for width in (760, 360):
        svg = picture(frontier_figure(planted.frontier(), planted.gap(), width=width))
        assert " id=" not in svg
        assert "url(#" not in svg
        assert "viewBox" in svg
        assert not re.search(r"<svg[^>]* width=", svg)


def test_dark_is_for_screens_only():
    css = papers()
    before, after = css.split("@media screen and (prefers-color-scheme: dark)")
    assert DARK.paper not in before
    assert DARK.paper in after


def test_a_missing_part_leaves_its_reason():
    given = parts(
        panel=None, domains=None, organisations=None, countries=None, effort=None, rivals=None, rivalry=None,
        reconciled=(), missing={"panel": "No such board. Try: nomoat scales", "rivals": "No model in country=CN."},
    )  # fmt: skip
    found = {chapter.id: chapter for chapter in chapters(given)}
    assert found["sure"].answer == ("The data cannot say: No such board. Try: nomoat scales",)
    assert found["country"].answer[0] == "The data cannot say: No model in country=CN."
    assert found["garage"].answer == ("This was not measured for this report.",)
    assert not found["sure"].figures


def test_who_is_ahead_is_said_with_its_interval():
    china = {chapter.id: chapter for chapter in chapters(parts())}["country"].answer[0]
    assert china.startswith("On 11 August 2026 the best open models from China stand 7.0 points above")
    assert "(90% interval 4.5 to 9.2)" in china
    close = msgspec.structs.replace(
        planted.gap(leader="open & country=CN", follower="open & country=US"),
        quality_gap=msgspec.structs.replace(planted.gap().quality_gap, value=-0.5, low=-3.0, high=2.0),
    )
    said = {chapter.id: chapter for chapter in chapters(parts(rivalry=close))}["country"].answer[0]
    assert said.startswith("On 11 August 2026 the best open models from the US stand 0.5 points above")
    assert "(90% interval -2.0 to 3.0); the interval includes nought, so the order is not settled" in said


def test_a_named_model_without_a_score_is_said_to_have_none():
    few = tuple(model for model in planted.MODELS if model[0] != "Gemma 3")
    found = {chapter.id: chapter for chapter in chapters(parts(few))}["named"]
    assert found.answer[-1] == "No scored model here is called Gemma 3."


def test_tables_that_share_a_file_are_the_same_table():
    found = {}
    for chapter in chapters(parts(domains=msgspec.structs.replace(planted.panel(), rows=planted.panel().rows[:3]))):
        for table in (*(figure.wide.table for figure in chapter.figures), *chapter.tables):
            assert found.setdefault(table.name, table) == table, table.name
