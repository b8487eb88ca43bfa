"""What publishers declare of a model's parents; nothing is inferred here, and no parent is looked up by likeness."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nomoat.sources.delimited import read
from nomoat.sources.epoch import Names
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming
from nomoat.sources.nested import document

Known = Callable[[str], str | None]


def read_notable_parents(path: Path, origin_id: str, names: Names, naming: Naming) -> Facts:
    """Read "Base model" of Epoch's notable models: several where a model was put together of several.

    The column does not say what was done to them, so that the relation is unknown. A name that stands for several dated
    releases leads to none of them.
    """
    facts = Facts()

    def model(name: str) -> str | None:
        if name in names.by_name:
            return names.by_name[name]
        family = names.by_family.get(name, set())
        named = naming.model(name, source="epoch") if not family else None
        return named.model_id if named else next(iter(family)) if len(family) == 1 else None

    for row in read(path, ["Model", "Base model"]):
        written, child = row.text("Base model"), names.by_name.get(row.needed("Model").strip())
        if written is None:
            continue
        if child is None:
            facts.leave("declared parents of notable models", "the child's name stands for several dated releases")
            continue
        _enter(facts, origin_id, child, written.split(","), "unknown", model)
    return facts


def read_index_parents(path: Path, origin_id: str, naming: Naming) -> Facts:
    """Read the base model that the European Open Source AI Index names for a system, where it is another.

    Where the address of the weights ends in the name of the "base", and the "end" is another maker's, the two fields
    were filled the wrong way round (Guru and SynLogic in the copy of 2026-06): such a row is turned, and counted.
    """
    facts = Facts()
    for record in _records(path):
        parent, child = _text(record, "basemodel"), _text(record, "endmodel") or _text(record, "name")
        if parent is None or child is None or parent == child:
            continue
        address = "/".join((_text(record, "link") or "").rstrip("/").split("/")[-2:])
        named = naming.model(child, source="osai")
        if address.rpartition("/")[2].casefold() == parent.casefold() and named is not None:
            own = naming.model(address, source="hf")
            if own is not None and own.model_id.partition("/")[0] != named.model_id.partition("/")[0]:
                facts.leave("base models of the openness index", "base and end were swapped: turned by its own address")
                parent, named = child, own
        if named is not None:
            _enter(facts, origin_id, named.model_id, [parent], "unknown", _by("osai", naming))
    return facts


def read_tuned_from(path: Path, origin_id: str, naming: Naming) -> Facts:
    """Read which model of its own list LLM-Stats says that another was tuned from."""
    facts = Facts()
    for record in _records(path):
        parent, child = _text(record, "fine_tuned_from_model_id"), _text(record, "model_id")
        named = naming.model(child, source="llm-stats") if parent and child else None
        if parent and named is not None:
            _enter(facts, origin_id, named.model_id, [parent], "finetune", _by("llm-stats", naming))
    return facts


_NOBODY = ("unknown", "none", "n/a", "other")


def _enter(facts: Facts, origin_id: str, child: str, parents: Iterable[str], relation: str, model: Known) -> None:
    for written in (parent.strip() for parent in parents):
        if written.casefold() in _NOBODY or written.endswith("?"):
            facts.leave("declared parents", "the publisher does not know either")
            continue
        found = model(written) if written else None
        if not written or found == child:
            continue
        facts.add(
            *("lineage", origin_id), child_id=child, parent_id=found, parent=written, relation=relation,
            stated="declared",
        )  # fmt: skip


def _by(source: str, naming: Naming) -> Known:
    def model(name: str) -> str | None:
        named = naming.model(name, source=source)
        return named.model_id if named else None

    return model


def _records(path: Path) -> list[dict[str, Any]]:
    found = document(path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(record: dict[str, Any], name: str) -> str | None:
    found = record.get(name)
    return found.strip() or None if isinstance(found, str) else None
