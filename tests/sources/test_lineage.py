"""Who was made of whom: a row of the openness index that was filled the wrong way round is turned and counted."""

from __future__ import annotations

import json

from nomoat.sources.lineage import read_index_parents
from nomoat.sources.naming import Naming


def test_swapped_base_and_end_are_turned_by_the_address_of_the_weights(tmp_path):
    known = Naming()
    names = ("Qwen/Qwen2.5-32B", "LLM360/guru-32B", "EleutherAI/gpt-neox-20b")
    for raw in (*names, "microsoft/phi-4", "microsoft/Phi-4-reasoning"):
        assert known.mint(raw, source="hf") is not None
    rows = [
        {"name": "Guru", "basemodel": "Guru-32B", "endmodel": "Qwen2.5-32B", "link": "https://hf.co/LLM360/guru-32B"},
        {"name": "Other", "basemodel": "gpt-neox-20b", "endmodel": "Qwen2.5-32B", "link": "https://hf.co/Qwen/x"},
        {"name": "Phi", "basemodel": "Phi-4", "endmodel": "Phi-4-reasoning", "link": "https://hf.co/microsoft/phi-4"},
        {"name": "Odd", "basemodel": "unknown", "endmodel": "gpt-neox-20b", "link": "https://hf.co/EleutherAI/x"},
    ]
    path = tmp_path / "index.json"
    path.write_text(json.dumps(rows))
    facts = read_index_parents(path, "osai/index@2026-06-30", known)
    found = {(row["child_id"], row["parent"]) for row in facts.tables["lineage"]}
    parents = {parent for child, parent in found if child.endswith("qwen2.5-32b")}
    assert parents == {"gpt-neox-20b"}
    assert {parent for child, parent in found if child == "microsoft/phi-4-reasoning"} == {"Phi-4"}
    assert not any(child == "microsoft/phi-4" for child, _ in found)
    assert not any(parent == "unknown" for _, parent in found)
    assert all(parent == "Qwen2.5-32B" for child, parent in found if "guru" in child)
    assert (
        facts.left_out["base models of the openness index", "base and end were swapped: turned by its own address"] == 1
    )
