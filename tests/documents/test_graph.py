"""Entities and connections are found with their passages, merged across documents, and drawn without overlap."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.marked import LOOKALIKES
from nomoat.documents.entities import entities
from nomoat.documents.gazetteer import shipped
from nomoat.documents.graph import graph, link_readings, merged
from nomoat.documents.layout import layout, overlaps
from nomoat.documents.read import read, read_bytes

ALL = sorted(LOOKALIKES.iterdir())


def connections(text: str, name: str = "x.txt") -> set[tuple[str, str, str]]:
    made = graph([read_bytes(name, text.encode())])
    names = {node.id: node.name for node in made.nodes}
    return {(names[c.source], c.type, names[c.target]) for c in made.connections}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Google's Gemma and AI2's MOO 2 32B.", {("Google", "makes", "Gemma"), ("AI2", "makes", "OLMo 2 32B")}),
        ("Qwen (Alibaba) is growing.", {("Alibaba", "makes", "Qwen")}),
        ("Vicuna was fine-tuned from Llama on chats.", {("Vicuna", "based on", "Llama")}),
        ("Kimi K2 outperforms GPT-4o on code.", {("Kimi K2", "compares", "GPT-4o")}),
        ("Mistral competes with OpenAI in Europe.", {("Mistral AI", "competes with", "OpenAI")}),
        ("Chinese labs (e.g., ZAI, Moonshot AI, Tencent) grow.", {
            ("Z.ai", "located in", "China"), ("Moonshot AI", "located in", "China"), ("Tencent", "located in", "China"),
        }),
        ("According to Luke Sernau, a senior software engineer at Google, LoRA is good.", {
            ("Luke Sernau", "works at", "Google"), ("Luke Sernau", "says about", "LoRA"),
        }),
        ("Jane Roe of Acme Labs says that Llama 3 is cheap.", {
            ("Jane Roe", "works at", "Acme Labs"), ("Jane Roe", "says about", "Llama 3"),
        }),
        ("Perplexity uses DeepSeek R1 in its search.", {("Perplexity", "uses", "DeepSeek R1")}),
        ("Multimodal models (like a Sora 2 equivalent) come.", {("Sora 2", "example of", "Multimodal models")}),
    ],
)  # fmt: skip
def test_typed_connections(text, expected):
    assert expected <= connections(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Meta's Llama 2 competes with GPT-4.", ("Meta", "makes", "GPT-4")),
        ("Google's Gemma is behind Qwen.", ("Google", "compares", "Qwen")),
        ("Usage of open models is 5%, against 0.4% for GPT-5.4.", ("Open models", "competes with", "GPT-5.4")),
    ],
)
def test_connections_that_nobody_stated(text, wrong):
    assert wrong not in connections(text)


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_every_connection_has_a_passage_that_names_both_ends(path):
    document = read(path)
    made = graph([document])
    mentioned = {e.id: {m.passage for m in e.mentions} for e in entities(document).entities}
    for link in made.connections:
        for evidence in link.passages:
            assert evidence.passage in mentioned[link.target]
            if link.type != "says about":
                assert evidence.passage in mentioned[link.source]
    for entity in entities(document).entities:
        for mention in entity.mentions:
            if mention.how == "speaker":
                continue
            stands = document.text[mention.place.start : mention.place.end]
            assert stands == mention.text or mention.text in document.passage(mention.passage).reading


def test_entities_merge_across_documents():
    one = read_bytes("a.txt", b"Deep Seek R1 is open.")
    two = read_bytes("b.txt", b"DeepSeek-R1 was made by DeepSeek in China.")
    made = graph([one, two])
    (node,) = [n for n in made.nodes if n.id == "product:deepseek-r1"]
    assert node.documents == (one.id, two.id)
    assert graph([one, two, one]) == made


def test_declared_and_found_stand_side_by_side():
    (source,) = graph([read(LOOKALIKES / "talk_digest.txt")]).documents
    assert source.declared["entities"] == 31
    assert source.declared["connections"] == 27
    assert source.found["entities"] == 21
    assert source.found["segments"] == 0
    assert source.found["themes"] == source.declared["themes"] == 9


def test_a_catalog_resolves_what_the_gazetteer_does_not_know():
    document = read_bytes("x.txt", b"We like Zorblax 9B and GPT-4 a lot.")
    assert {e.name for e in entities(document).entities} == {"GPT-4"}
    found = {e.name: e.catalog for e in entities(document, catalog=["Zorblax 9B", "GPT-4"]).entities}
    assert found == {"GPT-4": "GPT-4", "Zorblax 9B": "Zorblax 9B"}


def test_names_that_are_merely_near_go_to_the_review_list():
    document = read_bytes("x.txt", b"We spoke to Antropic and to Zzyzx about it all.")
    found = entities(document)
    assert found.entities == ()
    assert {u.name: u.near for u in found.unresolved} == {"Antropic": ("Anthropic",), "Zzyzx": ()}


@pytest.mark.parametrize(
    "text",
    [
        "claude and meta are words, a cursor too.",
        "He saw GPT4all yesterday.",
        "the oracle spoke of grants",
        "Open. AI is fine.",
    ],
)
def test_words_that_only_look_like_names(text):
    assert not [h for h in shipped().find(text) if h.entry.kind in ("company", "product")]


def test_the_gazetteer_is_sound():
    entries = shipped().entries
    assert len({entry.id for entry in entries}) == len(entries)
    makers = {entry.maker for entry in entries if entry.maker}
    companies = {entry.name for entry in entries if entry.kind == "company"}
    assert makers <= companies
    assert all(entry.source.startswith("https://") for entry in entries if entry.since)


def test_wiki_links_lead_to_notes_and_drifting_slugs_are_proposed_not_followed():
    one = read_bytes(
        "a.md", b"---\ntitle: Open models versus closed models\n---\nText about [[open_weights | open weights]] here.\n"
    )
    two = read_bytes(
        "b.md",
        b"---\ntitle: Other\n---\n[[open_models_vs_closed_models | a]], [[open_models_vs_closed_big_models | b]].\n",
    )
    found = {link.slug: link for link in link_readings([one, two])}
    assert found["open_models_vs_closed_models"].means == one.id
    drifted = found["open_models_vs_closed_big_models"]
    assert drifted.means is None
    assert one.id in drifted.near


HOSTILE = 'Dr. "><script>alert(1)</script>'


def test_graphml_is_valid_whatever_the_names():
    text = "---\ntitle: x\n---\nSee [[a | Foo & <Bar> \"\x0b\ufffe]] and GPT-4's \u202erival \U0001f600 Claude.\n"
    made = graph([read_bytes("x.md", text.encode())])
    root = ElementTree.fromstring(made.graphml())
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(root.findall(f".//{space}node")) == len(made.nodes)
    assert len(root.findall(f".//{space}edge")) == len(made.connections)
    keys = {key.get("id") for key in root.findall(f"{space}key")}
    assert {data.get("key") for data in root.iter(f"{space}data")} <= keys


@given(
    st.lists(st.tuples(st.floats(20, 260), st.floats(16, 40)), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80),
    st.integers(0, 5),
)
def test_no_boxes_overlap_and_all_are_in_the_picture(sizes, links, seed):
    links = [(a % len(sizes), b % len(sizes)) for a, b in links]
    made = layout(sizes, links, seed)
    assert overlaps(made, sizes) == []
    assert made == layout(sizes, links, seed)
    for (w, h), x, y in zip(sizes, made.x, made.y, strict=True):
        assert w / 2 <= x <= made.width - w / 2 + 0.2
        assert h / 2 <= y <= made.height - h / 2 + 0.2


def test_neighbours_are_nearer_than_strangers():
    ring = [(k, (k + 1) % 12) for k in range(12)]
    made = layout([(40.0, 20.0)] * 12, ring)

    def distance(a: int, b: int) -> float:
        return ((made.x[a] - made.x[b]) ** 2 + (made.y[a] - made.y[b]) ** 2) ** 0.5

    near = sum(distance(a, b) for a, b in ring) / 12
    far = sum(distance(k, (k + 6) % 12) for k in range(12)) / 12
    assert near * 1.5 < far


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=4, unique=True))
@settings(max_examples=6, deadline=None)
def test_the_graph_of_several_is_that_of_each_put_together(paths):
    documents = [read(path) for path in paths]
    whole = graph(documents)
    assert merged(documents, [graph([document]) for document in documents]) == whole
    for node in whole.nodes:
        parts = [n for d in documents for n in graph([d]).nodes if n.id == node.id]
        assert node.mentions == sum(part.mentions for part in parts)
        assert node.documents == tuple(d for part in parts for d in part.documents)
    assert whole.nodes
