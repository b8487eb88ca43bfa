"""How are notes written by a model that the reader names, without letting it say what was not said?

The only file of this folder that opens a connection, and only to the address it is given. Each sentence that comes back
must end in the stamp of a passage that it was shown, and must pass `support.supported` against that passage; the others
are dropped and counted with the reason.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

from nomoat.documents.document import Document, Passage
from nomoat.documents.entities import people_and_firms
from nomoat.documents.gazetteer import Gazetteer, shipped
from nomoat.documents.markup import clock, stamp
from nomoat.documents.support import supported
from nomoat.documents.topics import stretches, titles
from nomoat.documents.write import Note, front_matter, slug_of, stamped
from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, Noun

_LARGEST = 4 * 1024 * 1024
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
    answer = ask or _endpoint(base_url, model, key, timeout)
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


def _endpoint(base_url: str, model: str, key: str | None, timeout: float) -> Callable[[str, str], str]:
    if not re.match(r"https?://[^/\s]+", base_url):
        raise InputError(f"{base_url!r} is no address", "http:// or https:// of an OpenAI-compatible endpoint")

    def ask(instruction: str, text: str) -> str:
        messages = [{"role": "system", "content": instruction}, {"role": "user", "content": text}]
        body = json.dumps({"model": model, "messages": messages, "temperature": 0}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        request = urllib.request.Request(base_url.rstrip("/") + "/chat/completions", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                data = reply.read(_LARGEST)
        except urllib.error.HTTPError as error:
            raise InputError(
                f"{base_url} answered {error.code}", "a chat completion", "check address, model and key"
            ) from None
        except (OSError, ValueError) as error:
            raise InputError(f"{base_url} did not answer: {error}", "a chat completion") from None
        try:
            content = json.loads(data)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            content = None
        if not isinstance(content, str):
            raise InputError(f"{base_url} answered without choices[0].message.content", "a chat completion")
        return content

    return ask
