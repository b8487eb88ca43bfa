"""Of which time does an amount speak: now, a year ago, by 2028?"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|"
    r"autumn|fall|"
    r"winter|Easter|Christmas|Q[1-4]|the (?:first|second|third|fourth|last) (?:quarter|half|round))"
)
_SOME = (
    r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|\d+|several|a few|"
    r"a couple of)"
)
_SPAN = r"(?:days?|weeks?|months?|quarters?|years?|decades?)"
_WINDOW = re.compile(
    rf"\b(?:{_SOME} {_SPAN} (?:ago|earlier|before|later)|"
    rf"(?:last|next|this|the previous|the following) (?:year|month|week|quarter|decade|spring|summer|autumn|winter|"
    rf"time|{_MONTH})|"
    rf"(?:within|over|in|for|during|after|inside of) (?:the )?(?:last |past |next |coming |first |about |around |"
    rf"less than )*"
    rf"{_SOME}[- ](?:to |or )?(?:\w+ )?{_SPAN}(?! of\b)|(?:over|in|during) the (?:last|past|next|coming) {_SPAN}|"
    rf"between {_MONTH}(?: 20\d\d)? and {_MONTH}(?: 20\d\d)?|"
    rf"(?:by|before|until|since|in|during|as of|through|at) (?:the (?:end|start|middle|beginning) of |early |late |"
    rf"mid-?)?"
    rf"(?:{_MONTH}(?:,? (?:of )?(?:20\d\d|this year|last year))?|20\d\d|then)|"
    rf"(?:today|now|currently|at the moment|yesterday|so far|year[- ]on[- ]year|year[- ]over[- ]year))\b",
    re.I,
)
_EARLIER = re.compile(
    r"\b(?:ago|earlier|before|last (?:year|month|week|quarter|spring|summer|autumn|winter|time))\b",
    re.I,
)
_CLAUSE = re.compile(r"[;:]|, (?:and|but|while|whereas|up|down|now|against)\b|\bagainst\b")


def window(reading: str, first: int, start: int, end: int, last: int) -> str | None:
    """The words of time that belong to the amount at [start, end): behind it, else ahead of it.

    `first` and `last` bound the search: where the amount before it ends and the next one begins.

    >>> text = "It is 11% now, down from 19% a year ago."
    >>> window(text, 0, 6, 9, 25), window(text, 9, 25, 28, len(text))
    ('now', 'a year ago')
    """
    behind = reading[end:last]
    if last < len(reading) and (cut := _CLAUSE.search(behind)):
        behind = behind[: cut.start()]
    if found := _WINDOW.search(behind):
        return found.group()
    ahead = reading[first:start]
    if first and (cuts := list(_CLAUSE.finditer(ahead))):
        ahead = ahead[cuts[-1].end() :]
    every = list(_WINDOW.finditer(ahead))
    return every[-1].group() if every else None


def earlier(when: str) -> bool:
    """Whether words of time point back to before the time of speaking.

    >>> earlier("a year ago"), earlier("by 2028")
    (True, False)
    """
    return bool(_EARLIER.search(when))
