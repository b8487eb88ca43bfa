"""What a table is: typed columns and rows, as CSV, as cells to show, and aligned for a terminal."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import Literal
from unicodedata import category, east_asian_width

from nomoat.types import Noun

Value = str | int | float | bool | date | None
MISSING = "–"
_RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes a formula to begin with


class Column(Noun, frozen=True, kw_only=True):
    """One column: its key in a CSV, its heading for people, and how its numbers are written."""

    key: str
    title: str
    digits: int | None = None  # decimals of a float; None: three significant digits
    only: Literal["file", "page"] | None = None  # raw bounds go to files, a worded interval to readers
    terminal: bool = True  # whether a hundred characters have room for it
    wide: int | None = None  # terminal columns of a text that may be cut, at most; None: never cut

    @property
    def tight(self) -> bool:
        """Whether its cells stay on one line: dates, intervals and other short values do, texts may wrap."""
        return self.wide is None


def raw(*keys: str) -> tuple[Column, ...]:
    """Columns that only a file has: the figures behind what a reader sees in words.

    >>> [column.key for column in raw("low", "high")]
    ['low', 'high']
    """
    return tuple(Column(key=key, title="", only="file") for key in keys)


class Table(Noun, frozen=True, kw_only=True):
    """Rows under typed columns; `None` is a missing value and is shown as a dash, never as zero."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def shown(self, *, terminal: bool = False) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
        """Columns and formatted cells for a reader, on a page or in a terminal.

        >>> t = Table(name="t", caption="", columns=(Column(key="x", title="x", digits=1),), rows=((None,), (2.0,)))
        >>> t.shown()[1]
        (('–',), ('2.0',))
        """
        keep = self._kept(terminal)
        cells = tuple(tuple(cell(row[i], self.columns[i].digits) for i in keep) for row in self.rows)
        return tuple(self.columns[i] for i in keep), cells

    def numeric(self, *, terminal: bool = False) -> tuple[bool, ...]:
        """Which of the shown columns hold numbers, and so are aligned to the right."""
        return tuple(_numeric([row[i] for row in self.rows]) for i in self._kept(terminal))

    def _kept(self, terminal: bool) -> list[int]:
        return [i for i, c in enumerate(self.columns) if c.only != "file" and (c.terminal or not terminal)]

    def csv(self) -> str:
        r"""Raw values under the columns' keys: dates in ISO form, floats in full, missing empty.

        A text that a spreadsheet would run as a formula is written behind an apostrophe, which a spreadsheet does not
        show (OWASP, "CSV Injection"); numbers are written as they are.

        >>> Table(name="t", caption="", columns=(Column(key="x", title="x"),), rows=((1.5,), (None,))).csv()
        'x\n1.5\n""\n'
        """
        keep = [i for i, column in enumerate(self.columns) if column.only != "page"]
        lines = [[self.columns[i].key for i in keep], *([_raw(row[i]) for i in keep] for row in self.rows)]
        return "".join(",".join(map(_quoted, line)) + "\n" for line in lines)

    def text(self, width: int = 100) -> str:
        """Aligned columns no wider than `width`: long texts are cut and marked, numbers never, headings wrap.

        >>> columns = Column(key="m", title="model", wide=30), Column(key="x", title="points behind", digits=1)
        >>> print(Table(name="t", caption="", columns=columns, rows=(("Kimi K3", 4.64),)).text())
                 points
        model    behind
        Kimi K3     4.6
        """
        columns, cells = self.shown(terminal=True)
        body = [[clip(value, column.wide or 200) for value, column in zip(row, columns, strict=True)] for row in cells]
        heads = []
        for index, column in enumerate(columns):
            room = max([*(display_width(row[index]) for row in body), *map(len, column.title.split()), 1])
            heads.append(wrap(column.title, room) or [""])
        widths = [
            max(display_width(text) for text in (*head, *(row[index] for row in body)))
            for index, head in enumerate(heads)
        ]
        widths = _fitted(widths, [column.wide is not None for column in columns], width)
        deep = max(map(len, heads), default=0)
        above = [["" if line < deep - len(head) else head[line - deep] for head in heads] for line in range(deep)]
        right = self.numeric(terminal=True)
        lines = []
        for row in (*above, *body):
            padded = [
                _pad(clip(value, room), room, number) for value, room, number in zip(row, widths, right, strict=True)
            ]
            lines.append("  ".join(padded).rstrip())
        return "\n".join(lines)


def cell(value: Value, digits: int | None = None) -> str:
    """One value as a reader sees it.

    >>> cell(None), cell(3.14159, 1), cell(True), cell(date(2026, 8, 11)), cell(7.4e18)
    ('–', '3.1', 'yes', '2026-08-11', '7.4e+18')
    """
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if digits is None else signed_zero(f"{value:.{digits}f}")
    if isinstance(value, date):
        return value.isoformat()
    return printable(str(value))


def signed_zero(text: str) -> str:
    """A number that rounds to nothing carries no minus sign.

    >>> signed_zero("-0.0"), signed_zero("-0.1")
    ('0.0', '-0.1')
    """
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def printable(text: str) -> str:
    r"""Text without control and direction-changing characters: a model's name must not move a cursor.

    >>> printable("a\x1b[31mb\u202ec")
    'a�[31mb�c'
    """
    return "".join("�" if category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char for char in text)


def display_width(text: str) -> int:
    """Terminal columns of a text: two for each wide East Asian character, none for a combining mark.

    >>> display_width("通义"), display_width("abc")
    (4, 3)
    """
    return sum(0 if category(char) in {"Mn", "Me"} else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def clip(text: str, width: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `width` terminal columns.

    >>> clip("Claude Opus", 8)
    'Claude…'
    """
    if display_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if display_width(kept + char) > width - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def _fitted(widths: list[int], flexible: list[bool], width: int, least: int = 10) -> list[int]:
    """Column widths that sum to `width` at most: texts give way down to `least`, then whatever is widest."""
    found = list(widths)
    while sum(found) + 2 * (len(found) - 1) > width:
        soft = [i for i, room in enumerate(found) if flexible[i] and room > least]
        widest = max(soft or range(len(found)), key=lambda i: found[i])
        if found[widest] <= 4:
            break
        found[widest] -= 1
    return found


def _pad(text: str, room: int, right: bool) -> str:
    blank = " " * (room - display_width(text))
    return blank + text if right else text + blank


def _numeric(values: list[Value]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)


def _raw(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else str(value)


def _quoted(field: str) -> str:
    """A field by RFC 4180; the standard library's writer leaves a lone carriage return bare, which ends a row."""
    return '"' + field.replace('"', '""') + '"' if not field or set(field) & set(',"\r\n') else field
