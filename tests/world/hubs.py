"""A Hub with known answers: repositories read on several days, and what was built on what."""

from __future__ import annotations

from datetime import date

from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication


def publication(key, dataset="huggingface"):
    return Publication(
        key=key,
        publisher="Hugging Face",
        dataset=dataset,
        title="Planted models",
        address="https://example.org/hub",
        licence="CC0",
        attribution="",
        evidence="measured by publisher",
    )


def planted(folder, readings, *, models=(), lineage=(), tracked=(), countries=None):
    """A catalogue of `readings` {day: [(repository, all-time, more)]}, `models` (id, organisation, released, class),
    `lineage` (child, parent, relation, stated) as of the last day, and `tracked` rows of the list of twins."""
    raw = folder / "raw.json"
    raw.write_text("planted")
    facts = Facts()
    days = sorted(readings)
    for day in days:
        key = facts.origin(publication("huggingface/models"), day, raw)
        for repository, count, more in readings[day]:
            facts.add("repositories", key, repository=repository, observed=day, downloads_all=count, **more)
    for child, parent, relation, stated in lineage:
        known = parent if parent in {m[0] for m in models} or parent in {line[0] for line in lineage} else None
        facts.add(
            *("lineage", key), child_id=child, parent=parent, parent_id=known, relation=relation, stated=stated
        )  # fmt: skip
    if tracked:
        listed = facts.origin(publication("tracked/models", "tracked-models"), days[0], raw)
        for row in tracked:
            facts.add("repositories", listed, observed=days[0], **row)
    about = facts.origin(publication("planted/models", "planted-models"), days[0], raw)
    for identity, organisation, released, openness in models:
        facts.add(
            *("models", about), model_id=identity, name=identity.split("/")[1].title(), organisation_id=organisation,
            released=released,
        )  # fmt: skip
        if openness:
            facts.add("openness", about, **{"model_id": identity, "class": openness})
    for organisation, country in (countries or {}).items():
        facts.add("organisations", about, organisation_id=organisation, name=organisation.title(), country=country)
    write(facts, {"raw.json": raw}, folder / "snapshot")
    return Catalog.open(folder / "home", folder / "snapshot")


FIRST, MIDDLE, LAST = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
MODELS = (
    ("alibaba/qwen-a", "alibaba", date(2025, 10, 1), "weights-permissive"),
    ("meta/llama-b", "meta", date(2025, 6, 1), "weights-restricted"),
    ("zhipu/glm-c", "zhipu", date(2026, 2, 10), "weights-permissive"),
)
SEATS = {"alibaba": "CN", "meta": "US", "zhipu": "CN"}


def small(folder):
    """Two counters of qwen-a and one twin of it, one of llama-b that falls, one new one, and an unknown account."""

    def one(name, model, n, **more):
        return name, n, {"model_id": model, "downloads_30d": 10, "likes": 5, "created": date(2025, 6, 1), **more}

    def read(a, fp8, mirror, b, odd):
        return [
            one("Qwen/qwen-a", "alibaba/qwen-a", a),
            one("Qwen/qwen-a-FP8", "alibaba/qwen-a", fp8),
            one("unsloth/qwen-a-GGUF", "alibaba/qwen-a", mirror),
            one("meta-llama/llama-b", "meta/llama-b", b),
            one("somebody/odd-model", None, odd),
        ]

    new = one("zai-org/glm-c", "zhipu/glm-c", 400, created=date(2026, 2, 10))
    old = one("THUDM/glm-old", None, 50)
    now = one("zai-org/glm-old", None, 75, formerly="THUDM/glm-old")
    return planted(
        folder,
        {
            FIRST: [*read(1000, 100, 10, 5000, 700), old],
            MIDDLE: [*read(1500, 150, 20, 6000, 800), now],
            LAST: [*read(2000, 200, 40, 5500, 800), new, now, one("THUDM/glm-old", None, 75)],
        },
        models=MODELS,
        countries=SEATS,
    )
