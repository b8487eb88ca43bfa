"""What does a run in a work folder prove, under the plan that it was made with?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from nomoat.catalog.requests import query
from nomoat.errors import InputError, OutputError
from nomoat.types import LeftOut, Origin
from nomoat.work import drafting, journal, score, seal, verdict
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.basis import basis
from nomoat.work.frame import Frame
from nomoat.work.later import SAMPLE
from nomoat.work.openly import Known, known_of
from nomoat.work.past import MANIFEST, manifest
from nomoat.work.plan import Plan, require_fixed
from nomoat.work.prove import HOLDS, prove
from nomoat.work.verdict import Verdict

JUDGE = "-judge"  # the run in which a judge is asked about another's answers


def proven(folder: Path, run: str | None = None, *, as_of: date | None = None, holds: int = HOLDS) -> Verdict:
    """The verdict of a run of the work folder's plan, also written to its verdict.json.

    Raises what `prove` raises, InputError where the run was made under another plan, and OutputError where the verdict
    cannot be kept.
    """
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    seal.require_files(plan, folder)
    frame = frames.read(folder / frames.FILE, plan)
    place = folder / "runs" / (run or f"proof-{plan.generation}")
    made = manifest(place)
    if made is not None and made.plan and made.plan != plan.sha256:
        raise InputError(
            f"Run {place.name!r} was made under plan {made.plan[:12]}, and this one is {str(plan.sha256)[:12]}",
            "a run of this plan",
            "nomoat work run",
        )
    choice = {name: one.candidate for name, one in frames.read_choice(folder / frames.CHOICE).items()}
    known = known_of(plan, as_of)
    openness = {name: one.openness for name, one in known.items()}
    found = prove(plan, frame, place, choice=choice, openness=openness, holds=holds)
    scored = score.scored_of(place)
    turned = {one.use_case: f" It {one.said()}" for one in scored.orders}
    asked = place.with_name(f"{place.name}{JUDGE}")
    rests = basis(folder, [place, *([asked] if (asked / journal.JOURNAL).exists() else [])], plan, frame)
    since = LeftOut(what="requests of the log", count=rests.log.since, why="read after the plan was made: in no share")
    found = msgspec.structs.replace(
        found,
        log=rests.log,
        sent=rests.sent,
        left_out=(*found.left_out, *((since,) if since.count else ())),
        cases=tuple(
            msgspec.structs.replace(
                case,
                openness_by=known[case.candidate].by,
                judge=case.judge + turned.get(case.use_case, "") if case.judge else None,
            )
            for case in found.cases
        ),
        unknown=(
            *found.unknown,
            *rests.unknown,
            *_later(folder, plan, frame),
            *_contested(found, known),
            *_others(folder, place.name, plan),
            *_scorers(scored),
        ),
        origins=(*found.origins, *_evidence(folder, place, plan, found)),
    )
    path, whole = place / verdict.FILE, place / (verdict.FILE + ".new")
    try:
        whole.write_text(found.json() + "\n", encoding="utf-8")
        whole.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})", "a folder that you may write to") from None
    return found


def _later(folder: Path, plan: Plan, frame: Frame) -> tuple[str, ...]:
    """Requests that by the log's clock did not exist yet when the plan is said to have been fixed with them."""
    drawn = {r for s in frame.use_cases.values() for one in (*s.tuning, *s.proof) for r in one.requests}
    day = plan.fixed_on or date.min
    found = query(folder, 'SELECT request_id, "time" FROM requests WHERE "time"::DATE > ?', [day])
    late = [time for name, time in found if name in drawn]
    if not late:
        return ()
    return (
        f"How the plan can be of {day}: {len(late):,} requests of its frame are later by the log's clock, up to "
        f"{max(late).date()}. The date that was typed or that clock is wrong.",
    )


def _contested(found: Verdict, known: Mapping[str, Known]) -> tuple[str, ...]:
    """Where plan.toml attests another openness than the catalogue has."""
    names = dict.fromkeys(case.candidate for case in found.cases if known[case.candidate].differs)
    return tuple(
        f"{name}: plan.toml attests {known[name].differs}, and the catalogue has {known[name].openness}; the "
        "catalogue's is used."
        for name in names
    )


def _others(folder: Path, name: str, plan: Plan) -> tuple[str, ...]:
    """Runs beside this one, whose choice the level does not cover: trying until one comes out well is no proof."""
    past = {plans.read(path).sha256 for path in sorted((folder / drafting.PAST).glob(f"*/{plans.FILE}"))}
    kin = {name, f"{name}{JUDGE}", f"tuning-{plan.generation}", f"tuning-{plan.generation}{JUDGE}"}
    found = []
    for path in sorted((folder / "runs").glob(f"*/{MANIFEST}")):
        made = manifest(path.parent)
        if made is None or path.parent.name in kin or made.plan in past or (path.parent / SAMPLE).exists():
            continue
        found.append(f"{path.parent.name} ({'this plan' if made.plan == plan.sha256 else 'another plan'})")
    if not found:
        return ()
    return (f"Other runs lie in this folder: {', '.join(found)}. The level covers one run, not the best of several.",)


def _scorers(scored: score.Scored) -> tuple[str, ...]:
    """How far marks can be relied on that a rule did not make."""
    agreed = {one.use_case for one in scored.agreement}
    alone = dict.fromkeys(row.use_case for row in scored.rows if row.scorer == "human" and row.use_case not in agreed)
    return (
        *(f"How right labels are where people differ: on {one.use_case} {one.said()}." for one in scored.agreement),
        *(f"How far people agree on {name}: no answer was labelled by two of them." for name in alone),
        *(f"What a scorer is worth: {note}." for note in scored.notes),
    )


def _evidence(folder: Path, place: Path, plan: Plan, found: Verdict) -> tuple[Origin, ...]:
    """The bytes that the verdict rests on: files of the plan, labels of people, journal and marks."""
    day = found.last_answer or found.fixed_on
    labels = score.scored_of(place).labels
    mine = {
        **{name: (sha, found.fixed_on) for name, sha in plan.files.items()},
        **{n: (s, day) for n, s in labels.items()},
    }
    rows = [
        Origin(
            id=f"own/{name}", publisher="the user", title=name, address=name, licence="the user's own", retrieved=when,
            sha256=sha, evidence="self-reported",
        )
        for name, (sha, when) in mine.items()
    ]  # fmt: skip
    own = [(place.name, journal.JOURNAL), (place.name, score.MARKS)]
    asked = (f"{place.name}{JUDGE}", journal.JOURNAL)
    for run, name in (*own, *((asked,) if (folder / "runs" / asked[0] / asked[1]).exists() else ())):
        address = f"runs/{run}/{name}"
        rows.append(
            Origin(
                id=f"run/{run}/{name}", publisher="nomoat work", title=name, address=address,
                licence="the user's own", retrieved=day, sha256=seal.sha256(folder / address), evidence="computed here",
            )
        )  # fmt: skip
    return tuple(rows)


def newest(folder: Path) -> Verdict:
    """The verdict of the newest generation in a work folder; raises InputError where nothing is proven yet."""
    found = []
    for path in sorted((folder / "runs").glob(f"*/{verdict.FILE}")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Verdict))
        except msgspec.MsgspecError as error:
            raise InputError(
                f"{path} is no verdict: {error}", "verdict.json as it was written", "nomoat work prove"
            ) from None
    if not found:
        raise InputError("Nothing of your work is proven yet", "a verdict", "nomoat work prove")
    return max(found, key=lambda one: (one.generation, one.last_answer or date.min, one.run))
