"""What decides a proof and yet lies outside of plan.toml, and is it still what it was when the plan was fixed?

Right answers, a scorer of one's own and adapted prompts are files; what was asked and answered of old is in the table
of requests. The plan holds a hash of each, and its own hash holds these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.work.frame import Frame, Split
from nomoat.work.plan import Plan
from nomoat.work.request import Request

_AGAIN = "put it back as it was, or nomoat work plan --again, which begins a generation"


def named(plan: Plan) -> tuple[str, ...]:
    """The files of the work folder that a plan names: right answers, schemas, scorers of one's own, adapted prompts.

    Labels of people are not among them: they are made of the answers. The verdict holds the hash of those that it used.

    >>> from nomoat.work.plan import UseCase
    >>> named(Plan(use_cases=(UseCase(name="u", incumbent="a", candidates=("b",),
    ...                               scorer={"kind": "python", "function": "mine.py:right", "reference": "t.csv"}),)))
    ('mine.py', 't.csv')
    """
    found: set[str] = set()
    for case in plan.provable:
        source, function = str(case.scorer.get("reference", "")), str(case.scorer.get("function", ""))
        if source.endswith(".csv"):
            found.add(source)
        schema = case.scorer.get("schema")
        if isinstance(schema, str) and schema.endswith(".json"):
            found.add(schema)
        if case.scorer.get("kind") == "python":
            found.add(function.partition(":")[0])
        found.update(case.adapted.values())
    return tuple(sorted(found))


def files(plan: Plan, folder: Path) -> dict[str, str]:
    """The SHA-256 of every file that `named` names; raises InputError for one that cannot be read."""
    return {name: sha256(folder / name) for name in named(plan)}


def require_files(plan: Plan, folder: Path, names: Iterable[str] | None = None) -> None:
    """Raise InputError where a file is not what it was when the plan was fixed: truth may not follow answers.

    `names` are the files that matter, else all: right answers of later traffic are added to their file.
    """
    wanted = plan.files if names is None else {name: plan.files[name] for name in names if name in plan.files}
    for name, was in wanted.items():
        now = sha256(folder / name) if (folder / name).exists() else "not there"
        if now != was:
            raise InputError(
                f"{name} was {was[:12]} when the plan was fixed on {plan.fixed_on}; it is {now[:12]} now",
                "what a proof is scored by as it was before any answer",
                _AGAIN,
            )


def content(request: Request) -> bytes:
    """What was logged of a request, as 32 bytes: prompt, tools, settings, answer and labels of its log."""
    said = (request.messages, request.tools, request.params, request.response, request.hints)
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()


def logged(split: Split, contents: Mapping[str, bytes]) -> str:
    """One hash of what was logged of all requests of a split, in the order drawn."""
    whole = hashlib.sha256()
    for drawn in (*split.tuning, *split.proof):
        for request in drawn.requests:
            whole.update(contents.get(request, b""))
    return whole.hexdigest()


def require_logged(plan: Plan, frame: Frame, requests: Iterable[Request]) -> None:
    """Raise InputError where the table says another thing of the requests drawn than when the plan was fixed."""
    contents = {one.request_id: content(one) for one in requests}
    for case in plan.provable:
        split = frame.use_cases.get(case.name, Split())
        if split.logged is None:
            continue
        lost = sum(r not in contents for drawn in (*split.tuning, *split.proof) for r in drawn.requests)
        now = logged(split, contents)
        if now != split.logged:
            seen = (
                f"{lost:,} requests of {case.name!r} were in the table when the plan was fixed on {plan.fixed_on}, and "
                "are gone"
                if lost
                else f"What was logged of {case.name!r} was {split.logged[:12]} when the plan was fixed on "
                f"{plan.fixed_on}; it is {now[:12]} now"
            )
            raise InputError(
                seen,
                "the requests that the plan was fixed with",
                "nomoat work read FILE with the same logs, or nomoat work plan --again, which begins a generation",
            )


def sha256(path: Path) -> str:
    """The SHA-256 of a file; raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a file that the plan names") from None
