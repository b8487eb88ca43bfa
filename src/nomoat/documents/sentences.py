"""Where do sentences end?"""

from __future__ import annotations

import re

# longer than any sentence in print: what has no end by then is cut, at a blank if there is one
LONGEST = 2000
_QUOTED = 300  # a quotation that closes within as many characters is not torn apart
_END = re.compile(r"([.!?…]+)([\"'”’»)\]*_]*)(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"“])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Inc|Ltd|Co|Corp|vs|etc|approx|ca|cf|al|Fig|No|Vol|pp?|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|[A-Z](?:\.[A-Z])*|[a-z])$"
)
_ALWAYS_GOES_ON = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|cf|approx|ca|Fig|No|Vol|pp?)$")
_OPENS = re.compile(r"\s*[\"'“‘«(\[*_]*[A-Z0-9À-ÖØ-Þ$€£~]")


def split(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences of one paragraph, without the blanks around them.

    >>> text = 'Usage is about 5.5 % in the U.S. today. "Is it?" she asked. Dr. Ito of Acme Inc. agreed.'
    >>> [text[a:b] for a, b in split(text)]
    ['Usage is about 5.5 % in the U.S. today.', '"Is it?" she asked.', 'Dr. Ito of Acme Inc. agreed.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        end = found.end()
        if end <= start:
            continue
        rest = text[end : end + 12]
        if rest.strip() and not _OPENS.match(rest):
            continue
        if found.group(1) == "." and rest.strip():
            before = text[max(start, found.start() - 12) : found.start()]
            short = _ABBREVIATION.search(before)
            if short and (_ALWAYS_GOES_ON.search(before) or not _begins(rest)):
                continue
        opened = text.rfind("“", start, end)
        if opened > text.rfind("”", start, end) and text.find("”", end, end + _QUOTED) > 0:
            continue
        spans.extend(_cut(text, start, end))
        start = end
    spans.extend(_cut(text, start, len(text)))
    return spans


def _begins(rest: str) -> bool:
    """After 'U.S.' or 'Inc.' only a word that opens sentences shows that one has ended."""
    word = re.match(r"\s*[\"'“‘]*([A-Za-z]+)", rest)
    return bool(word) and word.group(1) in _OPENERS if word else False


_OPENERS = frozenset(
    re.findall(
        r"[^ ]+",
        "The This That These Those It They We He She But And So In On At For If When While "
        "However A An There What Who "
        "Why How As To With I You Their Its Our Many Most Some",
    )
)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        middle = blank if blank > 0 else start + LONGEST
        spans.append((start, middle))
        start = middle
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        spans.append((start, end))
    return spans
