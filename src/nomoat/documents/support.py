"""Does a passage say what a sentence about it claims?

A strict test of words, not of meaning: every number and every name of the sentence must stand in the passage, most of
its content words too, and it must deny or affirm, and rise or fall, as the passage does. It refuses true paraphrases;
it lets no new figure and no new name through.
"""

from __future__ import annotations

import re

from nomoat.documents import phrasing
from nomoat.documents.gazetteer import Gazetteer, shipped
from nomoat.documents.quantities import number_words
from nomoat.documents.topics import words
from nomoat.types import Noun

OVERLAP = 0.6  # share of the sentence's content words that the passage must hold
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Support(Noun, frozen=True, kw_only=True):
    """Whether a passage carries a sentence, and if not, the first thing that it does not say."""

    supported: bool
    why: str
    overlap: float


def supported(sentence: str, passage: str, gazetteer: Gazetteer | None = None) -> Support:
    """Hold a sentence against the passage that it is stamped with.

    >>> passage = "So we run about nine million requests a day, and eighty percent of those go to Qwen 3."
    >>> supported("They run 9 million requests a day, and 80 percent go to Qwen 3.", passage).supported
    True
    >>> supported("They run 10 million requests a day on Qwen 3.", passage).why
    'the passage has no 10'
    >>> supported("They do not run requests on Qwen 3.", passage).why
    'it denies what the passage affirms'
    """
    gazetteer = gazetteer or shipped()
    mine, theirs = words(sentence), set(words(passage))
    numbers = _numbers(passage)
    inside = sum(word in theirs or word in numbers or _number(word) in numbers for word in mine)
    overlap = inside / len(mine) if mine else 0.0

    def no(why: str) -> Support:
        return Support(supported=False, why=why, overlap=round(overlap, 3))

    for number in sorted(_numbers(sentence) - numbers):
        return no(f"the passage has no {number}")
    named = {hit.entry.id: hit.entry.name for hit in gazetteer.find(passage)}
    for hit in gazetteer.find(sentence):
        if hit.entry.kind != "concept" and hit.entry.id not in named:
            return no(f"the passage does not name {hit.entry.name}")
    spelled = set(re.findall(r"[^\W\d_]+", passage.casefold()))
    for found in re.finditer(r"(?<=[\w,;:] )[A-ZÀ-Þ][\w'’-]+", sentence):
        bare = re.sub(r"['’]s$", "", found.group())
        if not set(re.findall(r"[^\W\d_]+", bare.casefold())) <= spelled:
            return no(f"the passage does not name {bare}")
    if phrasing.negated(sentence) != phrasing.negated(passage):
        return no(
            "it denies what the passage affirms" if phrasing.negated(sentence) else "it affirms what the passage denies"
        )
    ways = phrasing.direction(sentence), phrasing.direction(passage)
    if None not in ways and ways[0] != ways[1]:
        return no(f"it goes {ways[0]} where the passage goes {ways[1]}")
    if phrasing.forecast(sentence) != phrasing.forecast(passage):
        return no("one is about what will be, the other is not")
    if overlap < OVERLAP:
        return no(f"{overlap:.0%} of its words stand in the passage, {OVERLAP:.0%} are needed")
    return Support(
        supported=True, why="every number, name and direction stands in the passage", overlap=round(overlap, 3)
    )


def _numbers(text: str) -> set[str]:
    plain = {found.group().replace(",", "").rstrip(".") for found in _NUMBER.finditer(text)}
    return plain | {
        f"{number_words[w]:g}" for w in re.findall(r"[a-z]+", text.lower()) if w in number_words and w != "one"
    }


def _number(word: str) -> str:
    return f"{number_words[word]:g}" if word in number_words else ""
