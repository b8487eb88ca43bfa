"""Which words at the head of a line say who speaks, and not what is said?

`Ann:` is a label, `Cost:` is a lead. What decides is the name (`Ruth Cole`, `SPEAKER 1`, `Dr. Cole (host)`), whether
it comes again, and whether the lines answer one another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
# `Speaker 1`, `HOST`, `Interviewer 2`: a part that somebody plays, not somebody's name
PART = re.compile(
    r"(?:speaker|host|co-?host|guest|interviewer|interviewee|moderator|narrator|panelist|"
    r"audience(?: member)?|participant|"
    r"voice|unknown speaker|unidentified)(?:[ _-]?(?:\d{1,3}|[a-z]))?",
    re.I,
)
_WORD = r"[A-ZÀ-Þ][\w.'’-]*"
NAME = rf"{_WORD}(?: (?:{_WORD}|of|de|van|von|der|da|di|bin|al|\d{{1,2}}))" + r"{0,4}"
_ROLE = r"(?:[ \t]*[(\[](?P<role>(?!\d{1,3}:\d\d)[^()\[\]\n]{1,60})[)\]])?"
_LABELS = (
    re.compile(
        rf"(?:>>+[ \t]*|[-–—][ \t]+)?(?:\*\*)?(?P<open>\[)?(?P<name>{NAME}){_ROLE}"
        r"(?(open)\])[ \t]*(?::\*\*|\*\*:|:)(?=\s)[ \t]*"
    ),
    re.compile(r"<(?P<name>[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3})>(?P<role>)[ \t]+(?=\S)"),
    re.compile(r">>+(?P<name>)(?P<role>)[ \t]*(?=\S)"),
)
# words that open lists, headers and asides in the same dress
_NO_NAMES = frozenset(
    re.findall(
        r"[^ ]+",
        "note notes source sources summary title date customization control cost performance warning example "
        "update chapter link url https http published recorded duration channel topic topics tags pros cons "
        "verdict price speed quality result results conclusion question questions answer answers step steps "
        "first second third finally subject from to cc re ps nb tip tips fact facts why how what when where "
        "who email phone address website version language kind edit disclaimer disclosure correction problem "
        "solution issue issues risk risks benefit benefits advantages disadvantages method methods data model "
        "models background introduction overview exception caution important remember quote key takeaway "
        "takeaways bottom here today and but so yes no one two three",
    )
)
_ANSWERS = re.compile(
    r"(?:I|I'm|I’m|I'd|Yes|No|Yeah|Thanks|Thank you|Well|Hi|Hello|Welcome|Okay|OK|Right|Sure|Exactly|Absolutely|"
    r"Agreed|Of course|Good (?:morning|evening|question|point))\b|.*\?[\"”’]?$",
    re.S,
)


class Label(msgspec.Struct, frozen=True):
    """A label over characters [0, end) of a line; `name` is "" where a new voice is marked but not named."""

    name: str
    role: str
    end: int


def label(line: str) -> Label | None:
    """The label that a line opens with, if it can be one.

    >>> label("SPEAKER 1: Welcome."), label("Host (Ruth Cole): Hi.").name, label("Cost: it is high.")
    (Label(name='SPEAKER 1', role='', end=11), 'Ruth Cole', None)
    """
    blank = len(line) - len(line.lstrip())
    for pattern in _LABELS:
        found = pattern.match(line, blank)
        if found:
            name = found["name"].strip()
            words = name.split()
            if words and words[0].casefold().strip(".") in _NO_NAMES:
                return None
            if len(name) > 60 or (name.endswith((".", "!", "?")) and len(words) > 3):
                return None
            role = (found["role"] or "").strip()
            if PART.fullmatch(name) and len(role.split()) > 1 and re.fullmatch(NAME, role):
                name, role = role, name  # `Host (Ruth Cole)` and `Ruth Cole (host)` are one
            return Label(name, role, found.end())
    return None


def strong(name: str) -> bool:
    """Whether a label names somebody even if it comes once: a part, or a name of two to five words."""
    return bool(PART.fullmatch(name)) or 2 <= len(name.split()) <= 5


def speak(labels: Sequence[Label], said: Sequence[str]) -> bool:
    """Whether these labels, each with what follows it, are those of people who talk with one another.

    >>> one, two, three = (label(line) for line in ("Ann: Open is cheap.", "Bob: It is not.", "Ann: Why?"))
    >>> speak([one, two, three], ["Open is cheap.", "It is not.", "Why?"]), speak([one, two], ["Good.", "Bad."])
    (True, False)
    """
    names = [found.name for found in labels]
    if len(names) < 2:
        return False
    if len(set(names)) < len(names) or all(PART.fullmatch(name) for name in names):
        return True
    if all(strong(name) for name in names) and any(re.search(r"\b(?:I|my|me)\b", text) for text in said):
        return True
    return any(_ANSWERS.match(text.strip()) for text in said)


def accepted(labels: Sequence[Label]) -> frozenset[str]:
    """The names among labels inside of captions that are speakers: strong ones, and those that come again."""
    count = Counter(found.name for found in labels)
    return frozenset(name for name, n in count.items() if not name or strong(name) or n > 1)
