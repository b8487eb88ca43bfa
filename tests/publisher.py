"""A publisher of our own for tests of the update: a table of models with a score each, as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.source import Source


def publication(name, dataset=None):
    return Publication(
        key=f"{name}/table",
        publisher=f"The {name}",
        dataset=dataset or name,
        title=f"Table of the {name}",
        address=f"https://{name}.example/table.json",
        licence="CC BY 4.0",
        attribution=name,
        evidence="measured by publisher",
    )


def planted(name, dataset=None, **changes):
    """A source that reads `[{"model", "maker", "released", "class", "score"}]`; a row may name any table's cells."""

    def fetch(web, **options):
        return (web.get(name, "table", f"https://{name}.example/table.json", kind="json"),)

    def read(copies, curated, naming):
        facts, copy = Facts(), copies[-1]
        key = facts.origin(publication(name, dataset), copy.retrieved.date(), copy.path)
        try:
            rows = json.loads(copy.path.read_bytes())
        except ValueError as error:
            raise SourceError(f"{copy.address} is no JSON ({error})", "a list") from None
        for row in rows:
            if "table" in row:
                facts.add(row["table"], key, **{k: v for k, v in row.items() if k != "table"})
                continue
            released = date.fromisoformat(row["released"]) if row.get("released") else None
            if row.get("reads"):  # a board, which knows models by name alone
                named = naming.model(row["model"], source=name, as_of=copy.retrieved.date())
            else:
                maker = curated.organisation(row["maker"], None)
                named = naming.mint(row["model"], source=name, organisation=maker, released=released)
            if named is None:
                facts.leave("names", "nobody knows them")
                continue
            if not row.get("reads"):
                facts.add(
                    *("models", key), model_id=named.model_id, name=row["model"], organisation_id=maker,
                    released=released,
                )  # fmt: skip
                facts.add("openness", key, **{"model_id": named.model_id, "class": row["class"]})
            facts.add(
                *("ratings", key), board=name, category="overall", published=copy.retrieved.date(), name=row["model"],
                model_id=named.model_id, rating=row["score"],
            )  # fmt: skip
        return facts

    about = {
        "name": name, "title": f"The {name}", "datasets": (dataset or name,), "address": f"https://{name}.example/table.json",
        "licence": "CC BY 4.0", "bundled": False, "key_name": None, "fetch": fetch, "read": read,
    }  # fmt: skip
    return Source(**{**about, **changes})


def row(model, score, released="2026-01-01", openness="closed-api", maker="OpenAI", **rest):
    return {"model": model, "maker": maker, "released": released, "class": openness, "score": score, **rest}


def publish(folder: Path, name: str, rows) -> Path:
    """Put a table where `--from` finds it."""
    path = folder / name / "table.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return path
