"""Who made it, when, and how long is it: what does the line under a title say?

Such a line holds nothing but names, a day, a length and the words that join them (`Published 3 November 2025 by Jane
Doe`, `Jane DoeNovember 3, 202512 min`). One word too many and it is a sentence about something else.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import msgspec

from nomoat.documents.days import written

_LENGTH = re.compile(
    r"(?<![\w.])(?:(?P<hours>\d{1,2})[ -]?(?:hours?|hrs?|h)\b\.?,? ?)?"
    r"(?:(?P<minutes>\d{1,4})[ -]?(?:minutes?|mins?|m)\b\.?(?: ?\d{1,2} ?s(?:ec)?\b)?)?"
    r"(?: ?(?:to |of )?(?:read(?:ing)?(?: time)?|listen(?:ing)?|watch|video|podcast))?",
    re.I,
)
_LABEL = re.compile(
    r"(?i:\b(?:(?:first |originally |last )?(?:published|posted|written|recorded|released|aired|issued|streamed)"
    r"(?: on| in| at)?|date|on|reading time|duration|length)\b:?)"
)
_REVISED = re.compile(r"\b(?:last )?(?:updated|modified|edited|revised|corrected)(?: on)?:? ?$", re.I)
_BY = re.compile(r"(?:\b(?:[Bb]y|BY|[Aa]uthors?:|[Ff]rom:|[Ww]ords by|[Hh]ost(?:ed by)?:)|^—)[: ]+$")
_WORD = r"(?:[A-ZÀ-Þ][\w.'’&-]*)"
_NAME = re.compile(rf"{_WORD}(?: (?:{_WORD}|of|the|and|for|de|van|von|der|da|di|bin|al|&|\d{{1,3}}))*\.?$")
_PERSON = re.compile(
    r"(?:(?:Dr|Prof|Sir)\.? )?[A-ZÀ-Þ][\w'’-]*[\w.]"
    r"(?: (?:[A-ZÀ-Þ]\.|de|van|von|der|da|di|bin|al|[A-ZÀ-Þ][\w'’-]+)){1,4}$"
)
_SPLIT = re.compile(r"\s*(?:[·|•—–]|,|\s-\s|/|\band\b|&)\s*")
_SHOWS = frozenset(
    re.findall(
        r"[^ ]+",
        "podcast show radio talks talk conference hour lab labs institute media channel summit forum weekly daily "
        "university news report studio network sessions session tv live review journal club ai dispatch letter notes "
        "times post magazine team staff newsletter blog research group foundation press the",
    )
)


class Byline(msgspec.Struct, frozen=True):
    """What such a line says; `apart` is the line with its parts kept apart, where they are glued together."""

    people: tuple[str, ...]
    publishers: tuple[str, ...]
    day: date | None
    revised: date | None  # a day of which the line says that it is a later one
    seconds: float | None
    unread: str | None  # what is written like a day and is none, or either of two
    apart: str | None


def byline(line: str) -> Byline | None:
    """The parts of a line that holds a day or opens with `by`; None for any other line.

    >>> found = byline("[HPP] Nathan LambertOctober 16, 202548 min")
    >>> found.publishers, found.people, found.day, found.seconds
    (('HPP',), ('Nathan Lambert',), datetime.date(2025, 10, 16), 2880.0)
    >>> byline("Published 3 November 2025 by Jane Doe").people, byline("On 3 November 2025 prices fell.")
    (('Jane Doe',), None)
    """
    line = " ".join(line.strip("*_ \t").split())
    if not 3 < len(line) <= 160 or (line.endswith((".", "!", "?")) and len(line.split()) > 8):
        return None
    days = written(line)
    opens = re.match(r"(?:(?:written|words|posted|published) )?by:? ", line, re.I)
    if not days and not opens:
        return None
    people: list[str] = []
    publishers: list[str] = []
    stated: date | None = None
    revised: date | None = None
    unread: str | None = None
    seconds: float | None = None
    at, rest, borders = 0, list[tuple[int, str]](), list[int]()
    for when, start, end in days:
        before = line[at:start]
        later = _REVISED.search(before)
        rest.append((at, before[: later.start()] if later else before))
        borders += [start, end]
        if when is None:
            unread = unread or line[start:end]
        elif later:
            revised = when
        elif stated is None:
            stated = when
        else:
            return None  # two days side by side: a span, not the day it was made
        at = end
    rest.append((at, line[at:]))
    for first, part in rest:
        length = next((f for f in _LENGTH.finditer(part) if f["hours"] or f["minutes"]), None)
        if length:
            seconds = int(length["hours"] or 0) * 3600.0 + int(length["minutes"] or 0) * 60.0
            part = f"{part[: length.start()]} | {part[length.end() :]}"
            borders += [first + length.start(), first + length.end()]
        tagged = re.match(r"\s*\[([^\[\]\d]{1,40})\]\s*", part)
        if tagged:
            publishers.append(tagged[1].strip())
            part = part[tagged.end() :]
        part = _LABEL.sub(" | ", part)
        by = False
        for number, piece in enumerate(re.split(r"(\b(?:[Bb]y|BY)\b:?|\b(?:[Ii]n|[Ff]or|[Ff]rom)\b)", part)):
            if number % 2:
                by = piece.lower().startswith("by")
                continue
            for name in _SPLIT.split(piece.strip()):
                name = re.sub(r"\s*<[^<>]*>$", "", name.strip(" ()[]:|·•—–-,")).strip()
                if not name:
                    continue
                if not _NAME.fullmatch(name) or len(name) > 60 or len(name.split()) > 7:
                    return None
                shows = bool(_SHOWS & {w.lower() for w in name.split()})
                if (_PERSON.fullmatch(name) and not shows) or (by and not people):
                    people.append(name)
                elif len(name.split()) > 1:  # one word may be a place, or anything
                    publishers.append(name)
    if not days and not people:
        return None
    return Byline(tuple(people), tuple(publishers), stated, revised, seconds, unread, _apart(line, borders))


def _apart(line: str, borders: list[int]) -> str | None:
    """The line cut at these places, if two of its parts touch at one of them."""
    inner = sorted({at for at in borders if 0 < at < len(line)})
    if not any(line[at - 1].isalnum() and line[at].isalnum() for at in inner):
        return None
    parts = [line[a:b].strip(" ·|•,") for a, b in pairwise([0, *inner, len(line)])]
    return " | ".join(part for part in parts if part)
