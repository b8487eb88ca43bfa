"""Which words are probably a known name that was misheard or misspelled, although nobody listed them as such?

Sound and spelling must both be near, and the words around must carry the guess: the other half of a person's name, the
version of a model, a role at a company or a product of it. It is a proposal: the reading keeps what was seen, for a
name that is merely near may be somebody else's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from nomoat.documents.gazetteer import Entry, Gazetteer, key

_NUMBERS = {
    word: str(k)
    for k, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_PAIR = re.compile(r"([A-ZÀ-Þ][^\W\d_]+(?:[’'-][^\W\d_]+)*) ([A-ZÀ-Þ][^\W\d_]+(?:[’'-][^\W\d_]+)*)")
_VERSIONED = re.compile(
    r"(?<![\w-])(?P<word>[^\W\d_]{3,})[ -](?P<version>[VvRrKkMm]?\d{1,2}(?:\.\d{1,2})?|"
    rf"{'|'.join(_NUMBERS)})(?P<size>[ -]\d{{1,3}}[Bb])?(?![\w%]|[.,:]\d)"
    r"(?! (?:percent|per cent|million|billion|thousand|times|months?|years?|weeks?|days?|hours?|of|or|points|people|"
    r"models?|companies|labs|things|others?)\b)"
)
_ROLE = re.compile(
    r"\b(?:CEO|CTO|CFO|COO|founder|co-?founder|president|head|chief [\w ]{3,24}|engineer|researcher|scientist|director|"
    r"partner|analyst|people|folks|team|friends|lab) (?:of|at|from|over at) $|"
    r"(?-i:[A-ZÀ-Þ][^\W\d_]+ [A-ZÀ-Þ][^\W\d_]+) (?:of|at|from) $",
    re.I,
)
# words that sound like a name and are none
_WORDS = frozenset(
    re.findall(
        r"[^ ]+",
        "can ken come came gone june july grow great group crack clear cloud class glad lama lame lamb lime "
        "loom gem gum game green grain queen keen cane coin cone phase file fill foil full feel fall fell "
        "five four for fire fly free pie pay boy buy day die do due day pro stage step part page phase level "
        "chapter section figure table version model number about than just only least most with from over "
        "under some all last next first then when while week year month day time type class tier grade round "
        "series season episode volume issue item line lines apple metal mental motor mater matter miter major "
        "minor amazing open close clothes opens",
    )
)


class Guess(msgspec.Struct, frozen=True):
    """Characters [start, end) of a text that may mean `entry`; `read` is how it would then be written."""

    start: int
    end: int
    entry: Entry
    read: str
    why: str


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a word sounds in English, without its vowels but for a first one: near spellings have one sound.

    >>> sound("Amodei") == sound("Amoday"), sound("OLMo") == sound("Alma"), sound("Qwen") == sound("quen")
    (True, True, True)
    >>> sound("Braintrust") == sound("Brinks"), sound("Meta") == sound("Mistral")
    (False, False)
    """
    bare = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("ø", "o"))
    text = re.sub(r"[^a-z]", "", bare)
    text = re.sub(r"^(?:kn|gn|pn|wr)", lambda m: m.group()[1:], text)
    for old, new in (
        ("sch", "sh"), ("tch", "c"), ("ph", "f"), ("gh", ""), ("ck", "k"), ("qu", "k"), ("qw", "k"), ("x", "ks"),
    ):  # fmt: skip
        text = text.replace(old, new)
    text = re.sub(r"c(?=[eiy])", "s", text)
    first = "a" if text[:1] and text[0] in "aeiouy" else ""
    text = re.sub(r"[aeiouyhw]", "", text)
    text = text.translate(str.maketrans("cqzdv", "kkstf"))
    return first + re.sub(r"(.)\1+", r"\1", text)


def distance(a: str, b: str) -> int:
    """Letters to put in, take out, change or swap with the next to make the one of the other.

    >>> distance("Amoday", "Amodei"), distance("Antropic", "Anthropic"), distance("Ankor", "Ankur")
    (2, 1, 1)
    """
    a, b = a.casefold(), b.casefold()
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def near(seen: str, name: str) -> bool:
    """Whether a word may be a name misheard: another spelling of one sound, few letters apart."""
    if seen.casefold() == name.casefold() or seen.casefold() in _WORDS:
        return False
    return sound(seen) == sound(name) and distance(seen, name) <= (1 if len(name) < 4 else 2 if len(name) < 9 else 3)


class _Known(msgspec.Struct):
    people: dict[str, list[tuple[str, str, Entry]]]  # either half of a name -> the two halves
    families: dict[str, list[tuple[str, str, Entry]]]  # sound of a family -> family, version, entry
    companies: dict[str, list[Entry]]
    words: frozenset[str]  # every word of a known name


@lru_cache(maxsize=4)
def _known(gazetteer: Gazetteer) -> _Known:
    people: dict[str, list[tuple[str, str, Entry]]] = defaultdict(list)
    families: dict[str, list[tuple[str, str, Entry]]] = defaultdict(list)
    companies: dict[str, list[Entry]] = defaultdict(list)
    words: set[str] = set()
    for entry in gazetteer.entries:
        for name in (entry.name, *entry.aliases):
            if entry.kind != "concept":
                words.update(w.casefold() for w in _WORD.findall(name))
        parts = entry.name.split()
        if entry.kind == "person" and len(parts) == 2:
            for part in parts:
                people[sound(part)].append((parts[0], parts[1], entry))
        elif entry.kind == "product":
            for name in (entry.name, *entry.aliases):
                versioned = re.match(r"([^\W\d_]{3,})[ -]([VvRrKkMm]?\d{1,2}(?:\.\d{1,2})?)$", name)
                if versioned:
                    families[sound(versioned[1])].append((versioned[1], versioned[2].casefold(), entry))
        elif entry.kind == "company" and len(entry.name) >= 6 and len(parts) == 1:
            companies[sound(entry.name)].append(entry)
    return _Known(people, families, companies, frozenset(words))


def guesses(text: str, gazetteer: Gazetteer, taken: Iterable[tuple[int, int]] = ()) -> list[Guess]:
    """Names that a text probably means and does not write, with what carries each guess.

    >>> from nomoat.documents.gazetteer import shipped
    >>> text = "Ankor Goyal, Dario Amoday, Alma 2 32B and quen three; Jack Clay and Alma came 3 times."
    >>> [guess.read for guess in guesses(text, shipped())]
    ['Ankur Goyal', 'Dario Amodei', 'OLMo 2 32B', 'Qwen 3']
    """
    known = _known(gazetteer)
    spans = list(taken)
    found = [*_people(text, known), *_models(text, known), *_companies(text, known, gazetteer)]
    out: list[Guess] = []
    for guess in sorted(found, key=lambda g: (g.start, -g.end)):
        if all(guess.end <= a or guess.start >= b for a, b in spans):
            out.append(guess)
            spans.append((guess.start, guess.end))
    return out


def _people(text: str, known: _Known) -> Iterator[Guess]:
    at = 0
    while found := _PAIR.search(text, at):
        at = found.end(1)
        first, last = found[1], re.sub(r"[’']s$", "", found[2])
        end = found.start(2) + len(last)
        for a, b, entry in {
            id(e): (a, b, e) for half in (first, last) for a, b, e in known.people[sound(half)]
        }.values():
            same = (first.casefold() == a.casefold(), last.casefold() == b.casefold())
            if (same[0] and near(last, b)) or (same[1] and near(first, a)):
                why = f"{a if same[0] else b} is the other half of the name, and the sound is the same"
                yield Guess(found.start(), end, entry, entry.name, why)
                break


def _models(text: str, known: _Known) -> Iterator[Guess]:
    for found in _VERSIONED.finditer(text):
        word, version = found["word"], _NUMBERS.get(found["version"].casefold(), found["version"]).casefold()
        if word.casefold() in known.words:
            continue
        # a word in lower case is a name only if hardly a letter differs
        close = [
            (family, entry)
            for family, known_version, entry in known.families[sound(word)]
            if known_version == version and near(word, family) and (word[0].isupper() or distance(word, family) < 2)
        ]
        if len({family for family, _ in close}) == 1:
            family, entry = close[0]
            size = found["size"] or ""
            name = next((e.name for _, e in close if size and key(e.name).endswith(key(size))), entry.name)
            read = name if not size or key(name).endswith(key(size)) else f"{name}{size.upper()}"
            why = f"{family} has a version {version}, and the sound is the same"
            yield Guess(found.start("word"), found.end(), entry, read, why)


def _companies(text: str, known: _Known, gazetteer: Gazetteer) -> Iterator[Guess]:
    for found in re.finditer(r"(?<![\w-])[A-ZÀ-Þ][^\W\d_]{4,}", text):
        word = found.group()
        if word.casefold() in known.words:
            continue
        close = [entry for entry in known.companies[sound(word)] if near(word, entry.name)]
        if len(close) != 1:
            continue
        entry = close[0]
        behind = text[found.end() : found.end() + 60]
        owned = re.match(r"[’']s ", behind) and [
            hit for hit in gazetteer.find(behind[3:]) if hit.start == 0 and hit.entry.maker == entry.name
        ]
        role = _ROLE.search(text[max(0, found.start() - 60) : found.start()])
        if owned or role:
            why = f"“{role.group().strip()}” goes before a company" if role else "a product of it follows"
            yield Guess(found.start(), found.end(), entry, entry.name, f"{why}, and the sound is the same")
