"""A store that somebody wrote who means no good: a document and a claim of what must never run or lead anywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

from nomoat.claims.ledger import ledger
from nomoat.documents.collection import add

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


def store(home: Path) -> str:
    """Write it; the beginning of the document's checksum is its id."""
    note = home / "<img src=x onerror=alert(7)>.md"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(NOTE, encoding="utf-8")
    assert add([note], home).documents, "the hostile document is not even read"
    sha256 = hashlib.sha256(NOTE.encode()).hexdigest()
    claims = home / "claims"
    claims.mkdir(exist_ok=True)
    (claims / "evil.toml").write_text(CLAIM.format(sha256=sha256), encoding="utf-8")
    assert ledger(home).claim("evil-claim")
    return sha256[:8]
