"""How does a view become HTML?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import NomoatError
from nomoat.explorer import order
from nomoat.explorer.order import Order, Orders
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.pages import pages
from nomoat.explorer.pin import Pin
from nomoat.explorer.state import LONGEST, Values, query, written
from nomoat.views import words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable
from nomoat.views.theme import DARK, LIGHT, stylesheet

HERE = Path(__file__).parent
READABLE = 20_000  # characters of one text: a word of a million holds a browser up for more than a minute


def whole(
    page: Page, values: Values, view: View, parts: Mapping[str, Content], orders: Orders, link: Pin | None = None
) -> str:
    """The page as one HTML document; sections that come later are places that the script fills."""
    from nomoat.views.tables import left_table

    html: str = _template(page.template).render(
        page=page,
        values=values,
        view=view,
        texts={param.name: written(param, values[param.name]) or param.default for param in page.params},
        parts={name: shown(page, values, view.section(name), content, orders) for name, content in parts.items()},
        left=left_table(view.left_out),
        suggest=view.suggest,
        slider=view.slider,
        pin=link,
        **_common(page, values, orders),
    )
    return html


def part(page: Page, values: Values, view: View, section: Section, content: Content, orders: Orders) -> str:
    """One section alone, for a place on a page that is there already."""
    made = shown(page, values, section, content, orders)
    html: str = _template("part.html").render(
        page=page, section=section, part=made, origins=view.origins, **_common(page, values, orders)
    )
    return html


def error(failed: NomoatError, status: int, page: Page | None, given: Mapping[str, str]) -> str:
    """What was seen, what was expected, what to press or type next: as the page with its form as it was filled in."""
    from nomoat.explorer.advice import advice

    params = page.params if page is not None else ()
    html: str = _template("error.html").render(
        said=failed,
        advice=advice(failed, page, given),
        status=status,
        page=page,
        texts={param.name: given.get(param.name, param.default)[:LONGEST] for param in params},
        values=given,
        suggest={},
        slider=None,
        **_common(None, {}),
    )
    return html


def shown(page: Page, values: Values, section: Section, content: Content, orders: Orders) -> dict[str, Any]:
    """A section's content as the template takes it, its table in the order that was asked for."""
    figure = None if content.figure is None else content.figure(container=True)
    table = content.table if content.table is not None else None if figure is None else figure.table
    asked = order.asked(orders, query(page.params, values))
    now = orders.get(section.id)
    place = f"/{page.path}/{section.id}"
    return {
        "words": content.words,
        "empty": content.empty,
        "cite": content.cite,
        "notes": content.notes,
        "figure": figure,
        "spec": None if figure is None else script(figure),
        "markup": "" if not content.template else _markup(page, values, content),
        "origins": section.origins,
        "told": content.origins,
        "table": None if table is None else _laid(page, values, section, content, table, orders),
        "open": now is not None,
        "own": content.table is not None and not content.template,
        "narrow": f"{place}.narrow{asked}",
        "files": {kind: f"{place}.{kind}{asked}" for kind in kinds(figure)},
    }


def _laid(
    page: Page, values: Values, section: Section, content: Content, table: Table, orders: Orders
) -> dict[str, Any]:
    """A table with its headings as links that ask for another order, and as many rows as there is room for."""
    asked = orders.get(section.id)
    now = asked if asked is not None and asked.key else content.order
    rows = table.rows if asked is None else order.ordered(table, asked).rows
    most = content.most or max(1, len(rows))
    # A link may come from a store with more rows: it shows the last of these.
    start = min(asked.start if asked is not None else 1, (max(1, len(rows)) - 1) // most * most + 1)
    fitting = msgspec.structs.replace(table, rows=rows[start - 1 : start - 1 + most])

    def led_to(then: Order | None) -> dict[str, str]:
        others = {name: held for name, held in orders.items() if name != section.id}
        said = order.asked({**others, section.id: then} if then else others, query(page.params, values))
        return {"order": f"{section.id}:{then}" if then else "", "href": f"{page.address}{said}#{section.id}"}

    heads = []
    for at, column in enumerate(table.columns):
        if column.only == "file":
            continue
        then = order.turned(now, column.key, [row[at] for row in table.rows], content.order)
        sort = "" if now is None or now.key != column.key else "descending" if now.down else "ascending"
        heads.append({"key": column.key, "sort": sort, **led_to(then)})
    here = Order(asked.key if asked else "", asked is not None and asked.down, start)
    pager = {
        name: {"key": name, **led_to(None if then.plain else then)}
        for name, then in order.leaves(here, len(rows), content.most).items()
    }
    laid = cells(fitting, content.links)
    span = (start, start - 1 + len(fitting.rows), len(rows))
    return {**laid, "sorts": heads, "badges": _badges(content), "pager": pager, "span": span}


def _badges(content: Content) -> frozenset[str]:
    if not content.badges:
        return frozenset()
    from nomoat.views.ledger import MARKS

    return frozenset(MARKS)


def _markup(page: Page, values: Values, content: Content) -> Any:
    from markupsafe import Markup

    made = _template(content.template).render(data=content.data, **_common(page, values))
    return Markup(made)  # of a template, which escapes every text


def kinds(figure: Figure | None) -> tuple[str, ...]:
    """The files that a section can be had as."""
    return (*(("png", "svg", "html") if figure is not None else ()), "csv")


def twin(section: Section, content: Content, figure: Figure | None) -> Table:
    """A section as a table: its own, its chart's, or what it says, a sentence a row."""
    if content.table is not None:
        return content.table
    if figure is not None:
        return figure.table
    said = [text for text in (*content.words, *content.said, content.empty, *content.notes) if text]
    column = Column(key="said", title="said", wide=80)
    return Table(name=section.id, caption=section.title, columns=(column,), rows=tuple((text,) for text in said))


def script(figure: Figure) -> str:
    """The specification as JSON that is safe inside a script element."""
    spec = figure.spec(titled=False)
    bare = {**spec, "config": {**spec["config"], "background": None, "padding": 2}}
    return json.dumps(bare, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def cells(table: Table, links: Mapping[str, str]) -> dict[str, Any]:
    """A table's headings, formatted cells and alignment; a cell that leads somewhere has its address."""
    columns, rows = table.shown()
    right = table.numeric()
    return {
        "name": table.name,
        "caption": table.caption,
        "heads": [column.title for column in columns],
        "rows": [[(text, led(links.get(text))) for text in row] for row in rows],
        "right": right,
        "kinds": [_kind(column, number) for column, number in zip(columns, right, strict=True)],
    }


def _kind(column: Column, number: bool) -> str:
    """The class of a column's cells: numbers to the right, short values on one line, long texts with room."""
    return "n" if number else "t" if column.tight else "w" if (column.wide or 0) >= 40 else ""


def led(href: str | None) -> str | None:
    """An address that a cell may lead to: a page of the explorer or of the web.

    >>> led("/claim?id=garage"), led("javascript:alert(1)"), led("//evil.example")
    ('/claim?id=garage', None, None)
    """
    inside = href is not None and href.startswith(("/", "#")) and not href.startswith("//")
    return href if href is not None and (inside or address(href)) else None


def papers() -> str:
    """The colours of both papers as CSS; charts are repainted by the colours written in them.

    `data-paper` on the root chooses; without it the reader's own setting does. Print is always light.
    """

    def variables(colours: Mapping[str, str]) -> str:
        return " ".join(f"--{role}: {colour};" for role, colour in colours.items())

    dark = f"{{ {variables(DARK.dict())} color-scheme: dark; }}"
    repaint = stylesheet(DARK, ".chart")
    chosen = "\n".join(f':root[data-paper="dark"] {line}' for line in repaint.splitlines())
    own = "\n".join(f':root:not([data-paper="light"]) {line}' for line in repaint.splitlines())
    return (
        f":root {{ {variables(LIGHT.dict())} color-scheme: light; }}\n"
        f'@media screen {{\n:root[data-paper="dark"] {dark}\n{chosen}\n}}\n'
        f'@media screen and (prefers-color-scheme: dark) {{\n:root:not([data-paper="light"]) {dark}\n{own}\n}}\n'
    )


@cache
def asset(name: str) -> bytes:
    """A file of the map of entities as `views` draws it; its own dark paper obeys the reader's button as well.

    >>> b'[data-paper="dark"]' in asset("graph.css")
    True
    """
    text = (HERE.parent / "views" / name).read_text(encoding="utf-8")
    night = "@media (prefers-color-scheme:dark){:root{"
    if night in text:
        start = text.index(night) + len(night)
        colours = text[start : text.index("}", start)]
        text = text.replace(night, '@media (prefers-color-scheme:dark){:root:not([data-paper="light"]){')
        text += f'@media screen{{:root[data-paper="dark"]{{{colours}}}}}'
    return text.encode()


def anchor(text: str) -> str:
    """An id as a fragment of an address and as the name of an element: whatever it holds, one word.

    >>> anchor("company:Meta AI"), anchor('"><script>')
    ('company-Meta-AI', '---script-')
    """
    return re.sub(r"[^\w-]", "-", text)[:120]


def coded(text: str) -> Any:
    """Words of a docstring as markup: what stands in backticks is code, in stars emphasis; all else is escaped.

    >>> str(coded("`x` is *less* than <b>"))
    '<code>x</code> is <em>less</em> than &lt;b&gt;'
    """
    from markupsafe import Markup, escape

    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"(?<!\w)\*(\w[^*<>]*)\*(?!\w)", r"<em>\1</em>", marked))


def address(text: str) -> bool:
    """Whether an origin's address may become a link: the web only, never a script.

    >>> address("https://epoch.ai"), address("javascript:alert(1)")
    (True, False)
    """
    return text.startswith(("https://", "http://"))


def _common(page: Page | None, values: Values, orders: Orders | None = None) -> dict[str, Any]:
    bare = query(page.params, values) if page else ""
    return {
        "navigation": [other for other in pages().values() if other.nav],
        "bare": bare,  # what the API takes
        "asked": order.asked(orders or {}, bare),
        "orders": order.text(order.tops(orders or {})),
        "written": written,
        "linked": address,
        "day": words.day,
        "count": words.count,
    }


def readable(text: Any) -> Any:
    """A text as it may be shown: without what cannot be printed, and cut where a browser would hang on it.

    >>> readable("a" * 1_000_000)[-26:]
    'a… (of 1000000 characters)'
    """
    if isinstance(text, str) and len(text) > READABLE:
        return f"{printable(text[:READABLE])}… (of {len(text)} characters)"
    return printable(text)


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "views"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = readable
    environment.filters["anchor"] = anchor
    environment.filters["coded"] = coded
    return environment


def _template(name: str) -> Any:
    return _environment().get_template(name)
