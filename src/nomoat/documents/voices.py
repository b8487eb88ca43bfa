"""Which labels of speakers are one person: `Ankur`, `ANKUR GOYAL` and `Ankur Goyal`?"""

from __future__ import annotations

import msgspec

from nomoat.documents.document import Document, Repair
from nomoat.documents.entities import full_names
from nomoat.documents.gazetteer import Gazetteer
from nomoat.documents.label import PART

_TITLES = ("dr", "prof", "mr", "mrs", "ms", "sir")


def voices(document: Document, gazetteer: Gazetteer) -> Document:
    """The document with each label read as the one full name in it that the label is a part of; each is listed.

    A label that fits two names, or none, stays as it is.

    >>> from nomoat.documents.read import read_bytes
    >>> doc = read_bytes("x.txt", b"Ankur: Hi.\\nHost: I have Ankur Goyal here.\\nAnkur: Qwen is good.\\n")
    >>> doc.speakers, [(r.seen, r.read) for r in doc.repairs]
    (('Ankur Goyal', 'Host'), [('Ankur', 'Ankur Goyal')])
    """
    if not document.speakers:
        return document
    names = full_names(document, gazetteer)
    meant: dict[str, str] = {}
    for speaker in document.speakers:
        words = [w.casefold().strip(".") for w in speaker.split()]
        words = words[1:] if len(words) > 1 and words[0] in _TITLES else words
        if not words or PART.fullmatch(speaker):
            continue
        fitting = [name for name in names if _part(words, [w.casefold() for w in name.split()])]
        if len(fitting) == 1 and fitting[0] != speaker:
            meant[speaker] = fitting[0]
    if not meant:
        return document
    repairs = []
    for speaker, name in meant.items():
        first = next((p for p in document.passages if p.speaker == speaker), document.passages[0])
        why = f"the one name in the document that {speaker} is a part of"
        repairs.append(Repair(kind="speaker", place=first.place, seen=speaker, read=name, reason=why, certain=True))
    return msgspec.structs.replace(
        document,
        speakers=tuple(dict.fromkeys(meant.get(s, s) for s in document.speakers)),
        passages=tuple(
            msgspec.structs.replace(p, speaker=meant[p.speaker]) if p.speaker in meant else p for p in document.passages
        ),
        repairs=(*document.repairs, *repairs),
    )


def _part(words: list[str], name: list[str]) -> bool:
    return words == name or (len(words) == 1 and words[0] in (name[0], name[-1]))
