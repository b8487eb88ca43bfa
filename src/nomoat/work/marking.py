"""How do the answers of a run become marks, and which one candidate goes to the proof?"""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nomoat.errors import InputError
from nomoat.types import LeftOut, Noun, Origin
from nomoat.work import frame as frames
from nomoat.work import journal, judge, sandbox, seal, store
from nomoat.work import plan as plans
from nomoat.work.answer import Answer, Mark
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import CHOICE, INCUMBENT, Chosen, Frame, Split
from nomoat.work.labelled import Labels, agreed, code, labelled, people
from nomoat.work.later import right_answers
from nomoat.work.orders import Orders
from nomoat.work.pairs import Pairs, Table, pairs, table
from nomoat.work.plan import Plan, UseCase, require_fixed
from nomoat.work.request import Request
from nomoat.work.score import (
    BROKEN,
    MARKS,
    SCORED,
    Given,
    Row,
    Scored,
    Scorer,
    Unscorable,
    mark,
    marks_of,
    reference,
    scorer,
)

FEW = 50  # answers
UNREAD = 0.2  # share of a judge's marks
TWICE = 20  # answers that a function of the user's is asked about a second time


def score(
    plan: Plan, frame: Frame, folder: Path, run: str, *, watch: Callable[[int], None] = lambda done: None
) -> Scored:
    """Score every answer of folder/runs/RUN and write marks.jsonl and scored.json there, whole or not at all.

    Raises InputError for a scorer that cannot work, as one that fails on the first FEW answers does not; counts
    failures, answers cut off, and inputs without reference. `watch` is told how many answers were looked at.
    """
    place = folder / "runs" / run
    of = {
        request: case.name
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
    labels: dict[str, Labels] = {}
    read: dict[str, str] = {}
    for case in plan.provable:
        if judge.told(case.scorer):
            judge.require_fair(plan, case)
            answered[case.name] = {}
        if case.scorer["kind"] == "human" or judge.told(case.scorer):
            files = _files(case, folder)
            labels[case.name] = people(folder / name for name in files)
            read |= {name: seal.sha256(folder / name) for name in files}
            continue
        by[case.name] = scorer(case.scorer, folder)
        source = str(case.scorer.get("reference", "logged"))
        tables[case.name] = right_answers(folder, place, source) if source.endswith(".csv") else {}
    unmet = {key for those in labels.values() for key in those.said}
    asked_twice, turned, tried, looked = Counter[str](), Counter[str](), Counter[str](), 0
    shown: dict[tuple[str, str], str | None] = {}
    rated: dict[str, list[Mapping[str, float]]] = {name: [] for name in labels}
    marks, bare, counts = [], dict[str, str](), Counter[tuple[str, str, str]]()
    for answer in journal.answers(place):
        unmet -= Labels().keys(answer) if unmet else set()
        if answer.request_id not in asked:
            continue
        use_case = of[answer.request_id]
        settings = plan.use_case(use_case).scorer
        for what in _ended(answer):
            counts[use_case, answer.arm, what] += 1
        if use_case in answered:
            answered[use_case][answer.arm, answer.request_id] = answer
        if use_case in labels:
            shown[answer.arm, answer.request_id] = None if answer.error is not None else code(answer)
            if answer.error is None and labels[use_case].skipped(answer):
                bare[answer.request_id] = "people could not say"
                continue
            found = labelled(answer, use_case, labels[use_case])
            rated[use_case].append(labels[use_case].of(answer))
        else:
            request = asked[answer.request_id]
            wanted = reference(request, str(settings.get("reference", "logged")), tables[use_case])
            try:
                found = _both(answer, use_case, by[use_case], settings, request, wanted)
                if settings["kind"] == "python" and asked_twice[use_case] < TWICE:
                    asked_twice[use_case] += 1
                    turned[use_case] += _both(answer, use_case, by[use_case], settings, request, wanted) != found
            except Unscorable as why:
                bare[answer.request_id] = str(why)
                continue
        watch(looked := looked + 1)
        if found is not None:
            _require_working(found, tried)
            if found.detail.startswith(BROKEN) and answer.arm == INCUMBENT:
                # Two zeros would be no difference, which is evidence for the candidate; to leave a request out that
                # could only have been won by it, or even, is none.
                bare[answer.request_id] = found.detail
            marks.append(found)
    said = judge.replies(folder / "runs" / f"{run}-judge") if answered else {}
    orders: list[Orders] = []
    choice = {name: one.candidate for name, one in frames.read_choice(folder / CHOICE).items()}
    for name, those in answered.items():
        marks += judge.judged_marks(plan.use_case(name), run, those, said, choice.get(name))
        orders += judge.orders(plan.use_case(name), those, said)
    broken = Counter((one.use_case, one.scorer, one.arm) for one in marks if _broken(one))
    unread = (*_unread(marks, broken), *_gaps(frame, marks, shown, bare))
    every = Counter(one.arm for one in marks if _broken(one))
    marks = [one for one in marks if one.request_id not in bare]
    scored = Scored(
        run=run, marks=len(marks), by_arm=dict(Counter(one.arm for one in marks)), unscorable=bare, labels=read,
        strange=len(unmet), broken=dict(every), notes=(*_notes(plan, asked_twice, turned), *unread),
        rows=_rows(marks, counts, broken), orders=tuple(orders),
        agreement=tuple(one for name in rated if (one := agreed(name, rated[name])) is not None),
        **{what: _by_arm(counts, what) for what in _COUNTED},
    )  # fmt: skip
    _write(place / MARKS, b"".join(msgspec.json.encode(one) + b"\n" for one in marks))
    _write(place / SCORED, msgspec.json.format(msgspec.json.encode(scored)))
    return scored


def _notes(plan: Plan, asked: Mapping[str, int], turned: Mapping[str, int]) -> Iterable[str]:
    """What of scorers somebody who relies on their marks has to know."""
    for name, n in turned.items():
        if n:
            yield f"{name}: your function gave {n} of {asked[name]} answers another score when it was asked again"
    code = [case.name for case in plan.provable if case.scorer["kind"] == "code"]
    if code and (lacking := sandbox.missing()):
        yield (
            f"{', '.join(code)}: this machine does not keep the code of answers from {'; nor from '.join(lacking)}: "
            "score it in a container"
        )


def _require_working(mark: Mark, tried: Counter[str]) -> None:
    """Raise InputError for a scorer that failed on each of the first FEW answers: the others would take as long."""
    if not mark.detail.startswith(BROKEN):
        tried[mark.use_case] += FEW
    elif tried[mark.use_case] < FEW:
        tried[mark.use_case] += 1
        if tried[mark.use_case] == FEW:
            raise InputError(
                f"{mark.use_case!r}: the scorer failed on each of the first {FEW} answers: "
                f"{mark.detail.removeprefix(BROKEN)[2:]}",
                "a scorer that works", "nomoat work plan --again where it is part of a fixed plan",
            )  # fmt: skip


def _gaps(
    frame: Frame, marks: Iterable[Mark], shown: Mapping[tuple[str, str], str | None], bare: Mapping[str, str]
) -> Iterable[str]:
    """Conversations that people labelled behind one that they did not: they wait for it, as the order is random."""
    said: dict[str, set[tuple[str, str]]] = {}
    for one in marks:
        if one.scorer == "human" and not one.detail.startswith("failed"):
            said.setdefault(one.use_case, set()).add((one.arm, one.request_id))
    for name, those in said.items():
        arms = sorted({arm for arm, _ in those})
        missing, behind = None, 0
        for drawn in frame.use_cases[name].proof:
            cells = [(arm, r) for r in drawn.requests if r not in bare for arm in arms if (arm, r) in shown]
            lacking = [one for one in cells if one not in those and shown[one] is not None]
            if missing is None and lacking:
                missing = lacking[0]
            elif missing is not None and cells and not lacking:
                behind += 1
        if missing is not None and behind:
            yield (
                f"{name}: {behind:,} labelled conversations come behind one that is not and wait for it: label answer "
                f"{shown[missing]}, with ? where nobody can say"
            )


def _unread(marks: Iterable[Mark], broken: Mapping[tuple[str, str, str], int]) -> Iterable[str]:
    """Judges that are mostly not understood, and what that comes of as a rule."""
    every = Counter((one.use_case, one.scorer) for one in marks if one.scorer in judge.KINDS)
    for (name, kind), n in every.items():
        lost = sum(count for key, count in broken.items() if key[:2] == (name, kind))
        if lost > UNREAD * n:
            yield (
                f"{name}: {lost:,} of {n:,} marks rest on replies of the judge that nobody can read; look at them in "
                f"its run, and whether it needs more than {judge.TOKENS:,} tokens to think"
            )


def _files(case: UseCase, folder: Path) -> tuple[str, ...]:
    """The files of people's labels that are there: those that a use case names, and of labels.csv labels-NAME.csv."""
    named = case.scorer.get("file") or ()
    found = []
    for name in (named,) if isinstance(named, str) else tuple(map(str, named)):
        path = folder / name
        more = sorted(path.parent.glob(f"{glob.escape(path.stem)}-*{glob.escape(path.suffix)}"))
        there = (one for one in (path, *more) if one.exists())
        found += [one.relative_to(folder).as_posix() if one.is_relative_to(folder) else str(one) for one in there]
    return tuple(dict.fromkeys(found))


_COUNTED = ("failed", "truncated", "refused")


def _ended(answer: Answer) -> Iterable[str]:
    """As what of `_COUNTED` an answer counts."""
    return (
        *(["failed"] if answer.error is not None else []),
        *(["truncated"] if "cut off" in answer.endings else []),
        *(["refused"] if "refused" in answer.endings else []),
    )


def _by_arm(counts: Mapping[tuple[str, str, str], int], what: str) -> dict[str, int]:
    found = Counter[str]()
    for (_, arm, counted), n in counts.items():
        found[arm] += n if counted == what else 0
    return {arm: n for arm, n in found.items() if n}


def _broken(mark: Mark) -> bool:
    return mark.detail.startswith(BROKEN) or mark.detail == judge.UNREADABLE


def _rows(
    marks: Iterable[Mark], counts: Mapping[tuple[str, str, str], int], broken: Mapping[tuple[str, str, str], int]
) -> tuple[Row, ...]:
    """A row of every use case, scorer and arm: means of different measures are never taken together."""
    sums: dict[tuple[str, str, str], list[float]] = {}
    for one in marks:
        sums.setdefault((one.use_case, one.scorer, one.arm), []).append(one.score)
    return tuple(
        Row(
            use_case=key[0], scorer=key[1], arm=key[2], marks=len(scores), mean=sum(scores) / len(scores),
            broken=broken.get(key, 0), **{what: counts.get((key[0], key[2], what), 0) for what in _COUNTED},
        )
        for key, scores in sorted(sums.items())
    )  # fmt: skip


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


def choose(
    plan: Plan, frame: Frame, marks: Iterable[Mark], answers: Iterable[Answer], unscorable: Mapping[str, str]
) -> dict[str, Chosen]:
    """The arm of each use case that goes to the proof, by its tuning conversations alone.

    Of each candidate the prompts, logged or adapted, that score higher there (logged where alike). Then of those whose
    mean on the tuning split loses less than the margin the cheapest, else the one that loses least; only use cases
    whose tuning split is answered by all arms. No proof: the other conversations are that.
    """
    # Of a judged use case the judge's marks: where people labelled a few, two measures would be compared.
    kind = {case.name: str(case.scorer["kind"]) for case in plan.provable}
    told, found = table((one for one in marks if one.scorer == kind.get(one.use_case)), answers), {}
    for case in plan.provable:
        if len(case.arms) == 1:
            found[case.name] = Chosen(candidate=case.arms[0].name, why="the only candidate")
            continue
        tuning = frame.use_cases[case.name].tuning
        tried = {one.name: pairs(tuning, told, one.name, unscorable, _first(told, one.name)) for one in case.arms}
        if any(one.waiting or not one.n for one in tried.values()):
            continue
        found[case.name] = _chosen(case, tried, plan)
    return found


def _first(told: Table, arm: str) -> str:
    """Under which name the incumbent's marks beside an arm are kept."""
    beside = judge.against(arm)
    return beside if any(name == beside for name, _ in told) else INCUMBENT


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


class Marked(Noun, frozen=True, kw_only=True):
    """What became of scoring a part of a run: counts, means, and for the tuning part what was chosen."""

    part: str
    scored: Scored
    chosen: dict[str, Chosen]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def marked(
    folder: Path, part: str = "proof", run: str | None = None, *, watch: Callable[[int], None] = lambda done: None
) -> Marked:
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
    scored = score(plan, frame, folder, name, watch=watch)
    chosen = dict[str, Chosen]()
    if part == "tuning":
        chosen = choose(
            plan, frame, marks_of(folder / "runs" / name), journal.answers(folder / "runs" / name), scored.unscorable
        )
        before = frames.read_choice(folder / CHOICE)
        begun = (folder / "runs" / f"proof-{plan.generation}" / journal.JOURNAL).exists()
        if begun and any(before.get(key, one).candidate != one.candidate for key, one in chosen.items()):
            raise InputError(
                "The choice would change after the proof has begun",
                "the choice as it was",
                "nomoat work plan --again, which begins a generation",
            )
        write_choice(folder, chosen)
    return Marked(part=part, scored=scored, chosen=chosen)


def write_choice(folder: Path, chosen: Mapping[str, Chosen]) -> None:
    """Keep the choice beside the plan."""
    _write(folder / CHOICE, msgspec.json.format(msgspec.json.encode(dict(chosen))))


def _write(path: Path, content: bytes) -> None:
    whole = path.with_name(path.name + ".new")
    whole.write_bytes(content)
    whole.replace(path)
