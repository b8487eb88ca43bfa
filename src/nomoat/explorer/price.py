"""The page of price: what does the same capability cost from either side?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nomoat.explorer.gap import COHORTS
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values, scale_name

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.world.priced import Price

PARAMS = (
    Param(name="leader", title="Leader", default="closed", choices=COHORTS, help="who is ahead: a cohort"),
    Param(name="follower", title="Follower", default="open", choices=COHORTS, help="who follows: a cohort"),
    Param(
        name="at_level",
        title="Capability",
        kind="list",
        choices=("GPT-5", "Claude 3.5 Sonnet", "130", "140", "150"),
        help="models or numbers on the scale, with commas; empty: the follower's best model that is sold",
    ),
    Param(
        name="mix",
        title="Input to output",
        default="3:1",
        choices=("3:1", "1:1", "10:1"),
        help="tokens read to written",
    ),
    Param(
        name="on", title="Scale", default="capability", choices=("capability", "domain:coding", "arena:text/overall")
    ),
    Param(name="quantised", title="Quantised copies", kind="flag", help="take copies in that are named as quantised"),
    Param(name="at", title="On", kind="date", help="releases and prices up to this day"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """The least price of a capability over time, each level in a table, and price against capability."""
    from nomoat.views import words
    from nomoat.views.plane import plane_figure
    from nomoat.views.price import dollars, fallen, finding, notes, price_table
    from nomoat.world.price import price

    scale_name(values["on"])
    found = price(**values, catalog=catalog)
    told = python(values)
    level = found.levels[0]
    tiles = []
    for sale, name in ((level.leader, found.leader), (level.follower, found.follower)):
        who = "nobody sells it" if sale.cheapest is None else f"{sale.cheapest.model}, {sale.cheapest.provider}"
        tiles.append((f"{words.cohort(name)}, a million tokens", dollars(sale.price), who))
    return View(
        title=f"What does the same capability cost from {words.cohort(found.leader)} and from "
        f"{words.rest(found.follower, found.leader)}?",
        result=found,
        lead=(f"{finding(found)}.",),
        tiles=tuple(tiles),
        sections=(
            *(_history(found, at, told) for at in range(len(found.levels))),
            Section(
                id="levels",
                title="What does each level cost, from a cache and in batches as well?",
                build=lambda: Content(
                    table=price_table(found),
                    words=tuple(
                        f"{one.name}, {words.cohort(sale.cohort)}: {fallen(sale.fall)}."
                        for one in found.levels
                        for sale in (one.leader, one.follower)
                    ),
                ),
                python=told,
            ),
            Section(
                id="plane",
                title="Who is cheapest at each capability?",
                build=lambda: Content(figure=partial(plane_figure, found)),
                python=told,
            ),
            Section(
                id="notes",
                title="What does this not say?",
                build=lambda: Content(words=tuple(" ".join(line.split()) for line in notes(found, 100))),
                python=told,
                origins=tuple(o for o in found.origins if o not in found.used),
            ),
        ),
        warnings=found.warnings,
        left_out=found.left_out,
        origins=found.used,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
    )


def _history(found: Price, at: int, told: str) -> Section:
    from nomoat.views.price import price_figure

    level = found.levels[at]
    return Section(
        id="history" if at == 0 else f"history-{at + 1}",
        title=f"How did the price of what {level.name} can do change?"
        if level.name != f"{level.capability:g} {found.unit}"
        else f"How did the price of {level.name} or more change?",
        build=lambda: Content(figure=partial(price_figure, found, at)),
        python=told,
    )


def python(values: Values) -> str:
    """The lines that give the same result in Python.

    >>> print(python({"leader": "closed", "follower": "open", "at_level": ("GPT-5",), "mix": "3:1", "at": None}))
    from nomoat.world.price import price
    price('closed', 'open', at_level=('GPT-5',), mix='3:1')
    """
    sides = [repr(values[key]) for key in ("leader", "follower")]
    apart = ("leader", "follower")
    rest = [f"{key}={value!r}" for key, value in values.items() if key not in apart and value not in (None, False, ())]
    dated = "from datetime import date\n" if any("date(" in text for text in rest) else ""
    named = [text.replace("datetime.date(", "date(") for text in rest]
    return f"{dated}from nomoat.world.price import price\nprice({', '.join([*sides, *named])})"


PAGE = Page(path="price", nav="Price", question="What does the same capability cost?", params=PARAMS, answer=answer)
