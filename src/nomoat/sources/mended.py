"""Which release dates contradict the date in the model's own name, and so are not believed?"""

from __future__ import annotations

import re
from datetime import date, timedelta

from nomoat.sources.facts import Facts

_DATED = re.compile(r"-(20\d\d-[01]\d(?:-[0-3]\d)?)$")
FAR = timedelta(days=62)


def mend_dates(facts: Facts) -> None:
    """Drop a release date that contradicts the date in the model's own id: Mistral Large 3 (2025-12) is not of 2024."""
    for row in facts.tables.get("models", []):
        written = _DATED.search(row["model_id"])
        if written is None or row["released"] is None:
            continue
        year, month, day = (int(part) if part else None for part in (*written[1].split("-"), None)[:3])
        if year and month and abs(row["released"] - date(year, month, day or 15)) > FAR:
            facts.leave("release dates", "more than two months from the date in the model's own name")
            row["released"] = None
