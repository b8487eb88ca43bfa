"""A store that somebody wrote who means no good: document, claim and update hold what must never run or lead away."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from itertools import pairwise
from pathlib import Path

from nomoat.claims.ledger import ledger
from nomoat.documents.collection import add
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication

SCRIPT = "<script>document.title='stolen'</script><img src=x onerror=\"document.title='stolen'\">"
BIDI = "\u202egnp.exe\u2066"
NOTE = f"""# Open models {SCRIPT} </script>

Meta makes Llama 2 and DeepSeek-R1 {SCRIPT} competes with GPT-4. Usage is about 5 % and falling, said Jane Roe {BIDI}.

[click me](javascript:alert(1)) [[meta|{SCRIPT}]] ' onmouseover=alert(1) x='

{{{{ 7 * 7 }}}} {{% raw %}} {"A" * 10_000}

<a href="javascript:alert(2)">Qwen leads open models by 30 points.</a> \x1b[31mAlibaba
"""
CLAIM = """
[document]
name = "evil"
title = "<script>document.title='stolen'</script>"
sha256 = "{sha256}"
earliest = 2025-06-01
latest = 2025-06-30
dated = "printed in its heading"
address = "javascript:alert(3)"

[[claim]]
id = "evil-claim"
says = "</script><img src=x onerror=alert(4)> open models are two years behind."
quote = "<svg onload=alert(5)>"
speaker = "</title><b onclick=alert(6)>"
polarity = "against open"
topic = "the \\"gap\\" & <i>more</i>"
line = 3

[claim.test]
metric = "gap.months"
population = "open behind closed models, capability scale"
unit = "months"
window = "on the day"
comparison = "at least 24"
reading = "two years: 24 months of current lag"
"""


NAMES = (
    f"</script>{SCRIPT}",
    f"rocket {BIDI} gpt\u0000\u2028",
    "x;}* {display:none} /* url(javascript:alert(8))",
    '=HYPERLINK("http://evil.example")',
    "javascript:alert(9)",
    "A" * 1_000_000,
)


def vintage(home: Path) -> None:
    """An update whose publisher, models and lineage are named to do harm; one name has a million letters."""
    copied = home / "copy.csv"
    copied.write_text("evil")
    facts, day = Facts(), date(2026, 11, 30)
    publication = Publication(
        key="test/evil", publisher=SCRIPT, dataset="rockets", title="<b onclick=alert(10)>", licence=f"MIT {SCRIPT}",
        address="javascript:alert(11)", attribution="' onmouseover=alert(12) x='", evidence="secondary",
    )  # fmt: skip
    key = facts.origin(publication, day, copied)
    facts.add("organisations", key, organisation_id="evil", name=f"</style>{SCRIPT}", country="US")
    ids = [f"evil/model-{number}" for number in range(len(NAMES))]
    for number, (id, name) in enumerate(zip(ids, NAMES, strict=True)):
        released = date(2026, 3, 1 + number)
        facts.add("models", key, model_id=id, name=name, organisation_id="evil", released=released)
        facts.add("openness", key, **{"model_id": id, "class": "weights-permissive"})
    for child, parent in pairwise(ids):
        facts.add(
            "lineage", key, child_id=child, parent_id=parent, parent=SCRIPT, relation="finetune", stated="declared"
        )
    building = home / "vintages" / ".building-evil"
    write(facts, {copied.name: copied}, building)
    os.replace(building, home / "vintages" / day.isoformat())


def store(home: Path) -> str:
    """Write it; the beginning of the document's checksum is its id."""
    note = home / "<img src=x onerror=alert(7)>.md"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(NOTE, encoding="utf-8")
    assert add([note], home).documents, "the hostile document is not even read"
    sha256 = hashlib.sha256(NOTE.encode()).hexdigest()
    vintage(home)
    claims = home / "claims"
    claims.mkdir(exist_ok=True)
    (claims / "evil.toml").write_text(CLAIM.format(sha256=sha256), encoding="utf-8")
    assert ledger(home).claim("evil-claim")
    return sha256[:8]
