"""What does a written note declare above its text, in YAML that other programs read the same way?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from nomoat.documents.document import Document
from nomoat.documents.gazetteer import Entry

_PLAIN = re.compile(r"[^\W\d_][\w .’'()/&+,–—-]*[\w.’')]|[^\W\d_]")
_OTHER = re.compile(r"(?:true|false|yes|no|on|off|null|y|n)$", re.I)


def front_matter(document: Document, title: str, rules: Mapping[str, Entry]) -> list[str]:
    """The lines above a note: what its reader needs to find the recording and the people again."""
    lines = ["---", f"title: {quoted(title)}"]
    if document.video:
        lines.append(f"videoId: {quoted(document.video)}")
    if document.publisher:
        lines.append(f"channel: {quoted(document.publisher)}")
    if document.dating.day:
        lines.append(f"date: {date.isoformat(document.dating.day)}")
    if document.speakers:
        lines += ["speakers:", *(f"  - {quoted(name)}" for name in document.speakers)]
    named = [(written, entry) for written, entry in sorted(rules.items()) if not entry.known or written != entry.name]
    if named:
        lines += ["names:", *(f"  - {quoted(f'{written} = {e.kind}:{e.name}')}" for written, e in named)]
    lines += [f"source: sha256 {document.sha256}", "---", ""]
    return lines


def quoted(text: str) -> str:
    """A YAML scalar of one line: as it is where it can only be that text, else in double quotes.

    >>> quoted("Ruth Cole"), quoted("Panel: can we leave?"), quoted("2025"), quoted("no")
    ('Ruth Cole', '"Panel: can we leave?"', '"2025"', '"no"')
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if _PLAIN.fullmatch(line) and not _OTHER.match(line) and " -" not in line:
        return line
    return json.dumps(line, ensure_ascii=False)


def unquoted(written: str) -> str:
    """The text of a YAML scalar on one line, in quotes or not.

    >>> unquoted('"a \\\\"b\\\\": c"'), unquoted("'it''s'"), unquoted("plain")
    ('a "b": c', "it's", 'plain')
    """
    written = written.strip()
    if written[:1] == '"' == written[-1:] and len(written) > 1:
        try:
            return str(json.loads(written)).strip()
        except ValueError:
            return written[1:-1].strip()
    if written[:1] == "'" == written[-1:] and len(written) > 1:
        return written[1:-1].replace("''", "'").strip()
    return written.strip("\"'").strip()
