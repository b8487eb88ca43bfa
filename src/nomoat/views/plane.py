"""Who is cheapest at each capability, and who is beaten by nobody?"""

from __future__ import annotations

from math import log10
from typing import Any

from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.labels import Box, Label, place
from nomoat.views.marks import Layer
from nomoat.views.price import TIPS, TOKENS, dollars, money
from nomoat.views.table import Column, Table, clip, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, MARGIN, WIDE
from nomoat.world.priced import Price, Priced


def plane_figure(found: Price, *, width: int = WIDE, container: bool = False) -> Figure:
    """Price against capability: every model that is sold, and for each side the least price of each capability."""
    compact = width < 560
    height = 320 if compact else 400
    inner = width - MARGIN
    scores = [p.ability for p in found.models] or [0.0, 1.0]
    left, right = min(scores), max(scores)
    pad = max((right - left) * 0.05, 1e-9)
    domain = (left - pad, right + pad * (3 if compact else 2))
    name = "Capability" if found.scale == "capability" else printable(found.scale)
    x = marks.measure("ability", f"{name} ({found.unit})", domain)
    y = money("score", [p.offer.price for p in found.models])
    layers: list[Layer] = []
    sides = (("follower", LIGHT.follower, FOLLOWER_SHAPE), ("leader", LIGHT.leader, LEADER_SHAPE))
    for cohort, colour, shape in sides:
        faint = [_dot(p) for p in found.models if p.cohort == cohort and not p.best]
        layers.append(marks.points(faint, x, y, colour, shape, size=22, opacity=0.3, tips=TIPS))
    for cohort, colour, shape in sides:
        best = sorted((p for p in found.models if p.cohort == cohort and p.best), key=lambda p: p.ability)
        # Below the least able of them all capabilities cost what it does.
        corners = [{**_dot(p), "ability": domain[0]} for p in best[:1]] + [_dot(p) for p in best]
        layers += [
            {
                "data": {"values": [{**row, "order": at} for at, row in enumerate(corners)]},
                # What c costs is the price of the next model to the right of it.
                "mark": {
                    "type": "line",
                    "color": colour,
                    "strokeWidth": 2,
                    "interpolate": "step-before",
                    "aria": False,
                },
                "encoding": {"x": x, "y": y, "order": {"field": "order", "type": "quantitative"}},
            },
            marks.points([_dot(p) for p in best], x, y, colour, shape, tips=TIPS),
        ]
    layers += _labels(found, domain, y["scale"]["domain"], inner, height, x, y)
    names = [clip(words.cohort(side), 24 if compact else 60) for side in (found.leader, found.follower)]
    layers += marks.key(((names[0], LIGHT.leader, LEADER_SHAPE), (names[1], LIGHT.follower, FOLLOWER_SHAPE)))
    return Figure(
        name="price-capability",
        finding=plane_finding(found),
        alt=f"{words.count(len(found.models), 'model')} by capability and price, with two rising step lines. "
        f"{plane_finding(found)}.",
        footer=(
            f"Cheapest offering of each model on {found.at}, input to output {found.mix}; lines: the least price of "
            f"each side at or above a capability. {TOKENS}",
            f"Method {found.method}, vintage {found.as_of}. {words.sources(found.used)}",
        ),
        view=marks.plot(layers, width=inner, height=height, container=container),
        table=plane_table(found),
    )


def _dot(p: Priced) -> dict[str, Any]:
    return {"ability": p.ability, "score": p.offer.price, "model": p.model, "seller": p.offer.provider}


def _labels(
    found: Price,
    across: tuple[float, float],
    dollars_shown: list[float],
    inner: int,
    height: int,
    x: Layer,
    y: Layer,
) -> list[Layer]:
    """Names of the models that nobody beats, the ablest first, where there is room."""
    low, high = log10(dollars_shown[0]), log10(dollars_shown[1])

    def at(p: Priced) -> tuple[float, float]:
        right = (p.ability - across[0]) / (across[1] - across[0]) * inner
        return right, height * (1 - (log10(p.offer.price) - low) / (high - low))

    named = [p for p in found.models if p.best]
    obstacles = [Box(a - 4, b - 4, a + 4, b + 4) for a, b in map(at, named)]
    obstacles.append(Box(0, 0, 150, 46))
    wanted = [Label(clip(printable(p.model), 22), *at(p), "above") for p in named]
    rows = []
    for spot in place(wanted, width=inner, height=height, obstacles=obstacles, reach=30):
        p = named[spot.order]
        rows.append({**_dot(p), "text": wanted[spot.order].text, "dx": spot.dx, "dy": spot.dy, "align": spot.align})
    return [marks.texts(rows, x, y, size=10, colour=LIGHT.soft, placed=True)]


def plane_finding(found: Price) -> str:
    """How many models nobody beats, and whose they are."""
    best = [p for p in found.models if p.best_of_all]
    ours = [p for p in best if p.cohort == "follower"]
    who = words.cohort(found.follower)
    said = f"{len(ours)} of the {words.count(len(best), 'model')} that no other beats on price and capability are {who}"
    if ours and len(ours) < len(best):
        top = max(ours, key=lambda p: p.ability)
        return (
            f"{said.removesuffix(' models')}, up to {words.number(top.ability)} {found.unit} ({printable(top.model)})"
        )
    return said


def plane_table(found: Price) -> Table:
    """One model a row, the ablest first."""
    return Table(
        name="price-capability",
        caption=f"Cheapest offering of each model on {found.at}, US dollars a million tokens, {found.mix}",
        columns=(
            Column(key="model", title="model", wide=36),
            Column(key="cohort", title="side", wide=16),
            Column(key="ability", title=found.unit, digits=1),
            *raw("low", "high"),
            Column(key="shown", title="price", only="page"),
            *raw("price", "input", "output"),
            Column(key="cached", title="cached", digits=3),
            Column(key="batch", title="batch", digits=3),
            Column(key="provider", title="seller", wide=20),
            *raw("name"),
            Column(key="yours", title="yours", terminal=False),
            Column(key="best", title="cheapest so able on its side"),
            Column(key="best_of_all", title="of all"),
        ),
        rows=tuple(
            (
                *(p.model, found.leader if p.cohort == "leader" else found.follower, p.ability, p.low, p.high),
                *(dollars(p.offer.price), p.offer.price, p.offer.input, p.offer.output, p.cached, p.batch),
                *(p.offer.provider, p.offer.name, p.offer.yours, p.best, p.best_of_all),
            )
            for p in found.models
        ),
    )
