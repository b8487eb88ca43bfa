"""Which system prompts are one prompt with something filled in, as the name of the customer who asks?

Numbers, dates and addresses are masked in a template; of words nobody knows which were filled in, until many prompts
differ in one place alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from nomoat.types import Noun
from nomoat.work.template import masked

WIDE = 6  # words that are filled in at most
FILLINGS = 5  # different ones: fewer may be use cases of their own that differ in a word
SAME = 12  # words around them
MUCH = 2_000  # characters of a system prompt that are looked at
MOST = 500  # prompts that are compared with one another, the most common first


class Slot(Noun, frozen=True, kw_only=True):
    """A prompt with one place to fill in: how many words stand before and after it, and sixteen digits of them."""

    before: int
    after: int
    said: str

    def fits(self, words: Sequence[str]) -> bool:
        """Whether a prompt is this one, whatever is filled in."""
        return self == slot(words, self.before, self.after)


def words_of(system: str) -> list[str]:
    """The words of a system prompt that prompts are compared by.

    >>> words_of("Today is 12 May. You help Ada.")
    ['today', 'is', '0', '0.', 'you', 'help', 'ada.']
    """
    return masked(system[:MUCH]).split()


def slot(words: Sequence[str], before: int, after: int) -> Slot | None:
    """The slot that lies between the first and the last words of a prompt; None where it holds too much or too little.

    >>> slot("you help ada lovelace today".split(), 2, 1) == slot("you help bea today".split(), 2, 1)
    True
    """
    if not 0 <= len(words) - before - after <= WIDE:
        return None
    outside = "\x1f".join([*words[:before], "", *words[len(words) - after :]])
    said = hashlib.sha256(outside.encode("utf-8", "replace")).hexdigest()[:16]
    return Slot(before=before, after=after, said=said)


def slots(prompts: Iterable[Sequence[str]]) -> list[tuple[Slot, list[int]]]:
    """The slots in prompts, given as their words, the most common prompt first; each with the places of its prompts.

    >>> begun, ended = "you are the support agent of acme and talk to".split(), "who is a customer today".split()
    >>> those = [[*begun, name, *ended] for name in ("ada", "bea", "cem", "dan", "eva")]
    >>> [(one.before, one.after, places) for one, places in slots(those)], slots(those[:4])
    ([(10, 5, [0, 1, 2, 3, 4])], [])
    """
    held: list[_Family] = []
    for place, words in enumerate(prompts):
        if place >= MOST:
            break
        if not any(family.takes(place, words) for family in held):
            held.append(_Family(place, words))
    found = [(slot(one.first, one.before, one.after), one.places) for one in held if len(one.places) >= FILLINGS]
    return [(made, places) for made, places in found if made is not None]


class _Family:
    """Prompts that differ from the first in one place."""

    def __init__(self, place: int, words: Sequence[str]) -> None:
        self.first, self.places = words, [place]
        self.before = self.after = self.longest = len(words)

    def takes(self, place: int, words: Sequence[str]) -> bool:
        """Whether the prompt is one of them; then it is counted."""
        most = min(len(words), len(self.first))
        before = _common(self.first, words, min(self.before, most))
        after = _common(self.first[::-1], words[::-1], min(self.after, most - before))
        longest = max(self.longest, len(words))
        if before + after < SAME or longest - before - after > WIDE:
            return False
        self.before, self.after, self.longest = before, after, longest
        self.places.append(place)
        return True


def _common(one: Sequence[str], other: Sequence[str], most: int) -> int:
    """How many words at the beginning of both are the same, of the first `most`."""
    return next((at for at in range(most) if one[at] != other[at]), most)
