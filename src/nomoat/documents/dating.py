"""When was an undated document made: not before what, not after what, and why?

A document that speaks of a model as being there is not older than the model; one that tells of its release as news is
not much younger. Each bound carries its reason. A first release bounds a year from below only: in "Llama grew in March
of this year" any later March will do. What happens once fixes the year: the release of one version, a known leak.
How long "recently" lasts is a decision, written down here: "this week" a month (talk of a release peaks after its
first days), "recently" and "just released" a quarter, "this year" the calendar year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from nomoat.documents.days import MONTHS
from nomoat.documents.document import Dating, Passage
from nomoat.documents.draft import Draft
from nomoat.documents.gazetteer import Entry, Gazetteer

_NEWS = (
    r"releas\w+|launch\w*|announc\w+|unveil\w*|c(?:a|o)me out|dropp?\w*|shipped|publish\w+|leak\w*|"
    r"open-sourced|debut\w*|out\b|new\b|news\w*|fuss|headlines|buzz|hype|attention|talk(?:ed|ing)? about"
)
_FRESH = (
    (re.compile(r"\bthis week\b|\byesterday\b|\bdays ago\b|\blast week\b", re.I), 31),
    (
        re.compile(
            r"\breleased recently\b|\brecently released\b|\bjust (?:released|launched|came out|dropped)\b|"
            r"\brecent release\b|\bnewly released\b|\blatest release\b|\breleased (?:last|this) month\b",
            re.I,
        ),
        92,
    ),
)
_THIS_YEAR = re.compile(rf"\b(?:in |since )?({'|'.join(MONTHS)}) (?:of )?this year\b")
_YEAR = re.compile(r"\b(?:in|by|since|during|of|until|through|early|late|mid|[A-Z][a-z]{2,8})[ -](20[12]\d)\b")
_AHEAD = re.compile(
    r"\b(?:will|by|expect\w*|predict\w*|forecast\w*|until|target\w*|next|could|may|might|plan\w*|would|project\w*|"
    r"sees?|if|when|hope\w*|aim\w*)\b",
    re.I,
)
_HAPPENED = re.compile(
    r"\b(?:was|were|had|did|has|have|began|became|grew|fell|rose|made|came|went|took|saw|got|cost|won|lost|ran|set|put|"
    r"\w{2,}ed|emerging)\b",
    re.I,
)
# what is spoken of as still to come says nothing about the day on which it was said
_NOT_YET = re.compile(
    r"\b(?:will|would|expect\w*|rumou?r\w*|upcoming|forthcoming|unreleased|yet to|wait\w* for|when|if|plan\w*|next)\b",
    re.I,
)
# events that happened once: the words that tell of one, its day, where that is on record
_EVENTS = (
    (
        re.compile(r"\bLLaMA\b[^.;]{0,60}\bleak|\bleak\w*[^.;]{0,30}\bLLaMA\b", re.I),
        "the leak of LLaMA",
        date(2023, 3, 3),  # https://www.theverge.com/2023/3/8/23629362/meta-ai-language-model-llama-leak-online-misuse
    ),
)
_FAR = 1096  # days after the youngest name that we know; a list of names is younger than the program that reads it
_Bound = tuple[date, str]


def dating(
    draft: Draft,
    passages: Sequence[Passage],
    gazetteer: Gazetteer,
    retrieved: date | None,
    written: date | None = None,
) -> Dating:
    """The day that the source states, or the range that what it mentions leaves open.

    A stated day after `retrieved`, after the file was last written, or years after all that is known here cannot be:
    it is flagged, and the document is dated like one without.
    """
    ends = _ends(gazetteer, retrieved, written)
    kept = [(day, where) for day, where in draft.stated if all(day <= end for end, _ in ends)]
    refused = [(day, where) for day, where in draft.stated if (day, where) not in kept]
    for day, where in refused:
        why = min(ends)[1]
        draft.flag(
            "date", *draft.stated_at.get(where, (0, 0)), f"{where} states it, but {why}: left out", seen=str(day)
        )
    draft.stated = kept
    lows: list[_Bound] = []
    highs: list[_Bound] = []
    for passage in passages:
        if passage.kind in ("boilerplate", "header"):
            continue
        line = f"line {passage.place.line}"
        reading = passage.reading
        dated = [(hit.entry, known) for hit in gazetteer.find(reading) if (known := hit.entry.since)]
        if not _NOT_YET.search(reading):
            lows += [(day, f"not before {day}: {entry.name} ({line}) was first public then") for entry, day in dated]
        for pattern, days in _FRESH:
            word = pattern.search(reading)
            if dated and word and re.search(rf"\b(?:{_NEWS})", reading, re.I):
                entry, known = max(dated, key=lambda pair: pair[1])
                end = known + timedelta(days=days)
                highs.append((end, f'not after {end}: {entry.name} ({known}) is new, "{word.group()}" ({line})'))
        for found in _THIS_YEAR.finditer(reading):
            _this_year(draft, passage, found, dated, lows, highs)
        if not _AHEAD.search(reading) and _HAPPENED.search(reading):
            lows += _years(reading, line)
    if draft.stated:
        return _stated(draft, max(lows, default=None))
    if retrieved:
        highs.append((retrieved, f"not after {retrieved}: it was retrieved then"))
    if refused and written:
        highs.append((written, f"not after {written}: the file was last written then"))
    low = max(lows, default=None)
    high = min(highs, default=None)
    if low and high and low[0] > high[0]:
        draft.flag("date", 0, 0, f"no date fits both: {low[1]}; {high[1]}; the upper bound is dropped", seen="undated")
        high = None
    reasons = [f"{day} ({where}) is stated and cannot be: {min(ends)[1]}" for day, where in refused]
    reasons = reasons or ["no date is stated"]
    reasons += [low[1]] if low else ["nothing in it bounds its date from below"]
    reasons += [high[1]] if high else ["nothing in it bounds its date from above"]
    return Dating(low=low[0] if low else None, high=high[0] if high else None, stated=False, reasons=tuple(reasons))


def _ends(gazetteer: Gazetteer, retrieved: date | None, written: date | None) -> list[_Bound]:
    """The last days that a document can state, each with its reason; no clock is asked."""
    youngest = max(entry.since for entry in gazetteer.entries if entry.since)
    end = youngest + timedelta(days=_FAR)
    ends = [(end, f"nothing that is known here is younger than {youngest}")]
    ends += [(retrieved, f"it was retrieved on {retrieved}")] if retrieved else []
    # in another time zone a day has begun before ours
    return ends + ([(written + timedelta(days=1), f"the file was last written on {written}")] if written else [])


def _stated(draft: Draft, low: _Bound | None) -> Dating:
    """The first day that is stated; of several that differ, the first on which what it names was there."""
    days = list(dict.fromkeys(draft.stated))
    fitting = [pair for pair in days if low is None or pair[0] >= low[0]]
    day, where = (fitting or days)[0]
    for other, there in days:
        if other != day:
            which = "the first" if (day, where) == days[0] else "the one that fits what it names"
            done = f"{other} ({there}) differs from {day} ({where}): {which} is kept"
            draft.flag("contradiction", *draft.stated_at.get(there, (0, 0)), done, seen=str(other))
    if low is not None and day < low[0]:
        draft.flag("date", 0, 0, f"{day} ({where}) is kept, but {low[1].removeprefix('not before ')}", seen=str(day))
    return Dating(low=day, high=day, stated=True, reasons=(f"{day}: stated in {where}",))


def _this_year(
    draft: Draft,
    passage: Passage,
    found: re.Match[str],
    dated: Sequence[tuple[Entry, date]],
    lows: list[_Bound],
    highs: list[_Bound],
) -> None:
    """`March of this year` fixes the year beside an event that happened once, and bounds it beside a first release."""
    reading, line, month = passage.reading, f"line {passage.place.line}", MONTHS[found[1]]
    words = f'"{found.group().strip()}"'
    once = [(name, day) for pattern, name, day in _EVENTS if pattern.search(reading)]
    once += [(f"the release of {e.name}", day) for e, day in dated if _released(reading, e, found)]
    near = [(name, day) for name, day in once if abs((day.month - month + 6) % 12 - 6) <= 1]
    if near:
        name, day = near[0]
        year = day.year + (1 if day.month == 12 and month == 1 else -1 if day.month == 1 and month == 12 else 0)
        why = f"{words} with {name} ({day}) makes this year {year} ({line})"
        lows.append((date(year, month, 1), f"not before {year}-{month:02d}: {why}"))
        highs.append((date(year, 12, 31), f"not after {year}-12-31: {why}"))
        return
    if dated:
        entry, known = max(dated, key=lambda pair: pair[1])
        year = known.year + (month < known.month)
        why = f"{words} with {entry.name}, first public on {known} ({line})"
        lows.append((date(year, month, 1), f"not before {year}-{month:02d}: {why}"))
        done = f"which year is not said: {entry.name} ({known}) bounds it from below only"
    else:
        done = "which year is not said"
    draft.flag("date", passage.place.start, passage.place.end, done, seen=found.group().strip())


def _released(reading: str, entry: Entry, month: re.Match[str]) -> bool:
    """Whether the month is that of the release of this very version: a family without a number has many."""
    if not re.search(r"\d", entry.name) or entry.kind != "product":
        return False
    name = re.escape(entry.name)
    told = r"(?:released|launched|announced|unveiled|came out|published|shipped|open-sourced)"
    # the month goes with the verb, and nothing else was released in between
    return bool(
        re.search(rf"\b{name}\b,?(?: which)?(?: was| were)? {told} (?:\w+ ){{0,3}}$", reading[: month.start()], re.I)
        or re.search(rf"\b{told} {name} (?:\w+ ){{0,2}}$", reading[: month.start()], re.I)
        or re.search(rf"\brelease of (?:\w+[’']s )?{name} (?:\w+ ){{0,2}}$", reading[: month.start()], re.I)
    )


def _years(reading: str, line: str) -> Iterator[_Bound]:
    for found in _YEAR.finditer(reading):
        year = int(found[1])
        named = next((m for m in MONTHS if f"{m} {year}" in reading), None)
        first = date(year, MONTHS[named], monthrange(year, MONTHS[named])[1]) if named else date(year, 1, 1)
        yield first, f"not before {first}: {found.group().strip()!r} has happened ({line})"
