"""What can no data here decide, and what is still being built?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from nomoat.claims.measured import Measured, Unmeasured, Untestable
from nomoat.claims.metric import metric

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("none", "", about="no data here can decide; the test says which would")
def none(ask: Ask, would: str) -> Measured:
    """Raise Untestable with the data that would decide."""
    raise Untestable("no data here can decide it", would)


@metric("tune.hours", "hours", about="hours to tune a model on one device", chart="tune", needs="tune")
def tune_hours(ask: Ask, device: str, parameters: float) -> Measured:
    """Hours of LoRA on a named device for a model of that size."""
    _waits("tune")


@metric("tune.gain", "points of accuracy", about="what tuning on own data adds", chart="tune", needs="tune")
def tune_gain(ask: Ask, domain: str) -> Measured:
    """A tuned specialised model less the best general one, on that domain's private test."""
    _waits("tune")


@metric("fit.device", "GB", about="memory the smallest model of a level needs", chart="fit", needs="fit")
def fit_device(ask: Ask, board: str, level: str) -> Measured:
    """Least memory of an open model rated at or above a named one."""
    _waits("fit")


@metric(
    "lineage.share",
    "%",
    about="share of models whose weights show an undeclared parent",
    chart="lineage",
    needs="lineage",
)
def lineage_share(ask: Ask, cohort: str, parent: str) -> Measured:
    """Models of a cohort with a parent that their weights show and their cards do not name."""
    _waits("lineage")


@metric("rights.share", "%", about="share of a cohort that its licence lets one use so", chart="rights", needs="rights")
def rights_share(ask: Ask, cohort: str, use: str) -> Measured:
    """Models whose licence grants a use, clause by clause."""
    _waits("rights")


@metric("trust.findings", "models", about="models with a finding of the trust tests", chart="trust", needs="trust")
def trust_findings(ask: Ask, cohort: str, kind: str) -> Measured:
    """Models of a cohort that a named kind of test flags, beside a control cohort."""
    _waits("trust")


def _waits(what: str) -> NoReturn:
    raise Unmeasured(what)
