"""How open are the models that a plan's endpoints serve, what do they read, and who says so?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import UnknownName
from nomoat.types import Noun
from nomoat.work.endpoint import Endpoint
from nomoat.work.plan import Plan

if TYPE_CHECKING:
    from nomoat.catalog.openness import Openness
    from nomoat.catalog.store import Catalog

# Words of the catalogue's `modality` -> what is read; a name of a field such as biology says nothing of it.
_READS = {"image": "image", "vision": "image", "audio": "audio", "speech": "audio", "video": "video", "pdf": "file",
          "file": "file", "text": "text", "language": "text"}  # fmt: skip


class Known(Noun, frozen=True, kw_only=True):
    """What is known of an endpoint's model. `openness` None: nobody says; `by` names who says it, licence and day."""

    model: str | None = None  # its id in the catalogue
    openness: str | None = None
    by: str | None = None
    differs: str | None = None  # the class that the plan attests where the catalogue has another
    context: int | None = None
    reads: tuple[str, ...] | None = None  # None: not known
    released: date | None = None  # as plan.toml says; the catalogue's date is with the model


def known_of(plan: Plan, as_of: date | None = None, *, catalog: Catalog | None = None) -> dict[str, Known]:
    """What the catalogue, and where it is silent the plan, says of each endpoint's model.

    >>> ends = {n: Endpoint(name=n, url="https://a.example/v1", model=m, openness=o) for n, m, o in
    ...         (("a", "deepseek/deepseek-r1", None), ("b", "my-own-model", "weights-permissive"))}
    >>> {name: (one.openness, (one.by or "").split(",")[0]) for name, one in known_of(Plan(endpoints=ends)).items()}
    {'a': ('weights-permissive', 'Epoch AI'), 'b': ('weights-permissive', 'attested in plan.toml')}
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    return {name: _known(endpoint, as_of, catalog) for name, endpoint in plan.endpoints.items()}


def openness_of(plan: Plan, as_of: date | None = None, *, catalog: Catalog | None = None) -> dict[str, str | None]:
    """Endpoint -> openness class of its model; None where nobody says, which is no class."""
    return {name: one.openness for name, one in known_of(plan, as_of, catalog=catalog).items()}


def _known(endpoint: Endpoint, as_of: date | None, catalog: Catalog) -> Known:
    from nomoat.catalog.openness import openness
    from nomoat.catalog.resolve import resolve

    meant = resolve(endpoint.model, as_of=as_of, catalog=catalog)
    # A floating name may mean several versions: what all of them are, it is.
    names = [meant.catalogued or meant.id] if meant.catalogued or meant.id else list(meant.candidates)
    models = list(dict.fromkeys(str(name).split("@")[0].split("#")[0] for name in names))
    found = []
    for name in models:
        try:
            found.append(openness(name, as_of, catalog=catalog))
        except UnknownName:
            models = []
    model = models[0] if len(models) == 1 else None
    classes = {one.openness for one in found} if models else set()
    said = next(iter(classes)) if len(classes) == 1 and "unknown" not in classes else None
    mine = endpoint.openness
    return Known(
        model=model,
        openness=said or mine,
        by=_who(found[0]) if said else "attested in plan.toml, not known to the catalogue" if mine else None,
        differs=mine if said and mine and mine != said else None,
        released=endpoint.released,
        context=endpoint.context or (_context(model, as_of, catalog) if model else None),
        reads=endpoint.reads or (_reads(model, as_of, catalog) if model else None),
    )


def _who(found: Openness) -> str:
    """Whose claim counts and of which day, and the licence: its own, else that of another who claims the same class."""
    if found.winner is None:
        return "the catalogue"
    claim = found.claims[found.winner]
    said = f"{claim.publisher}, as of {claim.retrieved}"
    if claim.licence:
        return f"{said}, licence {claim.licence}"
    other = next((one for one in found.claims if one.licence and one.openness == claim.openness), None)
    return f"{said}, licence {other.licence} as {other.publisher} has it" if other else f"{said}, no licence is named"


def _context(model: str, as_of: date | None, catalog: Catalog) -> int | None:
    """The longest context that any seller of the model gives: one that is too short there is too short anywhere."""
    columns = catalog.table("offerings", as_of).columns
    found = columns["context"][columns["model_id"] == model]
    known = [float(value) for value in found if value == value and value]
    return int(max(known)) if known else None


def _reads(model: str, as_of: date | None, catalog: Catalog) -> tuple[str, ...] | None:
    members = catalog.members(as_of)
    row = members.index.get(model)
    return None if row is None or members.modality is None else reads_of(members.modality[row])


def reads_of(modality: str | None) -> tuple[str, ...] | None:
    """What a model reads, in the words of the catalogue; None where they do not say, or say "multimodal" alone.

    >>> reads_of("image,pdf,text>text"), reads_of("language,vision"), reads_of("language,multimodal"), reads_of(None)
    (('file', 'image', 'text'), ('image', 'text'), None, None)
    """
    words = str(modality).partition(">")[0].split(",") if modality else []
    found = tuple(sorted({_READS[word] for word in words if word in _READS}))
    return None if found == ("text",) and "multimodal" in words else found or None


def chats(modality: str | None) -> bool | None:
    """Whether a model reads and writes text, in the words of the catalogue; None where they do not say.

    >>> chats("image,text>text"), chats("language,vision"), chats("text>audio"), chats("image generation"), chats(None)
    (True, True, False, False, None)
    """
    if not modality:
        return None
    reads, arrow, writes = modality.partition(">")
    if arrow:
        return "text" in reads.split(",") and "text" in writes.split(",")
    return "language" in reads.split(",")
