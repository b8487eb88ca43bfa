"""How good is one answer? Scorers without a model: each gives a number from 0 to 1 and says why in a few words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nomoat.errors import InputError
from nomoat.types import Noun
from nomoat.work import own
from nomoat.work.answer import Answer, Mark
from nomoat.work.fenced import document, python
from nomoat.work.labelled import Agreement
from nomoat.work.number import number
from nomoat.work.orders import Orders
from nomoat.work.request import Request
from nomoat.work.rules import LOGGED, OUTSIDE, REFERENCE, REFERRED, require_settings, schema_of
from nomoat.work.schema import fault, require_known
from nomoat.work.wording import normal

MARKS, SCORED = "marks.jsonl", "scored.json"
BROKEN = "scorer failed"  # begins what is said of a mark that a scorer could not make
SECONDS = 10.0  # for one call of a Python function of the user's
LOOK = 3.0  # seconds of computing for any other scorer: a regular expression may backtrack for ever
MOST_TEXT = 2_000_000  # characters of an answer that are looked at: an endless stream is no better answer
# Scripts written without spaces: each sign counts as a word.
_UNSPACED = re.compile("([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


class Score(NamedTuple):
    """A score from 0 to 1 and why."""

    value: float
    detail: str = ""


class Unscorable(Exception):
    """The input has nothing to compare with: no arm's answer to it can be scored."""


class Given(NamedTuple):
    """What a scorer looks at: the text and the message of an answer, what it should be, and the request."""

    text: str
    message: Mapping[str, Any]
    reference: Any
    request: Request


Scorer = Callable[[Given, Mapping[str, Any]], Score]


class Row(Noun, frozen=True, kw_only=True):
    """The marks of one arm on one use case by one scorer, and what became of the answers they are of."""

    use_case: str
    scorer: str  # of a judged use case its judge and, apart from it, human
    arm: str
    marks: int
    mean: float
    failed: int = 0
    truncated: int = 0
    refused: int = 0
    broken: int = 0


class Scored(Noun, frozen=True, kw_only=True):
    """What became of the answers of a run: marks by arm, failures, and inputs that no arm can be scored on."""

    run: str
    marks: int
    by_arm: dict[str, int]
    failed: dict[str, int]  # answers that never came, by arm: score 0
    truncated: dict[str, int]  # cut off by their length limit
    refused: dict[str, int]  # refused in their own field or stopped by a content filter; scored as the text they have
    broken: dict[str, int]  # answers at which the scorer failed (score 0) or the judge said nothing readable (a tie)
    unscorable: dict[str, str]  # request -> why, whatever was answered
    strange: int = 0  # labels of people of no answer of this run
    labels: dict[str, str] = msgspec.field(default_factory=dict)  # files of people's labels that were read -> sha256
    rows: tuple[Row, ...] = ()  # means, of one use case, one scorer and one arm each
    orders: tuple[Orders, ...] = ()  # how often a pairwise judge turned with the order
    agreement: tuple[Agreement, ...] = ()  # of people who labelled the same answers
    notes: tuple[str, ...] = ()  # what of scorers somebody who relies on their marks has to know


def content(message: Mapping[str, Any] | None) -> str:
    """The text of an assistant's message, parts joined.

    >>> content({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})
    'ab'
    """
    said = (message or {}).get("content")
    if isinstance(said, list):
        said = "".join(str(part.get("text") or "") for part in said if isinstance(part, dict))
    return str(said or "")[:MOST_TEXT]


def _wanted(given: Given) -> str:
    if given.reference is None:
        raise Unscorable("no reference")
    if isinstance(given.reference, dict) and "tool_calls" in given.reference:
        raise Unscorable("the reference is a call of tools, and this scorer reads text")
    return given.reference if isinstance(given.reference, str) else json.dumps(given.reference, ensure_ascii=False)


def exact(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where the answer is the reference, spaces at its ends aside."""
    wanted = _wanted(given).strip()
    return Score(1.0) if given.text.strip() == wanted else Score(0.0, f"expected {wanted[:60]!r}")


def normalised(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where the answer is the reference but for case, punctuation and spaces."""
    wanted = normal(_wanted(given))
    return Score(1.0) if normal(given.text) == wanted else Score(0.0, f"expected {wanted[:60]!r}")


def numeric(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where the number (number.py) is the reference's within `tolerance`, or within `relative` of it."""
    decimal, percent = settings.get("decimal"), bool(settings.get("percent", False))
    wanted = number(_wanted(given), decimal=decimal, percent=percent)
    if wanted is None:
        raise Unscorable("the reference holds no number")
    seen = number(given.text, decimal=decimal, percent=percent)
    if seen is None:
        return Score(0.0, "no number")
    room = max(float(settings.get("tolerance", 0.0)), float(settings.get("relative", 1e-9)) * abs(wanted))
    return Score(1.0) if abs(seen - wanted) <= room else Score(0.0, f"{seen:g} for {wanted:g}")


def json_schema(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where the answer is JSON that keeps to `schema`: bare or in a code fence, with `strict` bare alone.

    `logged` is the schema that the request itself asked for.
    """
    schema = _asked_for(given.request) if settings["schema"] == LOGGED else settings["schema"]
    try:
        found = fault(document(given.text, bare=bool(settings.get("strict"))), schema)
    except ValueError as error:
        return Score(0.0, f"no JSON: {str(error)[:60]}")
    except RecursionError:
        return Score(0.0, "no JSON: nested too deeply")
    return Score(0.0, found) if found else Score(1.0)


def _asked_for(request: Request) -> Any:
    """The schema of a request's own response format."""
    form = request.params.get("response_format")
    told = form.get("json_schema") if isinstance(form, dict) else None
    schema = told.get("schema") if isinstance(told, dict) else None
    if schema is None:
        raise Unscorable("the request asks for no JSON schema")
    require_known(schema, "schema of the log")
    return schema


def json_fields(given: Given, settings: Mapping[str, Any]) -> Score:
    """The share of the reference's fields (or of `fields`) that the answer has with the same value."""
    try:
        wanted = given.reference if isinstance(given.reference, dict) else document(_wanted(given))
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict) or not wanted:
        raise Unscorable("the reference is no JSON object")
    try:
        seen = document(given.text)
    except ValueError as error:
        return Score(0.0, f"no JSON: {str(error)[:60]}")
    names = list(settings.get("fields") or wanted)
    seen = seen if isinstance(seen, dict) else {}
    # A field that the reference does not have should not be there either.
    wrong = [name for name in names if (name in seen) != (name in wanted) or not _alike(seen, wanted, name)]
    return Score(1.0 - len(wrong) / len(names), f"wrong: {', '.join(wrong)[:80]}" if wrong else "")


def _alike(ours: Mapping[str, Any], theirs: Mapping[str, Any], name: str) -> bool:
    a, b = ours.get(name), theirs.get(name)
    if isinstance(a, str) and isinstance(b, str):
        return normal(a) == normal(b)
    try:
        return _spelled(a) == _spelled(b)
    except RecursionError:
        return False


def _spelled(value: Any) -> str:
    """A JSON value as one text: 1 and 1.0 are the same number, and true is none."""
    if isinstance(value, float) and isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_spelled(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_spelled, value)) + "]"
    return json.dumps(value)


def tool_calls(given: Given, settings: Mapping[str, Any]) -> Score:
    """The share of tool calls, in any order, that are the reference's with the same arguments; extra ones count.

    A logged answer without a call says that none is to be made. A reference of a file or a hint is JSON: a list of
    calls, each with a name and arguments.
    """
    wanted = _calls(given.reference)
    if wanted is None and isinstance(given.reference, str) and settings.get("reference", "logged") == "logged":
        wanted = []
    if wanted is None:
        raise Unscorable("the reference holds no tool calls")
    ours, theirs = Counter(map(_called, calls(given.message))), Counter(map(_called, wanted))
    most = max(ours.total(), theirs.total())
    shared = (ours & theirs).total()
    return Score(1.0 if most == 0 else shared / most, "" if shared == most else f"{shared} of {most} calls alike")


def calls(message: Mapping[str, Any]) -> list[Any]:
    """The calls of tools in a message, the one of OpenAI's older form too.

    >>> calls({"function_call": {"name": "f", "arguments": "{}"}})
    [{'function': {'name': 'f', 'arguments': '{}'}}]
    """
    made, older = message.get("tool_calls"), message.get("function_call")
    if isinstance(made, list) and made:
        return made
    return [{"function": older}] if isinstance(older, dict) else []


def _calls(reference: Any) -> list[Any] | None:
    """The calls that a reference asks for; None where it is no JSON of calls."""
    if isinstance(reference, str):
        try:
            reference = document(reference)
        except ValueError:
            return None
    if isinstance(reference, dict):
        reference = reference.get("tool_calls", [reference] if {"name", "function"} & reference.keys() else None)
    return reference if isinstance(reference, list) else None


def _called(call: Any) -> str:
    """A call as one text: its name and its arguments, however they are spelled."""
    function = call.get("function", call) if isinstance(call, dict) else {}
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(arguments, str):
        try:
            arguments = document(arguments or "{}")
        except ValueError:
            arguments = f"not JSON: {arguments}"
    named = function.get("name") if isinstance(function, dict) else None
    try:
        return _spelled([named, {} if arguments is None else arguments])
    except RecursionError:
        return "nested too deeply"


def regex(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where `pattern` is found in the answer; with a group, where its first group is the reference's.

    What the pattern finds in the reference counts, as in a logged answer; else the reference as a whole.
    """
    pattern = re.compile(settings["pattern"])
    wanted = ""
    if pattern.groups:
        whole = _wanted(given)
        inside = pattern.search(whole)
        wanted = normal(whole if inside is None or inside[1] is None else inside[1])
    found = pattern.search(given.text)
    if found is None:
        return Score(0.0, "pattern not found")
    if pattern.groups and normal(found[1] or "") != wanted:
        return Score(0.0, f"expected {wanted[:60]!r}")
    return Score(1.0)


def similarity(given: Given, settings: Mapping[str, Any]) -> Score:
    """F1 of the words shared with the reference: 2 shared / (words of one + words of the other), as bags.

    Where a script has no spaces each sign is a word. It measures wording, not meaning.
    """
    ours, theirs = (Counter(_UNSPACED.sub(r" \1 ", normal(one)).split()) for one in (given.text, _wanted(given)))
    total = ours.total() + theirs.total()
    return Score(1.0 if total == 0 else 2 * (ours & theirs).total() / total)


def _code(given: Given, settings: Mapping[str, Any]) -> Score:
    from nomoat.work.sandbox import passes

    tests = _wanted(given) if settings["tests"] == REFERENCE else str(settings["tests"])
    return Score(*passes(python(given.text), tests, float(settings.get("seconds", 5))))


SCORERS: dict[str, Scorer] = {
    "exact": exact, "normalised": normalised, "numeric": numeric, "json_schema": json_schema,
    "json_fields": json_fields, "tool_calls": tool_calls, "regex": regex, "similarity": similarity, "code": _code,
}  # fmt: skip


def scorer(settings: Mapping[str, Any], folder: Path | None = None) -> Scorer:
    """The scorer of a use case's `scorer` table, its settings checked; raises InputError.

    `python` names a function of yours as FILE.py:NAME, looked for in the work folder; it gets (text, request,
    reference), returns a number from 0 to 1, and has `seconds` for it, 10 unless said.

    >>> scorer({"kind": "exakt"})
    Traceback (most recent call last):
    ...
    nomoat.errors.UnknownName: No scorer 'exakt'. Expected 'exact'.
    """
    kind = str(settings.get("kind"))
    require_settings(settings)
    if kind in OUTSIDE and kind != "python":
        raise InputError(
            f"Scorer {kind!r} needs marks from elsewhere", "labels or a judge's answers", "nomoat work score"
        )
    if kind == "json_schema" and (file := settings["schema"]) != LOGGED and isinstance(file, str):
        schema = schema_of((folder or Path()) / file)
        return _timed(lambda given, said: json_schema(given, {**said, "schema": schema}), LOOK)
    if kind != "python":
        return _timed(SCORERS[kind], None if kind == "code" else LOOK)
    called = own.function(str(settings["function"]), folder or Path())
    return _timed(
        lambda given, _: Score(called(given.text, given.request.dict(), given.reference)), SECONDS, busy=False
    )


def _timed(by: Scorer, seconds: float | None, *, busy: bool = True) -> Scorer:
    """The scorer with so many seconds for an answer; code has a process of its own that ends in time."""
    if seconds is None:
        return by

    def call(given: Given, settings: Mapping[str, Any]) -> Score:
        with own.within(float(settings.get("seconds", seconds)), busy=busy):
            return by(given, settings)

    return call


def reference_of(settings: Mapping[str, Any]) -> str | None:
    """Where a scorer takes what is right from: `logged`, `hint:NAME`, a file; None where it needs nothing of the kind.

    >>> reference_of({"kind": "exact"}), reference_of({"kind": "regex", "pattern": "yes"})
    ('logged', None)
    """
    kind = settings.get("kind")
    grouped = kind == "regex" and re.compile(str(settings.get("pattern", ""))).groups
    grouped = grouped or (kind == "code" and settings.get("tests") == REFERENCE)
    return str(settings.get("reference", "logged")) if kind in REFERRED or grouped else None


def reference(request: Request, source: str, table: Mapping[str, str]) -> Any:
    """What an answer should be: `logged`, `hint:NAME`, or the table of a file of yours; None where nothing says it.

    A logged answer without a word (refused in its own field, cut off while it thought) is no right answer: any other
    that says nothing would equal it.
    """
    if source == "logged":
        found = request.response
        if found and (made := calls(found)):
            return {**found, "tool_calls": made}
        return content(found) if content(found).strip() else None
    if source.startswith("hint:"):
        return request.hints.get(source[5:])
    return table.get(request.request_id)


def mark(answer: Answer, use_case: str, by: Scorer, settings: Mapping[str, Any], given: tuple[Request, Any]) -> Mark:
    """The mark of one answer: 0 where it failed, and where the scorer itself fails on it; raises Unscorable."""
    request, wanted = given
    message = answer.response or {}
    seen = Given(content(message), message, wanted, request)
    try:
        found = by(seen, settings)
    except Unscorable:
        raise
    except Exception as error:  # a scorer of the user's may raise anything, and an answer that breaks it is no success
        found = Score(0.0, f"{BROKEN}: {type(error).__name__}: {str(error)[:80]}")
    if answer.error is not None or answer.response is None:
        found = Score(0.0, f"failed: {answer.error or 'no answer'}")
    return Mark(
        run=answer.run, arm=answer.arm, request_id=answer.request_id, conversation_id=answer.conversation_id,
        use_case=use_case, scorer=str(settings["kind"]), score=found.value, detail=found.detail,
    )  # fmt: skip


def scored_of(folder: Path) -> Scored:
    """What was counted when a run was scored; raises InputError where it was not."""
    path = folder / SCORED
    try:
        return msgspec.json.decode(path.read_bytes(), type=Scored)
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{path} cannot be read ({error})", "a scored run", "nomoat work score") from None


def marks_of(folder: Path) -> Iterable[Mark]:
    """The marks of a run; raises InputError where there are none yet."""
    path = folder / MARKS
    if not path.exists():
        raise InputError(f"There are no marks in {folder}", f"a folder that holds {MARKS}", "nomoat work score")
    decoder = msgspec.json.Decoder(Mark)
    with path.open("rb") as file:
        for line in file:
            yield decoder.decode(line)
