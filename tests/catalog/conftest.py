"""Two small vintages: the one that ships, and a later one in the user's store."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication


def _publication(dataset):
    return Publication(
        key=f"test/{dataset}",
        publisher="A publisher",
        dataset=dataset,
        title=f"Its {dataset}",
        address="https://example.org",
        licence="CC BY 4.0",
        attribution="A publisher, CC BY 4.0",
        evidence="measured by publisher",
    )


def vintage(folder, retrieved, ratings, scores=(), extra=None):
    """Write a vintage with one model per rating: model_id -> (released, class, rating)."""
    inputs = folder.parent / f"{folder.name}.csv"
    inputs.parent.mkdir(parents=True, exist_ok=True)
    inputs.write_text(str(retrieved))
    facts = Facts()
    key = facts.origin(_publication("epoch-eci"), retrieved, inputs)
    for model_id, (released, openness, rating) in ratings.items():
        organisation, name = model_id.split("/")
        facts.add("models", key, model_id=model_id, name=name, organisation_id=organisation, released=released)
        facts.add("openness", key, **{"model_id": model_id, "class": openness})
        facts.add("ratings", key, board="eci", published=retrieved, name=name, model_id=model_id, rating=rating)
    for model_id, benchmark, performance in scores:
        facts.add("scores", key, model_id=model_id, benchmark_id=benchmark, performance=performance)
    hand = facts.origin(_publication("nomoat-organisations"), date(2026, 11, 22), inputs)
    facts.add("organisations", hand, organisation_id="deepseek", name="DeepSeek", country="CN")
    facts.add("organisations", hand, organisation_id="openai", name="OpenAI", country="US")
    if extra:
        extra(facts, inputs)
    return write(facts, {inputs.name: inputs}, folder)


EARLY = {"openai/gpt-5": (date(2025, 8, 7), "closed-api", 150.0)}
LATE = {
    "openai/gpt-5": (date(2025, 8, 8), "closed-api", 149.5),
    "deepseek/v4": (date(2026, 4, 24), "weights-permissive", 149.0),
    "other/undated": (None, "unknown", None),
}


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Both vintages, written once: tests work on copies."""
    folder = tmp_path_factory.mktemp("written")
    vintage(folder / "2025-11-07", date(2025, 11, 7), EARLY, [("openai/gpt-5", "mmlu", 0.9)])
    scores = [("openai/gpt-5", "mmlu", 0.9), ("deepseek/v4", "mmlu", 0.8)]
    vintage(folder / "2026-08-11", date(2026, 8, 11), LATE, scores)
    return folder


@pytest.fixture
def snapshot(written, tmp_path):
    """The shipped vintage, of 2025-11-07."""
    return Path(shutil.copytree(written / "2025-11-07", tmp_path / "shipped" / "snapshot"))


@pytest.fixture
def home(written, tmp_path):
    """The user's store, with a vintage of 2026-08-11."""
    shutil.copytree(written / "2026-08-11", tmp_path / "home" / "vintages" / "2026-08-11")
    return tmp_path / "home"


@pytest.fixture
def write_vintage():
    return vintage


@pytest.fixture
def publication():
    return _publication
