"""What does a source declare of itself, how much of it was found, and how much of that does the source itself list?"""

from __future__ import annotations

from collections.abc import Sequence

from nomoat.documents.graph import Source
from nomoat.views.table import Column, Table
from nomoat.views.words import count


def declared_rows(sources: Sequence[Source]) -> list[tuple[str, str, str, str, str]]:
    """Title, what is counted, declared, found, and how many of the found the source lists, as words.

    A source that declares nothing has rows for entities and connections.

    >>> source = Source(id="a", name="a", title="A", publisher=None, format="digest", link=None,
    ...     declared={"connections": 39}, found={"connections": 60}, listed={"connections": 39})
    >>> declared_rows([source])
    [('A', 'connections', '39', '60', '39')]
    """
    rows = []
    for source in sources:
        for what in list(source.declared) or ["entities", "connections"]:
            said = f"{source.declared[what]:,}" if what in source.declared else "not said"
            found = f"{source.found[what]:,}" if what in source.found else "not read"
            listed = f"{source.listed[what]:,}" if what in source.listed else "lists none"
            rows.append((source.title, what, said, found, listed))
    return rows


def declared_table(sources: Sequence[Source]) -> Table:
    """The same for a terminal, of the sources that declare anything."""
    keys = ("document", "what", "declared", "found", "of these listed")
    return Table(
        name="declared",
        caption="Declared by the source, and found here",
        columns=tuple(Column(key=key, title=key, wide=34 if key == "document" else None) for key in keys),
        rows=tuple(declared_rows([source for source in sources if source.declared])),
    )


def declared_line(source: Source) -> str:
    """The same in a line: `39 connections (60 found, of which 39 are the declared ones)`."""
    parts = []
    for what, said in source.declared.items():
        found, listed = source.found.get(what), source.listed.get(what)
        word = f"{said:,} {what}" if said != 1 else count(1, what.removesuffix("s"))
        if found is None:
            parts.append(f"{word} (not read)")
        elif listed is None:
            parts.append(f"{word} ({found:,} found)")
        else:
            ones = "the declared one" if listed == 1 else "the declared ones"
            own = "all declared" if listed == found else f"of which {listed:,} {'is' if listed == 1 else 'are'} {ones}"
            parts.append(f"{word} ({found:,} found, {own})")
    return "; ".join(parts)
