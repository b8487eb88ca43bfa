"""How do the answers of a run become marks, and which one candidate goes to the proof?"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nomoat.errors import InputError
from nomoat.types import LeftOut, Noun, Origin
from nomoat.work import frame as frames
from nomoat.work import journal, judge, seal, store
from nomoat.work import plan as plans
from nomoat.work.answer import Answer, Mark
from nomoat.work.budget import Budget
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import CHOICE, INCUMBENT, Chosen, Frame, Split
from nomoat.work.pairs import Pairs, pairs, table
from nomoat.work.plan import Plan, UseCase, require_fixed
from nomoat.work.request import Request
from nomoat.work.run import Call, Settings
from nomoat.work.run import run as ask
from nomoat.work.score import (
    BROKEN,
    MARKS,
    SCORED,
    Given,
    Scored,
    Scorer,
    Unscorable,
    mark,
    marks_of,
    reference,
    scorer,
)
from nomoat.work.sensitive import masked

LARGEST_CSV = 2**24  # characters of a cell


def score(plan: Plan, frame: Frame, folder: Path, run: str) -> Scored:
    """Score every answer of folder/runs/RUN and write marks.jsonl and scored.json there, whole or not at all.

    Raises InputError for a scorer that cannot work; counts failures, answers cut off, and inputs without reference.
    """
    place = folder / "runs" / run
    of = {
        request: (case.name, drawn.conversation_id)
        for case in plan.provable
        for part in (frame.use_cases.get(case.name, Split()),)
        for drawn in (*part.tuning, *part.proof)
        for request in drawn.requests
    }
    asked = {request.request_id: request for request in store.requests(folder, of)}
    seal.require_logged(plan, frame, asked.values())
    by: dict[str, Scorer] = {}
    answered: dict[str, dict[tuple[str, str], Answer]] = {}
    tables: dict[str, Mapping[str, str]] = {}
    labels: dict[str, dict[tuple[str, str], float]] = {}
    read: dict[str, str] = {}
    for case in plan.provable:
        if judge.told(case.scorer):
            judge.require_fair(plan, case)
            answered[case.name] = {}
        if case.scorer["kind"] == "human" or judge.told(case.scorer):
            file = case.scorer.get("file")
            there = bool(file) and (folder / str(file)).exists()
            labels[case.name] = people(folder / str(file)) if there else {}
            read |= {str(file): seal.sha256(folder / str(file))} if there else {}
            continue
        by[case.name] = scorer(case.scorer, folder)
        source = str(case.scorer.get("reference", "logged"))
        tables[case.name] = _references(folder / source) if source.endswith(".csv") else {}
    unmet = {key for those in labels.values() for key in those}
    marks, bare, counts = [], dict[str, str](), {name: Counter[str]() for name in _COUNTED}
    for answer in journal.answers(place):
        unmet -= {(answer.arm, answer.request_id), (code(answer), answer.request_id)} if unmet else set()
        if answer.request_id not in of or answer.request_id not in asked:
            continue
        use_case, _ = of[answer.request_id]
        settings = plan.use_case(use_case).scorer
        _count(answer, counts)
        if use_case in answered:
            answered[use_case][answer.arm, answer.request_id] = answer
        if use_case in labels:
            found = labelled(answer, use_case, labels[use_case])
        else:
            request = asked[answer.request_id]
            wanted = reference(request, str(settings.get("reference", "logged")), tables[use_case])
            try:
                found = _both(answer, use_case, by[use_case], settings, request, wanted)
            except Unscorable as why:
                bare[answer.request_id] = str(why)
                continue
        if found is not None:
            broken = found.detail.startswith(BROKEN)
            counts["broken"][answer.arm] += broken
            if broken and answer.arm == INCUMBENT:
                # Two zeros would be no difference, which is evidence for the candidate; to leave a request out that
                # could only have been won by it, or even, is none.
                bare[answer.request_id] = found.detail
            marks.append(found)
    said = judge.replies(folder / "runs" / f"{run}-judge") if answered else {}
    for name, those in answered.items():
        told = list(judge.judged_marks(plan.use_case(name), run, those, said))
        for one in told:
            counts["broken"][one.arm] += one.detail == judge.UNREADABLE
        marks += told
    marks = [one for one in marks if one.request_id not in bare]
    scored = Scored(
        run=run, marks=len(marks), by_arm=dict(Counter(one.arm for one in marks)), unscorable=bare, labels=read,
        strange=len(unmet),
        **{name: {arm: n for arm, n in found.items() if n} for name, found in counts.items()},
    )  # fmt: skip
    _write(place / MARKS, b"".join(msgspec.json.encode(one) + b"\n" for one in marks))
    _write(place / SCORED, msgspec.json.format(msgspec.json.encode(scored)))
    return scored


_COUNTED = ("failed", "truncated", "refused", "broken")


def _count(answer: Answer, counts: dict[str, Counter[str]]) -> None:
    counts["failed"][answer.arm] += answer.error is not None
    counts["truncated"][answer.arm] += answer.finish == "length"
    counts["refused"][answer.arm] += answer.finish == "content_filter"


def _both(
    answer: Answer, use_case: str, by: Scorer, settings: Mapping[str, Any], request: Request, wanted: Any
) -> Mark:
    """The mark of an answer; a failed one too is asked whether its input can be scored, as no arm may decide that."""
    if answer.error is not None or answer.response is None:
        try:
            by(Given("", {}, wanted, request), settings)
        except Unscorable:
            raise
        except Exception:  # a scorer of the user's that stumbles over an empty answer says nothing of the input
            pass
    return mark(answer, use_case, by, settings, (request, wanted))


def labelled(answer: Answer, use_case: str, labels: Mapping[tuple[str, str], float]) -> Mark | None:
    """The mark that people gave; a failed answer has 0 without a label, any other waits for one."""
    failed = answer.error is not None or answer.response is None
    said = labels.get((answer.arm, answer.request_id), labels.get((code(answer), answer.request_id)))
    value = 0.0 if failed else said
    if value is None:
        return None
    return Mark(
        run=answer.run, arm=answer.arm, request_id=answer.request_id, conversation_id=answer.conversation_id,
        use_case=use_case, scorer="human", score=value, detail=f"failed: {answer.error}" if failed else "",
    )  # fmt: skip


def code(answer: Answer) -> str:
    """What stands for an arm on a label sheet: another for every request, so that nobody learns whose it is."""
    said = f"{answer.run}\0{answer.arm}\0{answer.request_id}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:10]


def people(path: Path) -> dict[tuple[str, str], float]:
    """Labels of people: a CSV of arm or code, request_id, score (0 to 1, empty where none yet).

    Raises InputError with the line.
    """
    found: dict[tuple[str, str], float] = {}
    for line, row in _rows(path, ("request_id", "score"), ("code", "arm")):
        if not row["score"].strip():
            continue
        try:
            value = float(row["score"])
        except ValueError:
            value = float("nan")
        if not 0 <= value <= 1:
            raise InputError(f"{path}, line {line}: score {row['score']!r}", "a number from 0 to 1", "0, 0.5 or 1")
        key = (row["code"] if "code" in row else row["arm"], row["request_id"])
        if found.setdefault(key, value) != value:
            raise InputError(
                f"{path}, line {line}: a second label of {' '.join(key)}, {value:g} and before {found[key]:g}",
                "one label an answer",
                "of several people's, their mean",
            )
    return found


def _references(path: Path) -> dict[str, str]:
    return {row["request_id"]: row["reference"] for _, row in _rows(path, ("request_id",), ("reference",))}


def _rows(path: Path, names: tuple[str, ...], one_of: tuple[str, ...]) -> Iterable[tuple[int, dict[str, str]]]:
    """Rows with the columns `names` and the first of `one_of` that the file has, with their lines."""
    csv.field_size_limit(LARGEST_CSV)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            seen = reader.fieldnames or ()
            wanted = [*names, *[name for name in one_of if name in seen][:1]]
            if not set(names) <= set(seen) or len(wanted) == len(names):
                raise InputError(f"{path} has the columns {seen}", ", ".join(names) + " and " + " or ".join(one_of))
            for row in reader:
                if any(row[name] is None for name in wanted):
                    raise InputError(f"{path}, line {reader.line_num}: cells are missing", ", ".join(wanted))
                yield reader.line_num, {name: row[name] for name in wanted}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error})", "a CSV in UTF-8 with " + ", ".join(names)) from None


def choose(
    plan: Plan, frame: Frame, marks: Iterable[Mark], answers: Iterable[Answer], unscorable: Mapping[str, str]
) -> dict[str, Chosen]:
    """The arm of each use case that goes to the proof, by its tuning conversations alone.

    Of each candidate the prompts, logged or adapted, that score higher there (logged where alike). Then of those whose
    mean on the tuning split loses less than the margin the cheapest, else the one that loses least; only use cases
    whose tuning split is answered by all arms. No proof: the other conversations are that.
    """
    told, found = table(marks, answers), {}
    for case in plan.provable:
        if len(case.arms) == 1:
            found[case.name] = Chosen(candidate=case.arms[0].name, why="the only candidate")
            continue
        tuning = frame.use_cases[case.name].tuning
        tried = {one.name: pairs(tuning, told, one.name, unscorable) for one in case.arms}
        if any(one.waiting or not one.n for one in tried.values()):
            continue
        found[case.name] = _chosen(case, tried, plan)
    return found


def _chosen(case: UseCase, tried: Mapping[str, Pairs], plan: Plan) -> Chosen:
    mean = {name: float(one.differences.sum() / one.requests) for name, one in tried.items()}
    arms = [max((a for a in case.arms if a.endpoint == c), key=lambda a: mean[a.name]).name for c in case.candidates]
    fit = [name for name in arms if mean[name] > -case.margin]
    price = {name: _price(plan.endpoints[case.arm(name).endpoint], tried[name]) for name in arms}
    best = min(fit, key=lambda n: (price[n], -mean[n])) if fit else max(arms, key=lambda n: mean[n])
    n = tried[best].n
    why = "within the margin" if fit else "loses least; none is within the margin"
    if len(case.candidates) > 1 and fit:
        why = f"cheapest of {len(fit)} within the margin"
    if other := case.beside(case.arm(best)):
        prompts = "adapted prompts" if case.arm(best).prompt else "the logged prompts"
        why = f"with {prompts} ({100 * mean[other.name]:+.1f} points with the other); {why}"
    return Chosen(candidate=best, why=f"{why}: {100 * mean[best]:+.1f} points on {n} tuning conversations")


def _price(endpoint: Endpoint, found: Pairs) -> float:
    """What the tuning run itself cost, else the list price, else dearer than any that is known."""
    paid = float(found.second_cost.sum())
    if np.isfinite(paid):
        return paid
    prices = (endpoint.price_input, endpoint.price_output)
    return float("inf") if None in prices else float(sum(p for p in prices if p is not None))


def questions(plan: Plan, frame: Frame, folder: Path, run: str) -> Iterable[Call]:
    """Every call to a judge that scoring a run takes; its answers go to runs/RUN-judge."""
    answers = list(journal.answers(folder / "runs" / run))
    for case in plan.provable:
        if not judge.told(case.scorer):
            continue
        judge.require_fair(plan, case)
        split = frame.use_cases.get(case.name, Split())
        ids = {r for drawn in (*split.tuning, *split.proof) for r in drawn.requests}
        asked = {one.request_id: one for one in store.requests(folder, ids)}
        those = {(one.arm, one.request_id): one for one in answers if one.request_id in ids}
        arms = sorted({arm for arm, _ in those})
        for id, question in judge.questions(case, asked, those, arms, masked if plan.redact else str):
            named = msgspec.structs.replace(question, request_id=id)
            yield Call(arm="judge", endpoint=str(case.scorer["judge"]), request=named)


def ask_judges(folder: Path, part: str = "proof", run: str | None = None, *, say: Callable[[str], None]) -> None:
    """Ask the plan's judges about a run's answers; what was asked before is not asked again.

    The plan's budgets hold for the judges' run by itself as they do for the run that is judged.
    """
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    frame = frames.read(folder / frames.FILE, plan)
    name = run or f"{part}-{plan.generation}"
    judges = {str(u.scorer["judge"]) for u in plan.provable if judge.told(u.scorer)}
    if judges:
        chosen = {key: plan.endpoints[key] for key in judges if key in plan.endpoints}
        settings = Settings(plan=plan.sha256 or "")
        ask(
            questions(plan, frame, folder, name), chosen, folder, f"{name}-judge",
            budget=Budget(plan.budget_usd, plan.budget_tokens), settings=settings, say=say,
        )  # fmt: skip


class Marked(Noun, frozen=True, kw_only=True):
    """What became of scoring a part of a run: counts, mean score by arm, and for the tuning part what was chosen."""

    part: str
    scored: Scored
    means: dict[str, float]
    chosen: dict[str, Chosen]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def marked(folder: Path, part: str = "proof", run: str | None = None) -> Marked:
    """Score a run of the work folder; with the tuning part choose candidates and keep the choice.

    Raises InputError for a plan that is not fixed, and where choices would change after the proof has begun.
    """
    if part not in ("tuning", "proof"):
        raise InputError(f"There is no part {part!r}", "tuning or proof", "--part proof")
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    seal.require_files(plan, folder)
    frame = frames.read(folder / frames.FILE, plan)
    name = run or f"{part}-{plan.generation}"
    scored = score(plan, frame, folder, name)
    marks = list(marks_of(folder / "runs" / name))
    sums, chosen = dict[str, float](), dict[str, Chosen]()
    for one in marks:
        sums[one.arm] = sums.get(one.arm, 0.0) + one.score
    if part == "tuning":
        chosen = choose(plan, frame, marks, journal.answers(folder / "runs" / name), scored.unscorable)
        before = frames.read_choice(folder / CHOICE)
        begun = (folder / "runs" / f"proof-{plan.generation}" / journal.JOURNAL).exists()
        if begun and any(before.get(key, one).candidate != one.candidate for key, one in chosen.items()):
            raise InputError(
                "The choice would change after the proof has begun",
                "the choice as it was",
                "nomoat work plan --again, which begins a generation",
            )
        write_choice(folder, chosen)
    means = {arm: sums[arm] / n for arm, n in scored.by_arm.items() if n}
    return Marked(part=part, scored=scored, means=means, chosen=chosen)


def write_choice(folder: Path, chosen: Mapping[str, Chosen]) -> None:
    """Keep the choice beside the plan."""
    _write(folder / CHOICE, msgspec.json.format(msgspec.json.encode(dict(chosen))))


def _write(path: Path, content: bytes) -> None:
    whole = path.with_name(path.name + ".new")
    whole.write_bytes(content)
    whole.replace(path)
