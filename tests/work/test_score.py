"""Scorers give what a person would by hand, and nothing an answer holds can break or fool them."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from time import perf_counter, sleep

import msgspec
import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from nomoat.errors import InputError
from nomoat.work.answer import Answer
from nomoat.work.plan import Plan, UseCase
from nomoat.work.request import Request
from nomoat.work.rules import require_settings
from nomoat.work.sandbox import WALLS, missing, passes
from nomoat.work.schema import fault
from nomoat.work.score import Given, Score, Unscorable, mark, reference, reference_of, scorer
from nomoat.work.seal import named

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
        # What people write for numbers.
        ("numeric", "1.234,5 €", "1234.5", {}, 1),
        ("numeric", "2,5", "1,5", {}, 0),
        ("numeric", "1,5 kg", "1.5", {}, 1),
        ("numeric", "1.234", "1234", {}, 0),
        ("numeric", "1.234", "1234", {"decimal": ","}, 1),
        ("numeric", "12 345 678", "12345678", {}, 1),
        ("numeric", "about 5.4 t of CO2", "5.4", {}, 1),
        ("numeric", "12 m2", "12", {}, 1),
        ("numeric", "3/4", "0.75", {}, 1),
        ("numeric", r"so \boxed{\frac{3}{4}}, as 2 steps showed", "0.75", {}, 1),
        ("numeric", "#### 72\n(3 steps)", "72", {}, 1),
        ("numeric", "($1,234.50)", "-1234.5", {}, 1),
        ("numeric", "(5)", "5", {}, 1),
        ("numeric", "between 3-5", "5", {}, 1),
        ("numeric", "-$5", "-5", {}, 1),
        ("numeric", "12 %", "0.12", {}, 0),
        ("numeric", "12 %", "0.12", {"percent": True}, 1),
        ("numeric", "1e3", "1000", {}, 1),
        ("numeric", "3 × 10^5", "300,000", {}, 1),
        # What is another answer is not normalised away.
        ("normalised", "-5", "5", {}, 0),
        ("normalised", "1/5", "1.5", {}, 0),
        ("normalised", "C++", "C", {}, 0),
        ("normalised", "?", "!", {}, 0),
        ("normalised", "a < b", "a > b", {}, 0),
        ("normalised", "किताब", "कतब", {}, 0),
        ("normalised", "« Oui ! »", "oui", {}, 1),
        ("similarity", "我喜欢茶", "我喜欢水", {}, 0.75),
        # JSON that two readers would not understand alike is none.
        ("json_schema", '{"a": NaN}', None, {"schema": {}}, 0),
        ("json_schema", '{"a": 1, "a": 2}', None, {"schema": {}}, 0),
        ("json_schema", '{"a": 1} as asked', None, {"schema": {}}, 0),
        ("json_schema", '```text\nno\n```\n```json\n{"a": 1}\n```\nDone.', None, {"schema": {"required": ["a"]}}, 1),
        ("json_schema", "9" * 5000, None, {"schema": {"type": "integer"}}, 0),
        ("json_schema", "[" * 900 + "]" * 900, None, {"schema": {"items": {"$ref": "#"}}}, 0),
        ("json_fields", '{"a": true}', '{"a": 1}', {}, 0),
        ("json_fields", '{"a": 1.0, "b": [1, {"c": 2}]}', '{"a": 1, "b": [1, {"c": 2.0}]}', {}, 1),
        ("json_fields", '{"a": 1}', '{"a": 1}', {"fields": ["a", "b"]}, 1),
        # With a logged answer as reference the group of it counts, not all of it.
        ("regex", "So.\nAnswer: B", "I think.\nAnswer: B", {"pattern": r"Answer: (\w)"}, 1),
        # The example of how it is called and what it prints is no part of what is tested.
        (
            "code",
            "```python\ndef f(x): return x * 2\n```\n```bash\npip install x\n```",
            None,
            {"tests": "assert f(2) == 4"},
            1,
        ),
        (
            "code",
            "```python\ndef f(x): return x * 2\nif __name__ == '__main__': print(f(int(input())))\n```",
            None,
            {"tests": "assert f(2) == 4"},
            1,
        ),
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


def test_a_logged_answer_without_a_call_says_that_none_is_to_be_made():
    eager = {"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
    assert score("tool_calls", "", "I need your name.", eager) == 0
    assert score("tool_calls", "Which one?", "I need your name.") == 1
    with pytest.raises(Unscorable):
        score("tool_calls", "", "a text in a file", eager, reference="refs.csv")
    asked = '[{"name": "f", "arguments": {"n": 1}}]'
    called = {"tool_calls": [{"function": {"name": "f", "arguments": '{"n": 1.0}'}}]}
    assert score("tool_calls", "", asked, called, reference="refs.csv") == 1
    older = {"content": None, "function_call": {"name": "f", "arguments": '{"n": 1}'}}
    assert score("tool_calls", "", asked, older, reference="refs.csv") == 1
    logged = reference(msgspec.structs.replace(REQUEST, response=older), "logged", {})
    assert score("tool_calls", "", logged, called) == 1
    text = {"tool_calls": [{"function": {"name": "f", "arguments": '{"n": "1"}'}}]}
    assert score("tool_calls", "", asked, text, reference="refs.csv") == 0
    with pytest.raises(Unscorable, match="call of tools"):
        score("exact", "", {"tool_calls": []})


def test_a_schema_may_be_the_requests_own_or_a_files_and_tests_may_be_the_references(tmp_path):
    form = {"type": "json_schema", "json_schema": {"name": "t", "schema": {"required": ["queue"]}}}
    asked = msgspec.structs.replace(REQUEST, params={"response_format": form})
    own = {"kind": "json_schema", "schema": "logged"}
    assert scorer(own)(Given('{"queue": 1}', {}, None, asked), own).value == 1
    assert scorer(own)(Given("{}", {}, None, asked), own).detail == "$.queue is missing"
    with pytest.raises(Unscorable, match="asks for no JSON schema"):
        scorer(own)(Given("{}", {}, None, REQUEST), own)
    (tmp_path / "t.json").write_text('{"required": ["a"]}')
    file = {"kind": "json_schema", "schema": "t.json"}
    assert scorer(file, tmp_path)(Given('{"a": 1}', {}, None, REQUEST), file).value == 1
    assert scorer(file, tmp_path)(Given("{}", {}, None, REQUEST), file).value == 0
    for text in ("{", '{"$id": 1, "unevaluatedItems": true}'):
        (tmp_path / "t.json").write_text(text)
        with pytest.raises(InputError, match=r"t\.json"):
            scorer(file, tmp_path)
    code = {"kind": "code", "tests": "reference", "reference": "tests.csv"}
    assert scorer(code)(Given("x = 1", {}, "assert x == 1", REQUEST), code).value == 1
    with pytest.raises(Unscorable):
        scorer(code)(Given("x = 1", {}, None, REQUEST), code)
    assert (reference_of(code), reference_of({"kind": "code", "tests": "x"})) == ("tests.csv", None)
    plan = Plan(use_cases=(UseCase(name="u", incumbent="a", candidates=("b",), scorer=file),))
    assert named(plan) == ("t.json",)


def test_a_pattern_that_backtracks_for_ever_is_stopped():
    settings = {"kind": "regex", "pattern": r"^(a+)+$", "seconds": 0.05, "reference": "hint:gold"}
    answer = Answer(
        run="x", arm="a", request_id="r", conversation_id="c", key="k", model="m", response={"content": "a" * 40 + "!"}
    )
    found = mark(answer, "u", scorer(settings), settings, (REQUEST, "a"))
    assert (found.score, found.detail) == (0.0, "scorer failed: TimeoutError: no score within 0.05 s")
    shape = {"kind": "json_schema", "schema": {"pattern": r"^(a+)+$"}, "seconds": 0.05}
    quoted = msgspec.structs.replace(answer, response={"content": f'"{"a" * 40}!"'})
    assert "TimeoutError" in mark(quoted, "u", scorer(shape), shape, (REQUEST, None)).detail


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "numeric", "tolerence": 0.1}, "No setting of scorer 'numeric' 'tolerence'. Expected 'tolerance'"),
        ({"kind": "numeric", "tolerance": "0.1"}, "a number from 0 on"),
        ({"kind": "numeric", "relative": float("nan")}, "a number from 0 on"),
        ({"kind": "exact", "reference": "truths.jsonl"}, "logged, hint:NAME or FILE.csv"),
        ({"kind": "json_fields", "fields": "a"}, "a list of names"),
        ({"kind": "code", "tests": "x", "reference": "t.csv"}, 'tests = "reference"'),
        ({"kind": "rubric", "judge": "j", "reference": "t.csv"}, "No setting of scorer 'rubric' 'reference'"),
        ({"kind": "json_schema", "schema": {"type": 5}}, "schema.type '5'. Expected one of"),
        ({"kind": "json_schema", "schema": {"minLength": "3"}}, "a count"),
        ({"kind": "json_schema", "schema": {"anyOf": 5}}, "a list"),
        ({"kind": "json_schema", "schema": {"items": {"pattern": "("}}}, "a regular expression"),
        ({"kind": "json_schema", "schema": {"$ref": "https://example.com/s.json"}}, "nothing is fetched"),
        ({"kind": "json_schema", "schema": {"$ref": "#/$defs/no"}}, "is not there"),
        ({"kind": "json_schema", "schema": {"allOf": [{"$ref": "#"}]}}, "in a circle"),
    ],
)
def test_a_setting_that_would_be_ignored_or_break_every_mark_is_refused(settings, said):
    with pytest.raises(InputError) as caught:
        require_settings(settings)
    assert said in str(caught.value)


def test_what_a_scorer_of_ones_own_prints_is_no_part_of_an_answer(tmp_path, capsys):
    (tmp_path / "own.py").write_text("print('read')\ndef mine(t, r, w):\n    print('called')\n    return 1\n")
    settings = {"kind": "python", "function": "own.py:mine"}
    assert scorer(settings, tmp_path)(Given("a", {}, None, REQUEST), settings).value == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "read\ncalled\n")


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
    # What ends by itself has time on a busy machine.
    value, detail = passes(code, "assert False", 0.5 if why == "no end" else 20.0)
    assert value == 0
    assert why in detail


BEHIND = [
    ("process", "import os; os.kill({parent}, 9)"),
    ("process", "import os\nif not os.fork():\n    os.setsid()\n    while True: pass"),
    ("process", "import os\nwhile True: os.fork()"),
    ("files", "open('/proc/{parent}/environ').read()"),
    ("files", "open('/etc/passwd').read()"),
    ("files", "open('{folder}/left', 'w').write('x')"),
    ("network", "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"),
]


@pytest.mark.parametrize(("wall", "code"), BEHIND)
def test_code_stays_behind_the_walls_that_stand_and_what_does_not_is_said(wall, code, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lacking = missing()
    assert set(lacking) <= set(WALLS.values())
    if WALLS[wall] in lacking:  # nothing is tried that the machine would not stop
        return
    seconds = 0.5 if "while True: os.fork" in code else 20.0
    value, detail = passes(code.format(parent=os.getpid(), folder=tmp_path), "", seconds)
    if "setsid" in code:
        assert value == 1
    else:
        assert (value, bool(detail)) == (0.0, True)
    assert not (tmp_path / "left").exists()
    # What a test started is gone with it.
    waited = perf_counter()
    while (left := [p for p in Path("/proc").glob("[0-9]*") if _in(p, tmp_path)]) and perf_counter() - waited < 2:
        sleep(0.01)
    assert not left


def _in(process, folder):
    try:
        return os.readlink(process / "cwd").startswith(str(folder))
    except OSError:
        return False


def test_tests_of_unittest_are_run_and_code_that_leaves_in_them_fails():
    tests = (
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(f(1), 1)\nunittest.main()"
    )
    assert passes("def f(x): return x", tests)[0] == 1
    assert passes("def f(x): return 2", tests)[0] == 0
    assert passes("def f(x): raise SystemExit(0)", "assert f(1) == 1")[0] == 0


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


@pytest.mark.parametrize("said", [{"content": ""}, {"content": " \n"}, {"content": None, "refusal": "No."}, {}])
def test_a_logged_answer_without_a_word_is_no_right_answer(said):
    silent = msgspec.structs.replace(REQUEST, response=said)
    assert reference(silent, "logged", {}) is None
    with pytest.raises(Unscorable, match="no reference"):
        scorer({"kind": "exact"})(
            Given("", {"content": ""}, reference(silent, "logged", {}), silent), {"kind": "exact"}
        )


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


# What a model of pydantic looks like, a tree that refers to itself in it.
_TREE = {
    "type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "required": ["root"],
    "$defs": {"Node": {"type": "object", "additionalProperties": False, "required": ["name"],
                       "properties": {"name": {"type": "string"},
                                      "parts": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}},
}  # fmt: skip


@over(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
                   | st.sampled_from(["a", "ab", ""]),
                   lambda inner: st.lists(inner, max_size=3)
                   | st.dictionaries(st.sampled_from(["name", "parts", "root", "a"]), inner, max_size=3)),
      st.sampled_from([_TREE, {"prefixItems": [{"type": "string"}], "items": False}, {"contains": {"const": 1}},
                       {"patternProperties": {"^n": {"type": "string"}}, "additionalProperties": {"type": "array"}},
                       {"if": {"required": ["a"]}, "then": {"required": ["name"]}, "else": {"minProperties": 1}},
                       {"propertyNames": {"maxLength": 4}}, {"dependentRequired": {"a": ["name"]}},
                       {"enum": [[1], {"a": True}, 0]}, {"uniqueItems": True}, {"multipleOf": 3}]))  # fmt: skip
def test_a_schema_is_kept_to_where_the_reference_implementation_says_so(value, schema):
    require_settings({"kind": "json_schema", "schema": schema})
    assert (fault(value, schema) is None) == Draft202012Validator(schema).is_valid(value)


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
        ({"multipleOf": 1}, 1e-10, False),
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
