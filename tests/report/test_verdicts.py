"""The statements open the report: each badge is the verdict, leads to what decides it, and is no colour alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from nomoat.claims.check import VERDICTS
from nomoat.claims.ledger import ledger
from nomoat.claims.measured import Measured
from nomoat.claims.verdicts import verdicts
from nomoat.report import Parts, publish
from nomoat.report.chapters import chapters
from nomoat.report.verdicts import chart, front
from nomoat.views.verdicts import dial
from views import planted

IDS = (
    *(
        "current-gap",
        "slight-edge",
        "china-performance",
        "garage",
        "gemma-3",
        "deepseek-not-team",
        "time-gap-shrinking",
    ),
    *("test-time-compute", "enterprise-five-percent", "adoption-increasing", "internet-on-open-source", "no-moat"),
    "lora-in-hours",
)
EVIL = "</p><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\x1b[31m\u202e"


def parts(found=None, **given):
    rivals = {"leader": "open & country=CN", "follower": "open & country=US"}
    full = {
        "gap": planted.gap(),
        "frontier": planted.frontier(),
        "panel": planted.panel(),
        "organisations": planted.attribution(),
        "effort": planted.effort(),
        "rivals": planted.frontier(**rivals),
        "rivalry": planted.gap(**rivals),
        "verdicts": found,
    }
    return Parts(**(full | given))


class Found(HTMLParser):
    """Elements with their attributes and the text inside each article."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.articles, self.inside = [], {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "article":
            self.inside = dict(attrs)["id"].removeprefix("claim-")
            self.articles[self.inside] = ""

    def handle_endtag(self, tag):
        if tag == "article":
            self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.articles[self.inside] += data


@pytest.fixture(scope="module")
def judged():
    book = ledger()
    return verdicts([book.claim(id) for id in IDS], draws=20)


@pytest.fixture(scope="module")
def page(judged, tmp_path_factory):
    out = tmp_path_factory.mktemp("verdicts") / "out"
    publish(out, parts(judged))
    return (out / "index.html").read_text(encoding="utf-8")


def test_the_statements_come_before_every_chapter(page):
    assert page.index('id="said"') < page.index('id="gap"')
    assert page.index('href="#said"') < page.index('href="#gap">Where')


def test_every_statement_has_its_words_place_and_three_verdicts(page, judged):
    found = Found(page).articles
    assert set(found) == set(IDS)
    for one in judged.checked:
        text = " ".join(found[one.claim.id].split())
        for part in (one.claim.says, f"“{one.claim.quote}”", f"line {one.claim.line}", one.claim.speaker):
            assert part in text
        for verdict in (one.then, one.since, one.now):
            assert verdict.verdict in text
            assert " ".join(verdict.why.split()) in text


def test_every_badge_leads_to_something_that_is_there(page, judged):
    elements = Found(page).elements
    ids = {attrs["id"] for _, attrs in elements if "id" in attrs}
    badges = [a for tag, a in elements if tag == "a" and a.get("class", "").startswith("badge")]
    testable = [one for one in judged.checked if one.now.measured is not None]
    assert len(badges) == len(testable) > 5
    assert {a["href"][1:] for a in badges} <= ids
    assert {a["href"] for a in badges} >= {"#chart-frontier", "#chart-frontier-country", "#chart-garage", "#chart-wake"}


def test_a_verdict_is_a_shape_and_a_word(page):
    for badge in re.findall(r'<(?:a|span) class="badge ([a-z-]+)"[^>]*>(.*?)</(?:a|span)>', page, re.DOTALL):
        verdict = badge[0].replace("-", " ")
        assert verdict in VERDICTS
        assert badge[1].count("<svg") == 1
        assert badge[1].strip().endswith(verdict)
    shapes = dict(re.findall(r'class="badge ([a-z-]+)"[^>]*>(<svg.*?</svg>)', page, re.DOTALL))
    assert len(shapes) == len(set(shapes.values())) > 3


def test_what_nothing_decides_says_what_would(page, judged):
    assert "Not testable yet: 1 that needs the measure of tune" in page
    one = judged.of("internet-on-open-source")
    assert one is not None
    assert one.claim.test.would in Found(page).articles["internet-on-open-source"]


def test_a_chapter_names_the_statements_that_it_decides(page):
    gap = page[page.index('<section id="gap">') : page.index('<section id="trend">')]
    assert 'href="#claim-current-gap"' in gap
    assert 'href="#claim-garage"' not in gap
    assert 'href="#claim-garage"' in page[page.index('<section id="garage">') : page.index('<section id="records">')]


def test_opposite_statements_show_their_denominators(judged):
    rows = {row.id: row for _, group in (*front(judged, ()).topics, *front(judged, ()).waiting) for row in group}
    other = next(o for o in rows["enterprise-five-percent"].others if o.id == "adoption-increasing")
    assert ledger().claim("adoption-increasing").test.population in other.counts


def test_the_counts_are_those_of_the_statements(judged):
    found = front(judged, ())
    shown = sum(len(rows) for _, rows in (*found.topics, *found.waiting))
    assert shown == found.total == sum(n for _, n in found.tally) == len(IDS)
    totals = [row[1] for row in found.documents.rows]
    assert sum(totals) == len(IDS)
    assert all(row[1] == sum(row[2:]) for row in found.documents.rows)


def test_a_chart_that_was_not_drawn_is_led_to_by_nothing(judged):
    missing = chapters(parts(judged, rivals=None, rivalry=None, effort=None))
    links = {row.id: row.href for _, rows in front(judged, missing).topics for row in rows}
    assert links["china-performance"] == "#why-china-performance"
    assert links["garage"] == "#why-garage"
    assert links["current-gap"] == "#chart-frontier"


def test_a_test_with_another_start_is_not_said_to_be_in_the_chart():
    (found,) = verdicts([ledger().claim("llama-had-dominated")], draws=0).checked
    assert chart(found) == ""


def test_the_small_picture_has_value_interval_and_range_in_order():
    found = dial("between 2 and 4", Measured(value=8, low=6, high=10, level=0.9, unit="points"))
    assert found is not None
    assert found.span is not None
    assert 0 < found.zone[0] < found.zone[1] < found.span[0] < found.value < found.span[1] < 320
    assert [mark.text for mark in found.marks] == ["2", "4"]
    inside = dial("at most 9", Measured(value=8, low=None, high=None, level=None, unit="%"))
    assert inside is not None
    assert (inside.zone[0], inside.span) == (0, None)
    assert inside.value < inside.zone[1]
    endless = dial("at least 6", Measured(value=float("inf"), low=7, high=float("inf"), level=0.9, unit="months"))
    assert endless is not None
    assert endless.value == 320
    equal = dial("at most 5", Measured(value=5, low=5, high=5, level=None, unit="models"))
    assert equal is not None


def test_hostile_words_are_text(judged, tmp_path):
    one = judged.checked[0]
    claim = msgspec.structs.replace(one.claim, says=EVIL, quote=EVIL, speaker=EVIL, title=EVIL, topic=EVIL, hedge=EVIL)
    bad = msgspec.structs.replace(one, claim=claim, command=EVIL)
    publish(tmp_path / "out", parts(msgspec.structs.replace(judged, checked=(bad, *judged.checked[1:]))))
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not [tag for tag, _ in Found(text).elements if tag in {"script", "img"}]
    assert "{{7*7}}" in text
    assert not set(text) & {"\x1b", "\u202e"}


def test_a_ledger_that_cannot_be_read_leaves_its_reason(tmp_path):
    publish(tmp_path / "out", parts(missing={"verdicts": "mine.toml, claim 'x': no line."}))
    assert (
        "The data cannot say: mine.toml, claim &#39;x&#39;: no line." in (tmp_path / "out" / "index.html").read_text()
    )


def test_the_report_takes_the_statements_of_the_reader(tmp_path, monkeypatch):
    from nomoat.report import write

    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "mine.toml").write_text("nonsense")
    assert (
        "mine.toml" in write.measured(at=None, as_of=None, method="eci", draws=0, seed=0, level=0.9).missing["verdicts"]
    )


def test_rows_of_the_data_file_are_the_verdicts(judged, tmp_path):
    report = publish(tmp_path / "out", parts(judged))
    assert {"data/verdicts.csv", "data/verdicts.json"} <= set(report.files)
    assert (Path(report.path).parent / "data" / "verdicts.csv").read_text().count("\n") == len(IDS) + 1
