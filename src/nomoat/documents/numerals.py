"""Which number words are the version of a model: Llama Four, Claude three point five?

Speech and transcripts write them out. A word is a version only where nothing is counted with it: “Llama Four was
behind”, but “we gave Claude four questions”.
"""

from __future__ import annotations

import re

_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {word: str(digit) for digit, word in enumerate(_NAMES)}
_WORD = "|".join(_DIGITS)
# a word that follows a version in a name, or the verb and mark that end the name
_TIER = r"pro|flash|ultra|mini|nano|turbo|max|plus|sonnet|opus|haiku|scout|maverick|behemoth|coder|instruct|o|oh"
_VERB = (
    rf"is|was|are|were|came|comes|had|has|have|can|could|did|does|will|would|beats?|than|but|on|in|from|with"
    rf"|(?:and|or)(?! (?:a half|{_WORD})\b)"
)
_SAID = re.compile(
    rf"(?<=[A-Za-z0-9][ -])(?P<whole>{_WORD})(?:(?P<point> point )(?P<part>{_WORD}))?(?![\w’'])", re.IGNORECASE
)
_ENDS = re.compile(rf"[-–—]?(?:\Z|[.,;:?!)\]”\"]|[ -](?:{_TIER}|{_VERB})(?!\w))", re.IGNORECASE)
_COUNTED = re.compile(r" (?:[A-Z][a-z]+ )?[A-Z]\w+s\b")  # a heading: Claude Four Hard Questions


def spoken(text: str) -> list[tuple[int, int, str]]:
    """The number words of a text that may be a version, as (start, end, digits).

    In lower case a word must be followed by what cannot be counted, with a capital by no heading's plural; “three point
    five” may be followed by anything.

    >>> [found[2] for found in spoken("Llama Four, Claude three point five Sonnet, GPT-five was out")]
    ['4', '3.5', '5']
    >>> spoken("Claude four questions, Gemini two or three ways, Llama one day, Claude Four Questions")
    []
    """
    found = []
    for said in _SAID.finditer(text):
        whole, point = said["whole"], said["point"]
        rest = text[said.end() : said.end() + 40]
        if not point and not _ENDS.match(rest) and (whole.islower() or _COUNTED.match(rest)):
            continue
        digits = _DIGITS[whole.casefold()] + (f".{_DIGITS[said['part'].casefold()]}" if point else "")
        found.append((said.start(), said.end(), digits))
    return found
