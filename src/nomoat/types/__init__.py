"""The frozen nouns that every part of nomoat speaks in."""

from __future__ import annotations

from nomoat.types.choice import Choice, Fall, Panel, Reading, Reconciliation
from nomoat.types.effort import Attribution, Credit, Effort, Equal, Garage, Pair, Spent
from nomoat.types.frontier import Change, Frontier, MonthGap, Point, Step
from nomoat.types.gap import CurrentLag, Gap, QualityGap, Record, RuleReading, TimeToMatch
from nomoat.types.noun import MONTH, SCHEMA_VERSION, Dated, LeftOut, Noun, Origin

# In the order in which the reference shows them: what every result has, then question by question.
__all__ = [  # noqa: RUF022
    "SCHEMA_VERSION",
    "MONTH",
    "Noun",
    "Origin",
    "LeftOut",
    "Dated",
    "QualityGap",
    "CurrentLag",
    "TimeToMatch",
    "Record",
    "RuleReading",
    "Gap",
    "Point",
    "Step",
    "Change",
    "Frontier",
    "MonthGap",
    "Choice",
    "Panel",
    "Credit",
    "Attribution",
    "Spent",
    "Pair",
    "Garage",
    "Equal",
    "Effort",
    "Reading",
    "Fall",
    "Reconciliation",
]
