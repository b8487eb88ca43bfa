"""Which persons, companies, products, medias, locations and concepts do we know by name, spelling and mishearing?

Names match whatever their blanks and hyphens (`Deep Seek` is `DeepSeek`, `GPT 4` is `GPT-4`), longest first. Names that
are also English words (`Meta`, `Claude`) match only as written. Mishearings are a list, some only beside a word that
settles them; there is no fuzzy match: what is merely near a name goes to the review list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from importlib.resources import files

import msgspec

from nomoat.documents.numerals import spoken

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_WORD = re.compile(r"[^\W_]+(?:\.\d+)*")
_JOINT = re.compile(r"[ \-–—_./'’&+·]{0,3}")
_LONGEST = 9  # tokens
# every part of the reading asks for the names of the same sentences again; what is found in one is kept
_REMEMBERED = 1000  # characters
_SIZE = re.compile(r"[ -]?\d+(?:\.\d+)?[BbMT](?:-A\d+B)?\b")
_VERSION = re.compile(
    r"[ -]?(?:v|V)?(\d{1,2}(?:\.\d{1,2})?)(?![\w%.,]*\d|[ -]?(?:%|percent|billion|million|"
    r"thousand|times|x\b|months?|years?))(?:[ -](?:Pro|Mini|mini|Max|Turbo|Flash|Ultra|Large|"
    r"Coder|Thinking|Instant))?\b"
)


class Entry(msgspec.Struct, frozen=True):
    """One name that we know; `since` is the first day on which it was public."""

    kind: str
    name: str
    sort: str = ""
    aliases: tuple[str, ...] = ()
    misheard: tuple[tuple[str, str], ...] = ()  # how it is heard, and the word that must stand near ("" for none)
    exact: bool = False
    maker: str = ""  # of a product; the employer of a person
    country: str = ""
    since: date | None = None
    source: str = ""
    known: bool = True  # False: made from a known family and an unknown version

    @property
    def id(self) -> str:
        """`kind:name` in lower case, the id of the entity."""
        return f"{self.kind}:{'-'.join(_WORD.findall(self.name.casefold()))}"


class Hit(msgspec.Struct, frozen=True):
    """An entry found in a text at [start, end): by name, alias, spelling, mishearing or version."""

    start: int
    end: int
    entry: Entry
    how: str  # name | alias | spelling | misheard | version
    read: str  # how the surface should be written


def key(name: str) -> str:
    """A name without blanks, hyphens and case.

    >>> key("Deep Seek-V3"), key("GPT-4o")
    ('deepseekv3', 'gpt4o')
    """
    return "".join(_TOKEN.findall(name.casefold()))


class Gazetteer:
    """The names that texts are searched for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in self.entries}
        self._further: tuple[tuple[str, tuple[str, ...]], Gazetteer] | None = None
        self._names: dict[str, tuple[Entry, str]] = {}
        self._misheard: dict[str, list[tuple[Entry, str]]] = {}
        self._first: set[str] = set()
        self._seen: dict[str, list[Hit]] = {}
        for entry in self.entries:
            for name in (entry.name, *entry.aliases):
                self._names.setdefault(key(name), (entry, name))
            for heard, beside in entry.misheard:
                self._misheard.setdefault(key(heard), []).append((entry, beside))
        # a name may begin in the middle of what is one word here (`Deep Seek`): every opening of it is a beginning
        for name in (*self._names, *self._misheard):
            self._first |= {name[:n] for n in range(1, len(name) + 1)}

    def get(self, name: str) -> Entry | None:
        """The entry of that name or alias."""
        found = self._names.get(key(name))
        return found[0] if found else None

    def knows(self, name: str) -> bool:
        """Whether that is a name or an alias."""
        return key(name) in self._names

    def with_names(self, kind: str, names: Iterable[str]) -> Gazetteer:
        """This gazetteer and further names, such as the models of a catalog; what it knows already stays.

        The last one is kept: each of thirty documents asks for the same, and to make it takes 0.1 s.
        """
        asked = (kind, tuple(names))
        if self._further is None or self._further[0] != asked:
            new = [Entry(kind=kind, name=n, exact=True) for n in asked[1] if key(n) and key(n) not in self._names]
            self._further = (asked, Gazetteer((*self.entries, *new)))
        return self._further[1]

    def find(self, text: str) -> list[Hit]:
        """Every name in the text, longest first, without overlap."""
        if len(text) > _REMEMBERED:
            return self._spoken(text, self._search(text))
        hits = self._seen.get(text)
        if hits is None:
            if len(self._seen) >= 20_000:
                self._seen.clear()
            hits = self._seen[text] = self._spoken(text, self._search(text))
        return hits

    def _spoken(self, text: str, hits: list[Hit]) -> list[Hit]:
        """The hits, and in place of some the known models whose version is a word (`Llama Four`)."""
        words = spoken(text)
        if not words:
            return hits
        places: list[tuple[int, int]] = []  # of the words in the text that has digits in their place
        written, last = "", 0
        for start, end, digits in words:
            written += text[last:start] + digits
            places.append((len(written) - len(digits), len(written)))
            last = end
        written += text[last:]

        def there(place: int) -> int:
            """The same place in the text."""
            gone = [end - after for (_, end, _), (_, after) in zip(words, places, strict=True) if place >= after]
            return place + (gone[-1] if gone else 0)

        found = [
            Hit(
                there(hit.start),
                there(hit.end),
                hit.entry,
                "spelling",
                self._names.get(key(hit.read), ("", hit.read))[1],
            )
            for hit in self._search(written)
            if hit.entry.known
            and hit.entry.sort == "model"
            and any(hit.start < first and after <= hit.end for first, after in places)
        ]
        kept = [hit for hit in hits if all(hit.end <= one.start or hit.start >= one.end for one in found)]
        return sorted([*kept, *found], key=lambda hit: hit.start)

    def _search(self, text: str) -> list[Hit]:
        lower = text.lower() if text.isascii() else text.casefold()
        if len(lower) != len(text):  # a few letters fold to two; places would be off
            lower = text.lower() if len(text.lower()) == len(text) else text
        tokens = [found.span() for found in _TOKEN.finditer(text)]
        starts = self._first
        folded: str | None = None
        hits: list[Hit] = []
        k = 0
        while k < len(tokens):
            if lower[tokens[k][0] : tokens[k][1]] not in starts:
                k += 1
                continue
            best: tuple[int, Hit] | None = None
            joined = ""
            for last in range(k, min(k + _LONGEST, len(tokens))):
                if last > k and not _joined(text, tokens[last - 1][1], tokens[last][0]):
                    break
                joined += lower[tokens[last][0] : tokens[last][1]]
                if joined not in self._first:
                    break
                start, end = tokens[k][0], tokens[last][1]
                if (end < len(text) and text[end].isalnum()) or (start and text[start - 1].isalnum()):
                    continue
                if last > k and text[start:end].endswith(("'s", "’s")):
                    continue
                if joined in self._misheard and folded is None:
                    folded = key(text)
                hit = self._hit(text, start, end, joined, folded or "")
                if hit:
                    best = (last, hit)
            if best:
                hits.append(self._version(text, best[1]))
                end = hits[-1].end
                k = best[0] + 1
                while k < len(tokens) and tokens[k][0] < end:
                    k += 1
            else:
                k += 1
        return hits

    def _hit(self, text: str, start: int, end: int, joined: str, folded: str) -> Hit | None:
        surface = text[start:end]
        found = self._names.get(joined)
        if found:
            entry, name = found
            if entry.exact and not _same(surface, name):
                other = next((n for n in (entry.name, *entry.aliases) if key(n) == joined and _same(surface, n)), None)
                if other is None:
                    return None
            words, wanted = len(re.split(r"[\s\-–]+", surface)), len(re.split(r"[\s\-–]+", name))
            if words > wanted and entry.kind != "concept" and surface[0].isupper():
                return Hit(start, end, entry, "spelling", name)
            how = "name" if joined == key(entry.name) else "alias"
            return Hit(start, end, entry, how, surface)
        for entry, beside in self._misheard.get(joined, ()):
            if surface[0].isupper() and (not beside or key(beside) in folded):
                of = " of " in surface and entry.maker
                return Hit(start, end, entry, "misheard", f"{entry.name} of {entry.maker}" if of else entry.name)
        return None

    def _version(self, text: str, hit: Hit) -> Hit:
        """Go on over a size (`32B`), and over a version that is not known (`Llama 7`)."""
        entry, end, read = hit.entry, hit.end, hit.read
        if entry.sort != "model" or entry.kind != "product":
            return hit
        version = _VERSION.match(text, end)
        if version and not re.search(r"\d", entry.name) and not _SIZE.match(text, end):
            end = version.end()
            read = hit.read + text[hit.end : end]
            entry = msgspec.structs.replace(
                entry, name=read, aliases=(), misheard=(), since=None, source="", known=False
            )
        size = _SIZE.match(text, end)
        if size:
            read += text[end : size.end()]
            end = size.end()
        how = hit.how if entry is hit.entry else "version"
        return Hit(hit.start, end, entry, how, read) if end != hit.end else hit


def _joined(text: str, end: int, start: int) -> bool:
    """Whether two tokens can belong to one name: a full stop with a blank ends it."""
    if end == start:
        return True
    between = text[end:start]
    return (
        bool(_JOINT.fullmatch(between))
        and between not in (". ", " & ", " - ", " – ", " — ", "/ ")
        and "  " not in between
    )


def _same(surface: str, name: str) -> bool:
    return "".join(_TOKEN.findall(surface)) == "".join(_TOKEN.findall(name))


def _rows() -> Iterator[Entry]:
    text = files("nomoat.documents").joinpath("gazetteer.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        heard = [tuple([*part.split("@"), ""][:2]) for part in row["misheard"].split("|") if part]
        yield Entry(
            kind=row["kind"],
            name=row["name"],
            sort=row["sort"],
            aliases=tuple(part for part in row["aliases"].split("|") if part),
            misheard=tuple((a, b) for a, b in heard),
            exact=row["exact"] == "yes",
            maker=row["maker"],
            country=row["country"],
            since=date.fromisoformat(row["since"]) if row["since"] else None,
            source=row["source"],
        )


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """The gazetteer that comes with the package.

    >>> [(hit.entry.name, hit.how) for hit in shipped().find("AI2's MOO 2 32B, Deep Seek V3 and Llama 7")]
    [('AI2', 'name'), ('OLMo 2 32B', 'misheard'), ('DeepSeek V3', 'spelling'), ('Llama 7', 'version')]
    >>> [(hit.read, hit.how) for hit in shipped().find("Llama Four was behind; we gave Llama four tasks.")]
    [('Llama 4', 'spelling'), ('Llama', 'name')]
    """
    return Gazetteer(_rows())
