"""How sure is a difference: for a fixed sample, whenever one looks, with a judge, beside the incumbent's own noise?"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from nomoat.stats import betting, paired
from nomoat.stats.judged import corrected
from nomoat.work.frame import Frame, Split
from nomoat.work.pairs import Pairs, Table, floor, pairs
from nomoat.work.plan import Plan, UseCase
from nomoat.work.verdict import Case, Floor, Interval

FEW = 40  # labelled conversations below which a judge's help is not to be measured (workload.md 6.7)
EXACT = 100  # pairs below which an exact interval is shown


def interval(found: Pairs, level: float = 0.95) -> Interval | None:
    """The interval of a fixed sample: exact for few single pairs of yes and no, else by conversation; None of one."""
    if found.binary and (found.sizes == 1).all() and found.n <= EXACT:
        return bounded(paired.tango(found.won, found.lost, found.n, level))
    return bounded(paired.clustered(found.differences, found.sizes, level)) if found.n > 1 else None


def bounded(found: paired.Difference) -> Interval:
    """The same within what a difference of scores can be."""
    return Interval(
        value=found.value, low=max(-1.0, found.low), high=min(1.0, found.high), level=found.level, method=found.method
    )


def whenever(found: Pairs, largest: float, level: float = 0.95) -> Interval:
    """The interval that holds at any look."""
    low, high = betting.sequence(found.means, found.sizes, largest=largest, alpha=1 - level)
    value = float(found.differences.sum() / found.requests)
    return Interval(value=value, low=low, high=high, level=level, method="confidence sequence by betting")


def noise(case: UseCase, split: Split, told: Table, unscorable: Mapping[str, str], needs: float) -> Floor | None:
    """The incumbent against itself, and how many conversations a proof of it would take at the bar of this plan."""
    found = floor(split.proof, told, unscorable)
    if not found.n:
        return None
    effect = paired.design_effect(found.differences, found.sizes, found.discordance)
    takes = effect * betting.units_needed(case.margin, found.discordance, needs=needs, power=case.power)
    return Floor(
        conversations=found.n, discordance=found.discordance, difference=interval(found),
        needed=int(np.ceil(takes / float(found.sizes.mean()))) if np.isfinite(takes) else None,
    )  # fmt: skip


def with_judge(
    case: Case, plan: Plan, frame: Frame, told: Table, by_judge: Table, unscorable: Mapping[str, str]
) -> Case:
    """The same with the judge's marks used where they may be: to narrow the interval of a fixed sample, corrected."""
    split, name = frame.use_cases.get(case.use_case, Split()), str(plan.use_case(case.use_case).scorer["judge"])
    people = pairs(split.proof, told, case.arm, unscorable)
    all_of_it = pairs(split.proof, by_judge, case.arm, unscorable)
    n, more = people.n, all_of_it.n - people.n
    if not n:
        alone = (
            f" Alone it would say {100 * all_of_it.differences.sum() / all_of_it.requests:+.1f} points." if more else ""
        )
        said = f"The judge {name} has no label of a person to be held against, and alone proves nothing.{alone}"
        label = "no conversation is labelled by people (nomoat work score --to-label 200)"
        why = case.why if case.status == "not provable" else label
        return msgspec.structs.replace(case, judge=said, why=why)
    if n < FEW or more < 2:
        said = f"{n} conversations are labelled by people; from {FEW} on, the judge {name} narrows the interval."
        return msgspec.structs.replace(case, judge=said)
    mean = float(all_of_it.sizes.mean())
    found = corrected(
        people.differences / mean, all_of_it.differences[:n] / mean, all_of_it.differences[n:] / mean,
        unit=paired.typical(all_of_it.sizes) / mean,
    )  # fmt: skip
    said = (
        f"Judge {name}: correlation {found.correlation:.2f} with people on {n:,} conversations; with its marks of "
        f"{more:,} more they are worth {found.effective:,.0f} labels. The e-values rest on people's labels alone."
    )
    method = f"PPI++, {n:,} conversations labelled and {more:,} judged"
    narrowed = Interval(
        value=found.value, low=max(-1.0, found.low), high=min(1.0, found.high), level=0.95, method=method
    )
    return msgspec.structs.replace(case, judge=said, difference=narrowed)
