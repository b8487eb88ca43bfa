"""A catalogue of our own with prices: models of known ability, release and price, in one vintage or several."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication


def published(key: str, dataset: str) -> Publication:
    return Publication(
        key=key, publisher="Planted", dataset=dataset, title=key, address=f"https://example.org/{key}", licence="CC0",
        attribution="", evidence="measured by publisher",
    )  # fmt: skip


def model(name: str, released: str, rating: float, openness: str = "closed-api", half: float = 0.05) -> dict[str, Any]:
    return {"name": name, "released": date.fromisoformat(released), "rating": rating, "class": openness, "half": half}


def opened(name: str, released: str, rating: float, half: float = 0.05) -> dict[str, Any]:
    return model(name, released, rating, "weights-permissive", half)


def offer(provider: str, of: str | None, input: float | None, output: float | None, **more: Any) -> dict[str, Any]:
    zero = input == 0 and output == 0
    row = {"provider": provider, "name": of or "nobody", "model_id": of, "input": input, "output": output, "free": zero}
    return {**row, **more}


Day = tuple[str, Sequence[dict[str, Any]], Sequence[dict[str, Any]]]


def catalogue(folder: Path, *days: Day, facts_of: Sequence[dict[str, Any]] = ()) -> Catalog:
    """Vintages of models and offerings, the first as the shipped one."""
    first = None
    for at, (day, models, offers) in enumerate(days):
        built = _vintage(folder / f"v{at}", date.fromisoformat(day), models, offers, facts_of)
        if first is None:
            first = built
            continue
        target = folder / "home" / "vintages" / day
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(built, target)
    assert first is not None
    return Catalog.open(home=folder / "home", snapshot=first)


def _vintage(
    folder: Path,
    day: date,
    models: Sequence[dict[str, Any]],
    offers: Sequence[dict[str, Any]],
    facts_of: Sequence[dict[str, Any]],
) -> Path:
    folder.mkdir(parents=True)
    source = folder / "source.txt"
    source.write_text(str((day, models, offers)))
    facts = Facts()
    key = facts.origin(published("planted/index", "epoch-eci"), day, source)
    facts.add("organisations", key, organisation_id="maker", name="Maker", country="US")
    for one in models:
        slug = one["name"].lower()
        facts.add(
            "models", key, model_id=slug, name=one["name"], organisation_id="maker", released=one["released"]
        )  # fmt: skip
        facts.add("openness", key, **{"model_id": slug, "class": one["class"]})
        facts.add(
            *("ratings", key), board="eci", category="overall", published=day, name=one["name"], model_id=slug,
            rating=one["rating"], low=one["rating"] - one["half"], high=one["rating"] + one["half"], level=0.9,
        )  # fmt: skip
    sold = facts.origin(published("planted/offers", "shops"), day, source)
    for row in offers:
        facts.add("offerings", sold, **row)
    for row in facts_of:
        facts.add("facts", facts.origin(published(f"planted/{row['fact_id']}", "figures"), day, source), **row)
    write(facts, {}, folder / "vintage")
    return folder / "vintage"
