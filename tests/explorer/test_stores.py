"""Two stores, one address; one store that changes under a running explorer; a store that cannot be written."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape

import httpx
import pytest

from explorer import hostile
from explorer.serving import running
from nomoat.catalog.store import SNAPSHOT, Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication

NEWS = date(2026, 11, 30)


def vintage(home, name, *, day=NEWS):
    """An update that brings one model that nobody else has, of a publisher of its own."""
    copied = home / "copy.csv"
    copied.parent.mkdir(parents=True, exist_ok=True)
    copied.write_text(name)
    facts = Facts()
    key = facts.origin(
        Publication(
            key=f"test/{name}", publisher="Rocket Watch", dataset="rockets", title="Rockets",
            address="https://example.org", licence="CC BY 4.0", attribution="Rocket Watch", evidence="secondary",
        ),
        day,
        copied,
    )  # fmt: skip
    facts.add("models", key, model_id=f"acme/{name}", name=name, organisation_id="acme", released=day)
    place = home / "vintages" / day.isoformat()
    building = home / "vintages" / ".building-test"
    write(facts, {copied.name: copied}, building)
    os.replace(building, place)
    return place


def asked(address, path):
    return httpx.get(f"{address}{path}", timeout=120)


@pytest.fixture(scope="module")
def rich(tmp_path_factory, furnished):
    """A store with a vintage, a document and a claim that a newcomer's does not have."""
    home = furnished(tmp_path_factory.mktemp("rich"))
    id = hostile.store(home)
    vintage(home, "rocket-1", day=NEWS + timedelta(days=1))  # the hostile update is of the day before
    with running(home) as address:
        yield address, id


def test_an_update_is_seen_by_the_next_question(tmp_path):
    with running(tmp_path) as address:
        before = asked(address, "/models?q=rocket-1")
        assert "Rocket Watch" not in before.text
        gap = asked(address, "/api/v1/gap").content
        assert asked(address, "/sources").text.count("Rocket Watch") == 0
        place = vintage(tmp_path, "rocket-1")
        assert "acme/rocket-1" in asked(address, "/api/v1/models?q=rocket-1").text
        assert "Rocket Watch" in asked(address, "/sources").text
        assert asked(address, "/api/v1/gap").content == gap, "what did not change is what it was"
        shutil.rmtree(place)
        assert asked(address, "/api/v1/models?q=rocket-1").status_code == 400
        assert "Rocket Watch" not in asked(address, "/sources").text


def test_a_store_that_changes_all_the_time_gives_no_broken_answer(tmp_path):
    """Every answer is of one state: the model is in it or it is not."""
    with running(tmp_path) as address, ThreadPoolExecutor(4) as crowd:
        got = []
        for _ in range(4):
            some = [crowd.submit(asked, address, path) for path in ("/api/v1/models?q=rocket-1", "/models") * 2]
            place = vintage(tmp_path, "rocket-1")
            some += [crowd.submit(asked, address, path) for path in ("/api/v1/models?q=rocket-1", "/models") * 2]
            got += [one.result() for one in some]
            shutil.rmtree(place)
    assert {one.status_code for one in got} <= {200, 400}
    assert all(one.status_code == 200 for one in got if one.url.path == "/models")


@pytest.mark.filterwarnings("ignore:.*nomoat sources drop")
def test_a_vintage_that_cannot_be_read_leaves_what_was_there_before(tmp_path):
    with running(tmp_path) as address:
        place = vintage(tmp_path, "rocket-1")
        assert asked(address, "/api/v1/models?q=rocket-1").status_code == 200
        (place / "manifest.json").write_text("{")
        os.utime(place)
        assert asked(address, "/models").status_code == 200
        assert asked(address, "/api/v1/models?q=rocket-1").status_code == 400
        with pytest.warns(UserWarning, match="nomoat sources drop"):
            Catalog.open(tmp_path, SNAPSHOT)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/document?id={id}", "No document"),
        ("/graph?document={id}", "No document"),
        ("/claim?id=evil-claim", "No claim"),
        ("/model?id=acme/rocket-1", "No model"),
        ("/compare?models=rocket-1,GPT-5", "No model"),
        ("/gap?model=rocket-1", "rocket-1"),
        ("/models?q=rocket-1", "rocket-1"),
        ("/claims?document=evil", ""),
        ("/entity?id=company:acme-rockets", ""),
        ("/gap?at=2026-11-30", "2026-08-11"),
        ("/front?as_of=2020-01-01", "2020-01-01"),
        ("/gap?follower=org%3DRocketeers", "Rocketeers"),
        ("/gap?on=benchmark:Rocketry", "Rocketry"),
    ],
)
def test_a_link_from_another_store_says_what_is_not_here(plain, path, words):
    """Never a failure, and never something else without a word: what is missing here is named."""
    for kind in ("", "/api/v1"):
        got = asked(plain, kind + path.format(id="0123abcd"))
        assert got.status_code in (200, 400), (kind, got.text[:300])
        if got.status_code == 400 or not kind:
            text = re.sub(r"<[^>]+>", " ", unescape(got.text))
            assert words in text, text[:500]


def test_every_link_of_a_rich_store_opens_on_a_poor_one(rich, plain):
    address, _ = rich
    pages = ("/documents", "/claims", "/models?q=rocket", "/sources", "/graph", "/methods", "/gap")
    found = {unescape(link) for page in pages for link in re.findall(r'href="(/[^"#]*)', asked(address, page).text)}
    own = sorted(link for link in found if "?" in link and ("id=" in link or "document" in link or "q=" in link))
    assert any("evil" in link for link in own)
    for link in own[:60]:
        got = asked(plain, link)
        assert got.status_code in (200, 400, 404), (link, got.status_code)
        assert "<h1" in got.text or not got.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/gap?follower=permissive",
        "/models?q=open",
        "/model?id=DeepSeek-R1",
        "/price",
        "/adoption",
        "/compare?models=o3,GPT-5",
    ],
)
def test_a_pinned_link_shows_the_same_in_a_store_that_knows_more(plain, rich, path):
    """The link that a page offers gives its numbers there and here; the same address without it need not."""
    address, _ = rich
    text = asked(plain, path).text
    link = unescape(re.search(r'<a rel="bookmark" href="([^"]+)"', text)[1])
    ours = asked(plain, f"/api/v1{path}").json()
    assert asked(plain, f"/api/v1{link}").json() == ours, "the pin takes nothing away"
    assert asked(address, f"/api/v1{link}").json() == ours
    assert "This link stays with what was known on" in asked(address, link).text
    free = unescape(re.search(r'<a href="([^"]+)">Go with the newest', asked(plain, link).text)[1])
    assert asked(plain, free).text == text


def test_a_store_that_knows_more_shows_more_without_a_pin(plain, rich):
    address, _ = rich
    assert asked(address, "/api/v1/models").json() != asked(plain, "/api/v1/models").json()
