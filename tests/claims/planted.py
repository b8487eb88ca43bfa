"""A catalogue of our own: models with known dates, makers and abilities, as known on one or several days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nomoat.catalog.store import Catalog
from nomoat.claims.ask import Ask
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication


@dataclass(frozen=True)
class Model:
    name: str
    released: date
    rating: float
    openness: str = "weights-permissive"
    maker: str = "Ours"
    country: str = "US"
    half: float = 0.5  # half of the 90 % interval
    distilled: bool | None = None
    rated: bool = True
    sure: str = "high"


def closed(name: str, released: str, rating: float, **more: Any) -> Model:
    return Model(name, date.fromisoformat(released), rating, **{"openness": "closed-api", "maker": "Theirs", **more})


def opened(name: str, released: str, rating: float, **more: Any) -> Model:
    return Model(name, date.fromisoformat(released), rating, **more)


def published(key: str, dataset: str) -> Publication:
    return Publication(
        key=key,
        publisher="Planted",
        dataset=dataset,
        title=key,
        address=f"https://example.org/{key}",
        licence="CC0",
        attribution="",
        evidence="measured by publisher",
    )


def vintage(
    folder: Path,
    day: date,
    models: Sequence[Model],
    figures: Sequence[dict[str, Any]] = (),
    board: Sequence[dict[str, Any]] = (),
) -> Path:
    """Write what was known on a day into `folder`, as the programme itself would."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "source.txt"
    source.write_text(str((day, models, figures, board)))
    facts = Facts()
    key = facts.origin(published("planted/index", "epoch-eci"), day, source)
    for model in models:
        slug = model.name.lower().replace(" ", "-")
        facts.add(
            *("models", key),
            model_id=slug,
            name=model.name,
            organisation_id=model.maker.lower(),
            released=model.released,
        )
        facts.add("openness", key, model_id=slug, **{"class": model.openness})
        if model.rated:
            facts.add(
                *("ratings", key), board="eci", category="overall", published=day, name=model.name, model_id=slug,
                rating=model.rating, low=model.rating - model.half, high=model.rating + model.half, level=0.9,
            )  # fmt: skip
        if model.distilled is not None:
            facts.add("distillation", key, model_id=slug, distilled=model.distilled, confidence=model.sure)
    for maker, country in dict.fromkeys((m.maker, m.country) for m in models):
        facts.add("organisations", key, organisation_id=maker.lower(), name=maker, country=country)
    for k, figure in enumerate(figures):
        origin = facts.origin(published(f"planted/figure-{k}", "figures"), day, source)
        facts.add("facts", origin, fact_id=f"F{k}", **figure)
    if board:
        origin = facts.origin(published("planted/board", "arena:text"), day, source)
        for row in board:
            facts.add("ratings", origin, board="arena:text", category="overall", published=day, **row)
    write(facts, {}, folder / "vintage")
    return folder / "vintage"


def catalogue(folder: Path, *days: tuple[str, Sequence[Model]], **more: Any) -> Catalog:
    """A catalogue of several vintages, the first of them as the shipped one; figures and boards go into the last."""
    import shutil

    home = folder / "home"
    first = None
    for k, (day, models) in enumerate(days):
        extra = more if k == len(days) - 1 else {}
        built = vintage(folder / f"v{k}", date.fromisoformat(day), models, **extra)
        if first is None:
            first = built
        else:
            target = home / "vintages" / day
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(built, target)
    assert first is not None
    return Catalog.open(home=home, snapshot=first)


def ask(catalog: Catalog, unit: str = "ECI points", **more: Any) -> Ask:
    return Ask(catalog=catalog, unit=unit, draws=200, **more)
