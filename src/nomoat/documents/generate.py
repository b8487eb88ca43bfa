"""How are notes written by a model that the reader names, without letting it say what was not said?

The connection is `write.endpoint`, to the address that the reader gives and to no other. Each sentence that comes back
must end in the stamp of a passage that it was shown, and must pass `support.supported` against that passage; the others
are dropped and counted with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nomoat.documents.document import Document, Passage
from nomoat.documents.entities import people_and_firms
from nomoat.documents.fronted import front_matter
from nomoat.documents.gazetteer import Gazetteer, shipped
from nomoat.documents.markup import clock, stamp
from nomoat.documents.support import supported
from nomoat.documents.topics import stretches, titles
from nomoat.documents.write import Note, endpoint, slug_of, stamped
from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, Noun

_LINE = re.compile(r"^(?:[-*•]\s*|\d+[.)]\s*)?(?P<words>.+?)\s*\[(?P<at>\d{1,2}:\d{2}:\d{2})\]\s*[.]?$")
_ASK = (
    "Below are sentences of a recording, each with its time. Write at most {most} sentences "
    "in English that sum them up. "
    "Use only what stands there: no number, name or judgement of your own. One sentence a "
    "line. End each line with the time "
    "of the sentence that it rests on, in brackets, like [00:01:02]. Write nothing else."
)


class Dropped(Noun, frozen=True, kw_only=True):
    """A sentence that the model wrote and the recording does not carry."""

    sentence: str
    seconds: float | None
    why: str


class Generated(Noun, frozen=True, kw_only=True):
    """A note of supported sentences, and those that were dropped."""

    schema_version: int = SCHEMA_VERSION
    document: str
    model: str
    note: Note
    kept: int
    dropped: tuple[Dropped, ...]


def generate(
    document: Document,
    base_url: str,
    model: str,
    key: str | None = None,
    most: int = 5,
    timeout: float = 60.0,
    gazetteer: Gazetteer | None = None,
    ask: Callable[[str, str], str] | None = None,
) -> Generated:
    """Have an OpenAI-compatible endpoint sum up each chapter, and keep only sentences that their passages carry.

    The document's sentences are sent to `base_url` + `/chat/completions` and nowhere else. `ask(instruction, text)`
    replaces the connection, for tests and other transports. InputError if the endpoint does not answer as it should.
    """
    gazetteer = gazetteer or shipped()
    spoken = [p for p in document.passages if p.place.seconds is not None and p.kind not in ("heading", "title")]
    if not spoken:
        raise InputError(f"{document.name} carries no times", "a transcript with time stamps")
    answer = ask or endpoint(base_url, model, key, timeout)
    groups = [spoken[a:b] for a, b in stretches(spoken)]
    lines = front_matter(document, document.title, people_and_firms(document, gazetteer))
    kept, dropped = 0, list[Dropped]()
    for group, title in zip(groups, titles(groups), strict=True):
        shown = "\n".join(f"[{stamp(p.place.seconds or 0)}] {p.reading}" for p in group)
        good, bad = _check(answer(_ASK.format(most=most), shown), group, gazetteer)
        dropped += bad
        if good:
            kept += len(good)
            lines += [f"## {title}", "", *(sentence for sentence in good), ""]
    text = "\n".join(lines).rstrip("\n") + "\n"
    note = Note(slug=slug_of(document.title) or "notes", title=document.title, text=text, sentences=kept)
    return Generated(document=document.id, model=model, note=note, kept=kept, dropped=tuple(dropped))


def _check(written: str, group: Sequence[Passage], gazetteer: Gazetteer) -> tuple[list[str], list[Dropped]]:
    at: dict[int, list[Passage]] = {}
    for passage in group:
        at.setdefault(int(passage.place.seconds or 0), []).append(passage)
    good, bad = [], []
    for line in written.split("\n"):
        if not line.strip():
            continue
        found = _LINE.match(line.strip())
        seconds = clock(found["at"]) if found else None
        if found is None or seconds is None:
            bad.append(Dropped(sentence=line.strip()[:500], seconds=None, why="it carries no time"))
            continue
        sentence = found["words"].strip()
        if not re.search(r"[.!?…][\"'”’)]*$", sentence):
            sentence += "."
        passages = at.get(int(seconds))
        if not passages:
            bad.append(Dropped(sentence=sentence[:500], seconds=seconds, why="no passage was shown with that time"))
            continue
        verdict = supported(sentence, " ".join(p.reading for p in passages), gazetteer)
        if verdict.supported:
            good.append(stamped(sentence, seconds))
        else:
            bad.append(Dropped(sentence=sentence[:500], seconds=seconds, why=verdict.why))
    return good, bad
