"""Does one clause say that this name stands to that one, and does it not deny it?

A relation holds between its subject and its object, each alone or in a list of its like. A comma with a conjunction, a
semicolon or a full stop ends the clause; a denial, a question, a condition or a mere possibility states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from nomoat.documents.entities import Found

AND = re.compile(r"^(?:,|,? (?:and|or|&)|/) ?(?:the |an? )?$|^, $")
_AUXILIARY = r"(?:is|are|was|were|has|have|had|will|can|does|did|do|uses|runs|builds|makes|competes|rivals|\w{2,}ed)\b"
_ADVERB = r"(?:also |then |later |now |thus |hence |even |still |itself |not |never |\w+ly )*"
# a comma and a conjunction open a clause, unless the verb follows at once: `Gemma is small, but was distilled from ...`
_ENDS = re.compile(
    rf"[;:“”\"]|[.!?](?=\s)|\s[–—-]\s|\bunlike\b|\b(?:while|whereas|because|since|although|though|if|unless|whether)\b|"
    rf", ?(?:and|but|so|yet|or|nor)\b(?! {_ADVERB}{_AUXILIARY})|"
    rf"\b(?:{_AUXILIARY})[^,]* (?:and|but) (?:the|an?|its|their|our|others?|people|users|I|we|they|it|he|she|you|most|"
    rf"many|some|few|this|these|those|nobody|everybody)\b|"
    rf"\b(?:that|which|who|whose|where|when|it|they|we|I|he|she|you)\b",
    re.I,
)
# a relative clause right behind a name, or behind what it is said to be, goes on about it
_GOES_ON = re.compile(
    r"^,? (?:which|that|who) |^,? (?:is|are|was|were|,) ?(?:an?|the|one of|another)[^,;.]{0,60}? (?:that|which|who) ",
)
_DENIED = re.compile(
    r"\b(?:not(?! only| just| merely)|never|cannot|no(?! doubt)|neither|nor|none|nobody|nothing|without|hardly|"
    r"instead of|"
    r"rather than|other than|den(?:y|ies|ied|ying)|refus\w+|declin\w+ to|fail\w* to|stopp?(?:ed|s|ing)? \w+ing|"
    r"no longer|false|untrue|myth|wrong|unlikely|far from)\b|n[’']t\b",
    re.I,
)
_MAYBE = re.compile(
    r"\b(?:would|should|could|might|ought|wish\w*|supposed?|imagine|whether|if|unless|rumou?r\w*|speculat\w+|"
    r"(?:the|a|an|this|that) (?:claim|idea|allegation|accusation|suspicion|theory|story)s? that|want\w* to|"
    r"hop(?:e|es|ed|ing) to|considers? |considering|asked? to|(?-i:may)(?! \d))\b",
    re.I,
)
# who is only named to be set apart is nobody's subject
_APART = re.compile(
    r"\b(?:unlike|in contrast (?:to|with)|contrary to|as opposed to|as against|against|compared (?:to|with)|"
    r"instead of|rather than|apart from|aside from|except(?: for)?|besides|despite|without|not|than|"
    r"as with|much as|outside(?: of)?)"
    r" (?:[\w’'-]+ ){0,2}$",
    re.I,
)
_DETERMINED = (
    r"(?:(?!(?:as|in|on|at|by|to|with|and|or|but|nor|not|than|is|are|was|were|has|have|had|that|which|who|for|of|from|"
    r"because|while|when|if)\b)[\w’'.-]+ )"
)
# between a relation and its object: `those of`, `the outputs of Meta's`, articles and adjectives
_LEADS = re.compile(rf"\s*(?:{_DETERMINED}{{0,4}}(?:of|from) )?{_DETERMINED}{{0,4}}$")
_PARENTHESIS = re.compile(r"\([^()]*\)")


def relates(pattern: re.Pattern[str], a: Found, b: Found, found: Sequence[Found], reading: str) -> re.Match[str] | None:
    """The words of `pattern` by which the reading says that `a` stands to `b`; None where it does not.

    >>> from nomoat.documents.gazetteer import shipped
    >>> def says(text):
    ...     a, *_, b = found = [Found(start=h.start, end=h.end, entry=h.entry, how=h.how) for h in shipped().find(text)]
    ...     return bool(relates(re.compile("based on"), a, b, found, text))
    >>> says("Vicuna, which is based on Llama"), says("Qwen is not based on Llama")
    (True, False)
    >>> says("Qwen is based on Llama, and Gemma works"), says("Unlike Qwen, Gemma is based on Llama")
    (False, False)
    """
    inside = [f for f in found if a.start <= f.start <= b.start and (_named(f) or f in (a, b))]
    last, head = far_end(inside, reading), far_end(inside[::-1], reading)
    if last.start >= head.start or apart(a, reading) or denied(a, head, reading):
        return None
    for match in pattern.finditer(reading, last.end, head.start):
        before, after = reading[last.end : match.start()], reading[match.end() : head.start]
        owners = [f for f in inside if match.end() <= f.start < head.start]
        subjects = [f for f in inside if last.end <= f.start < match.start()]
        plain = _PARENTHESIS.sub("", before)
        if any(f.entry.name in plain or reading[f.start : f.end] in plain for f in subjects):
            continue
        if len(owners) > 1 or any(not re.match(r"[’']s? ", reading[f.end : f.end + 3]) for f in owners):
            continue
        goes_on = _GOES_ON.match(plain)
        if not _ENDS.search(plain[goes_on.end() if goes_on else 0 :]) and _LEADS.fullmatch(after):
            return match
    return None


def other_clause(between: str) -> bool:
    """Whether a clause ends between two names.

    >>> other_clause(" is cheap, and "), other_clause(", said ")
    (True, False)
    """
    return bool(re.search(r";|[.!?] |, (?:and|but|so|yet|while|whereas|though|although|which)\b", between))


def denied(a: Found, b: Found, reading: str) -> bool:
    """Whether the clause of these two denies what it says of them, asks it, or calls it possible only."""
    before = reading[: a.start]
    opens = max((m.end() for m in re.finditer(r"[;:.!?] |, (?:and|but|so|while|whereas) ", before)), default=0)
    clause = reading[opens : b.end]
    return bool(_DENIED.search(clause) or _MAYBE.search(clause)) or reading.rstrip(" \"”’'").endswith("?")


def apart(a: Found, reading: str) -> bool:
    """Whether a name is only set apart: `Unlike Claude, ...`."""
    return bool(_APART.search(reading[: a.start]))


def far_end(run: Sequence[Found], reading: str) -> Found:
    """The far end of the list that the first of a run stands in: `Qwen and Llama`, `Qwen, Llama and GLM`."""
    links: list[str] = []
    end = run[0]
    for a, b in pairwise(run):
        first, second = (a, b) if a.start < b.start else (b, a)
        link = reading[first.end : second.start]
        if a.entry.kind != b.entry.kind or not AND.match(link):
            break
        links.append(link)
        # `Qwen, and Llama` opens a clause, unless there is a third
        whole = all("," not in link for link in links) or (
            len(links) > 1 and any(re.search(r"and|or|&", k) for k in links)
        )
        end = b if whole else end
    return end


def _named(f: Found) -> bool:
    return f.entry.kind in ("company", "product", "person", "media")
