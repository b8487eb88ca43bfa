"""What is said of a routing policy?"""

from __future__ import annotations

from collections.abc import Sequence

from nomoat.views import words
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.work.emit import reached
from nomoat.work.route import Policy


def policy_table(found: Policy) -> Table:
    """A row a use case that was shown to be safe: where it goes now, its fallback where it does not hold any more."""
    back = [route.use_case for route in found.back]
    moved = words.count(len(found.routes) - len(back), "use case")
    void = f" {printable(words.listing(back))} went back, as the proof holds no more." if back else ""
    return Table(
        name="policy",
        caption=f"{moved} may go elsewhere; everything else stays with {printable(found.default.model)}.{void}",
        columns=(
            Column(key="use_case", title="use case", wide=28),
            Column(key="to", title="to", wide=28),
            Column(key="fallback", title="fallback", wide=28),
            Column(key="margin", title="margin, points", digits=1),
            Column(key="e_value", title="e-value"),
            Column(key="known_by", title="known by", wide=30),
        ),
        rows=tuple(
            (
                r.use_case, r.to.model, r.fallback.model, 100 * r.margin, r.e_value,
                "; ".join(", ".join(f"{k} {v}" for k, v in m.items()) for m in r.matchers) or "its words",
            )
            for r in found.routes
        ),
    )  # fmt: skip


def policy_text(found: Policy, width: int, gateways: Sequence[str] = ()) -> str:
    """The policy with its evidence and its end, how requests reach it at each gateway, and the way back."""
    table = policy_table(found)
    until = f"until {words.day(found.expires)}" if found.expires else "never: the run carries no dates"
    lines = [table.caption, *(["", table.text(width)] if table.rows else []), ""]
    lines.append(
        _wrap(f"Evidence: {found.made_from}, margins fixed on {words.day(found.fixed_on)}. Holds {until}.", width)
    )
    lines.append(_wrap("Void before that if " + "; or if ".join(found.void_if) + ".", width))
    for one in found.routes:
        if one.adapted:
            said = f"{printable(one.use_case)}: with the adapted prompts of {printable(one.adapted)}, which your "
            lines.append(_wrap(f"{said}programs have to send: no gateway here writes prompts anew.", width))
    by_words = [printable(r.use_case) for r in found.routes if r.words]
    if by_words:
        said = f"{words.listing(by_words)}: some requests are told by their words alone, which gateways do not see."
        lines.append(_wrap(said, width))
    lines += [_wrap(f"At {name}, {printable(reached(found, name))}.", width) for name in gateways]
    if found.routes:
        back = f"To go back at any time, put the gateway's former file in its place: {printable(found.default.model)} "
        lines.append(_wrap(f"{back}stays behind every route, and nothing else was changed.", width))
    return "\n".join(lines)


def _wrap(line: str, width: int) -> str:
    return fill(line, width, subsequent_indent="  ")
