"""What is to be proven, of which candidate, within which margin: fixed, hashed and dated before any data?

level, generation, seed, redact, budget_usd     of the whole plan
[endpoints.NAME]                        as in endpoint.py
[limits]                                what is asked of every candidate
[use_cases.NAME]                        incumbent, candidates, margin, scorer, and what it takes to prove it
[fixed]                                 date and hashes: written by `fix`, checked by `require_fixed` and seal.py
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.types import SCHEMA_VERSION, Noun
from nomoat.work import toml
from nomoat.work.endpoint import Endpoint, endpoints

FILE = "plan.toml"
MARGIN, CRITICAL_MARGIN, DRAFT_MARGIN = 0.03, 0.01, 0.05  # graded correctness; critical; drafting (workload.md 6)
MOST_CANDIDATES = 20
ALIKE = 0.5  # where nothing was measured
AGAIN = "again"  # the arm that asks the incumbent a second time
ADAPTED = " (adapted)"  # ends the name of the arm that asks a candidate with an adapted prompt
_SETTINGS = ("level", "generation", "seed", "redact", "budget_usd", "budget_tokens", "schema_version")


class Arm(NamedTuple):
    """One way to answer a use case's requests: an endpoint, with the logged prompts or with a file's."""

    name: str
    endpoint: str
    prompt: str | None = None


class Limits(Noun, frozen=True, kw_only=True):
    """What is asked of every candidate: `[limits]` of plan.toml; nothing is asked unless it is said."""

    classes: tuple[str, ...] = ()  # openness classes
    self_hosted: bool = False
    context: int | None = None  # tokens that it must read
    reads: tuple[str, ...] = ()  # beside text
    price: float | None = None  # US dollars a million tokens at most, at the use case's own mix of input and output


class UseCase(Noun, frozen=True, kw_only=True):
    """What is planned for one use case: a `[use_cases.NAME]` of plan.toml.

    `incumbent` and `candidates` are names of endpoints. `largest` is the number of requests that count of one
    conversation, `tuning` the conversations that choose one candidate of several, `proof` those that are left for
    the proof, all three before data. `why_not` says why it cannot be proven with this traffic; None where it can.
    `adapted` names for a candidate the file with its adapted prompt (adapted.py), which is an arm beside the candidate
    with the logged prompts, or with `instead` in its place. `barred` says of candidates why they are not tried.
    """

    name: str
    incumbent: str
    candidates: tuple[str, ...]
    margin: float = MARGIN
    critical: bool = False
    scorer: dict[str, Any] = msgspec.field(default_factory=lambda: {"kind": "exact"})
    largest: int = 1
    tuning: int = 0
    proof: int = 0
    requests: int = 0  # of the log, in this use case
    share_requests: float | None = None  # of all requests of the log
    share_spend: float | None = None  # of all spend of the log; None where the log holds none
    needed: int | None = None  # conversations for a chance of `power`, at the discordance assumed
    discordance: float = 0.1
    alike: float = ALIKE  # chance that a turn goes as its conversation does: two of them correlate by its square
    power: float = 0.8
    cost_usd: float | None = None  # of the run at the endpoints' prices; None where one is unknown
    seconds: float | None = None  # of the run, at the log's latency and the endpoints' concurrency
    adapted: dict[str, str] = msgspec.field(default_factory=dict)  # candidate -> file of the work folder
    instead: bool = False
    barred: dict[str, str] = msgspec.field(default_factory=dict)  # candidate -> why it may not be tried here
    why_not: str | None = None

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Every arm that may go to the proof: of each candidate the logged prompts, the adapted ones, or both.

        >>> [a.name for a in UseCase(name="u", incumbent="x", candidates=("y", "z"), adapted={"y": "y.txt"}).arms]
        ['y', 'y (adapted)', 'z']
        """
        found = []
        for name in self.candidates:
            if name not in self.adapted or not self.instead:
                found.append(Arm(name, name))
            if name in self.adapted:
                found.append(Arm(name + ADAPTED, name, self.adapted[name]))
        return tuple(found)

    def arm(self, name: str) -> Arm:
        """The arm of that name; raises UnknownName."""
        for one in self.arms:
            if one.name == name:
                return one
        raise UnknownName.of("arm", name, [one.name for one in self.arms])

    def beside(self, arm: Arm) -> Arm | None:
        """The same candidate with the other prompts, asked beside the arm that is proven; None where there is none."""
        return next((one for one in self.arms if one.endpoint == arm.endpoint and one != arm), None)


class Plan(Noun, frozen=True, kw_only=True):
    """A whole plan.toml. `level` is for all generations of models together; `fixed_on` is None for a draft."""

    schema_version: int = SCHEMA_VERSION
    level: float = 0.05
    generation: int = 1
    seed: int = 0
    redact: bool = False  # personal data are masked in every prompt before it leaves, of judges too
    budget_usd: float | None = None
    budget_tokens: int | None = None
    endpoints: dict[str, Endpoint] = msgspec.field(default_factory=dict)
    limits: Limits = Limits()
    use_cases: tuple[UseCase, ...] = ()
    frame: str | None = None  # sha256 of the frozen frame of conversations (frame.py)
    files: dict[str, str] = msgspec.field(default_factory=dict)  # sha256 of what scorers read beside it (seal.py)
    fixed_on: date | None = None
    sha256: str | None = None  # of everything the proof depends on, when it was fixed

    def use_case(self, name: str) -> UseCase:
        """The use case of that name; raises UnknownName."""
        for one in self.use_cases:
            if one.name == name:
                return one
        raise UnknownName.of("use case", name, [one.name for one in self.use_cases])

    @property
    def provable(self) -> tuple[UseCase, ...]:
        """The use cases that the run asks about."""
        return tuple(one for one in self.use_cases if one.why_not is None)


def digest(plan: Plan) -> str:
    """SHA-256 of all that the proof depends on: level, generation, seed, masking, frame, files, what is compared how.

    Prices, keys, budgets and estimates may change afterwards; models, addresses, their settings, margins, scorers and
    the files that these read may not.

    >>> a = Plan(use_cases=(UseCase(name="u", incumbent="x", candidates=("y",), margin=0.03),))
    >>> b = msgspec.structs.replace(a, use_cases=(msgspec.structs.replace(a.use_cases[0], margin=0.05),))
    >>> digest(a) == digest(msgspec.structs.replace(a, budget_usd=3.0)), digest(a) == digest(b)
    (True, False)
    """
    cases: list[list[Any]] = [
        [
            u.name,
            u.incumbent,
            list(u.candidates),
            u.margin,
            u.critical,
            u.scorer,
            u.largest,
            u.tuning,
            u.proof,
            u.adapted,
            u.instead,
        ]
        for u in sorted(plan.use_cases, key=lambda u: u.name)
    ]
    # How many use cases are asked about decides what evidence lists one.
    cases.append(sorted(u.name for u in plan.provable))
    asked = {
        name: [one.chat, one.model, one.params, sorted(one.without), sorted(one.headers_env)]
        for name, one in plan.endpoints.items()
    }
    said = [plan.schema_version, plan.level, plan.generation, plan.seed, plan.frame, plan.files, cases, asked]
    # Added only where it is so: plans that were fixed before there was such a setting keep their hash.
    said += ["redact"] if plan.redact else []
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def fix(plan: Plan, on: date) -> Plan:
    """The plan with the date on which its margins were fixed and the hash that shows any later change.

    Raises InputError where the plan was fixed already: a second fixing after data would be choosing the margin.
    """
    if plan.sha256 is not None:
        raise InputError(
            f"The plan was fixed on {plan.fixed_on}", "a draft", "nomoat work plan --again, which begins a generation"
        )
    return msgspec.structs.replace(plan, fixed_on=on, sha256=digest(plan))


def require_fixed(plan: Plan) -> None:
    """Raise InputError where margins can still be changed, or were changed since they were fixed."""
    if plan.sha256 is None or plan.fixed_on is None:
        raise InputError(
            "The plan is a draft: its margins are not fixed", "a fixed plan", "nomoat work plan --fix DATE"
        )
    if digest(plan) != plan.sha256:
        raise InputError(
            f"The plan was changed after it was fixed on {plan.fixed_on} (margin, scorer, level, frame, files, "
            "masking, models or their settings)",
            f"the plan of sha256 {plan.sha256[:12]}",
            "put the values back, or nomoat work plan --again, which begins a generation",
        )


def read(path: Path) -> Plan:
    """The plan in a TOML file, every value checked.

    Raises InputError, with the line where there is one, for what is no plan; a plan that was changed after it was
    fixed is read (it can be looked at) and refused by `require_fixed`.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a plan", "nomoat work plan") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}", "a plan as TOML in UTF-8") from None
    return parsed(text, str(path))


def parsed(text: str, where: str = FILE) -> Plan:
    """The plan that a TOML text holds; `where` begins every message.

    >>> parsed('level = 2')
    Traceback (most recent call last):
    ...
    nomoat.errors.InputError: plan.toml, line 1: level 2. Expected a number between 0 and 1. Try: level = 0.05
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{where}: {error}", "TOML", "text in quotes, key = value, a line each") from None
    lines = toml.Lines(text, where)
    tables = {name: said.pop(name, {}) for name in ("endpoints", "limits", "use_cases", "fixed")}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise InputError(f"{lines.at((), name)}: {name} is no table", f"[{name}.NAME]")
    for key in said:
        if key not in _SETTINGS:
            raise UnknownName.of(f"setting of a plan ({lines.at((), key)}):", key, [*_SETTINGS, *tables])
    _numbers(said, lines)
    try:
        asked = endpoints(tables["endpoints"])
    except InputError as error:
        named = re.search(r"\[endpoints\.(.+?)\]", str(error))
        line = lines.at(("endpoints", named[1]), "") if named else where
        raise InputError(f"{line}: {error.seen}", error.expected, error.next) from None
    cases = tuple(_use_case(name, table, asked, lines) for name, table in tables["use_cases"].items())
    fixed = tables["fixed"]
    try:
        return msgspec.convert(
            {
                **said,
                "endpoints": asked,
                "limits": _limits(tables["limits"], lines),
                "use_cases": cases,
                "frame": fixed.get("frame"),
                "files": fixed.get("files", {}),
                "fixed_on": fixed.get("on"),
                "sha256": fixed.get("sha256"),
            },
            Plan,
        )
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}", "a plan as nomoat writes it", "nomoat work plan") from None


def _limits(table: dict[str, Any], lines: toml.Lines) -> Limits:
    for key in table:
        if key not in Limits.__struct_fields__:
            raise UnknownName.of(f"limit ({lines.at(('limits',), key)}):", key, Limits.__struct_fields__)
    try:
        return msgspec.convert(table, Limits)
    except msgspec.ValidationError as error:
        raise InputError(f"{lines.at(('limits',), '')}: [limits] {error}", "limits as nomoat writes them") from None


def _numbers(said: Mapping[str, Any], lines: toml.Lines) -> None:
    rules: dict[str, tuple[Any, str, str]] = {
        "level": (lambda v: 0 < v < 1, "a number between 0 and 1", "level = 0.05"),
        "generation": (lambda v: isinstance(v, int) and v >= 1, "1 for the first", "generation = 1"),
        "seed": (lambda v: isinstance(v, int) and 0 <= v < 2**63, "a whole number from 0 on", "seed = 0"),
        "budget_usd": (lambda v: v >= 0, "US dollars", "budget_usd = 50"),
        "budget_tokens": (lambda v: isinstance(v, int) and v >= 0, "tokens", "budget_tokens = 10000000"),
        "schema_version": (lambda v: v == SCHEMA_VERSION, f"{SCHEMA_VERSION}", f"schema_version = {SCHEMA_VERSION}"),
    }
    if not isinstance(said.get("redact", False), bool):
        raise InputError(f"{lines.at((), 'redact')}: redact {said['redact']!r}", "true or false", "redact = true")
    for key, (holds, expected, next) in rules.items():
        if key in said and not (_number(said[key]) and holds(said[key])):
            raise InputError(f"{lines.at((), key)}: {key} {said[key]}", expected, next)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _use_case(name: str, table: Any, asked: Mapping[str, Endpoint], lines: toml.Lines) -> UseCase:
    place = ("use_cases", name)

    def wrong(key: str, seen: str, expected: str, next: str = "") -> InputError:
        return InputError(f"{lines.at(place, key)}: {seen}", expected, next)

    if not isinstance(table, dict):
        raise wrong("", f"use case {name!r} is no table", "incumbent, candidates, margin, scorer")
    fields = [field for field in UseCase.__struct_fields__ if field != "name"]
    for key in table:
        if key not in fields:
            raise UnknownName.of(f"setting of a use case ({lines.at(place, key)}):", key, fields)
    scorer = table.get("scorer", {"kind": "exact"})
    table = {**table, "scorer": {"kind": scorer} if isinstance(scorer, str) else scorer, "name": name}
    try:
        one = msgspec.convert(table, UseCase)
    except msgspec.ValidationError as error:
        key = (re.search(r"\$\.([a-z_]+)", str(error)) or ["", ""])[1]
        raise wrong(key, f"use case {name!r}: {error}", "a plan as nomoat writes it") from None
    for key, arms in (("incumbent", (one.incumbent,)), ("candidates", one.candidates)):
        for arm in arms:
            if arm not in asked:
                missing = UnknownName.of("endpoint", arm, asked, f"[endpoints.{arm}] with url and model")
                raise UnknownName(f"{lines.at(place, key)}: {missing.seen}", missing.expected, missing.next)
    if AGAIN in (one.incumbent, *one.candidates):
        raise wrong("candidates", f"an endpoint is named {AGAIN!r}", "another name: this arm is the incumbent's own")
    if not one.candidates or len(set(one.candidates)) != len(one.candidates) or one.incumbent in one.candidates:
        raise wrong("candidates", f"candidates {list(one.candidates)}", "one or more, each once, without the incumbent")
    if taken := sorted(name for name in asked if name.endswith(ADAPTED)):
        raise wrong("candidates", f"an endpoint is named {taken[0]!r}", "another name: that is an arm's")
    if strange := sorted(one.adapted.keys() - set(one.candidates)):
        raise wrong("adapted", f"an adapted prompt for {strange[0]!r}", "one of " + ", ".join(one.candidates))
    if len(one.candidates) > MOST_CANDIDATES:
        raise wrong("candidates", f"{len(one.candidates)} candidates", f"{MOST_CANDIDATES} at most")
    if not 0 < one.margin < 1:
        raise wrong("margin", f"margin {one.margin}", "a loss in points of score between 0 and 1", f"margin = {MARGIN}")
    for key, value, most in (("power", one.power, 0.99), ("discordance", one.discordance, 1.0)):
        if not 0 < value <= most:
            raise wrong(
                key, f"{key} {value}", f"a share above 0, at most {most:g}", f"{key} = {0.8 if key == 'power' else 0.1}"
            )
    mine = asked[one.incumbent]
    for name in one.candidates:
        same = (asked[name].identity, asked[name].params, set(asked[name].without))
        if same == (mine.identity, mine.params, set(mine.without)) and name not in one.adapted:
            raise wrong(
                "candidates", f"candidate {name!r} is the incumbent itself: {mine.model} at {mine.host}",
                "another model or other params", f"url and model of [endpoints.{name}]",
            )  # fmt: skip
    if not 0 <= one.alike <= 1:
        raise wrong("alike", f"alike {one.alike}", "a chance from 0 to 1", f"alike = {ALIKE}")
    if one.largest < 1 or one.tuning < 0 or one.proof < 0:
        raise wrong("largest", "a count below what can be", "largest from 1, tuning and proof from 0")
    if not isinstance(one.scorer.get("kind"), str):
        raise wrong("scorer", "a scorer without a kind", "a kind", 'scorer = { kind = "exact" }')
    return one


def text(plan: Plan) -> str:
    """The plan as TOML that people can read and version; `parsed` gives back the same plan.

    >>> empty = Plan(seed=3)
    >>> parsed(text(empty)) == empty
    True
    """
    lines = [
        "# What is to be proven, fixed before any data. Edit margins, candidates and scorers while it is a draft;",
        "# `nomoat work plan --fix DATE` fixes, hashes and dates it.",
        f"schema_version = {plan.schema_version}",
        f"level = {plan.level!r}  # of the cases listed as safe, at most this share is expected to be wrong",
        f"generation = {plan.generation}  # of models: each has its own part of the level",
        f"seed = {plan.seed}  # of the order in which conversations are drawn",
    ]
    lines += ["redact = true  # personal data are masked in every prompt before it leaves"] if plan.redact else []
    lines += [f"{k} = {toml.value(v)}" for k in ("budget_usd", "budget_tokens") if (v := getattr(plan, k)) is not None]
    if plan.sha256 or plan.frame:
        lines += ["", "[fixed]"]
        named = {"on": plan.fixed_on, "sha256": plan.sha256, "frame": plan.frame, "files": plan.files or None}
        lines += [f"{key} = {toml.value(value)}" for key, value in named.items() if value is not None]
    if plan.limits != Limits():
        lines += ["", "[limits]  # of every candidate", *_fields(plan.limits)]
    for name, endpoint in plan.endpoints.items():
        lines += ["", f"[endpoints.{toml.key(name)}]", *_fields(endpoint)]
    for case in plan.use_cases:
        lines += ["", f"[use_cases.{toml.key(case.name)}]", *_fields(case)]
    return "\n".join(lines) + "\n"


def _fields(noun: Noun) -> list[str]:
    found = [(key, getattr(noun, key)) for key in noun.__struct_fields__ if key != "name"]
    return [f"{key} = {toml.value(value)}" for key, value in found if value is not None and value != {}]
