"""What answers each passage of the five documents that this project starts from?

`python -m nomoat.claims.seeds` writes docs/seeds.md anew; with a folder, it first looks whether the documents in it
have a passage that no line of the table is about. Places and checksums of passages are kept, their text is not.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from nomoat.claims.ledger import Ledger, ledger
from nomoat.claims.metric import metrics
from nomoat.errors import InputError, SnapshotError
from nomoat.types import Noun

TABLE = Path(__file__).parent / "passages.csv"
PAGE = Path(__file__).parents[3] / "docs" / "seeds.md"
DIGITS = 16  # of a checksum: enough to tell the passages of five documents apart

# kind -> what answers it, command, test. A kind without a claim of its own is read, placed or drawn by the documents.
_LEDGER = "tests/claims/test_ledger.py"
KINDS = {
    "front matter": ("read as title, date and link to the recording", "nomoat documents add FILE", "tests/documents"),
    "link": ("read as a link between notes", "nomoat documents add FILE", "tests/documents"),
    "heading": ("read as a heading over its passages", "nomoat documents add FILE", "tests/documents"),
    "callout": ("read as a callout", "nomoat documents add FILE", "tests/documents"),
    "summary": ("sums up its neighbours", "nomoat claims check", _LEDGER),
    "attention": (
        "what people talk about; techniques by date",
        "nomoat claims check",
        "tests/claims/test_technique.py",
    ),
    "definition": ("a definition", "nomoat claims check", _LEDGER),
    "forecast of forecasts": (
        *("forecasts stay open until they are due", "nomoat claims check"),
        "tests/claims/test_check.py",
    ),
    "recommendation": (
        "a wish, not a statement; what it rests on",
        "nomoat claims check",
        "tests/claims/test_ledger.py",
    ),
    "reading list": ("read as a reference to a publication", "nomoat documents add FILE", "tests/documents"),
    "greeting": ("read; nothing to check", "nomoat documents add FILE", "tests/documents"),
    "advertisement": ("read; nothing to check", "nomoat documents add FILE", "tests/documents"),
    "graph": (
        "declared and found connections side by side",
        "nomoat documents graph --out graph.html",
        "tests/documents",
    ),
    "chapters": ("chapters and key moments from time stamps", "nomoat documents write TRANSCRIPT", "tests/documents"),
    "transcript": ("transcripts read segment by segment", "nomoat documents add FILE", "tests/documents"),
    "themes": ("themes of a document", "nomoat documents add FILE", "tests/documents"),
    "objects": ("entities by type, declared and found", "nomoat documents add FILE", "tests/documents"),
}


class Passage(Noun, frozen=True, kw_only=True):
    """One line of text of a document: its place and the checksum of its words, never the words."""

    document: str
    line: int
    sha256: str
    kind: str  # claims, or a key of KINDS
    see: tuple[str, ...] = ()  # claims of other lines that answer it


class Answer(Noun, frozen=True, kw_only=True):
    """What answers a passage, the command to type and the test that holds it."""

    passage: Passage
    answer: str
    command: str
    test: str


def checksum(text: str) -> str:
    """The checksum of a line's words, whatever the blanks between them.

    >>> checksum("We  have no moat ") == checksum("We have no moat")
    True
    """
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS]


def passages(table: Path = TABLE) -> tuple[Passage, ...]:
    """The passages of the five documents in their order.

    >>> len({p.document for p in passages()})
    5
    """
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(
            Passage(
                document=row["document"],
                line=int(row["line"]),
                sha256=row["sha256"],
                kind=row["kind"],
                see=tuple(row["see"].split()),
            )
            for row in csv.DictReader(file)
        )


def answers(book: Ledger, table: Path = TABLE) -> tuple[Answer, ...]:
    """One answer a passage: its claims, or what else reads it.

    Raises SnapshotError for a passage that nothing answers, and UnknownName for a claim that is not in the ledger.
    """
    return tuple(_answer(book, passage) for passage in passages(table))


def _answer(book: Ledger, passage: Passage) -> Answer:
    where = f"{passage.document}, line {passage.line}"
    here = [c for c in book.claims if (c.document, c.line) == (passage.document, passage.line)]
    there = [book.claim(id) for id in passage.see]
    if passage.kind == "claims" and not here:
        raise SnapshotError(f"{where}: no claim of this passage is left", "one, or a kind")
    if passage.kind == "claims":
        tests = dict.fromkeys(metrics()[c.test.metric].test for c in here)
        return Answer(
            passage=passage,
            answer="; ".join(f"`{c.id}`: {c.says}" for c in here),
            command="<br>".join(f"`nomoat claims check {c.id}`" for c in here),
            test=", ".join(tests),
        )
    if passage.kind not in KINDS:
        raise SnapshotError(f"{where}: nothing answers {passage.kind!r}", ", ".join(KINDS))
    answer, command, test = KINDS[passage.kind]
    if there:
        answer += ": " + ", ".join(f"`{c.id}`" for c in there)
        command = f"nomoat claims check {there[0].id}"
    return Answer(passage=passage, answer=answer, command=f"`{command}`", test=test)


def page(book: Ledger, table: Path = TABLE) -> str:
    """The page docs/seeds.md: a table a document, a line a passage."""
    found = answers(book, table)
    titles = {c.document: c for c in book.claims}
    lines = [
        "# Where every passage of the five documents is answered",
        "",
        "Written by `python -m nomoat.claims.seeds`; a test compares. The documents themselves are not shipped:",
        "a passage is known by its line and the checksum of its words.",
    ]
    for document in dict.fromkeys(a.passage.document for a in found):
        one = titles[document]
        when = str(one.earliest) if one.earliest == one.latest else f"{one.earliest} to {one.latest}"
        lines += [
            *("", f"## {document}: {one.title}", ""),
            f"sha256 `{one.sha256}`. Said {when}: {one.dated}.",
            *("", "| line | words | answered by | command | test |", "|---|---|---|---|---|"),
        ]
        for answer in found:
            if answer.passage.document == document:
                cells = (answer.answer, answer.command, answer.test)
                shown = " | ".join(cell.replace("|", "\\|") for cell in cells)
                lines.append(f"| {answer.passage.line} | `{answer.passage.sha256[:8]}` | {shown} |")
    return "\n".join(lines) + "\n"


def unanswered(folder: Path, book: Ledger, table: Path = TABLE) -> Iterator[str]:
    """Name each line of the documents in `folder` that the table does not have, and each that has changed."""
    known = {(p.document, p.line): p.sha256 for p in passages(table)}
    of = {c.sha256: c.document for c in book.claims}
    met = set()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        raw = path.read_bytes()
        document = of.get(hashlib.sha256(raw).hexdigest())
        if document is None:
            yield f"{path.name}: none of the five documents"
            continue
        met.add(document)
        for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), start=1):
            if line.split() and known.get((document, number)) != checksum(line):
                yield f"{document}, line {number}: not in the table, or of other words"
    yield from (f"{document}: not in {folder}" for document in of.values() if document not in met)


def main(arguments: list[str]) -> int:
    """Write the page, after looking through the documents where a folder is named."""
    book = ledger(home=Path())
    if arguments:
        folder = Path(arguments[0])
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder", "the folder of the five documents")
        missing = list(dict.fromkeys(unanswered(folder, book)))
        if missing:
            sys.stderr.write("\n".join(missing) + "\n")
            return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(book), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
