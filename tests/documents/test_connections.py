"""Connections are those that a sentence states: read by eye on the five, the look-alikes and sentences of our own."""

from __future__ import annotations

import pytest

from nomoat.documents.graph import graph
from nomoat.documents.read import read_bytes
from nomoat.documents.statements import statements


def connections(text: str, name: str = "x.txt") -> set[tuple[str, str, str]]:
    made = graph([read_bytes(name, text.encode())])
    names = {node.id: node.name for node in made.nodes}
    return {(names[c.source], c.type, names[c.target]) for c in made.connections}


def beside(text: str) -> set[tuple[str, str, str]]:
    return {c for c in connections(text) if c[1] in ("compares", "competes with")}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("GLM-5 has replaced Qwen 3.5 as the open model of choice.", {("GLM-5", "compares", "Qwen 3.5")}),
        ("Qwen and Llama are cheaper than GPT-4 and Claude.", {
            ("Qwen", "compares", "GPT-4"), ("Qwen", "compares", "Claude"),
            ("Llama", "compares", "GPT-4"), ("Llama", "compares", "Claude"),
        }),
        ("Llama is cheap, and Qwen beats GPT-4.", {("Qwen", "compares", "GPT-4")}),
        ("DeepSeek trained V3 for six million, and it beats GPT-4.", set()),
        ("On MMLU-Pro it reaches 78%, four points more than Gemma 3.", set()),
        ("The advance of open source is due to DeepSeek, rather than a team.", set()),
        ("Open models surpass specialised ones, which leads some to say that closed models were better.", set()),
        ("Llama's dominance has faded, while DeepSeek and Qwen have gained.", set()),
        ("According to Hugging Face, Qwen has overtaken Llama.", {("Qwen", "compares", "Llama")}),
        ("Qwen is better. GPT-4 is dearer.", set()),
        ("Better tools make Qwen a match for nobody; Claude is loved.", set()),
        ("The gap between Qwen and GPT-5 has been shrinking.", {("Qwen", "compares", "GPT-5")}),
        ("Mistral competes with OpenAI, and Cohere sells to banks.", {("Mistral AI", "competes with", "OpenAI")}),
        ("Qwen, Llama and GLM trail GPT-5.", {
            ("Qwen", "compares", "GPT-5"), ("Llama", "compares", "GPT-5"), ("GLM", "compares", "GPT-5"),
        }),
    ],
)  # fmt: skip
def test_what_is_set_beside_what(text, stated):
    assert beside(text) == stated


def test_the_one_who_says_it_is_the_source():
    text = "Host: Welcome, Jane.\nJane Roe: Hi.\nHost: Jane says Mistral makes Codestral for Europe.\n"
    found = connections(text)
    assert {c for c in found if c[1] == "says about" and c[2] in ("Mistral AI", "Codestral")} == {
        ("Jane Roe", "says about", "Mistral AI"), ("Jane Roe", "says about", "Codestral"),
    }  # fmt: skip
    assert ("Mistral AI", "makes", "Codestral") in found


def test_a_first_name_alone_is_the_one_who_says_it():
    document = read_bytes("x.txt", b"Jane says Mistral makes the best small models in Europe.")
    (statement,) = statements(document).statements
    assert statement.source == "Jane"
    found = connections(document.text)
    assert ("Jane", "says about", "Mistral AI") in found
    assert not {c for c in found if c[0] == "Mistral AI" and c[1] == "says about"}
    assert ("person", "Acme") not in {
        (n.kind, n.name) for n in graph([read_bytes("x.txt", b"Acme says no to it.")]).nodes
    }
    full = graph([read_bytes("x.txt", b"Ruth Cole of Acme Labs came. Ruth says Qwen 3 is good.")])
    assert [n.name for n in full.nodes if n.kind == "person"] == ["Ruth Cole"]


@pytest.mark.parametrize("link", ["[[ruth-cole]]", "[[ruth_cole]]", "[[ruth_cole | Cole]]", "[[ruth-cole|Dr. Cole]]"])
def test_a_link_to_a_person_is_that_person(link):
    text = f"---\ntitle: T\nspeakers: [Ruth Cole]\n---\nIt was said by {link} at home.\n"
    made = graph([read_bytes("x.md", text.encode())])
    assert [(n.kind, n.name, n.mentions) for n in made.nodes] == [("person", "Ruth Cole", 1)]
    known = graph([read_bytes("x.md", b"Said by [[nathan-lambert]] and [[nathan_lambert | Lambert]] here.\n")])
    assert [(n.kind, n.name, n.mentions) for n in known.nodes] == [("person", "Nathan Lambert", 2)]


def test_a_link_to_a_topic_stays_a_topic():
    made = graph([read_bytes("x.md", b"See [[regulated_industries_and_model_choice | Regulated industries]] today.\n")])
    assert [(n.kind, n.name) for n in made.nodes] == [("concept", "Regulated industries")]
