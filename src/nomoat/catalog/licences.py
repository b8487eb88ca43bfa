"""Which licence a publisher's words mean, and what it allows: by a hand-made table, never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nomoat.catalog.spelling import clean
from nomoat.types import Noun

# Classes that a more exact reading may replace: the publisher said no more than open or closed.
UNSPECIFIC = frozenset({"weights-unspecified", "closed-unspecified", "unknown"})


class Licensed(Noun, frozen=True, kw_only=True):
    """What a licence as written means: our licence, where the words name one, and the class that they allow."""

    written: str
    licence_id: str | None = None
    openness: str | None = None


def folded(written: str) -> str:
    """Return a licence's name as it is looked up: lower case, words joined by single hyphens.

    >>> folded("Apache  2.0") == folded("apache-2.0") == folded("Apache_2.0")
    True
    """
    return re.sub(r"[\s_-]+", "-", clean(written)).strip("-") or clean(written)


def speller(dataset: str) -> str:
    """Return whose spelling the licences of a data set are, as the table of spellings calls them.

    >>> speller("arena:text"), speller("llm-stats-models"), speller("huggingface")
    ('arena', 'llm-stats', 'hf')
    """
    return "hf" if dataset == "huggingface" else dataset.split(":")[0].removesuffix("-models")


class Licences:
    """The spellings of licences, with the class of each; `spellings` and `licences` are rows of those tables."""

    def __init__(self, spellings: Iterable[dict[str, Any]], licences: Iterable[dict[str, Any]]) -> None:
        classes = {row["licence_id"]: row["class"] for row in licences}
        self._known: dict[tuple[str | None, str | None, str], tuple[str | None, str | None]] = {}
        for row in spellings:
            key = row["source"], row["name"] and clean(row["name"]), folded(row["written"])
            meant = row["licence_id"], row["class"] or classes.get(row["licence_id"])
            if self._known.setdefault(key, meant) != meant:
                raise ValueError(f"the spelling {row['written']!r} of a licence has two meanings")

    def of(self, written: str | None, *names: str | None, source: str | None = None) -> Licensed | None:
        """Return what a licence as a source writes it of a model means; None for no words, or words not in the table.

        `names` are those of the model: the one that the source uses, or our own id.
        The line of that source and model comes first ("other" of `Qwen/Qwen2.5-72B-Instruct`), then the source's, then
        anybody's. A line without licence and class says that the words tell nothing.

        >>> rows = [dict(source=None, name=None, written="Gemma license", licence_id="gemma-terms", **{"class": None})]
        >>> known = Licences(rows, [{"licence_id": "gemma-terms", "class": "weights-restricted"}])
        >>> known.of("gemma  LICENSE").openness
        'weights-restricted'
        >>> known.of("Gemma") is None
        True
        """
        if not written:
            return None
        text = folded(written)
        named = [(source, clean(name), text) for name in names if name]
        for key in (*named, (source, None, text), (None, None, text)):
            if key in self._known:
                licence_id, openness = self._known[key]
                return Licensed(written=written, licence_id=licence_id, openness=openness)
        return None
