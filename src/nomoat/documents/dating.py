"""When was an undated document made: not before what, not after what, and why?

A document that speaks of a model is not older than the model; one that calls it new is not much younger. Each bound
carries its reason. How long "recently" lasts is a decision, written down here: "this week" a month (talk of a release
peaks after its first days), "recently" and "just released" a quarter, "this year" the calendar year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from nomoat.documents.document import Dating, Passage
from nomoat.documents.draft import Draft
from nomoat.documents.gazetteer import Gazetteer

MONTHS = {
    m: k
    for k, m in enumerate(
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        1,
    )
}
_FRESH = (
    (re.compile(r"\bthis week\b|\byesterday\b|\bdays ago\b|\blast week\b", re.I), 31),
    (re.compile(r"\breleased recently\b|\brecently released\b|\bjust (?:released|launched|came out|"
r"dropped)\b|\brecent release\b|"
                r"\bnewly released\b|\blatest release\b|\breleased (?:last|this) month\b", re.I), 92),
)  # fmt: skip
_THIS_YEAR = re.compile(rf"\b(?:in |since )?({'|'.join(MONTHS)}) (?:of )?this year\b")
_YEAR = re.compile(r"\b(?:in|by|since|during|of|until|through|early|late|mid|[A-Z][a-z]{2,8})[ -](20[12]\d)\b")
_AHEAD = re.compile(
    r"\b(?:will|by|expect\w*|predict\w*|forecast\w*|until|target\w*|next|could|may|might|plan\w*)\b", re.I
)


def dating(draft: Draft, passages: Sequence[Passage], gazetteer: Gazetteer, retrieved: date | None) -> Dating:
    """The day that the source states, or the range that what it mentions leaves open."""
    if draft.stated:
        day, where = draft.stated[0]
        for other, there in draft.stated[1:]:
            if other != day:
                done = f"{other} ({there}) differs from {day} ({where}): the first is kept"
                draft.flag("contradiction", 0, 0, done, seen=str(other))
        return Dating(low=day, high=day, stated=True, reasons=(f"{day}: stated in {where}",))
    lows: list[tuple[date, str]] = []
    highs: list[tuple[date, str]] = []
    for passage in passages:
        if passage.kind == "boilerplate":
            continue
        line = f"line {passage.place.line}"
        ahead = bool(_AHEAD.search(passage.reading))
        dated = [(hit.entry, known) for hit in gazetteer.find(passage.reading) if (known := hit.entry.since)]
        lows += [(day, f"not before {day}: {entry.name} ({line}) was first public then") for entry, day in dated]
        for pattern, days in _FRESH:
            if dated and (word := pattern.search(passage.reading)):
                entry, known = max(dated, key=lambda pair: pair[1])
                end = known + timedelta(days=days)
                highs.append((end, f'not after {end}: {entry.name} ({known}) is new, "{word.group()}" ({line})'))
        for found in _THIS_YEAR.finditer(passage.reading):
            month = MONTHS[found[1]]
            for entry, known in dated:
                if abs((known.month - month + 6) % 12 - 6) <= 1:
                    year = known.year
                    why = f'"{found.group().strip()}" with {entry.name} ({known}) makes this year {year} ({line})'
                    lows.append((date(year, month, 1), f"not before {year}-{month:02d}: {why}"))
                    highs.append((date(year, 12, 31), f"not after {year}-12-31: {why}"))
        for found in _YEAR.finditer(passage.reading):
            if not ahead:
                year = int(found[1])
                past = re.search(
                    rf"\b(?:was|were|had|in) {year}\b|\b{year},? .{{0,60}}\b(?:had|was|were)\b", passage.reading
                )
                named = next((m for m in MONTHS if f"{m} {year}" in passage.reading), None)
                first = date(year, MONTHS[named], monthrange(year, MONTHS[named])[1]) if named else date(year, 1, 1)
                how = "past" if past else "spoken of"
                lows.append((first, f"not before {first}: {found.group().strip()!r} is {how} ({line})"))
    if retrieved:
        highs.append((retrieved, f"not after {retrieved}: it was retrieved then"))
    low = max(lows, default=None)
    high = min(highs, default=None)
    if low and high and low[0] > high[0]:
        draft.flag("date", 0, 0, f"no date fits both: {low[1]}; {high[1]}; the upper bound is dropped", seen="undated")
        high = None
    reasons = ["no date is stated"]
    reasons += [low[1]] if low else ["nothing in it bounds its date from below"]
    reasons += [high[1]] if high else ["nothing in it bounds its date from above"]
    return Dating(low=low[0] if low else None, high=high[0] if high else None, stated=False, reasons=tuple(reasons))
