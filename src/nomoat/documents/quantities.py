"""Which amounts does a sentence state: value or range, unit, and how firmly?"""

from __future__ import annotations

import re

from nomoat.types import Noun

number_words = {
    w: float(k)
    for k, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}
_SCALE = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
}
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:{'|'.join(number_words)})(?![a-z]))"
_UNIT = (
    r"percentage points?|percent|per cent|%|points?|times(?! (?:when|that|where))|-?fold|x\b|"
    r"seconds?|minutes?|hours?|days?|weeks?|"
    r"months?|years?|decades?|dollars?|euros?|downloads?|tokens?|parameters?|models?|users?|"
    r"developers?|companies|firms|"
    r"enterprises|startups|respondents|customers|requests|GPUs?|H100s?|cents?|labs?|people|"
    r"employees|engineers|countries|"
    r"gigawatts?|megawatts?|kilowatts?|watts?|gigabytes?|terabytes?|megabytes?|GB|TB|MB|"
    r"tonnes?|kilometres?|kilometers?|miles?|teams|papers|queries|deployments|workloads|"
    r"entries|participants|sites|pages|stars|repositories"
)
_AMOUNT = re.compile(
    rf"(?P<money>[$€£])?\s?(?P<low>{_NUMBER})\s?(?P<lowunit>%|percent)?"
    rf"(?:\s?(?:-|–|—|to|and|or)\s?(?P<money2>[$€£])?(?P<high>{_NUMBER}))?"
    rf"(?:[ -]?(?P<scale>hundred|thousand|million|billion|trillion|bn|[kmbKMB](?![\w])))?"
    rf"(?:[ -](?:(?!of\b|and\b|or\b|to\b|in\b|on\b|for\b|that\b)[a-z][\w-]* ){{0,2}}?|-)?(?P<unit>{_UNIT})?(?![\w])",
    re.I,
)
_WORDED = re.compile(
    r"\b(?P<w>(?:two|three|four|five|six|seven|eight|nine|\d+) (?:out of|in|of (?:the|our|"
    r"its)) (?:every )?(?:three|four|five|six|seven|eight|nine|"
    r"ten|twelve|twenty|\d+)\b|a (?:half|third|quarter|fifth|sixth|eighth|tenth|twentieth|"
    r"hundredth)(?! of)\b(?! (?:time|way|party|option|model|lab))|"
    r"doubl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)|halv(?:e|ed|es|ing)|"
    r"twice|thrice|half (?:of|the|as|a)|"
    r"a (?:third|quarter|fifth|tenth) of|two[- ]thirds|three[- ]quarters|one in (?:two|three|"
    r"four|five|six|seven|eight|nine|ten|\d+)|"
    r"an order of magnitude|orders of magnitude|(?:a few|several|a couple of|a matter of|"
    r"dozens of|hundreds of|thousands of|"
    r"millions of|billions of|tens of \w+)(?: \w+)? ?(?:seconds|minutes|hours|days|weeks|"
    r"months|years|dollars|models|downloads|percent|"
    r"companies|developers|users|GPUs)?)\b",
    re.I,
)
_BARE = re.compile(
    rf"\b(?:(?P<factor>factor of)|scor(?:es|ed|ing)?(?: of)?|got|rated(?: at)?|"
    rf"(?P<split>split\b[^.;]{{0,40}}(?:was|is|at)))"
    rf" (?:about |around |only |just )?(?P<low>{_NUMBER})(?: (?:to|-|"
    rf"–) (?P<high>{_NUMBER}))?\b(?![.,]?\d|[ -]?(?:{_UNIT}|million|billion)\b)",
    re.I,
)
_FACTOR = {"doub": 2.0, "twic": 2.0, "trip": 3.0, "thri": 3.0, "quad": 4.0, "halv": 0.5, "half": 0.5}
_VAGUE_UNIT = re.compile(
    r"(?:seconds|minutes|hours|days|weeks|months|years|dollars|models|downloads|percent|"
    r"companies|developers|users|GPUs)$",
    re.I,
)
_HEDGE = re.compile(
    r"(?:around|about|roughly|approximately|nearly|almost|some|up to|at least|at most|"
    r"more than|over|under|less than|fewer than|"
    r"close to|perhaps|maybe|an estimated|as (?:much|many|little|few) as|north of|just)\s*(?:the\s)?[$€£]?$",
    re.I,
)
_HORIZON = re.compile(
    r"(?:within|in the next|over the next|next|by|in about|in|inside of) (?:the next )?(?:about |around |roughly )?$",
    re.I,
)
_TIME = re.compile(r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)$", re.I)


class Quantity(Noun, frozen=True, kw_only=True):
    """An amount as it stands in a sentence; `low` and `high` differ when a range is stated."""

    text: str
    low: float | None
    high: float | None
    unit: str
    hedge: str | None
    start: int  # in the passage's reading
    end: int


def quantities(reading: str, names: list[tuple[int, int]] | None = None) -> tuple[Quantity, ...]:
    """The amounts of a sentence; digits inside of `names` (model versions) are none.

    >>> [(q.low, q.high, q.unit, q.hedge) for q in quantities("In 2023, 80%–90% of it cost about $3.5 million.")]
    [(80.0, 90.0, '%', None), (3500000.0, 3500000.0, '$', 'about')]
    """
    out: list[Quantity] = []
    for found in _AMOUNT.finditer(reading):
        if any(a < found.end("low") and found.start("low") < b for a, b in names or ()):
            continue
        quantity = _amount(reading, found)
        if quantity:
            out.append(quantity)
    for found in _WORDED.finditer(reading):
        words = found["w"].lower().strip()
        if any(q.start <= found.start() < q.end for q in out):
            continue
        if words.startswith(("a few", "several", "a couple", "a matter", "dozens")) and not _VAGUE_UNIT.search(words):
            continue
        factor = _FACTOR.get(words[:4])
        out.append(
            Quantity(
                text=found.group(),
                low=factor,
                high=factor,
                unit="times" if factor else "",
                hedge=_hedged(reading, found.start()),
                start=found.start(),
                end=found.end(),
            )
        )
    for found in _BARE.finditer(reading):
        if any(q.start <= found.start("low") < q.end for q in out) or re.fullmatch(r"(?:19|20)\d\d", found["low"]):
            continue
        unit = "times" if found["factor"] else "to" if found["split"] else "score"
        start, end = found.start("low"), found.end("high") if found["high"] else found.end("low")
        low, high = sorted((_value(found["low"]), _value(found["high"] or found["low"])))
        text = reading[start:end]
        out.append(
            Quantity(text=text, low=low, high=high, unit=unit, hedge=_hedged(reading, start), start=start, end=end)
        )
    return tuple(sorted(out, key=lambda q: q.start))


def _amount(reading: str, found: re.Match[str]) -> Quantity | None:
    first = found.start("money") if found["money"] else found.start("low")
    before = reading[:first]
    if before[-1:].isalnum() or before.endswith(("-", ".", "#", "/")) or re.search(r"\d[,.]$", before):
        return None
    unit = (found["unit"] or found["lowunit"] or found["money"] or "").lower().strip("- ")
    unit = {"percent": "%", "per cent": "%", "x": "times", "fold": "times"}.get(unit, unit)
    scale = (found["scale"] or "").lower()
    if found["money"]:
        unit = found["money"]
    low, high = _value(found["low"]), _value(found["high"] or found["low"])
    spelled = found["low"][0].isalpha()
    if scale and spelled and len(scale) == 1:
        scale = ""
    if not unit and not scale:
        return None
    # `one model`, `two years`: a small number in words counts only before what is measured
    if spelled and low == 1 and unit not in ("%", "$") and not scale:
        return None
    # `three big American labs`: which ones, not how many; `three countries` counts
    if spelled and not scale and found["unit"] and " " in reading[found.end("low") : found.end()].strip():
        return None
    if (
        spelled
        and before.endswith(("one of the ", "some of the ", "the ", "all ", "last ", "first ", "other "))
        and not scale
    ):
        return None
    # a year is no amount: `2023 models`, `in 2024`
    if not scale and found["money"] is None and re.fullmatch(r"(?:19|20)\d\d", found["low"]) and unit != "%":
        return None
    if unit in ("b", "m") and not scale:
        return None
    factor = _SCALE.get(scale, 1.0)
    if high < low:
        high = low
    return Quantity(
        text=found.group().strip(),
        low=low * factor,
        high=high * factor,
        unit=unit,
        hedge=_hedged(reading, first),
        start=first,
        end=found.end(),
    )


def horizon(reading: str, quantity: Quantity) -> bool:
    """Whether an amount of time is when something is to happen (`within two years`), not how much of something.

    >>> text = "Within two years it will run on phones."
    >>> horizon(text, quantities(text)[0])
    True
    """
    return bool(_TIME.search(quantity.unit)) and bool(_HORIZON.search(reading[: quantity.start]))


def _hedged(reading: str, at: int) -> str | None:
    found = _HEDGE.search(reading[:at].rstrip() + " " if at else "")
    return found.group().strip(" $€£").lower() if found else None


def _value(written: str) -> float:
    return number_words[written.lower()] if written[0].isalpha() else float(written.replace(",", ""))
