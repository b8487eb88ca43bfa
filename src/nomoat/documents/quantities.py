"""Which amounts does a sentence state: value or range, unit, per what, of which time, and how firmly?"""

from __future__ import annotations

import re

from nomoat.documents import amounts
from nomoat.documents.amounts import number_words as number_words
from nomoat.documents.windows import earlier, window
from nomoat.types import Noun


class Quantity(Noun, frozen=True, kw_only=True):
    """An amount as it stands in a sentence; `low` and `high` differ when a range is stated.

    `unit` is what is counted or measured; `share` is a fraction of one (`a third of`: 0.333), `times` a factor,
    `score` a bare number on a scale that the sentence leaves open. `per` is what it is divided by (`million tokens`).
    `window` is the time that it speaks of, in the sentence's words. `role` tells a `level` (it is so much) from an
    `earlier` one (it was: `up from 30%`), a `change` (by so much) and a `ratio` (so many times something else).
    """

    text: str
    low: float | None
    high: float | None
    unit: str
    hedge: str | None
    start: int  # in the passage's reading
    end: int
    per: str | None = None
    window: str | None = None
    role: str = "level"


def quantities(reading: str, names: list[tuple[int, int]] | None = None) -> tuple[Quantity, ...]:
    """The amounts of a sentence; digits inside of `names` (model versions) are none.

    >>> [(q.low, q.high, q.unit, q.hedge) for q in quantities("In 2023, 80%–90% of it cost about $3.5 million.")]
    [(80.0, 90.0, '%', None), (3500000.0, 3500000.0, '$', 'about')]
    >>> [(q.low, q.unit, q.per, q.role, q.window) for q in quantities("It fell from 19% to 13% within a year.")]
    [(19.0, '%', None, 'earlier', None), (13.0, '%', None, 'level', 'within a year')]
    """
    out: list[Quantity] = []
    held = list(names or ())

    def free(start: int, end: int) -> bool:
        return not any(a < end and start < b for a, b in held)

    def take(*made: Quantity) -> None:
        out.extend(made)
        held.extend((q.start, q.end) for q in made)

    for found in amounts.OF.finditer(reading):
        if free(*found.span()) and (made := _out_of(reading, found)):
            take(made)
    for found in amounts.PART_OF.finditer(reading):
        if free(*found.span("n")) and amounts.value(found["n"]) <= amounts.value(found["m"]) > 1:
            value = amounts.value(found["n"]) / amounts.value(found["m"])
            take(_made(reading, *found.span("n"), value, value, "share"))
    for found in amounts.OF_THEM.finditer(reading):
        if free(*found.span("n")) and not re.fullmatch(r"(?:19|20)\d\d", found["n"]):
            take(_made(reading, *found.span("n"), amounts.value(found["n"]), amounts.value(found["n"]), "count"))
    for found in amounts.FRACTION.finditer(reading):
        if free(*found.span()) and (made := _fraction(reading, found)):
            take(made)
    for found in amounts.CORE.finditer(reading):
        if free(found.start("low"), found.end("low")):
            take(*_amounts(reading, found, held))
    for quantity in [q for q in out if q.role == "earlier" and q.low is not None]:
        onward = amounts.ONWARD.match(reading, quantity.end)
        if onward and free(*onward.span("next")) and not onward["next"].startswith(tuple("$€£¥")):
            value = amounts.value(onward["next"])
            take(_made(reading, *onward.span("next"), value, value, quantity.unit, "level", quantity.per))
    for found in amounts.ROSE.finditer(reading):
        if free(*found.span("low")) and free(*found.span("high")):
            for group, role in (("low", "earlier"), ("high", "level")):
                value = amounts.value(found[group])
                take(_made(reading, *found.span(group), value, value, "count", role))
    for found in amounts.FACTOR.finditer(reading):
        if free(*found.span()):
            factor = _factor(found)
            take(_made(reading, *found.span(), factor, factor, "times", _moved_by(reading, *found.span()) or "ratio"))
    for found in amounts.VAGUE.finditer(reading):
        if free(*found.span()) and (
            found["unit"] or found.group().lower().endswith((" of", "magnitude")) or found.group()[0] in "dhtmbo"
        ):
            take(_made(reading, *found.span(), None, None, found["unit"] or ""))
    for found in amounts.SPELL.finditer(reading):
        if free(*found.span("n")):
            take(_made(reading, *found.span("n"), 1.0, 1.0, found["unit"].lower()))
    for found in amounts.PAIR.finditer(reading):
        if free(*found.span()):
            low, high = sorted((float(found["low"]), float(found["high"])))
            take(_made(reading, *found.span(), low, high, "to"))
    for found in amounts.BARE.finditer(reading):
        span = (found.start("low"), found.end("high") if found["high"] else found.end("low"))
        if free(*span) and (made := _bare(reading, found, *span)):
            take(made)
    return _placed(reading, sorted(out, key=lambda q: q.start))


def horizon(reading: str, quantity: Quantity) -> bool:
    """Whether an amount of time is when something is to happen (`within two years`), not how much of something.

    >>> text = "Within two years it will run on phones."
    >>> horizon(text, quantities(text)[0])
    True
    """
    return bool(amounts.TIME.search(quantity.unit)) and bool(amounts.HORIZON.search(reading[: quantity.start]))


def doubt(reading: str, quantity: Quantity) -> str | None:
    """Why an amount cannot be as stated, or None: a part that is larger than its whole.

    A price may be 140 % of another and a market may grow by 300 %; nobody uses, holds or prefers 140 % of a whole.

    >>> [doubt(text, q) for text in ("140% of enterprises use it.", "It grew 140%.") for q in quantities(text)]
    ['a share above 100 %', None]
    """
    if quantity.high is None or quantity.role != "level":
        return None
    whole = {"%": 100.0, "share": 1.0}.get(quantity.unit)
    if whole is None or quantity.high <= whole:
        return None
    behind, ahead = reading[quantity.end :], reading[: quantity.start]
    held = re.match(
        r" of (?!what|last|its (?:price|cost)|the (?:price|cost|previous|original|speed|score|level|performance))"
        r"|,? (?:share|market share|market|use|prefer|said|say|are|were)\b", behind, re.I)  # fmt: skip
    share = re.search(r"\b(?:share|portion|proportion|part|fraction|utili[sz]ation|accuracy|win rate)\b", ahead, re.I)
    more = re.match(r" (?:more|less|increase|growth|higher|faster|cheaper|rise|jump|gain|return|over|above)\b", behind)
    return "a share above 100 %" if (held or share or quantity.unit == "share") and not more else None


def _amounts(reading: str, found: re.Match[str], held: list[tuple[int, int]]) -> list[Quantity]:
    """The amount at a number: none, one, or two (`from 19 % to 13 %`)."""
    start = found.start("money") if found["money"] else found.start("low")
    before = reading[:start]
    if before[-1:].isalnum() or before.endswith(("-", ".", "#", "/", ":")) or re.search(r"\d[,.:]$", before):
        return []
    high, letter, end = found["high"], (found["scale"] or "").lower(), found.end()
    # `between 4 and 6`, `five or six`; elsewhere `and` begins something else
    joined = re.search(r"\s(and|or)\s", reading[found.start("low") : found.start("high")]) if high else None
    if joined and not (joined[1] == "or" or re.search(r"\bbetween [$€£¥]?$", before, re.I)):
        high, letter, end = None, "", found.end("lowunit") if found["lowunit"] else found.end("low")
    if high and any(a < found.end("high") and found.start("high") < b for a, b in held):
        high, letter, end = None, "", found.end("lowunit") if found["lowunit"] else found.end("low")
    spelled = found["low"][0].isalpha()
    if letter in amounts.LETTER and (spelled or (reading[end - len(letter) - 1] in " -" and not found["money"])):
        letter, end = "", found.end("high") if high else found.end("low")
    unit, noun, after = found["money"] or ("%" if found["lowunit"] else ""), "", reading[end:]
    size = (found["lowletter"] or "").lower() if not spelled else letter
    if size in ("b", "m", "t") and not found["money"] and not re.match(r"(?: \w+)? (?:param|token|active)", after):
        return []  # `a 70B`, `the 8B models`: a size that is part of a name
    if not unit and (match := amounts.UNIT.match(after)):
        noun = match["unit"]
        known = re.fullmatch(amounts.MEASURED, noun, re.I)
        plain = noun.lower().strip("- ")
        unit = amounts.MARKS.get(plain, noun.strip("- ") if known and noun.isupper() else plain)
        # `Harbor 2 sets`: a name that nobody here knows
        if (
            not known
            and not spelled
            and re.search(rf"\b(?!(?:{amounts.LEADS})\b)[A-Z][\w.-]* $", before)
            and "," not in found["low"]
        ):
            return []
        words = after[: match.start("unit")].strip(" -")
        low = amounts.value(found["low"])
        if spelled and not found["scale"] and words and (low < 5 or not known):
            return []  # `three big American labs`: which ones, not how many
        if plain == "parameter":
            return []  # `an 8-billion-parameter model`: which one, not how much
        end += match.end()
    scale = amounts.SCALE.get(letter) or amounts.LETTER.get(letter) or 1.0
    own = amounts.LETTER.get((found["lowletter"] or "").lower(), scale) if not spelled else scale
    low, top = amounts.value(found["low"]) * own, amounts.value(high or found["low"]) * (scale if high else own)
    per = amounts.PER.match(reading, end)
    if not unit and scale == 1.0 and own == 1.0 and not (per and low >= 100):
        return []
    if spelled and scale == 1.0 and low == 1 and unit not in ("%", "$"):
        return []  # `one model`
    if spelled and scale == 1.0 and low < 10 and unit != "%" and amounts.OF_MANY.search(before):
        return []
    # a year is no amount: `2023 models`, `in 2024`
    if scale == own == 1.0 and found["money"] is None and re.fullmatch(r"(?:19|20)\d\d", found["low"]) and unit != "%":
        return []
    moved = amounts.FROM.search(before)
    text = reading[start:end]
    factor = unit == "times" and (
        re.match(r" (?:as|what|that|the|more|less|fewer|over|\w+er)\b", reading[end:]) or "x" in reading[start:end]
    )
    ratio = "ratio" if factor and not moved else "level"
    role = "earlier" if moved and moved["way"] else _moved_by(reading, start, end) or ratio
    divided = " ".join(per["per"].split()) if per else None
    if divided in ("million", "M", "1M") and "token" in reading.lower():
        divided = "million tokens"
    end = per.end() if per else end
    if high and (top < low or (moved and amounts.MOVED.search(before))) and not joined:
        # `from 19 % to 13 %` is two amounts, a range it is not
        split = found.start("money2") if found["money2"] else found.start("high")
        first = reading[start : found.end("lowunit") if found["lowunit"] else found.end("low")]
        low = amounts.value(found["low"]) * (own if found["lowletter"] else scale)
        one = _made(reading, start, start + len(first), low, low, unit, "earlier", divided)
        two = _made(reading, split, end, top, top, unit, "level", divided)
        return [one, two]
    if moved and not moved["way"] and amounts.ONWARD.match(reading, end):
        role = "earlier"
    top = max(low, top)
    return [_made(reading, start, end, low, top, unit, role, divided, text)]


def _made(
    reading: str, start: int, end: int, low: float | None, high: float | None, unit: str,
    role: str = "level", per: str | None = None, text: str = "",
) -> Quantity:  # fmt: skip
    shown = (text or reading[start:end]).strip()
    hedge = _hedged(reading, start)
    return Quantity(text=shown, low=low, high=high, unit=unit, hedge=hedge, start=start, end=end, per=per, role=role)


def _moved_by(reading: str, start: int, end: int) -> str | None:
    before = reading[:start]
    if amounts.BY.search(before):
        return "change"
    word = reading[start:end].lower()
    if re.match(r"(?:doubl|tripl|quadrupl|halv)", word):
        return "change"
    return "ratio" if amounts.MORE.match(reading[end:]) and not word.startswith("twice a") else None


def _out_of(reading: str, found: re.Match[str]) -> Quantity | None:
    whole, part = amounts.value(found["m"]), amounts.value(found["n"])
    year = re.fullmatch(r"(?:19|20)\d\d", found["m"])
    if whole < 2 or year or (found["out"] == "in" and whole not in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100, 1000)):
        return None
    if not found["out"] and found["n"].lower() == "one":
        return None  # `one of the three labs`
    if reading[: found.start()][-1:] in "-.#/:$€£" and found.start():
        return None
    if found["out"] == "in" and part > whole:
        return None  # `85 staff in four offices`
    value = part / whole
    return _made(reading, *found.span(), value, value, "share", "earlier" if _is_from(reading, found) else "level")


def _is_from(reading: str, found: re.Match[str]) -> bool:
    before, behind = reading[: found.start()], reading[found.end() :]
    moved = amounts.FROM.search(before)
    return bool(moved) and bool((moved and moved["way"]) or re.match(r"[^.;]{0,40}? to \w", behind))


def _fraction(reading: str, found: re.Match[str]) -> Quantity | None:
    before, behind = reading[: found.start()].lower(), reading[found.end() :].lower()
    if found["half"]:
        if before.endswith(("other ", "second ", "first ", "latter ", "and a ", "better ")):
            return None
        value = 0.5
    elif found["every"]:
        value = 1 / {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}[found["every"].lower()]
        if re.match(r" (?:day|week|month|year|quarter|hour|minute|time)\b", behind):
            return None
    else:
        value = (amounts.number_words.get(found["n"].lower(), 1.0)) / amounts.PART[found["part"].lower()]
        one = found["n"].lower() in ("a", "an", "one")
        # `twice a quarter`, `a third approach`: only what is a part of something
        if one and not (
            re.match(r" (?:of|as)\b|[.,;:)]|$| (?:cheaper|less|more|fewer|lower|higher|faster)\b", behind)
            or re.search(r"\b(?:by|barely|about|nearly|roughly|almost|over|than|only|to|is|was) $", before)
        ):
            return None
        if one and re.search(r"\b(?:once|twice|times|models|every) $", before):
            return None
    role = _moved_by(reading, *found.span()) or "level"
    if re.match(r" (?:as|of what|of the (?:price|cost)|the (?:price|cost|size|time))\b", behind) and role == "level":
        role = "ratio"
    return _made(reading, *found.span(), value, value, "share", role)


def _factor(found: re.Match[str]) -> float | None:
    word = found["w"].lower()
    if found["fold"]:
        return amounts.number_words[found["fold"].lower()]
    known = {"doub": 2.0, "twic": 2.0, "trip": 3.0, "thri": 3.0, "quad": 4.0, "halv": 0.5, "two ": 100.0}
    return known.get(word[:4], 10.0)


def _bare(reading: str, found: re.Match[str], start: int, end: int) -> Quantity | None:
    low, high = sorted((amounts.value(found["low"]), amounts.value(found["high"] or found["low"])))
    if re.fullmatch(r"(?:19|20)\d\d", found["low"]):
        return None
    if found["level"]:
        # `had 86,` is a result; `is one`, `at 24 in a room`, `to 5 people` are not
        ends = re.match(r"[.,;:!)]|$| (?:against|on|while|but|where|for|points)\b", reading[end:])
        preposition = found["level"].lower() in ("at", "to", "from")
        moved = re.search(
            r"\bfrom\b[^.;]*$|\b(?:fell|rose|dropped|went|climbed|down|up)\b[^.;]*$", reading[:start], re.I
        )
        if low < 10 or not ends or (preposition and not moved):
            return None
    unit = "times" if found["factor"] else "to" if found["split"] else "score"
    return _made(reading, start, end, low, high, unit, "ratio" if found["factor"] else "level")


def _placed(reading: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Each amount with the time that it speaks of; what was so a year ago is not so now."""
    out = []
    spans = [q for q in found if amounts.TIME.search(q.unit) and amounts.DURING.search(reading[: q.start])]
    if len(spans) < len(found):  # `within nine months` is when, not how much
        found = [q for q in found if q not in spans]
    for k, quantity in enumerate(found):
        first = found[k - 1].end if k else 0
        last = found[k + 1].start if k + 1 < len(found) else len(reading)
        when = window(reading, first, quantity.start, quantity.end, last)
        role = "earlier" if quantity.role == "level" and when and earlier(when) else quantity.role
        fields = {name: getattr(quantity, name) for name in quantity.__struct_fields__}
        out.append(Quantity(**(fields | {"window": when, "role": role})))
    return tuple(out)


def _hedged(reading: str, at: int) -> str | None:
    found = amounts.HEDGE.search(reading[:at].rstrip() + " " if at else "")
    return found.group().strip(" $€£¥").lower() if found else None
