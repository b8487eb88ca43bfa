"""How does one look into a graph of entities: by mouse, by keyboard, as a list, on paper, in the dark, on a phone?

One file without a foreign request: own SVG, a little JavaScript, positions from `documents.layout`. Everything from a
document enters as escaped text; data for the script enters as JSON that cannot close its element.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from nomoat.documents.document import KINDS
from nomoat.documents.graph import Connection, Evidence, Graph, Node, Source
from nomoat.documents.layout import Layout, layout
from nomoat.views import words
from nomoat.views.declared import declared_rows

_SHAPES = {
    "media": "M-6,-5H6V5H-6Z",
    "company": "M0,-7L7,5H-7Z",
    "product": "M0,-7L7,0L0,7L-7,0Z",
    "concept": "M0,-6A6,6 0 1,1 0,6A6,6 0 1,1 0,-6Z",
    "location": "M-6,-6H6L0,7Z",
    "person": "M-4,-6H4L7,0L4,6H-4L-7,0Z",
}
_PLURAL = {
    "media": "Media",
    "company": "Companies",
    "product": "Products",
    "concept": "Concepts",
    "location": "Locations",
    "person": "Persons",
}
_ASPECT = 1.8  # of the window that the map is fitted to: 1246 by 690 pixels of 1280 by 900
_TALL = 0.65  # the same on a phone: 358 by 540 of 390 by 844
_HINT = (
    "Hover to trace connections, drag to move, click to read the passages. Or press Tab, then the arrows and Enter; "
    "Shift with an arrow moves what is chosen, Escape lets go; F fits the map to the window, + and \u2212 change its "
    "size. A sign without a name has no room for it: come nearer or point at it."
)


def graph_page(graph: Graph, title: str = "", seed: int = 0) -> str:
    """The graph as one HTML page that needs nothing else and asks nobody for anything.

    >>> from nomoat.documents.graph import graph
    >>> from nomoat.documents.read import read_bytes
    >>> page = graph_page(graph([read_bytes("x.txt", b"Meta makes Llama 2. <script>alert(1)</script> It is open.")]))
    >>> "alert(1)" in page, page.count("<script")
    (False, 2)
    """
    sizes = [_size(node) for node in graph.nodes]
    index = {node.id: k for k, node in enumerate(graph.nodes)}
    links = [(index[c.source], index[c.target]) for c in graph.connections]
    made = layout(sizes, links, seed, aspect=_ASPECT)
    tall = layout(sizes, links, seed, aspect=_TALL)
    heading = title or (graph.documents[0].title if len(graph.documents) == 1 else f"{len(graph.documents)} documents")
    kinds = [kind for kind in KINDS if any(node.kind == kind for node in graph.nodes)]
    buttons = "".join(
        f'<button type="button" data-kind="{kind}" aria-pressed="true"><svg class="key" viewBox="-9 -9 18 18" '
        f'aria-hidden="true">'
        f'<path class="{kind}" d="{_SHAPES[kind]}"/></svg> {_PLURAL[kind]} '
        f"{sum(node.kind == kind for node in graph.nodes)}</button>"
        for kind in kinds
    )
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';"
        "script-src 'unsafe-inline';base-uri 'none';form-action 'none'\">"
        f"<title>{escape(heading)}: entities and "
        f"connections</title><style>{_asset('graph.css')}</style></head><body><main>"
        f"<h1>{escape(heading)}</h1>"
        f'<p class="soft">Who and what is spoken of, and how it is said to connect. '
        f'<span id="count">{len(graph.nodes)} '
        f"entities, {len(graph.connections)} connections</span>.</p>"
        f'<div class="tools hidden" id="script"><input type="search" id="find" placeholder="Find a name" '
        f'aria-label="Find a name">{buttons}<label><input type="checkbox" id="weak" checked> also names '
        'that only stand side by side</label><span class="zoom"><button type="button" data-zoom="1.25" '
        'aria-label="Larger">+</button>'
        '<button type="button" data-zoom="0.8" aria-label="Smaller">\u2212</button>'
        '<button type="button" data-zoom="fit" aria-keyshortcuts="f">Fit</button></span></div>'
        f'<div class="stage"><div class="frame">{_svg(graph, made, sizes, index)}</div>'
        f'<aside id="panel" aria-live="polite" aria-label="Passages" hidden></aside></div>'
        f'<p class="hint soft">{_HINT}</p>'
        f"{_counts(graph.documents)}{_lists(graph, index)}"
        f'</main><script type="application/json" id="data">{_data(graph, made, tall, sizes)}</script>'
        f"<script>{_asset('graph.js')}</script></body></html>\n"
    )


def _asset(name: str) -> str:
    return files("nomoat.views").joinpath(name).read_text(encoding="utf-8")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _label(node: Node) -> str:
    return node.name if len(node.name) <= 34 else node.name[:33] + "…"


def _size(node: Node) -> tuple[float, float]:
    """Wide enough for the label at 12.5 px: letters of this font are 0.55 em on average, capitals and CJK wider."""
    width = sum(12.5 if ord(c) > 0x2E80 else 8.6 if c.isupper() else 6.9 for c in _label(node))
    return round(width + 26, 1), 24.0


def _svg(graph: Graph, made: Layout, sizes: Sequence[tuple[float, float]], index: dict[str, int]) -> str:
    parts = [
        f'<svg id="map" viewBox="0 0 {made.width:g} {made.height:g}" width="{made.width:g}" height="{made.height:g}" '
        f'role="group" '
        f'aria-label="Map of {len(graph.nodes)} entities; the same as lists below">'
    ]
    for link in graph.connections:
        a, b = index[link.source], index[link.target]
        weak = " weak" if link.type == "mentioned with" else ""
        parts.append(
            f'<line class="link{weak}" x1="{made.x[a]:g}" y1="{made.y[a]:g}" x2="{made.x[b]:g}" y2="{made.y[b]:g}"/>'
        )
    for k, node in enumerate(graph.nodes):
        width, height = sizes[k]
        times = words.count(node.mentions, "mention")
        parts.append(
            f'<g class="node" tabindex="{0 if k == 0 else -1}" role="button" '
            f'transform="translate({made.x[k]:g},{made.y[k]:g})" '
            f'aria-label="{escape(f"{node.name}, {node.kind}, {times}")}">'
            f'<rect x="{-width / 2:g}" y="{-height / 2:g}" width="{width:g}" height="{height:g}"/>'
            f'<path class="{node.kind}" transform="translate({-width / 2 + 11:g},0)" d="{_SHAPES[node.kind]}"/>'
            f'<text x="{-width / 2 + 21:g}">{escape(_label(node))}</text></g>'
        )
    return "".join([*parts, "</svg>"])


def _data(graph: Graph, made: Layout, tall: Layout, sizes: Sequence[tuple[float, float]]) -> str:
    titles = {source.id: source.title for source in graph.documents}
    keys: dict[tuple[str, str], int] = {}
    passages: list[dict[str, str | None]] = []

    def number(evidence: Evidence) -> int:
        key = (evidence.document, evidence.passage)
        if key not in keys:
            keys[key] = len(passages)
            passages.append(
                {"text": evidence.text, "where": _where(titles, evidence), "link": _followed(evidence.place.link)}
            )
        return keys[key]

    index = {node.id: k for k, node in enumerate(graph.nodes)}
    degree = Counter(end for c in graph.connections for end in (c.source, c.target))
    nodes = [
        {
            "id": node.id,
            "name": node.name,
            "kind": node.kind,
            "known": node.known,
            "x": made.x[k],
            "y": made.y[k],
            "w": sizes[k][0],
            "weight": degree[node.id] * 3 + len(node.passages),
            "passages": [number(e) for e in node.passages],
        }
        for k, node in enumerate(graph.nodes)
    ]
    links = [[index[c.source], c.type, index[c.target], [number(e) for e in c.passages]] for c in graph.connections]
    text = json.dumps(
        {
            "nodes": nodes,
            "links": links,
            "passages": passages,
            "size": [made.width, made.height],
            "tall": {"x": tall.x, "y": tall.y, "size": [tall.width, tall.height]},
        },
        ensure_ascii=True,
    )
    # inside of <script> only these could end the element or open a comment
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _where(titles: dict[str, str], evidence: Evidence) -> str:
    place, title = evidence.place, titles.get(evidence.document, evidence.document)
    at = f"line {place.line}"
    if place.seconds is not None:
        whole = int(place.seconds)
        at = f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}, {at}"
    return f"{title}, {at}."


def _followed(link: str | None) -> str | None:
    return link if link and link.startswith("https://www.youtube.com/watch?v=") else None


def _counts(sources: Sequence[Source]) -> str:
    """Declared beside found, for sources that declare anything; what is found for the others."""
    rows = "".join(
        f"<tr><td>{escape(title)}</td><td>{escape(what)}</td>"
        + "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for title, what, *cells in declared_rows(sources)
    )
    return (
        '<h2>Declared and found</h2><div class="scroll"><table><thead><tr><th>document</th><th>what</th>'
        '<th class="n">the source declares</th><th class="n">found here</th><th class="n">of these, listed by the '
        f"source</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _lists(graph: Graph, index: dict[str, int]) -> str:
    """The same as text: every entity with its connections and passages, for readers who use no picture."""
    titles = {source.id: source.title for source in graph.documents}
    names = {node.id: node.name for node in graph.nodes}
    by_node: dict[str, list[Connection]] = {node.id: [] for node in graph.nodes}
    for link in graph.connections:
        by_node[link.source].append(link)
        by_node[link.target].append(link)
    parts = ["<h2>The same as a list</h2>"]
    for kind in KINDS:
        nodes = [node for node in graph.nodes if node.kind == kind]
        if not nodes:
            continue
        parts.append(f"<h3>{_PLURAL[kind]}</h3>")
        for node in nodes:
            said = "".join(
                f"<li>{escape(names[c.source])} <b>{escape(c.type)}</b> {escape(names[c.target])}</li>"
                for c in by_node[node.id]
            )
            quotes = "".join(
                f"<blockquote>{escape(e.text)}<cite>{escape(_where(titles, e))}{_anchor(e)}</cite></blockquote>"
                for e in node.passages
            )
            counts = f"{_many(len(by_node[node.id]), 'connection')}, {_many(len(node.passages), 'passage')}"
            parts.append(
                f'<details data-row=""><summary>{escape(node.name)} <span class="soft">{counts}</span></summary>'
                f'<p><button type="button" data-open="{index[node.id]}">Show in the map</button></p>'
                f"<ul>{said}</ul>{quotes}</details>"
            )
    return "".join(parts)


def _anchor(evidence: Evidence) -> str:
    link = _followed(evidence.place.link)
    return f' <a href="{escape(link)}" rel="noopener noreferrer">open the recording there</a>' if link else ""
