"""Connections are those that a sentence states: read by eye on the five, the look-alikes and sentences of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


TYPED = ("makes", "based on", "competes with", "uses", "works at", "located in", "writes in")


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        # a clause ends
        ("Nemotron is based on Llama 3.1, and Mistral works with ASML.", {("Nemotron", "based on", "Llama 3.1")}),
        ("Vicuna was fine-tuned from Llama; Gemma came later.", {("Vicuna", "based on", "Llama")}),
        ("Nvidia's Nemotron is built on Alibaba's Qwen, while Meta uses Claude.", {
            ("NVIDIA", "makes", "Nemotron"), ("Alibaba", "makes", "Qwen"), ("Nemotron", "based on", "Qwen"),
            ("Meta", "uses", "Claude"),
        }),
        ("Alibaba released Qwen 3 and Meta released Llama 4.", {
            ("Alibaba", "makes", "Qwen 3"), ("Meta", "makes", "Llama 4"),
        }),
        ("Mistral was sold; OpenAI's rivals cheered.", set()),
        ("Perplexity uses DeepSeek R1, which beats GPT-4o.", {("Perplexity", "uses", "DeepSeek R1")}),
        ("Mistral competes with banks, and OpenAI sells to them.", set()),
        # it is denied, asked, supposed or only possible
        ("Phi-4 is not based on GPT-4o, and Google did not make Qwen.", set()),
        ("Nobody believes that Phi is based on GPT-4o.", set()),
        ("Is Phi based on GPT-4o?", set()),
        ("If Phi were based on GPT-4o, we would know.", set()),
        ("The claim that DeepSeek R1 was distilled from o1 is false.", set()),
        ("DeepSeek denies that R1 was distilled from o1.", set()),
        ("Perplexity does not use DeepSeek R1.", set()),
        ("Mistral does not compete with OpenAI.", set()),
        ("Llama 4 was not made by Google.", set()),
        ("Jane Roe, not an engineer at Google, spoke.", set()),
        ("Jane Roe, a former engineer at Google, spoke.", set()),
        ("China banned Nvidia and OpenAI.", set()),
        ("Non-Chinese labs like Mistral grew.", set()),
        # who is set apart is no subject; no company and no idea is based on anything
        ("Unlike Claude, Gemma 3 was distilled from Gemini, and OpenAI was surprised.", {
            ("Gemma 3", "based on", "Gemini"),
        }),
        ("A fine-tuned 7B beats GPT-4, and distillation from o1 helped.", set()),
        ("OpenAI is based on Claude.", set()),
        ("Vicuna was trained on MMLU.", set()),
        ("OpenAI released a report saying Qwen is cheap.", set()),
        # and what is stated is still found
        ("Nemotron, which is built on Llama 3.1, is small.", {("Nemotron", "based on", "Llama 3.1")}),
        ("Gemma 3 is small, but was distilled from Gemini.", {("Gemma 3", "based on", "Gemini")}),
        ("DeepSeek R1 was distilled into Qwen 2.5.", {("Qwen 2.5", "based on", "DeepSeek R1")}),
        ("Gemma and PaLM are based on Gemini and T5.", {
            ("Gemma", "based on", "Gemini"), ("Gemma", "based on", "T5"),
            ("PaLM", "based on", "Gemini"), ("PaLM", "based on", "T5"),
        }),
        ("Qwen was made by Alibaba, and Gemma by Google.", {
            ("Alibaba", "makes", "Qwen"), ("Google", "makes", "Gemma"),
        }),
        ("Chinese lab Moonshot AI made Kimi K2.", {
            ("Moonshot AI", "located in", "China"), ("Moonshot AI", "makes", "Kimi K2"),
        }),
    ],
)  # fmt: skip
def test_no_type_across_a_clause_or_a_denial(text, stated):
    assert {c for c in connections(text) if c[1] in TYPED} == stated


RELATIONS = [
    ("Nemotron", "is based on", "Llama 3"), ("Google", "released", "Gemma 3"), ("Mistral", "competes with", "OpenAI"),
    ("Perplexity", "uses", "DeepSeek R1"), ("Qwen", "was made by", "Alibaba"), ("Vicuna", "was distilled from", "Qwen"),
]  # fmt: skip


@given(st.sampled_from(RELATIONS), st.sampled_from(RELATIONS), st.sampled_from([", and ", "; ", ", but ", ", while "]))
def test_two_clauses_state_what_each_states_alone(first, second, link):
    typed = {c for c in connections(f"{' '.join(first)}{link}{' '.join(second)}.") if c[1] in TYPED}
    alone = {c for one in (first, second) for c in connections(f"{' '.join(one)}.") if c[1] in TYPED}
    assert typed == alone
    assert typed


DENIALS = ["Nobody says that {}", "It is not true that {}", "Whether {} is unclear", "If {}, we would know"]


@given(st.sampled_from(RELATIONS), st.sampled_from(DENIALS))
def test_what_is_denied_is_no_connection(relation, frame):
    assert not {c for c in connections(f"{frame.format(' '.join(relation))}.") if c[1] in TYPED}


def test_who_speaks_in_the_next_clause_has_not_said_it():
    assert ("Jane Roe", "says about", "Nemotron") not in connections(
        "Nemotron is cheap, and Jane Roe says Llama is better."
    )
    assert ("Jane Roe", "says about", "Llama") in connections("Llama is cheap, and Qwen is dear, Jane Roe said.")


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
