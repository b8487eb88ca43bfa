"""The picture of a graph is one file that asks nobody for anything and runs nothing that a document brought."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from documents.marked import LOOKALIKES
from nomoat.documents.graph import graph
from nomoat.documents.read import read, read_bytes
from nomoat.views.graph import graph_page

EVIL = (
    "---\ntitle: </title><script>alert(1)</script>\nvideoId: P6y0gr-W2-k\n---\n"
    "See [[a | x&quot;&gt;&lt;img src=x onerror=alert(2)&gt;]] and GPT-4 "
    "&lt;/script&gt;&lt;script&gt;alert(3)&lt;/script&gt; [00:00:05].\n"
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(page)
    return parser.seen


@pytest.fixture(scope="module")
def page() -> str:
    return graph_page(graph([read(p) for p in sorted(LOOKALIKES.iterdir())]))


def test_no_foreign_request_and_a_policy_that_forbids_them(page):
    assert not re.search(r"@import|url\(", page)
    for tag, attrs in tags(page):
        assert tag not in ("link", "img", "iframe", "object", "embed", "base")
        assert "src" not in attrs
        assert tag != "a" or attrs["href"].startswith("https://www.youtube.com/watch?v=")
    policy = next(attrs["content"] for tag, attrs in tags(page) if attrs.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy


def test_hostile_names_stay_text():
    page = graph_page(graph([read_bytes("x.md", EVIL.encode())]))
    seen = tags(page)
    assert [tag for tag, _ in seen].count("script") == 2
    assert not [1 for tag, attrs in seen if tag == "img" or any(key.startswith("on") for key in attrs)]
    assert "P6y0gr-W2-k&amp;t=5" in page


def test_the_list_says_the_same_as_the_map(page):
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    rows = [attrs for _, attrs in tags(page) if "data-row" in attrs]
    buttons = {int(attrs["data-open"]) for _, attrs in tags(page) if "data-open" in attrs}
    nodes = [attrs for _, attrs in tags(page) if attrs.get("class") == "node"]
    lines = [attrs for _, attrs in tags(page) if (attrs.get("class") or "").startswith("link")]
    assert len(rows) == len(nodes) == len(data["nodes"])
    assert buttons == set(range(len(nodes)))
    assert len(lines) == len(data["links"])
    assert [attrs["tabindex"] for attrs in nodes].count("0") == 1
    assert all(attrs["aria-label"] and attrs["role"] == "button" for attrs in nodes)


def test_the_page_is_the_same_every_time(page):
    assert page == graph_page(graph([read(p) for p in sorted(LOOKALIKES.iterdir())]))


def test_an_empty_graph_is_a_page():
    assert "0 entities" in graph_page(graph([read_bytes("x.txt", b"nothing of note is said in here")]))


def test_both_maps_hold_every_name_apart(page):
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    wide, tall = data["size"], data["tall"]["size"]
    assert wide[0] > wide[1]
    assert tall[0] < tall[1]
    places = {"wide": [(n["x"], n["y"]) for n in data["nodes"]]}
    places["tall"] = list(zip(data["tall"]["x"], data["tall"]["y"], strict=True))
    for name, (width, height) in (("wide", wide), ("tall", tall)):
        boxes = [(x, y, n["w"]) for (x, y), n in zip(places[name], data["nodes"], strict=True)]
        for k, (x, y, w) in enumerate(boxes):
            assert w / 2 <= x <= width - w / 2
            assert 12 <= y <= height - 12
            for other_x, other_y, other_w in boxes[:k]:
                assert abs(x - other_x) > (w + other_w) / 2 - 0.2 or abs(y - other_y) > 23.8
    fit = [attrs for tag, attrs in tags(page) if attrs.get("data-zoom") == "fit"]
    assert [attrs["aria-keyshortcuts"] for attrs in fit] == ["f"]
