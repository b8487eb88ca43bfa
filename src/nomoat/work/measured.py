"""How good was each model that was asked, on one's own use cases: a table that the measures of the world take?

The gap on one's own work is the gap of the world, with the same scale, rule and frontier, on these scores.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.errors import InputError, OutputError
from nomoat.stats.paired import typical
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun
from nomoat.work import plan as plans
from nomoat.work import score
from nomoat.work.answer import Mark
from nomoat.work.drafting import PAST
from nomoat.work.frame import INCUMBENT
from nomoat.work.openly import Known, known_of
from nomoat.work.past import manifest
from nomoat.work.plan import AGAIN, Plan, UseCase
from nomoat.work.verdict import OPEN

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.types import Gap

FILE = "your-work.csv"
FEW = 20  # conversations of a use case below which a mean of it says too little
FEWEST = 2  # models of a side: with one there is a difference, and the verdict has it; a frontier takes more

Floats = NDArray[np.float64]
Talks = dict[str, list[float]]  # conversation -> sum of scores, their number


class Measured(Noun, frozen=True, kw_only=True):
    """One model on one's own use cases: points of score out of 100, with its standard error over conversations."""

    model: str
    released: date
    open: bool
    score: float
    stderr: float
    conversations: int
    adapted: bool = False  # with adapted prompts, where it was never asked with the logged ones


class Table(Noun, frozen=True, kw_only=True):
    """Every model that can be compared; of the use cases each has its share of requests as weight."""

    schema_version: int = SCHEMA_VERSION
    use_cases: tuple[str, ...]
    scorers: dict[str, str]  # use case -> by what its answers are marked
    models: tuple[Measured, ...]
    left_out: tuple[LeftOut, ...] = ()

    def beside(self, found: Gap) -> Gap:
        """The gap on this table with what was left out of it, and that its use cases are not marked alike."""
        said = found.warnings
        if len(set(self.scorers.values())) > 1:
            by = ", ".join(f"{name} by {kind}" for name, kind in self.scorers.items())
            said = (*said, f"use cases are marked by different scorers ({by}); of one alone: --on work:NAME")
        return msgspec.structs.replace(found, left_out=(*found.left_out, *self.left_out), warnings=said)

    def csv(self) -> str:
        """The table as `nomoat gap --on FILE.csv` reads it."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["model", "date", "openness", "score", "stderr"])
        for one in self.models:
            side = "open" if one.open else "closed"
            writer.writerow([one.model, one.released.isoformat(), side, f"{one.score:.6f}", f"{one.stderr:.6f}"])
        return text.getvalue()


def measured(
    folder: Path, use_case: str | None = None, *, as_of: date | None = None, catalog: Catalog | None = None
) -> Table:
    """What the models of all runs of a work folder scored, on all use cases or on one.

    A model's score is the mean over use cases of its request-weighted mean, weighted by their shares of requests; the
    standard error is cluster-robust over conversations. Use cases whose right answer is the logged one are left out:
    on them the incumbent leads by construction. So are judges' marks, use cases that another scorer marked before,
    and models without all of these use cases, a release date or a known openness. Raises InputError where fewer than
    FEWEST models are left on a side.
    """
    from nomoat.catalog.store import Catalog

    if not (folder / plans.FILE).exists():
        raise InputError("Nothing of your work was run yet", "a plan, and a run that is scored", "nomoat work plan")
    catalog = catalog or Catalog.open()
    now = plans.read(folder / plans.FILE)
    cases = [now.use_case(use_case)] if use_case else list(now.use_cases)
    told = [case for case in cases if score.reference_of(case.scorer) != "logged"]
    if not told:
        raise InputError(
            "What is right in your use cases is taken from the incumbent's logged answers: there it leads by "
            "construction, and a gap would say nothing", "a scorer with right answers of its own",
            'reference = "FILE.csv" in the scorer of plan.toml',
        )  # fmt: skip
    left = [_left("use cases", len(cases) - len(told), "what is right is the incumbent's logged answer")]
    found, names, others = _scores(folder, now, told, as_of, catalog)
    left.append(_left("runs", others, "of a plan that is not here, or not scored"))
    # A use case that nobody was asked about, as its traffic proves nothing, would leave out every model.
    asked = [case for case in told if any(len(by.get(case.name, {})) >= FEW for by in found.values())]
    left.append(_left("use cases", len(told) - len(asked), f"no model answered {FEW} conversations of it"))
    told = asked or told
    rows, more = _rows(found, names, told, catalog, as_of)
    sides = {side: [one.model for one in rows if one.open == side] for side in (False, True)}
    left += more
    kept = tuple(one for one in left if one.count)
    if min(map(len, sides.values())) < FEWEST:
        said = "; ".join(
            f"{'open' if side else 'closed'}: {', '.join(models) or 'none'}" for side, models in sides.items()
        )
        named = [(one.count, one.what if one.count > 1 else one.what[:-1], one.why) for one in kept]
        lost = "".join(f"; {count} {what} left out, {why}" for count, what, why in named)
        raise InputError(
            f"On your own work a gap takes {FEWEST} models a side with a release date ({said}{lost})",
            "more candidates, asked about the same use cases",
            "nomoat work plan --candidate NAME, and released = DATE in [endpoints.NAME] for models of your own",
        )
    names_of = tuple(case.name for case in told)
    scorers = {case.name: str(case.scorer["kind"]) for case in told}
    return Table(use_cases=names_of, scorers=scorers, models=tuple(sorted(rows, key=lambda r: r.model)), left_out=kept)


def write(folder: Path, found: Table) -> Path:
    """Put the table into the work folder, where `nomoat gap --on` and people find it."""
    path = folder / FILE
    try:
        path.write_text(found.csv(), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})", "a folder that you may write to") from None
    return path


def _left(what: str, count: int, why: str) -> LeftOut:
    return LeftOut(what=what, count=count, why=why)


def _scores(
    folder: Path, now: Plan, told: list[UseCase], as_of: date | None, catalog: Catalog
) -> tuple[dict[tuple[str, bool], dict[str, Talks]], dict[str, Known], int]:
    """(model, adapted) -> use case -> conversations; what is known of each model; runs that were passed over."""
    known_plans = {now.sha256 or "": now}
    for path in sorted((folder / PAST).glob(f"*/{plans.FILE}")):
        old = plans.read(path)
        known_plans[old.sha256 or ""] = old
    facts = {key: known_of(plan, as_of, catalog=catalog) for key, plan in known_plans.items()}
    found: dict[tuple[str, bool], dict[str, Talks]] = {}
    names: dict[str, Known] = {}
    others = 0
    for place in sorted(path for path in (folder / "runs").iterdir() if path.is_dir()):
        made = manifest(place)
        key = made.plan if made is not None else now.sha256 or ""
        if key not in known_plans or not (place / score.MARKS).exists():
            others += not place.name.endswith("-judge")
            continue
        for mark, endpoint, adapted in _marks(place, known_plans[key], told):
            one = facts[key][endpoint]
            name = one.model or known_plans[key].endpoints[endpoint].model
            names[name] = one
            talk = found.setdefault((name, adapted), {}).setdefault(mark.use_case, {})
            row = talk.setdefault(mark.conversation_id, [0.0, 0.0])
            row[0] += mark.score
            row[1] += 1.0
    return found, names, others


def _marks(place: Path, plan: Plan, told: list[UseCase]) -> Iterator[tuple[Mark, str, bool]]:
    """The marks of a run that can be compared, with the endpoint that was asked and whether with adapted prompts."""
    mine = {case.name: case for case in plan.use_cases}
    by = {case.name: mine[case.name] for case in told if case.name in mine and mine[case.name].scorer == case.scorer}
    for mark in score.marks_of(place):
        case = by.get(mark.use_case)
        if case is None or mark.scorer in ("rubric", "pairwise"):
            continue
        if mark.arm in (INCUMBENT, AGAIN):
            yield mark, case.incumbent, False
        elif arm := next((one for one in case.arms if one.name == mark.arm), None):
            yield mark, arm.endpoint, arm.prompt is not None


def _rows(
    found: dict[tuple[str, bool], dict[str, Talks]],
    names: dict[str, Known],
    told: list[UseCase],
    catalog: Catalog,
    as_of: date | None,
) -> tuple[list[Measured], list[LeftOut]]:
    weights = np.array([case.share_requests or 0.0 for case in told])
    weights = weights / weights.sum() if weights.sum() else np.full(len(told), 1 / len(told))
    members = catalog.members(as_of)
    rows, short, undated, sideless = [], 0, 0, 0
    for name, one in names.items():
        adapted = (name, False) not in found
        by = found[name, adapted]
        if any(len(by.get(case.name, {})) < FEW for case in told):
            short += 1
            continue
        row = members.index.get(one.model) if one.model else None
        released = one.released or (None if row is None else members.released[row])
        if released is None or one.openness is None:
            undated += released is None
            sideless += released is not None
            continue
        mean, error = _together([by[case.name] for case in told], weights)
        rows.append(
            Measured(
                model=name, released=released, open=one.openness in OPEN, score=100 * mean,
                stderr=100 * error, adapted=adapted,
                conversations=sum(len(by[case.name]) for case in told),
            )
        )  # fmt: skip
    return rows, [
        _left("models", short, f"fewer than {FEW} conversations on one of the use cases"),
        _left("models", undated, "no release date is known"),
        _left("models", sideless, "whether they are open is not known"),
    ]


def _together(cases: list[Talks], weights: Floats) -> tuple[float, float]:
    """The weighted mean of the use cases' request-weighted means, and its standard error over conversations.

    Cluster-robust: a conversation that holds several use cases is one unit, with what it moves in each. The error, not
    the mean, counts two more conversations of typical size a use case, one all right and one all wrong: a model that
    was right 20 times is not right always.
    """
    mean, moved = 0.0, dict[str, float]()
    for k, (talks, weight) in enumerate(zip(cases, weights, strict=True)):
        totals, sizes = np.array(list(talks.values())).T
        mean += weight * float(totals.sum() / sizes.sum())
        m = typical(sizes)
        names, t, m_c = [*talks, f"{k} right", f"{k} wrong"], np.append(totals, [m, 0.0]), np.append(sizes, [m, m])
        apart = weight * (t - t.sum() / m_c.sum() * m_c) / m_c.sum() * np.sqrt(len(t) / (len(t) - 1))
        for name, one in zip(names, apart.tolist(), strict=True):
            moved[name] = moved.get(name, 0.0) + one
    return mean, float(np.sqrt(sum(one**2 for one in moved.values())))
