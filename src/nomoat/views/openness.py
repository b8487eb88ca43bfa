"""How do openness, its claims, the licences of releases and disagreements look?"""

from __future__ import annotations

from nomoat.catalog.licensing import Licensing, Release
from nomoat.catalog.openness import Disagreements, Openness
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count


def claims_table(found: Openness) -> Table:
    """Every claim of one model's openness in the order of trust; the one that counts is marked."""
    return Table(
        name="claims",
        caption=f"{found.model} is {found.openness}: {found.reason}",
        columns=(
            Column(key="counts", title="counts"),
            Column(key="dataset", title="data set", wide=24, terminal=False),
            Column(key="publisher", title="publisher", wide=24, terminal=False),
            Column(key="openness", title="claims"),
            Column(key="licence", title="licence as written", wide=34),
            Column(key="licence_id", title="which is", wide=24),
            Column(key="retrieved", title="copy of", terminal=False),
            Column(key="origin", title="origin"),
        ),
        rows=tuple(
            (
                "yes" if at == found.winner else "", one.dataset, one.publisher, one.openness, one.licence,
                one.licence_id, one.retrieved, one.origin,
            )
            for at, one in enumerate(found.claims)
        ),
    )  # fmt: skip


def releases_table(releases: tuple[Release, ...], caption: str, *, model: bool = True) -> Table:
    """A line for each release that a source names, with its licence."""
    columns = (
        Column(key="model", title="model", wide=24),
        Column(key="id", title="id", only="file"),
        Column(key="source", title="source", terminal=False),
        Column(key="name", title="release", wide=28),
        Column(key="version", title="version", terminal=False),
        Column(key="licence", title="licence as written", wide=20),
        Column(key="licence_id", title="which is", wide=22),
        Column(key="openness", title="allows", terminal=model, wide=21),
        Column(key="basis", title="read from", terminal=False),
        Column(key="since", title="since", terminal=False),
        Column(key="until", title="until", terminal=False),
        Column(key="origin", title="origin", terminal=not model),
    )
    kept = columns if model else columns[2:]
    return Table(
        name="releases",
        caption=caption,
        columns=kept,
        rows=tuple(tuple(getattr(one, column.key) for column in kept) for one in releases),
    )


def licensing_table(found: Licensing) -> Table:
    """The releases of many models."""
    recalled = found.bases.get("recalled", 0)
    known = sum(found.bases.values())
    said = (
        f"{count(len(found.releases), 'release')} of {count(found.models, 'model')} with a licence, as known on "
        f"{found.as_of}; {found.several} with releases of unlike classes. What {known} licences allow is read from "
        f"their text or their publisher's or others' words, of {recalled} from memory (to be read again)"
    )
    return releases_table(found.releases, said)


def openness_text(found: Openness, width: int) -> str:
    """What a terminal shows: the class, why, every claim, the licence of every version, and the parts that are open."""
    table = claims_table(found)
    parts = [fill(f"{table.caption}.", width)]
    parts += [f"Claims, most trusted first\n\n{table.text(width)}"] if found.claims else []
    if found.releases:
        under = releases_table(found.releases, "Licences by version, as each source writes them", model=False)
        parts.append(f"{under.caption}\n\n{under.text(width)}")
    if found.components:
        listed = "; ".join(f"{part.component} {part.open or '–'}" for part in found.components)
        owners = ", ".join(dict.fromkeys(part.origin for part in found.components))
        parts.append(fill(f"Parts, by {owners}: {listed}", width, subsequent_indent="  "))
    return "\n\n".join(parts)


def disagreements_table(found: Disagreements) -> Table:
    """The models of which publishers claim unlike classes, those first where one says open and another closed."""
    return Table(
        name="disagreements",
        caption=(
            f"Of {found.models:,} models with two claims or more, {len(found.rows):,} are claimed differently; "
            f"{found.sides:,} are open by one publisher and closed by another, and stand first"
        ),
        columns=(
            Column(key="model", title="model", wide=26),
            Column(key="id", title="id", only="file"),
            Column(key="openness", title="taken for"),
            Column(key="claims", title="claims", wide=48),
            Column(key="reason", title="why", wide=34),
            Column(key="origins", title="origins", terminal=False),
        ),
        rows=tuple(
            (
                one.model, one.id, one.openness, "; ".join(f"{c.dataset}: {c.openness}" for c in one.claims),
                one.reason, " ".join(dict.fromkeys(c.origin for c in one.claims)),
            )
            for one in found.rows
        ),
    )  # fmt: skip


def disagreements_text(found: Disagreements, width: int) -> str:
    """What a terminal shows: of each model every class that is claimed, by whom, and why one of them is taken."""
    lines = [fill(f"{disagreements_table(found).caption}.", width)]
    for one in found.rows:
        said: dict[str, list[str]] = {}
        for claim in one.claims:
            said.setdefault(claim.openness, []).append(claim.origin)
        lines += ["", printable(f"{one.model}: {one.openness}")]
        lines += [fill(f"  {name}: {', '.join(by)}", width, subsequent_indent="      ") for name, by in said.items()]
        lines.append(fill(f"  why: {one.reason}", width, subsequent_indent="      "))
    return "\n".join(lines)
