"""Whom to believe where publishers differ: the order of trust, and which claim of openness counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

# Who is believed about openness, names and dates, first to last (docs/methods/openness.md): Epoch's accessibility,
# models.dev's base models, the licence on the arena's boards, the tag of the weights' own card, licences that LLM-Stats
# lists, HELM's access, and the two indices of components, which audits found often wrong. Offerings are never asked:
# resellers say "closed" of 202 models that others offer as open.
TRUST = (
    *("epoch-eci", "epoch-models", "epoch-notable", "epoch-report-2024-11"),
    *("models.dev", "arena", "huggingface", "llm-stats-models", "helm-models", "osai", "mof"),
)
# The index's own "unknown" is an answer: its abilities are compared by the cohorts of that very list.
FINAL = "epoch-eci"
# The indices of components, whose evidence on data and code alone makes a model open source.
INDICES = ("osai", "mof")
OPEN_SOURCE = "open-source"
UNKNOWN = "unknown"

Said = tuple[str, str]  # data set, class


def rank(dataset: str) -> int:
    """The place of a data set in the order of trust; boards of one publisher share a place, others come last.

    >>> rank("epoch-eci") < rank("models.dev") < rank("arena:text") == rank("arena:webdev") < rank("hearsay")
    True
    """
    name = dataset.split(":")[0]
    return TRUST.index(name) if name in TRUST else len(TRUST)


def settled(claims: Sequence[Said]) -> tuple[str, int | None, str]:
    """Return (class, place of the claim that counts, why) of claims in the order of trust.

    The first that is not "unknown" counts. Where it says no more than open or closed, the first later one of its side
    that says how is taken. Weights that may be used freely are open source where an index of components has evidence
    on data and code; no licence alone makes them so.

    >>> settled([("epoch-notable", "unknown"), ("models.dev", "weights-unspecified"), ("arena", "weights-restricted")])
    ('weights-restricted', 2, 'models.dev says open, and arena is the first to say how')
    >>> settled([("epoch-eci", "unknown"), ("models.dev", "weights-permissive")])[0]
    'unknown'
    """
    at = next((i for i, (dataset, said) in enumerate(claims) if said != UNKNOWN or dataset == FINAL), None)
    if at is None:
        return UNKNOWN, None, "every list that has it says unknown" if claims else "no list says"
    dataset, openness = claims[at]
    if openness == UNKNOWN:
        return UNKNOWN, at, f"{dataset} says unknown, and its models are compared by its own list"
    if openness == OPEN_SOURCE:
        openness = "weights-permissive"
    if len(claims) == 1:
        why = f"{dataset} alone says it"
    else:
        passed = ", after lists that say unknown" if at else ""
        why = f"{dataset} comes first in the order of trust{passed}"
    if openness.endswith("-unspecified"):
        half = side(openness)
        later = [i for i, (_, said) in enumerate(claims) if side(said) == half and not said.endswith("-unspecified")]
        if later:
            at = later[0]
            word = "open" if half == "weights" else "closed"
            why = f"{dataset} says {word}, and {claims[at][0]} is the first to say how"
            openness = "weights-permissive" if claims[at][1] == OPEN_SOURCE else claims[at][1]
    if openness == "weights-permissive":
        shown = [i for i, (name, said) in enumerate(claims) if said == OPEN_SOURCE and name.split(":")[0] in INDICES]
        if shown:
            return OPEN_SOURCE, shown[0], f"{why}; {claims[shown[0]][0]} has evidence that data and code are open too"
    return openness, at, why


def ordered(rows: Iterable[dict[str, Any]], origins: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return claims in the order of trust, those of equal trust as they stand."""
    places = {key: rank(origin["dataset"]) for key, origin in origins.items()}
    return sorted(rows, key=lambda row: places[row["origin_id"]])


def side(openness: str) -> str | None:
    """Whether a class is open (`weights`) or `closed`; None for unknown."""
    if openness == UNKNOWN:
        return None
    return "closed" if openness.startswith("closed") else "weights"
