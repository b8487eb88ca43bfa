"""Scorers give what a person would by hand, and nothing an answer holds can break or fool them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from nomoat.errors import InputError
from nomoat.work.answer import Answer
from nomoat.work.request import Request
from nomoat.work.sandbox import passes
from nomoat.work.schema import fault
from nomoat.work.score import Given, Score, Unscorable, mark, reference, scorer

REQUEST = Request(request_id="r", conversation_id="c", model="m")


def score(kind, text, wanted, message=None, **settings) -> float:
    by = scorer({"kind": kind, **settings})
    return by(Given(text, message or {"content": text}, wanted, REQUEST), settings).value


@pytest.mark.parametrize(
    ("kind", "text", "wanted", "settings", "expected"),
    [
        ("exact", " billing\n", "billing", {}, 1),
        ("exact", "Billing", "billing", {}, 0),
        ("normalised", "**Billing.**", "billing", {}, 1),
        ("normalised", "bill", "billing", {}, 0),
        ("numeric", "So 3 x 4 = 12.", "12", {}, 1),
        ("numeric", "It is 1,234.50 EUR", "1234.5", {}, 1),
        ("numeric", "−5", "-5", {}, 1),
        ("numeric", "12.4", "12", {"tolerance": 0.5}, 1),
        ("numeric", "12.6", "12", {"tolerance": 0.5}, 0),
        ("numeric", "none", "12", {}, 0),
        ("numeric", "1e999", "12", {}, 0),
        ("regex", "class: A", None, {"pattern": r"class: [AB]"}, 1),
        ("regex", "class: A", "B", {"pattern": r"class: ([AB])"}, 0),
        ("similarity", "a b c d", "a b x y", {}, 0.5),
        ("similarity", "", "", {}, 1),
        ("json_schema", '```json\n{"a": 1}\n```', None, {"schema": {"type": "object", "required": ["a"]}}, 1),
        ("json_schema", "sure! {", None, {"schema": {"type": "object"}}, 0),
        ("json_schema", "[" * 100_000, None, {"schema": {}}, 0),
        ("json_fields", '{"a": "X", "b": 2, "c": 1}', '{"a": "x", "b": 3}', {}, 0.5),
        ("json_fields", "no", '{"a": "x"}', {}, 0),
        ("code", "```python\ndef f(x): return x * 2\n```", None, {"tests": "assert f(2) == 4"}, 1),
        ("code", "def f(x): return x", None, {"tests": "assert f(2) == 4"}, 0),
    ],
)
def test_scores_by_hand(kind, text, wanted, settings, expected):
    assert score(kind, text, wanted, **settings) == expected


def test_tool_calls_are_compared_by_name_and_arguments_not_by_spelling():
    def call(name, arguments):
        return {"id": name, "type": "function", "function": {"name": name, "arguments": arguments}}

    wanted = {"tool_calls": [call("f", '{"a":1,"b":2}'), call("g", "{}")]}
    same = {"tool_calls": [call("g", ""), call("f", '{ "b": 2, "a": 1 }')]}
    assert score("tool_calls", "", wanted, same) == 1
    assert score("tool_calls", "", wanted, {"tool_calls": [call("f", '{"a":1,"b":3}'), call("g", "{}")]}) == 0.5
    assert (
        score("tool_calls", "", wanted, {"tool_calls": [*same["tool_calls"], call("h", "{}"), call("h", "{}")]}) == 0.5
    )
    assert score("tool_calls", "", wanted, {"content": "I will call f", "tool_calls": "f"}) == 0


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit(0)", "before the tests"),
        ("import os; os._exit(0)", "before the tests"),
        ("while True: pass", "no end"),
        ("x = 'a' * (2 * 10**9)", "MemoryError"),
        ("open('big', 'wb').write(b'0' * 2**22)", "large"),
        ("def f(: pass", "SyntaxError"),
    ],
)
def test_code_that_leaves_hangs_or_grows_fails(code, why):
    value, detail = passes(code, "assert False", 1.0)
    assert value == 0
    assert why in detail


def test_code_sees_no_keys(monkeypatch):
    monkeypatch.setenv("CLOSED_KEY", "sk-secret")
    assert passes("import os", "assert 'CLOSED_KEY' not in os.environ") == (1.0, "")


def test_a_failed_answer_is_its_arms_failure_and_a_broken_scorer_no_success(tmp_path):
    (tmp_path / "own.py").write_text("def mine(text, request, reference):\n    return {'a': 1, 'b': 7}[text]\n")
    by, settings = scorer({"kind": "python", "function": "own.py:mine"}, tmp_path), {"kind": "python"}

    def marked(**answered):
        answer = Answer(run="x", arm="a", request_id="r", conversation_id="c", key="k", model="m", **answered)
        return mark(answer, "u", by, settings, (REQUEST, None))

    assert marked(response={"content": "a"}).score == 1
    assert marked(response={"content": "b"}).detail.startswith("scorer failed: ValueError")
    assert marked(response={"content": "c"}).score == 0
    assert marked(response={"content": "a"}, error="timeout").detail == "failed: timeout"
    assert marked().score == 0


@pytest.mark.parametrize("kind", ["exact", "normalised", "numeric", "similarity", "json_fields", "tool_calls"])
def test_an_input_without_reference_is_no_arms_failure(kind):
    with pytest.raises(Unscorable):
        score(kind, "12", None)


def test_references_come_from_the_log_a_hint_or_a_file():
    request = Request(request_id="r", conversation_id="c", model="m", response={"content": "yes"}, hints={"gold": "no"})
    assert [reference(request, s, {"r": "file"}) for s in ("logged", "hint:gold", "refs.csv")] == ["yes", "no", "file"]


def test_settings_that_are_wrong_are_named():
    for settings in (
        {"kind": "regex", "pattern": "("},
        {"kind": "regex"},
        {"kind": "json_schema", "schema": {"$ref": 1}},
    ):
        with pytest.raises(InputError):
            scorer(settings)


@over(st.text(), st.text())
def test_every_score_lies_between_0_and_1(text, wanted):
    for kind in ("exact", "normalised", "numeric", "similarity", "json_fields"):
        try:
            assert 0 <= score(kind, text, wanted) <= 1
        except Unscorable:
            continue
    assert score("exact", wanted, wanted) == score("similarity", wanted, wanted) == 1


# Cases of the JSON Schema specification's own prose (2020-12), checked by hand.
@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, True, False),
        ({"type": ["string", "null"]}, None, True),
        ({"const": 1}, True, False),
        ({"enum": [[1], "a"]}, [1], True),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1, "b": 2}, False),
        ({"items": {"type": "string"}, "minItems": 1}, ["a", 2], False),
        ({"oneOf": [{"type": "number"}, {"minimum": 2}]}, 3, False),
        ({"anyOf": [{"type": "string"}, {"minimum": 2}]}, 1, False),
        ({"not": {"type": "string"}}, "a", False),
        ({"multipleOf": 0.01}, 0.29, True),
        ({"uniqueItems": True}, [1, True], True),
        ({"pattern": "^a+$"}, "aab", False),
        ({"minimum": 3}, "text", True),
        (False, 1, False),
    ],
)
def test_json_schema(schema, value, valid):
    assert (fault(json.loads(json.dumps(value)), schema) is None) == valid
    assert isinstance(Score(1.0), tuple)


def test_a_scorer_of_ones_own_has_so_many_seconds_and_may_not_break_the_reading_of_its_file(tmp_path):
    (tmp_path / "own.py").write_text("def mine(text, request, reference):\n    while True:\n        pass\n")
    settings = {"kind": "python", "function": "own.py:mine", "seconds": 0.1}
    answer = Answer(
        run="x", arm="a", request_id="r", conversation_id="c", key="k", model="m", response={"content": "a"}
    )
    found = mark(answer, "u", scorer(settings, tmp_path), settings, (REQUEST, None))
    assert (found.score, found.detail) == (0.0, "scorer failed: TimeoutError: no score within 0.1 s")
    for text, said in (
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("exit(1)", "SystemExit"),
    ):
        (tmp_path / "own.py").write_text(text)
        with pytest.raises(InputError, match=rf"own\.py cannot be read: {said}.*Try: python"):
            scorer(settings, tmp_path)
