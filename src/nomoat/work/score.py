"""How good is one answer? Scorers without a model: each gives a number from 0 to 1 and says why in a few words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.types import Noun
from nomoat.work.answer import Answer, Mark
from nomoat.work.request import Request
from nomoat.work.schema import fault, require_known

MARKS, SCORED = "marks.jsonl", "scored.json"
BROKEN = "scorer failed"  # begins what is said of a mark that a scorer could not make
SECONDS = 10.0  # for one call of a Python function of the user's
MOST_TEXT = 200_000  # characters of an answer that are looked at: an endless stream is no better answer
_NUMBER = re.compile(r"[-+−]?(?:\d{1,3}(?:[,\u202f\u00a0 ]\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?|[-+]?\.\d+")
_FENCE = re.compile(r"```[\w+-]*\s*\n(.*?)```", re.S)


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


class Scored(Noun, frozen=True, kw_only=True):
    """What became of the answers of a run: marks by arm, failures, and inputs that no arm can be scored on."""

    run: str
    marks: int
    by_arm: dict[str, int]
    failed: dict[str, int]  # answers that never came, by arm: score 0
    truncated: dict[str, int]  # cut off by their length limit
    refused: dict[str, int]  # stopped by a content filter
    broken: dict[str, int]  # answers at which the scorer failed (score 0) or the judge said nothing readable (a tie)
    unscorable: dict[str, str]  # request -> why, whatever was answered
    strange: int = 0  # labels of people of no answer of this run
    labels: dict[str, str] = msgspec.field(default_factory=dict)  # files of people's labels that were read -> sha256


def content(message: Mapping[str, Any] | None) -> str:
    """The text of an assistant's message, parts joined.

    >>> content({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})
    'ab'
    """
    said = (message or {}).get("content")
    if isinstance(said, list):
        said = "".join(str(part.get("text") or "") for part in said if isinstance(part, dict))
    return str(said or "")[:MOST_TEXT]


def normal(text: str) -> str:
    """Text without case, punctuation, accents' composition and runs of space.

    >>> normal("  The  Answer: YES! ")
    'the answer yes'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def number(text: str) -> float | None:
    """The last number in a text, where an answer ends.

    >>> number("of 3 boxes, 1,234.5 kg"), number("none") is None
    (1234.5, True)
    """
    found = _NUMBER.findall(text)
    if not found:
        return None
    value = float(re.sub("[,\u202f\u00a0 ]", "", found[-1]).replace("−", "-"))
    return value if isfinite(value) else None


def document(text: str) -> Any:
    """The JSON value of an answer, inside a code fence or bare; raises ValueError.

    >>> document('Here: ```json\\n{"a": 1}\\n```')
    {'a': 1}
    """
    fenced = _FENCE.search(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _wanted(given: Given) -> str:
    if given.reference is None:
        raise Unscorable("no reference")
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
    """1 where the last number is the reference's within `tolerance`, or within `relative` of it."""
    wanted = number(_wanted(given))
    if wanted is None:
        raise Unscorable("the reference holds no number")
    seen = number(given.text)
    if seen is None:
        return Score(0.0, "no number")
    room = max(float(settings.get("tolerance", 0.0)), float(settings.get("relative", 1e-9)) * abs(wanted))
    return Score(1.0) if abs(seen - wanted) <= room else Score(0.0, f"{seen:g} for {wanted:g}")


def json_schema(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where the answer is JSON that keeps to `schema`."""
    try:
        found = fault(document(given.text), settings["schema"])
    except ValueError as error:
        return Score(0.0, f"no JSON: {str(error)[:60]}")
    return Score(0.0, found) if found else Score(1.0)


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
    wrong = [name for name in names if name not in seen or not _alike(seen[name], wanted.get(name))]
    return Score(1.0 - len(wrong) / len(names), f"wrong: {', '.join(wrong)[:80]}" if wrong else "")


def _alike(a: Any, b: Any) -> bool:
    return normal(a) == normal(b) if isinstance(a, str) and isinstance(b, str) else bool(a == b)


def tool_calls(given: Given, settings: Mapping[str, Any]) -> Score:
    """The share of tool calls, in any order, that are the reference's with the same arguments; extra ones count."""
    wanted = given.reference.get("tool_calls") if isinstance(given.reference, dict) else given.reference
    if not isinstance(wanted, list):
        raise Unscorable("the reference holds no tool calls")
    seen = given.message.get("tool_calls")
    ours, theirs = Counter(map(_called, seen if isinstance(seen, list) else [])), Counter(map(_called, wanted))
    most = max(ours.total(), theirs.total())
    shared = (ours & theirs).total()
    return Score(1.0 if most == 0 else shared / most, "" if shared == most else f"{shared} of {most} calls alike")


def _called(call: Any) -> str:
    function = call.get("function", call) if isinstance(call, dict) else {}
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            arguments = f"not JSON: {arguments}"
    return json.dumps([function.get("name") if isinstance(function, dict) else None, arguments], sort_keys=True)


def regex(given: Given, settings: Mapping[str, Any]) -> Score:
    """1 where `pattern` is found in the answer; with a group and a reference, where the group is the reference."""
    pattern = re.compile(settings["pattern"])
    wanted = normal(_wanted(given)) if pattern.groups else ""
    found = pattern.search(given.text)
    if found is None:
        return Score(0.0, "pattern not found")
    if pattern.groups and normal(found[1] or "") != wanted:
        return Score(0.0, f"expected {wanted[:60]!r}")
    return Score(1.0)


def similarity(given: Given, settings: Mapping[str, Any]) -> Score:
    """F1 of the words shared with the reference: 2 shared / (words of one + words of the other)."""
    ours, theirs = Counter(normal(given.text).split()), Counter(normal(_wanted(given)).split())
    total = ours.total() + theirs.total()
    return Score(1.0 if total == 0 else 2 * (ours & theirs).total() / total)


def _code(given: Given, settings: Mapping[str, Any]) -> Score:
    from nomoat.work.sandbox import passes

    fenced = _FENCE.findall(given.text)
    return Score(*passes("\n".join(fenced) or given.text, str(settings["tests"]), float(settings.get("seconds", 5))))


SCORERS: dict[str, Scorer] = {
    "exact": exact, "normalised": normalised, "numeric": numeric, "json_schema": json_schema,
    "json_fields": json_fields, "tool_calls": tool_calls, "regex": regex, "similarity": similarity, "code": _code,
}  # fmt: skip
OUTSIDE = ("python", "human", "rubric", "pairwise")
_NEEDS = {"json_schema": "schema", "regex": "pattern", "code": "tests", "python": "function", "human": "file",
          "rubric": "judge", "pairwise": "judge"}  # fmt: skip


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
    if kind not in SCORERS and kind not in OUTSIDE:
        raise UnknownName.of("scorer", kind, [*SCORERS, *OUTSIDE])
    if (needed := _NEEDS.get(kind)) and needed not in settings:
        raise InputError(
            f"Scorer {kind!r} without {needed}",
            f"{needed} in its table",
            f'scorer = {{ kind = "{kind}", {needed} = … }}',
        )
    if kind == "json_schema":
        require_known(settings["schema"])
    if kind == "regex":
        try:
            re.compile(settings["pattern"])
        except re.error as error:
            raise InputError(f"The pattern of scorer 'regex' cannot be read: {error}", "a regular expression") from None
    if kind == "python":
        return _own(str(settings["function"]), folder or Path())
    if kind in OUTSIDE:
        raise InputError(
            f"Scorer {kind!r} needs marks from elsewhere", "labels or a judge's answers", "nomoat work score"
        )
    return SCORERS[kind]


def _own(named: str, folder: Path) -> Scorer:
    from importlib.util import module_from_spec, spec_from_file_location

    file, _, name = named.partition(":")
    path = folder / file
    spec = spec_from_file_location("own_scorer", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise InputError(f"There is no file {path}", "FILE.py:NAME", 'function = "score.py:mine"')
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a file of the user's may do anything when it is read
        raise InputError(
            f"{path} cannot be read: {type(error).__name__}: {str(error)[:200]}", "a Python file", f"python {path}"
        ) from None
    function = getattr(module, name, None)
    if not callable(function):
        raise InputError(f"{path} has no function {name!r}", "FILE.py:NAME", f'function = "{file}:NAME"')

    def call(given: Given, settings: Mapping[str, Any]) -> Score:
        with _within(float(settings.get("seconds", SECONDS))):
            value = float(function(given.text, given.request.dict(), given.reference))
        if not 0 <= value <= 1:
            raise ValueError(f"{named} gave {value}, expected 0 to 1")
        return Score(value)

    return call


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what runs longer; where there are no such signals (Windows, a thread), without a limit."""
    import signal
    import threading

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: object) -> None:
        raise TimeoutError(f"no score within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except SystemExit as error:
        raise ValueError(f"it left with {error.code}") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_REFERRED = ("exact", "normalised", "numeric", "json_fields", "tool_calls", "similarity", "python")


def reference_of(settings: Mapping[str, Any]) -> str | None:
    """Where a scorer takes what is right from: `logged`, `hint:NAME`, a file; None where it needs nothing of the kind.

    >>> reference_of({"kind": "exact"}), reference_of({"kind": "regex", "pattern": "yes"})
    ('logged', None)
    """
    kind = settings.get("kind")
    grouped = kind == "regex" and re.compile(str(settings.get("pattern", ""))).groups
    return str(settings.get("reference", "logged")) if kind in _REFERRED or grouped else None


def reference(request: Request, source: str, table: Mapping[str, str]) -> Any:
    """What an answer should be: `logged`, `hint:NAME`, or the table of a file of yours."""
    if source == "logged":
        found = request.response
        return found if found and found.get("tool_calls") else (content(found) if found else None)
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
