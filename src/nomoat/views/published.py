"""Which shares did others publish, each with whose it is, where and until when, unlike units apart?"""

from __future__ import annotations

from datetime import date

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.shares import amount, place, said
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT, WIDE
from nomoat.world.adoption import Adoption
from nomoat.world.published import Figure as Published
from nomoat.world.subjects import UNITS

MOST = 14  # shares in the picture, the newest of them; all of them stand in the table


def shares(found: Adoption) -> list[Published]:
    """The newest published shares, by unit and place, then from new to old; a count has no place on their axis."""
    known = [f for f in found.figures if f.kind == "share" and (f.value, f.low, f.high) != (None, None, None)]
    newest = sorted(known, key=lambda f: (f.end or date.min, f.id), reverse=True)[:MOST]
    return sorted(newest, key=lambda f: (UNITS.index(f.unit), place(f.channel)))


def shares_figure(found: Adoption, *, width: int = WIDE, container: bool = False) -> Figure:
    """One row a published share under the heading of its unit and place: a point, and a bar between its ends."""
    from nomoat.views.adoption import adoption_table

    compact = width < 560
    names: list[str] = []
    headings: list[int] = []
    rows: list[marks.Row] = []
    spans: list[marks.Row] = []
    shown = shares(found)
    for heading in dict.fromkeys((f.unit, place(f.channel)) for f in shown):
        headings.append(len(names))
        names.append(", ".join(heading))
        for f in (f for f in shown if (f.unit, place(f.channel)) == heading):
            ends = [x for x in (f.low, f.value, f.high) if x is not None]
            at = ends[0] if f.value is None else f.value
            if ends[0] < ends[-1]:
                spans.append({"row": len(names), "value": ends[0], "until": ends[-1]})
            rows.append({"row": len(names), "value": at, "until": ends[-1], "text": said(f)})
            names.append(_name(f, shown))
    lane = lanes.lanes(names, compact=compact, headings=headings)
    x = lanes.scale(
        (0.0, 1.4 if compact else 1.2), "Share", compact=compact, format=".0%", values=[0, 0.25, 0.5, 0.75, 1]
    )
    layers = [
        marks.bar(spans, x, lane.y, LIGHT.follower, x2="until"),
        marks.points(rows, x, lane.y, LIGHT.follower, FOLLOWER_SHAPE),
        marks.texts([{**row, "value": row["until"]} for row in rows], x, lane.y, dx=9, weight="bold"),
        *lane.layers(),
    ]
    finding = shares_finding(found)
    more = sum(f.kind == "share" for f in found.figures) - len(shown)
    older = f" {words.count(more, 'older one')} not drawn." if more else ""
    return Figure(
        name="published",
        finding=finding,
        alt=f"{words.count(len(rows), 'row')} in {words.count(len(headings), 'group')}, one a unit and place. "
        f"{finding}",
        footer=(
            "Each by its own rule and of its own whole, quoted and not computed again; rows of unlike wholes are not "
            f"compared. Rules: nomoat adoption --by {found.by}.{older}",
            words.sources([o for o in found.origins if any(o.id in f.origins for f in shown)]),
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=adoption_table(found),
    )


def shares_finding(found: Adoption) -> str:
    """How far the published shares lie apart in each unit."""
    shown = shares(found)
    spans = []
    for unit in dict.fromkeys(f.unit for f in shown):
        ends = [x for f in shown if f.unit == unit for x in (f.low, f.value, f.high) if x is not None]
        spans.append(f"{amount('share', None, min(ends), max(ends))} of {unit}")
    whose = {f.subject for f in shown}
    who = f"of {whose.pop()}" if len(whose) == 1 else "by something other" if found.by == "other" else f"by {found.by}"
    return f"Shares {who} that others published: {words.listing(spans)}"


def _name(figure: Published, shown: list[Published]) -> str:
    """Whose and until when; where another row would be called the same, of which whole or by which rule instead."""

    def plain(f: Published) -> tuple[str, str, str | None, str]:
        return f.subject, f.unit, f.channel, str(f.end or f.published)[:7]

    same = [f for f in shown if plain(f) == plain(figure)]
    if len(same) == 1:
        return f"{figure.subject}, {plain(figure)[-1]}"
    whole = len({f.population for f in same}) > 1
    if whole:
        return f"of {figure.population}"
    return f"{figure.subject}, {(figure.numerator or 'rule not stated').rpartition(', ')[2]}"
