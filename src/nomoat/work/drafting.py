"""How does a draft of a plan come about in a work folder, how is it fixed, and how does the next generation begin?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import InputError, OutputError, UnknownName
from nomoat.types import LeftOut
from nomoat.work import frame as frames
from nomoat.work import judge, seal, store
from nomoat.work import plan as plans
from nomoat.work.adapted import adapted as adapted_by
from nomoat.work.adapted import prompt
from nomoat.work.allowed import check
from nomoat.work.endpoint import Endpoint, endpoints
from nomoat.work.frame import Frame
from nomoat.work.openly import known_of
from nomoat.work.plan import MARGIN, Plan, UseCase, fix
from nomoat.work.planning import Planned, propose
from nomoat.work.rules import require_settings
from nomoat.work.scorable import unscorable
from nomoat.work.score import scorer
from nomoat.work.usecase import OTHER, assigner

PAST = "past"  # folder/past/G: plan, frame and choice of an earlier generation


def draft(
    folder: Path,
    *,
    servers: Path | None = None,
    incumbent: str | None = None,
    candidates: Sequence[str] = (),
    adapted: Mapping[str, str] | None = None,
    margins: Mapping[str, float] | None = None,
    margin: float | None = None,
    critical: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    limits: Mapping[str, Any] | None = None,
    budget_usd: float | None = None,
    redact: bool = False,
    as_of: date | None = None,
) -> Planned:
    """Write plan.toml and frame.json for the requests in the work folder; what a draft said stays unless said anew.

    `servers` is a TOML file with [endpoints]; `settings` level, seed, discordance; `adapted` files of adapted prompts
    by candidate; `limits` the fields of `plan.Limits` that candidates must meet: others are left out and counted, among
    them one of which it is not known, and one that is known to be too small for the traffic. A fixed plan is never
    overwritten: InputError. What was edited in the draft of arms, margins, critical marks, scorers and limits counts,
    and what a proof takes is counted anew; comments of the draft are lost.
    """
    path = folder / plans.FILE
    old = plans.read(path) if path.exists() else Plan()
    if old.sha256 is not None:
        raise InputError(
            f"The plan in {folder} was fixed on {old.fixed_on}",
            "a draft",
            "nomoat work plan --again, which begins a generation",
        )
    asked = {**old.endpoints, **(_servers(servers) if servers else {})}
    known = {case.name: case for case in old.use_cases}
    first = old.use_cases[0] if old.use_cases else None
    mine = incumbent or (first.incumbent if first else None)
    theirs = tuple(candidates) or ((*first.candidates, *first.barred) if first else ())
    _require_settings(settings or {})
    _require_arms(mine, theirs, adapted or {}, asked)
    assert mine is not None
    more = {"level": old.level, "seed": old.seed} | {k: v for k, v in (settings or {}).items() if v is not None}
    _require_generation(folder, old.generation, more["level"])
    new = UseCase(
        name="", incumbent=mine, candidates=tuple(dict.fromkeys(theirs)), adapted=dict(adapted or {}),
        discordance=more.pop("discordance", first.discordance if first else 0.1),
    )  # fmt: skip
    by = assigner(folder)
    names = (*by.use_cases, OTHER)
    said = {"discordance": new.discordance} if (settings or {}).get("discordance") is not None else {}
    like = {name: _like(known.get(name), new, incumbent, candidates, adapted or {}, said) for name in names}
    wanted = {name: case.margin for name, case in known.items()} | dict(margins or {})
    if margin is not None:
        wanted = {**dict.fromkeys(names, margin), **dict(margins or {})}
    for name in known.keys() - set(names):
        raise UnknownName.of(
            f"use case of the traffic ([use_cases.{name}] in {path}):", name, by.use_cases,
            "its name as in usecases.toml, or delete the table: what it says would be lost",
        )  # fmt: skip
    for case in old.use_cases:
        try:
            require_settings(case.scorer)
        except InputError as error:
            where = f"{path}, the scorer of {case.name!r}: "
            raise InputError(where + error.seen, error.expected, error.next) from None
    asks = msgspec.structs.replace(old.limits, **{k: v for k, v in (limits or {}).items() if v is not None})
    check(asks, asked)
    found = propose(
        store.requests(folder), by.assign, asked, mine, new.candidates, margins=wanted,
        critical={*critical, *(name for name, case in known.items() if case.critical)},
        scorers={name: case.scorer for name, case in known.items()}, generation=old.generation,
        spent=spent(folder), fitted=by.fitted, like=like, limits=asks,
        known=known_of(Plan(endpoints=asked), as_of), **more,
    )  # fmt: skip
    _require_use_cases(found.plan.use_cases, [*(margins or {}), *critical])
    money = old.budget_usd if budget_usd is None else budget_usd
    plan = msgspec.structs.replace(
        found.plan, budget_usd=money, budget_tokens=old.budget_tokens, redact=redact or old.redact
    )
    found = msgspec.structs.replace(found, plan=plan)
    _save(folder, found.plan, found.frame)
    return found


def _require_generation(folder: Path, generation: int, level: float) -> None:
    """Generations share one level and each spends its part once: what was fixed before is not spent again."""
    past = sorted(
        int(path.parent.name) for path in (folder / PAST).glob(f"*/{plans.FILE}") if path.parent.name.isdigit()
    )
    if not past:
        return
    where = folder / plans.FILE
    if generation <= past[-1]:
        raise InputError(
            f"generation = {generation} in {where}, and generation {past[-1]} was fixed already",
            "a number that was not used: the part of the level that is a generation's is spent once",
            f"generation = {past[-1] + 1}",
        )
    before = plans.read(folder / PAST / str(past[-1]) / plans.FILE).level
    if level != before:
        raise InputError(
            f"level = {level} in {where}, and generation {past[-1]} was proven as a part of {before}",
            "one level for all generations of models together",
            f"level = {before}",
        )


def _require_settings(settings: Mapping[str, Any]) -> None:
    level, differ, seed = (settings.get(key) for key in ("level", "discordance", "seed"))
    if level is not None and not 0 < level < 1:
        raise InputError(f"--level {level}", "a share between 0 and 1", "--level 0.05")
    if differ is not None and not 0 < differ <= 1:
        raise InputError(f"--discordance {differ}", "a share above 0, at most 1", "--discordance 0.1")
    if seed is not None and not 0 <= seed < 2**63:
        raise InputError(f"--seed {seed}", "a whole number from 0 on", "--seed 0")


def _require_arms(
    mine: str | None, theirs: Sequence[str], adapted: Mapping[str, str], asked: Mapping[str, Endpoint]
) -> None:
    if mine is None or not theirs:
        raise InputError(
            "No incumbent or no candidate is named", "endpoints of a file",
            "nomoat work plan --endpoints FILE --incumbent NAME --candidate NAME",
        )  # fmt: skip
    for name in (mine, *theirs):
        if name not in asked:
            raise InputError(
                f"There is no endpoint {name!r}",
                "one of " + (", ".join(asked) or "none"),
                f"[endpoints.{name}] in a file, --endpoints FILE",
            )
    if mine in theirs:
        raise InputError(f"{mine!r} is the incumbent and a candidate", "a candidate that does not serve today")
    for name in adapted:
        if name not in theirs:
            raise UnknownName.of("candidate", name, theirs, f"--adapt {theirs[0]}=prompt.txt")


def _like(
    known: UseCase | None,
    new: UseCase,
    incumbent: str | None,
    candidates: Sequence[str],
    adapted: Mapping[str, str],
    said: Mapping[str, Any],
) -> UseCase:
    """What a draft said of a use case's arms, with what is said anew on the command line."""
    if known is None:
        return new
    named: dict[str, Any] = {"incumbent": incumbent} if incumbent else {}
    if candidates:
        kept = {name: file for name, file in known.adapted.items() if name in candidates}
        named |= {"candidates": new.candidates, "barred": {}, "adapted": kept}
    told = msgspec.structs.replace(known, **named, **said)
    return msgspec.structs.replace(told, adapted={**told.adapted, **adapted})


def fixed(folder: Path, on: date) -> Planned:
    """Fix the plan of the work folder: margins and frame as the draft now says, hashed and dated.

    Raises InputError for a plan that was fixed already, for a scorer or an adapted prompt that cannot work, and where
    no use case can be proven with this traffic.
    """
    path = folder / plans.FILE
    old = plans.read(path)
    if old.sha256 is not None:
        fix(old, on)
    found = draft(folder)
    if not found.plan.provable:
        why = "; ".join(f"{case.name}, because {case.why_not}" for case in found.plan.use_cases[:3])
        raise InputError(
            f"No use case can be proven with this traffic: {why}", "a use case that a run could list",
            "wider margins, more traffic, or fewer differences: nomoat work plan",
        )  # fmt: skip
    for case in found.plan.provable:
        if judge.told(case.scorer):
            judge.require_fair(found.plan, case)
            judge.require_other_maker(found.plan, case)
        elif case.scorer["kind"] != "human":
            scorer(case.scorer, folder)  # a scorer that cannot work is said now, not after the money is spent
    files = seal.files(found.plan, folder)
    missed = (*_missed(found, folder), *unscorable(found, folder))
    found = msgspec.structs.replace(found, left_out=(*found.left_out, *missed))
    plan = fix(msgspec.structs.replace(found.plan, files=files), on)
    _save(folder, plan, found.frame)
    return msgspec.structs.replace(found, plan=plan)


def _missed(found: Planned, folder: Path) -> Iterator[LeftOut]:
    """Requests that an adapted prompt would leave as they are; InputError where it fits none of a use case."""
    for case in found.plan.provable:
        for file in dict.fromkeys(case.adapted.values()):
            by = prompt(folder / file)
            split = found.frame.use_cases[case.name]
            ids = {r for drawn in (*split.tuning, *split.proof) for r in drawn.requests} if by.found else set()
            same = sum(adapted_by(one, by._replace(system=None)) == one for one in store.requests(folder, ids))
            if same and same == len(ids):
                raise InputError(
                    f"{folder / file}: from matches no message of {same:,} requests of {case.name!r}",
                    "what the user's messages look like", 'from = "(?P<text>.*)"',
                )  # fmt: skip
            if same:
                yield LeftOut(what=f"requests that {file} leaves as logged", count=same, why="its from does not match")


def shown(folder: Path) -> Planned:
    """The plan of the work folder as it is."""
    plan = plans.read(folder / plans.FILE)
    return Planned(plan=plan, frame=frames.read(folder / frames.FILE, plan))


def again(folder: Path) -> None:
    """Begin the next generation: what was planned moves to past/G, and its conversations are not asked about again."""
    old = plans.read(folder / plans.FILE)
    if old.sha256 is None:
        raise InputError(
            "The plan is a draft still: no generation has begun", "a fixed plan", "nomoat work plan --fix DATE"
        )
    place = folder / PAST / str(old.generation)
    place.mkdir(parents=True, exist_ok=True)
    for name in (plans.FILE, frames.FILE, frames.CHOICE):
        if (folder / name).exists():
            (folder / name).replace(place / name)
    fresh = msgspec.structs.replace(
        old, generation=old.generation + 1, sha256=None, fixed_on=None, frame=None, files={}
    )
    _write(folder / plans.FILE, plans.text(fresh).encode())


def spent(folder: Path) -> frozenset[str]:
    """The conversations that earlier generations were proven on: fresh traffic for each, or the log is overfitted."""
    used: set[str] = set()
    for path in sorted((folder / PAST).glob(f"*/{frames.FILE}")):
        for split in frames.read(path).use_cases.values():
            used.update(one.conversation_id for one in (*split.tuning, *split.proof))
    return frozenset(used)


def _servers(path: Path) -> dict[str, Endpoint]:
    try:
        said = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a TOML file with [endpoints.NAME]") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: {error}", "TOML in UTF-8 with [endpoints.NAME]") from None
    return endpoints(said.get("endpoints", {}))


def _require_use_cases(cases: Sequence[UseCase], named: Sequence[str]) -> None:
    known = [case.name for case in cases]
    for name in named:
        if name not in known:
            raise UnknownName.of("use case", name, known, f'--margin "{known[0]}={MARGIN}"' if known else "")


def _save(folder: Path, plan: Plan, frame: Frame) -> None:
    _write(folder / frames.FILE, msgspec.json.encode(frame, order="deterministic"))
    _write(folder / plans.FILE, plans.text(plan).encode())


def _write(path: Path, content: bytes) -> None:
    whole = path.with_name(path.name + ".new")
    try:
        whole.write_bytes(content)
        whole.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})", "a folder that you may write to") from None
