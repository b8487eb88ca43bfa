"""Which typed connections does a passage state between the entities that it names?

Rules look at the words between two mentions, and at the sentence around them. What they cannot type but what stands
side by side in one sentence is `mentioned with`: a lead, not a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nomoat.documents.clauses import AND, apart, denied, far_end, other_clause, relates
from nomoat.documents.entities import Found

TYPES = {
    "makes": "the first makes, owns or released the second",
    "based on": "the first was trained, distilled or built from the second",
    "competes with": "the two contend",
    "compares": "the sentence sets the first beside the second",
    "says about": "the first says something of the second",
    "works at": "the person works there",
    "uses": "the first uses or builds on the second",
    "located in": "the first is of that country or place",
    "example of": "the first is given as an example of the second",
    "writes in": "the person speaks or writes there",
    "mentioned with": "side by side in one sentence, without a type",
}
_POSSESSIVE = re.compile(r"^[’']s?(?: [\w-]+){0,3} ?$|^[’']s? (?:[\w-]+ ){0,4}$")
_MADE = re.compile(
    r"\b(?:makes?|made|built|builds|created?|creates|releas\w+|launch\w+|publish\w+|"
    r"develop\w+|owns?|owned|trains?|trained|"
    r"introduc\w+|ship(?:s|ped)|announc\w+|open-sourced|maker of|creator of|behind|unveil\w+)\b"
)
_MADE_BY = re.compile(
    r"\b(?:made|built|created|released|launched|published|developed|owned|trained|announced|"
    r"open-sourced|unveiled)\s+by\b|^ ?(?:by|from) $"
)
_BASED = re.compile(
    r"\b(?:based on|built on(?: top of)?|builds on|building on|fine-?tun\w+ (?:of|from|on)|"
    r"distill\w+ (?:of|from|knowledge from)|"
    r"derived from|trained on|on top of|starting from|forks? of|forked from|distilling (?:\w+ ){0,2}from)\b"
)
_INTO = re.compile(r"\b(?:distill\w*|fine-?tun\w+|turned|merged) into\b")
# between a verb of making and the name of what somebody else is known to make
_ITSELF = re.compile(
    r"\s*(?:(?:its|the|their|an?|our|own|new|newest|latest|first|second|open|open-weights?|open-source|flagship|small|"
    r"large|called|named|models?|family|series|version|of) )*$"
)
_OTHERS = re.compile(
    r"\b(?:says?|said|rivals?|competitors?|critics?|answer to|praises?|likes?|love|hates?|use[sd]?|using|about|"
    r"paid|switch\w*|engineers?|customers?|users?|than|versus|and|or)\b"
)
_WRITES = re.compile(r"\b(?:of|on|in|for|hosts?|writes?)\b")
_LEFT = re.compile(r"\b(?:not|never|former(?:ly)?|ex-?|previously|once|then|left|no longer|until)\b", re.I)
_COMPETES = re.compile(
    r"\b(?:compet\w+ (?:with|against)|(?:close|competitive) (?:and competitive )?(?:to|with)|rivals?|"
    r"rivalling|rivaling|versus|vs\.?|challeng(?:e|es|ed|ing)|threat to|threatens?|contends? with|"
    r"catch(?:es|ing)? up (?:to|with)|caught up (?:to|with))(?!\w)"
)
# what sets one side beside the other; the second side stands right behind it
_COMPARES = re.compile(
    r"(?:\b(?:more|less|fewer|better|worse|further|\w{2,}(?:er|ier))\b[^,.;:]{0,40}? than|"
    r"\b(?:surpass\w*|outperform\w*|outpac\w*|outscor\w*|replac(?:e|es|ed|ing)|displac(?:e|es|ed|ing)|"
    r"ahead of|beats?|beat|closed the gap (?:with|to)|clos(?:e|es|ing) (?:the gap (?:with|to)|in on)|"
    r"compared (?:to|with)|as (?!(?:an?|the)\b)\w+ as|on (?:a )?par with|match(?:es|ed|ing)?|exceed(?:s|ed|ing)?|"
    r"overt(?:akes?|ook|aken|aking)|trail(?:s|ed|ing)?|(?:is|are|was|were|be|far|still|lags?|fell|falls?|"
    r"months|points|years|weeks|well) behind|lags?(?: behind)?|similar to|equivalent to))(?!\w)"
)
_CLAUSE = re.compile(
    r"[;:“”\"]|\b(?:that|which|who|while|whereas|because|leading|since|although|though|if|"
    r"such as|it|they|we|I|he|she|you)\b"
)
# between what compares and the second side: its article, adjectives, or `those of`
_LEADS = re.compile(
    r"\s*(?:those (?:of|from) |that of )?(?:(?!(?:as|in|on|of|for|to|with|and|or|but|by|at)\b)[\w’'-]+ ){0,3}$"
)
_USES = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|rel(?:y|ies|ied) on|adopt\w*|deploy\w*|runs?|running|"
    r"switch\w* to|build\w* (?:on|with)|hosts?|hosting|serv(?:es|ing))\b"
)
_SAYS = re.compile(
    r"\b(?:says?|said|argues?|argued|believes?|believed|thinks?|thought|estimates?|estimated|"
    r"suggests?|suggested|claims?|claimed|"
    r"expects?|predicts?|predicted|notes?|noted|warns?|warned|told|according to|reports?|"
    r"reported|writes?|wrote|found|finds|calls?|"
    r"called|puts|estimate from|study|survey|asked|added|adds|explains?|described|describes|recommends?|sees?)\b",
    re.I,
)
_WORKS = re.compile(
    r"^,? (?:(?:an?|the|our|its|who is)? ?(?:[\w-]+ ){0,5})?(?:engineer|researcher|scientist|"
    r"founder|CEO|CTO|CFO|COO|chief [\w ]{3,24}|"
    r"president|director|professor|analyst|partner|head|lead|manager|economist|investor|VP|"
    r"works|working|developer|editor)"
    r"(?: [\w-]+){0,3} (?:of|at|for|from|with) (?:the )?$|^,? (?:of|from|at) (?:the )?$|^ \($"
)
_ROLE_BEFORE = re.compile(
    r"(?:[’']s)? (?:CEO|CTO|co-?founder|founder|chief \w+|president|researcher|head of [\w ]+|director),? $"
)
_EXAMPLE = re.compile(
    r"^(?: (?!from|of|to|in|with|for|and|or|by|at|on|through)[\w-]+){0,2}"
    r"(?:,? (?:such as|like|including|e\.g\.,?|for example|namely)|,? ?\((?:e\.g\.,? ?|"
    r"such as |like )?) ?(?:the |an? )?$"
)
# concepts that stand for models or those who make them: others are not compared with one another
SETS = frozenset(
    f"concept:{name}"
    for name in (
        "open-models", "closed-models", "open-source", "frontier-models", "general-purpose-models",
        "specialised-models", "small-language-models", "reasoning-models", "multimodal-models",
        "large-language-models", "startups",
    )
)  # fmt: skip
_BETWEEN = re.compile(r"(?:gap|difference|distance|choos\w+|debate) between (?:[\w’'-]+ ){0,3}$")
_SETTLED = re.compile(r"(.+?) — ([a-z ]+?)(?: \(.{1,60}\))? — (.+)")
_PLACE = re.compile(r"^ (?:[\w-]+ ){0,5}(?:like|such as|including|\(e\.g\.,?) ?$|^ (?:[\w-]+ ){0,2}$")
_LIKE = re.compile(r"(?:like|such as|including|\(e\.g\.,?) ?$")
_OF_PLACE = re.compile(r"(?:ese|an|ish|ch|[’']s|\bU\.?[SK]\.?|based)$")
_OUTSIDE = re.compile(r"(?:\bnon-?|\b(?:not|no|un|anti|banned|outside)[ -])$", re.I)
_IN = re.compile(r"^(?:,| in| from| based in|[’']s home|, based in|,? \(?(?:the|an?)|,? \() ?$")


def stated(reading: str, found: Sequence[Found], speaker: str | None) -> list[tuple[str, str, str, str]]:
    """The connections of one passage: (source id, type, target id, the words that state it).

    >>> from nomoat.documents.gazetteer import shipped
    >>> from nomoat.documents.entities import Found
    >>> text = "Google's Gemma has not closed the gap with Qwen (Alibaba)."
    >>> hits = [Found(start=h.start, end=h.end, entry=h.entry, how=h.how) for h in shipped().find(text)]
    >>> [(a, t, b) for a, t, b, _ in stated(text, hits, None)][:2]
    [('company:google', 'makes', 'product:gemma'), ('product:gemma', 'compares', 'product:qwen')]
    """
    listed = _SETTLED.fullmatch(reading)
    if listed and listed[2] in TYPES:
        if not found or found[0].start or found[-1].end != len(reading) or found[0].entry.id == found[-1].entry.id:
            return []
        return [(found[0].entry.id, listed[2], found[-1].entry.id, reading)]
    out: dict[tuple[str, str, str], str] = {}

    def add(a: str, kind: str, b: str, words: str) -> None:
        if a != b and (b, kind, a) not in out:
            out.setdefault((a, kind, b), words.strip() or reading[:60])

    # in `Google's Gemma is behind Qwen` it is Gemma that is compared, not Google
    owners = {
        a.start
        for a, b in pairwise(found)
        if (a.entry.kind, b.entry.kind) == ("company", "product") and re.match(r"[’']s? ", reading[a.end : b.start])
    }
    for a, b in _pairs(found):
        between = reading[a.end : b.start]
        own = b.entry.kind == "product" and b.entry.maker == a.entry.name
        if b.start in owners or (a.start in owners and not own and b is not _next(found, a)):
            continue
        for source, kind, target, words in _typed(a, b, between, reading, found):
            add(source, kind, target, words)
        for kind in _beside(a, b, found, reading):
            add(a.entry.id, kind, b.entry.id, reading[a.start : b.end][:120])
    for source, kind, target, words in _examples(reading, found):
        add(source, kind, target, words)
    for source, target in _saying(reading, found, speaker):
        add(source, "says about", target, reading[:80])
    joined = {frozenset((a, b)) for a, _, b in out}
    for a, b in pairwise(found):
        if not AND.match(reading[a.end : b.start]) and frozenset((a.entry.id, b.entry.id)) not in joined:
            add(a.entry.id, "mentioned with", b.entry.id, reading[a.start : b.end][:80])
            joined.add(frozenset((a.entry.id, b.entry.id)))
    return [(a, kind, b, words) for (a, kind, b), words in out.items()]


def _next(found: Sequence[Found], a: Found) -> Found | None:
    return next((f for f in found if f.start > a.start), None)


def _pairs(found: Sequence[Found]) -> Iterator[tuple[Found, Found]]:
    """Mentions at most two apart: further words rarely belong to both."""
    for i, a in enumerate(found):
        for b in found[i + 1 : i + 4]:
            if a.entry.id != b.entry.id and b.start - a.end < 120:
                yield a, b


def _typed(
    a: Found, b: Found, between: str, reading: str, found: Sequence[Found]
) -> Iterator[tuple[str, str, str, str]]:
    x, y, kinds = a.entry.id, b.entry.id, (a.entry.kind, b.entry.kind)
    words = reading[a.start : b.end][:120]

    def says(pattern: re.Pattern[str], longest: int) -> re.Match[str] | None:
        near = len(between) < longest and pattern.search(between)
        return relates(pattern, a, b, found, reading) if near else None

    if kinds == ("company", "product"):
        own = a.entry.name == b.entry.maker
        made = None if _COMPARES.search(between) else says(_MADE, 80)
        # somebody else's product is made by this one only where nothing stands between the verb and its name
        made = made if made and (own or not b.entry.maker or _ITSELF.fullmatch(reading[made.end() : b.start])) else None
        if made or ((own or not b.entry.maker) and (between == " " or _belongs(between))):
            yield x, "makes", y, words
        elif says(_USES, 60):
            yield x, "uses", y, words
    elif kinds == ("product", "company") and not re.match(r"[’']", reading[b.end :]) and not denied(a, b, reading):
        aside = between in (", from ", " from ", ", by ", " by ") or (
            between == " (" and re.match(r"[),;]", reading[b.end :])
        )
        if (aside and b.entry.name == (a.entry.maker or b.entry.name)) or says(_MADE_BY, 50):
            yield y, "makes", x, words
    if kinds == ("person", "company") and _WORKS.match(between) and not _LEFT.search(between) and not apart(a, reading):
        yield x, "works at", y, words
    if kinds == ("company", "person") and _ROLE_BEFORE.search(between) and not _LEFT.search(between):
        yield y, "works at", x, words
    if kinds == ("person", "media") and len(between) < 30 and says(_WRITES, 30):
        yield x, "writes in", y, words
    # `Chinese labs` are of China; `China bans OpenAI` says nothing of where it is
    home = _LIKE.search(between) or _OF_PLACE.search(reading[a.start : a.end])
    home = None if _OUTSIDE.search(reading[: a.start]) else home
    if home and a.entry.kind == "location" and b.entry.kind in ("company", "product") and _PLACE.match(between):
        yield y, "located in", x, words
    if b.entry.kind == "location" and a.entry.kind in ("company", "person") and _IN.match(between):
        yield x, "located in", y, words
    if kinds == ("location", "location") and _sets(_COMPARES, between):
        yield x, "compares", y, words
    # of models only: what a company or an idea is said to rest on is another matter
    if kinds == ("product", "product") and not {"benchmark", "chip"} & {a.entry.sort, b.entry.sort}:
        if says(_BASED, 100):
            yield x, "based on", y, words
        elif says(_INTO, 100):
            yield y, "based on", x, words


def _belongs(between: str) -> bool:
    return bool(_POSSESSIVE.match(between)) and not _OTHERS.search(between)


def _contends(f: Found) -> bool:
    return (f.entry.kind in ("company", "product") and f.entry.sort != "benchmark") or f.entry.id in SETS


def _beside(a: Found, b: Found, found: Sequence[Found], reading: str) -> Iterator[str]:
    """Whether two that can contend are set beside one another, each alone or in a list of its like."""
    if not _contends(a) or not _contends(b) or apart(a, reading):
        return
    inside = [f for f in found if a.start <= f.start <= b.start]
    last, head = far_end(inside, reading), far_end(inside[::-1], reading)
    if any(last.start < f.start < head.start and _contends(f) for f in found):
        return
    between = reading[last.end : head.start]
    if _sets(_COMPETES, between) and not _POSSESSIVE.match(between):
        if not denied(a, head, reading):
            yield "competes with"
    elif _sets(_COMPARES, between) or (_BETWEEN.search(reading[: a.start]) and AND.match(reading[a.end : b.start])):
        yield "compares"


def _sets(pattern: re.Pattern[str], between: str) -> bool:
    """Whether the words between two names set the one beside the other: in one clause, the second right behind them.

    In `Qwen was cheap while Llama is behind GPT-4` it is not Qwen that is compared.
    """
    for found in pattern.finditer(between):
        before, after = between[: found.start()], between[found.end() :]
        if not _CLAUSE.search(before) and _LEADS.fullmatch(after) and not re.search(r"[.!?]", found.group()[:-1]):
            return True
    return False


def _examples(reading: str, found: Sequence[Found]) -> Iterator[tuple[str, str, str, str]]:
    """`Chinese labs (e.g., Z.ai, Moonshot AI)`: every name of the list is an example of what stands before it."""
    for k, head in enumerate(found):
        if head.entry.kind not in ("concept", "location") or _OUTSIDE.search(reading[: head.start]):
            continue
        listing = False
        end = head.end
        for item in found[k + 1 :]:
            between = reading[end : item.start]
            if not (AND.match(between) if listing else _EXAMPLE.match(between)) or item.entry.kind == "concept":
                break
            listing = True
            end = item.end
            if item.entry.kind == "location":
                continue
            words = reading[head.start : item.end][:120]
            if head.entry.kind == "concept":
                yield item.entry.id, "example of", head.entry.id, words
            elif item.entry.kind in ("company", "product"):
                yield item.entry.id, "located in", head.entry.id, words


def _saying(reading: str, found: Sequence[Found], speaker: str | None) -> Iterator[tuple[str, str]]:
    says = list(_SAYS.finditer(reading))
    sources = [f for f in found if f.entry.kind in ("person", "media")]
    sources += [f for f in found if f.entry.kind == "company" and _reports(reading, f)]
    for source in sources:
        near = [s for s in says if -12 <= s.start() - source.end <= 40 or 0 <= source.start - s.end() <= 12]
        if near:
            for f in found:
                if (
                    f.entry.id != source.entry.id
                    and f.entry.kind not in ("location", "person")
                    and not _employer(reading, source, f)
                    and not _unsaid(reading, source, f)
                ):
                    yield source.entry.id, f.entry.id
    if speaker and not sources:
        for f in found:
            # who speaks all the time says something of every concept: only what can be pointed at counts
            if f.entry.id != speaker and f.entry.kind in ("company", "product"):
                yield speaker, f.entry.id


def _unsaid(reading: str, source: Found, other: Found) -> bool:
    """What stands in a clause ahead of the one who speaks was not said, unless `..., said Jane.` ends the sentence."""
    if other.start > source.start:
        return ";" in reading[source.end : other.start] and "“" not in reading[source.end : other.start]
    tail = _SAYS.sub("", reading[source.end :], count=1).strip(" ,.!?”\"'’")
    closes = len(tail.split()) < 3 or bool(
        re.search(r"\b(?:says?|said|according to) (?:\w+ )?$", reading[: source.start])
    )
    return not closes and other_clause(reading[other.end : source.start])


def _employer(reading: str, person: Found, other: Found) -> bool:
    return other.start >= person.end and bool(_WORKS.match(reading[person.end : other.start]))


def _reports(reading: str, found: Found) -> bool:
    """A company speaks when it is the source of a study or the subject of a verb of saying."""
    after = reading[found.end : found.end + 28]
    return bool(
        re.match(
            r"(?:[’']s)? (?:study|survey|report|says|said|estimates?|found|argues|reports|claims|"
            r"announced that|poll)\b",
            after,
        )
    ) or bool(re.search(r"according to (?:an? |the )?$", reading[: found.start][-20:], re.I))
