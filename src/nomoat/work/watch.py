"""Does a policy still hold, and which new models could overturn which verdicts?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from nomoat.errors import InputError
from nomoat.stats.betting import weighed
from nomoat.stats.detector import alarm
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work import journal, route, score, verdict
from nomoat.work import plan as plans
from nomoat.work.frame import INCUMBENT
from nomoat.work.plan import Plan
from nomoat.work.route import Policy
from nomoat.work.verdict import OPEN, Case, Verdict

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

PATIENCE = 2_000.0  # conversations of a shadow sample that pass on average before a false alarm
SOON = 14  # days before its end in which a policy is said to end

Kind = Literal["expired", "expires soon", "version", "drift", "new model"]


class Notice(Noun, frozen=True, kw_only=True):
    """One thing that was seen; `voids` says that the use case (or, without one, all) must go back to the default."""

    kind: Kind
    what: str
    use_case: str | None = None
    voids: bool = False


class Watched(Noun, frozen=True, kw_only=True):
    """What a policy is worth on a day. `holds` are the use cases that may stay where the policy sends them.

    `new_models` are open models released since the margins were fixed; `screening` is the number of conversations that
    would screen one of them a use case (it rules out, it proves nothing) and `proof` that of a proof.
    """

    schema_version: int = SCHEMA_VERSION
    on: date
    holds: tuple[str, ...]
    void: tuple[str, ...]
    notices: tuple[Notice, ...]
    new_models: int | None
    screening: int
    proof: dict[str, int | None]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    def line(self) -> str:
        """All of it as one line of JSON, for a log."""
        return msgspec.json.encode(self).decode()


def watch(
    folder: Path,
    on: date,
    *,
    shadow: str | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Watched:
    """Look at the policy of a work folder on a day: its end, versions, drift of a shadow sample, new open models.

    `shadow` is a scored run in which a sample of live requests was answered by both arms; versions and drift are read
    from it. Drift is an e-detector (`stats/detector.py`) on conversations in the order of their answers, against "the
    loss is at most the margin": while that is true an alarm comes after PATIENCE conversations on average, no sooner.
    Raises InputError where there is no policy.
    """
    policy, plan, found = _read(folder)
    notices = list(_ends(policy, on))
    cases = {case.use_case: case for case in found.cases}
    routes = [one.use_case for one in policy.routes]
    if shadow is not None:
        for name in routes:
            notices += _shadowed(folder / "runs" / shadow, plan, cases[name])
    fresh = _released(policy.fixed_on, on, as_of, catalog)
    if fresh:
        waiting = [case.use_case for case in found.cases if case.status != "safe"]
        where = ", ".join(waiting) or "the use cases that moved"
        named = ", ".join(fresh[:5]) + (f" and {len(fresh) - 5} more" if len(fresh) > 5 else "")
        notices.append(Notice(kind="new model", what=f"{named}: could be tried on {where}"))
    everything = any(one.voids and one.use_case is None for one in notices)
    void = tuple(name for name in routes if everything or any(n.voids and n.use_case == name for n in notices))
    return Watched(
        on=on,
        holds=tuple(name for name in routes if name not in void),
        void=void,
        notices=tuple(notices),
        new_models=len(fresh),
        screening=20,
        proof={case.name: case.needed for case in plan.use_cases},
    )


def _read(folder: Path) -> tuple[Policy, Plan, Verdict]:
    try:
        policy = route.read((folder / route.FILE).read_bytes())
    except OSError:
        raise InputError(f"There is no policy in {folder}", route.FILE, "nomoat work route") from None
    plan = plans.read(folder / plans.FILE)
    for path in sorted((folder / "runs").glob(f"*/{verdict.FILE}")):
        found = msgspec.json.decode(path.read_bytes(), type=Verdict)
        if policy.made_from == f"run {found.run}, plan {found.plan_sha256[:12]}":
            return policy, plan, found
    raise InputError(f"The verdict that the policy was made from ({policy.made_from}) is gone", "nomoat work prove")


def _ends(policy: Policy, on: date) -> list[Notice]:
    if policy.expires is None:
        return []
    left = (policy.expires - on).days
    if left < 0:
        return [Notice(kind="expired", what=f"the proof ended on {policy.expires}", voids=True)]
    return [Notice(kind="expires soon", what=f"the proof ends on {policy.expires}")] if left <= SOON else []


def _shadowed(place: Path, plan: Plan, case: Case) -> list[Notice]:
    """Versions and drift of one use case in a shadow run, conversations in the order of their first answers."""
    notices: list[Notice] = []
    marks = {(m.arm, m.request_id): m for m in score.marks_of(place) if m.use_case == case.use_case}
    first: dict[str, str] = {}
    served: dict[str, set[str]] = {INCUMBENT: set(), case.candidate: set()}
    for answer in journal.answers(place):
        if (answer.arm, answer.request_id) in marks and answer.at is not None:
            key = answer.conversation_id
            first[key] = min(first.get(key, "9"), answer.at.isoformat())
        if answer.arm in served and answer.served and (answer.arm, answer.request_id) in marks:
            served[answer.arm].add(answer.served)
    for arm, names in served.items():
        new = names - set(case.served.get(arm, {}))
        if new and case.served.get(arm):
            what = f"{arm} is now {', '.join(sorted(new))}"
            notices.append(Notice(kind="version", use_case=case.use_case, what=what, voids=True))
    totals: dict[str, list[float]] = {}
    for (arm, request), mark in marks.items():
        other = marks.get((case.candidate, request))
        if arm == INCUMBENT and other is not None:
            totals.setdefault(mark.conversation_id, []).append(other.score - mark.score)
    order = sorted((key for key in totals if key in first), key=lambda key: (first[key], key))
    if not order:
        return notices
    largest = plan.use_case(case.use_case).largest
    kept = [totals[key][:largest] for key in order]
    sizes = np.array([len(one) for one in kept], dtype=float)
    means = np.array([float(np.mean(one)) for one in kept])
    at, _ = alarm(-weighed(means, sizes, float(largest), case.margin), worst=1.0 + case.margin, patience=PATIENCE)
    if at is not None:
        what = (
            f"the loss has been above {verdict.points(case.margin)} points: alarm at conversation {at} of {len(order)}"
        )
        notices.append(Notice(kind="drift", use_case=case.use_case, what=what, voids=True))
    return notices


def _released(since: date, until: date, as_of: date | None, catalog: Catalog | None) -> list[str]:
    """Open models released after one day and by another, as the catalogue knows them, newest first."""
    from nomoat.catalog.store import Catalog

    members = (catalog or Catalog.open()).members(as_of)
    rows = zip(members.released, members.openness, members.name, strict=True)
    found = [(day, str(name)) for day, kind, name in rows if day is not None and kind in OPEN and since < day <= until]
    return [name for _, name in sorted(found, reverse=True)]
