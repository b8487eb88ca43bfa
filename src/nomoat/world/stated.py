"""Which figure does a sentence state, of whose models, and of what?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nomoat.errors import InputError
from nomoat.world.countings import TIMES

_NUMBER = r"\d+(?:[.,]\d+)?"
# A number behind a sign, a currency or another number is not the figure: "-5 %", "$5 billion".
_FIGURE = re.compile(
    rf"(?<![\w.,$€£¥−–-])({_NUMBER})\s*(?:(?:%|percent|per cent)?\s*(?:-|–|to)\s*({_NUMBER})\s*)?"
    r"(%|percent\b|per cent\b|thousand\b|million\b|billion\b|trillion\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z][a-z0-9]+")
# What a sentence says around a figure and no counting is told apart by.
_AROUND = """
    of the in on all an and or by for to at as is are was were be been has have had with from that which than it its
    they their this these those there now today still only just about around over under more less nearly almost
    roughly approximately some make makes made up account accounts accounted stand stands run runs use uses used using
    share shares percent model models weight weights source figure number say says said go goes get gets
"""
_IDLE = frozenset(_AROUND.split())
_COMPARED = """
    open closed proprietary behind lag lags lagging gap ahead trail trails trailing frontier leading leader state art
    best catch catching commercial ones one llm llms ai
"""
_GAP = frozenset(_COMPARED.split())
_SIDES = {
    "open": "open", "closed": "closed", "proprietary": "closed", "china": "country=CN", "chinese": "country=CN",
    "american": "country=US", "america": "country=US", "us": "country=US", "usa": "country=US",
}  # fmt: skip
# Two words for one thing, where the countings say the second.
_SAME = {
    "company": "enterprise", "companie": "enterprise", "business": "enterprise", "businesse": "enterprise",
    "firm": "enterprise", "corporate": "enterprise", "revenue": "money", "spending": "spend", "derived": "derivative",
    "install": "download", "call": "request", "router": "openrouter",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A figure as somebody wrote it: a share from 0 to 1 or a count, whose, and the words that narrow it."""

    kind: str
    low: float
    high: float
    half: float
    side: frozenset[str]  # parts of a cohort
    words: tuple[str, ...]


def written(text: str) -> Written | None:
    """Read "80 % of startups" or "open models have 1.15 billion downloads"; None where there is no share or count.

    Raises InputError for a share of more than the whole and for two figures in one sentence.

    >>> found = written("open models are 5% of enterprise workloads")
    >>> found.kind, found.low, found.half, sorted(found.side), found.words
    ('share', 0.05, 0.005, ['open'], ('enterprise', 'workload'))
    >>> written("1.15 billion").low
    1150000000.0
    >>> written("3.5 months") is None
    True
    """
    every = list(_FIGURE.finditer(text))
    if not every:
        return None
    if len(every) > 1:
        said = " and ".join(repr(found[0].strip()) for found in every)
        raise InputError(f"{text!r:.80} has two figures, {said}", "one at a time", 'nomoat reconcile "70 %"')
    found = every[0]
    first, second, unit = found[1].replace(",", "."), found[2], found[3].lower()
    times = TIMES.get(unit, 0.01)
    ends = sorted(float(x.replace(",", ".")) * times for x in (first, second or first))
    kind = "count" if unit in TIMES else "share"
    if kind == "share" and ends[1] > 1:
        raise InputError(f"{text!r:.80} is more than the whole", "a share of at most 100 %", 'nomoat reconcile "70 %"')
    rest = f"{text[: found.start()]} {text[found.end() :]}".casefold()
    words = _WORD.findall(rest)
    kept = [word.removesuffix("s") for word in words if word not in _IDLE and word not in _SIDES]
    return Written(
        kind=kind,
        low=round(ends[0], 12),
        high=round(ends[1], 12),
        half=round(0.5 * 10.0 ** -len(first.partition(".")[2]) * times, 12),
        side=frozenset(_SIDES[word] for word in words if word in _SIDES),
        words=tuple(dict.fromkeys(_SAME.get(word, word) for word in kept)),
    )


def beside(text: str) -> tuple[str, ...]:
    """The words of a sentence about the gap that speak of more than open and closed models, and how far behind.

    >>> beside("Open models are behind"), beside("Chinese models lag in coding")
    ((), ('chinese', 'coding'))
    """
    words = _WORD.findall(text.casefold())
    return tuple(dict.fromkeys(word for word in words if word not in _IDLE and word not in _GAP))
