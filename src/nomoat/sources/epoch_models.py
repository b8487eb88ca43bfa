"""Epoch AI: notable models (training compute, cost, parameters, accessibility) and which models were distilled."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from nomoat.catalog.identity import slug
from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.epoch import HUB, LICENCE, Names, entered, openness_of
from nomoat.sources.facts import Facts, Publication

NOTABLE = Publication(
    key="epoch/notable-models",
    publisher="Epoch AI",
    dataset="epoch-notable",
    title="Notable AI models",
    address="https://epoch.ai/data/notable_ai_models.csv",
    licence=LICENCE,
    attribution="Epoch AI, 'Data on AI Models', epoch.ai, CC BY 4.0",
    evidence="measured by publisher",
)
DISTILLED = Publication(
    key="epoch/distilled-models",
    publisher="Epoch AI",
    dataset="epoch-distillation",
    title="Distillation labels of benchmark-stitching",
    address="https://github.com/epoch-research/benchmark-stitching",
    licence="MIT (code), CC BY 4.0 (data)",
    attribution=HUB,
    evidence="measured by publisher",
)

FIRST = date(2017, 6, 12)  # the Transformer: nothing before it is on any frontier here
_CONFIDENCE = ("low", "medium", "high")


def read_notable(path: Path, retrieved: date, curated: Curated, names: Names, *, newer: bool = False) -> Facts:
    """Read `notable_ai_models.csv`: what it took to make a model, and where it may be had.

    A notable model is one of the index's where Epoch itself gives the same name in both files, or where
    `aliases_notable.csv` says so; several dated releases of one name share its figures. Any other is a model of its
    own: it has a date and an effort, and no score. `newer` as in `read_index`.
    """
    facts = Facts()
    key = facts.origin(NOTABLE, retrieved, path)
    aliases = curated.aliases("notable")
    columns = ["Model", "Organization", "Publication date", "Domain", "Parameters", "Training compute (FLOP)"]
    more = [
        "Confidence",
        "Country (of organization)",
        "Model accessibility",
        "Training compute cost (2023 USD)",
    ]
    rows = list(read(path, [*columns, *more]))
    own = {names.by_name[name] for row in rows if (name := row.text("Model") or "") in names.by_name}

    def enter(row: Row) -> None:
        name, published = row.needed("Model"), row.day("Publication date")
        if published is not None and published < FIRST:
            facts.leave("notable models", f"published before the Transformer ({FIRST})")
            return
        organisation = curated.organisation(row.text("Organization"), row.text("Country (of organization)"))
        if name in aliases:
            model_ids = {names.alias(aliases[name])}
        elif name in names.by_name:
            model_ids = {names.by_name[name]}
        else:
            # A dated release that has a line of its own does not take its family's.
            model_ids = names.by_family.get(name, set()) - own
        if not model_ids:
            minted = f"{organisation or 'unknown'}/{slug(name)}"
            names.add(minted, name)
            model_ids = {minted}
        effort = {
            "training_flop": row.number("Training compute (FLOP)", 0),
            "cost_usd": row.number("Training compute cost (2023 USD)", 0),
            "parameters": row.number("Parameters", 0),
        }
        modality, openness = _modality(row.text("Domain")), openness_of(row, newer)
        for model_id in sorted(model_ids):
            facts.add(
                *("models", key), model_id=model_id, name=names.ids[model_id], organisation_id=organisation,
                released=published, modality=modality,
            )  # fmt: skip
            facts.add("openness", key, **{"model_id": model_id, "class": openness})
            if any(value is not None for value in effort.values()):
                facts.add("effort", key, model_id=model_id, confidence=row.text("Confidence"), **effort)

    for row in rows:
        entered(enter, row, facts, "notable models", newer)
    if newer and not facts.tables.get("models"):
        raise SourceError(f"{path.name} has no model that can be read", "notable models", "nomoat update epoch-notable")
    return facts


def read_distilled(path: Path, retrieved: date, names: Names) -> Facts:
    """Read Epoch's distillation labels, which are by version string.

    Where the versions of a model are labelled differently, the surest label counts; equally sure labels that
    contradict leave the model without one.
    """
    facts = Facts()
    key = facts.origin(DISTILLED, retrieved, path)
    labels: dict[str, set[tuple[int, bool]]] = defaultdict(set)
    for row in read(path, ["model", "distilled", "confidence"]):
        version, written = row.needed("model"), row.needed("distilled").upper()
        if written not in ("TRUE", "FALSE"):
            raise row.wrong("distilled", "TRUE or FALSE")
        if row.text("confidence") not in _CONFIDENCE:
            raise row.wrong("confidence", "low, medium or high")
        model_id = names.by_version.get(version)
        if model_id is None:
            facts.leave("distillation labels", "of a version that no index names")
            continue
        labels[model_id].add((_CONFIDENCE.index(row.needed("confidence")), written == "TRUE"))
    for model_id, found in labels.items():
        surest = max(found)[0]
        answers = {answer for sure, answer in found if sure == surest}
        if len({answer for _, answer in found}) > 1:
            facts.leave("models whose versions are labelled differently", "the surest label is kept")
        facts.add(
            *("distillation", key), model_id=model_id, confidence=_CONFIDENCE[surest],
            distilled=answers.pop() if len(answers) == 1 else None,
        )  # fmt: skip
    return facts


def _modality(domain: str | None) -> str | None:
    if domain is None:
        return None
    return ",".join(sorted({part.strip().lower() for part in domain.split(",")}))
