"""Where does a recording turn to something else, what is each stretch about, and which sentences stand out?

Chapters follow Hearst's TextTiling (1997): the words of the sentences before and behind each gap are compared, and a
chapter starts where their likeness dips deepest. Deterministic, no model. Titles are the words that a chapter uses more
than the others do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt

from nomoat.documents.document import Chapter, Moment, Passage, video_link
from nomoat.documents.draft import Draft

WINDOW = 6  # sentences on each side of a gap
SHORTEST = 8  # sentences in a chapter
_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*[A-Za-zÀ-ÿ0-9]")
STOP = frozenset(
    re.findall(
        r"\S+",
        "a about above actually after again all almost also always am an and any are aren't "
        "around as ask asked at away back be because "
        "been before being both but by came can can't cannot come could did didn't do does "
        "doesn't doing don't done down each else even "
        "ever every everyone everything few first for from get gets getting go goes going gone "
        "good got great had has have haven't having "
        "he her here him his how however i i'd i'll i'm i've if in into is isn't it it's its "
        "just kind know last least less let let's like "
        "little look lot made make makes many may maybe me mean might more most much must my "
        "need never new no not nothing now of off oh "
        "okay on once one ones only or other our out over own people place put quite rather "
        "really right said same say says see she "
        "should since so some someone something sort still stop such sure take tell than thank "
        "thanks that that's the their them then there "
        "there's these they they're thing things think this those though through time to today "
        "tonight too two under until up us use used "
        "very was wasn't way we we're we've well went were what what's when where which while "
        "who why will with without won't work would "
        "yeah year years yes yet you you're your",
    )
)


# words that fill titles without saying what is talked about
_WEAK = frozenset(
    re.findall(
        r"\S+",
        "better best worse good bad often less more five four three seven eight nine ten million "
        "billion thousand percent hundred "
        "able open different same long short high higher low lower large small next whole enough "
        "maybe truly simply part point "
        "january february march april june july august september october november december "
        "question answer morning welcome story talk talking asked tried wrote running number day week month",
    )
)


def words(text: str) -> list[str]:
    """The content words of a text, in lower case and without a plural s.

    >>> words("The models were cheaper than the old model.")
    ['model', 'cheaper', 'old', 'model']
    """
    return [_stem(word) for word in _WORD.findall(text.casefold().replace("’", "'")) if word not in STOP]


def stretches(cut: Sequence[Passage]) -> list[tuple[int, int]]:
    """Runs [first, last) of passages that belong together."""
    count = len(cut)
    if count < 2 * SHORTEST:
        return [(0, count)] if count else []
    bags = [Counter(words(passage.reading)) for passage in cut]
    likeness = [
        _cosine(sum(bags[max(0, k - WINDOW) : k], Counter()), sum(bags[k : k + WINDOW], Counter()))
        for k in range(1, count)
    ]
    depths = []
    for k, value in enumerate(likeness):
        left = right = value
        for before in reversed(likeness[:k]):
            if before < left:
                break
            left = before
        for behind in likeness[k + 1 :]:
            if behind < right:
                break
            right = behind
        depths.append(left + right - 2 * value)
    mean = sum(depths) / len(depths)
    spread = sqrt(sum((d - mean) ** 2 for d in depths) / len(depths))
    cuts: list[int] = []
    for k in sorted(range(len(depths)), key=lambda k: (-depths[k], k)):
        gap = k + 1
        if depths[k] <= max(mean + spread / 2, 1e-9):
            break
        if all(abs(gap - other) >= SHORTEST for other in [0, count, *cuts]):
            cuts.append(gap)
    ends = [0, *sorted(cuts), count]
    return list(pairwise(ends))


def titles(groups: Sequence[Sequence[Passage]]) -> list[str]:
    """Two or three words that each group uses more than the others, as they are written in it."""
    bags = [Counter(words(" ".join(p.reading for p in group))) for group in groups]
    out = []
    for group, bag in zip(groups, bags, strict=True):
        others = Counter(word for other in bags for word in set(other))
        # names, written with a capital inside of a sentence, say more of a stretch than its other words
        names = {_stem(n.casefold()) for p in group for n in re.findall(r"(?<=[\w,] )[A-ZÀ-Þ][\w-]+", p.reading)}
        weight = {
            w: n * (1 + log(len(bags) / others[w])) * (1.7 if w in names else 1.0)
            for w, n in bag.items()
            if len(w) > 3 and w not in _WEAK
        }
        best = sorted(weight, key=lambda w: (-weight[w], w))[:3]
        text = " ".join(p.reading for p in group)
        shown = []
        for stem in best:
            written = [w for w in _WORD.findall(text) if _stem(w.casefold().replace("’", "'")) == stem]
            capital = next((w for w in written if w[0].isupper()), None) if stem in names else None
            shown.append(capital or (written[0].lower() if written else stem))
        title = ", ".join(shown) or "Talk"
        out.append(title[0].upper() + title[1:])
    return out


def chapters(draft: Draft, cut: Sequence[Passage]) -> list[Chapter]:
    """Chapters of a transcript, if its words carry stamps."""
    spoken = [p for p in cut if p.kind == "segment" and p.place.seconds is not None]
    groups = [spoken[a:b] for a, b in stretches(spoken)]
    out = []
    for group, title in zip(groups, titles(groups), strict=True):
        seconds = [p.place.seconds for p in group if p.place.seconds is not None]
        start, end = min(seconds), max(seconds)
        link = video_link(draft.video, start)
        out.append(Chapter(title=title, start=start, end=end, link=link, passages=tuple(p.id for p in group)))
    return out


def moments(cut: Sequence[Passage], most: int = 7) -> list[Moment]:
    """The sentences of a transcript that say most in the recording's own words: numbers first, then weight of words."""
    spoken = [
        p for p in cut if p.kind == "segment" and 6 <= len(p.reading.split()) <= 45 and not p.reading.endswith("?")
    ]
    bag = Counter(word for p in spoken for word in set(words(p.reading)))
    scored = []
    for p in spoken:
        inside = set(words(p.reading))
        number = bool(re.search(r"\d|\b(?:percent|per cent|million|billion|half|twice|doubled|third)\b", p.reading))
        score = sum(min(bag[w], 4) for w in inside) / (4 + len(inside)) + 1.5 * number
        scored.append((score, p, "names an amount" if number else "uses the recording's own words"))
    best = sorted(scored, key=lambda s: (-s[0], s[1].place.start))[:most]
    return [
        Moment(passage=p.id, text=p.reading, seconds=p.place.seconds, link=p.place.link, why=why)
        for _, p, why in sorted(best, key=lambda s: s[1].place.start)
    ]


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    shared = sum(a[w] * b[w] for w in a.keys() & b.keys())
    norm = sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return shared / norm if norm else 0.0
