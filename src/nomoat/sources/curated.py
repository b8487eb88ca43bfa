"""What was written down by hand: spellings of organisations, domains of benchmarks, classes of sources, aliases.

Each table is a CSV file in `curated/` whose header says all. Two names are joined only when a line here says so
or when they are equal letter for letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from nomoat.catalog.identity import slug
from nomoat.errors import SourceError
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication

FOLDER = Path(__file__).parent / "curated"
WRITTEN = date(2026, 11, 22)  # the day on which these tables were last read through

_ATTRIBUTION = "nomoat, by hand"


@dataclass(frozen=True)
class Organisation:
    """An organisation as we name it."""

    id: str
    name: str
    country: str | None


@dataclass(frozen=True)
class Alias:
    """What an outside name means: a model, how we call it, the effort it ran at, and its own release date."""

    model_id: str
    called: str | None = None
    effort: str | None = None
    released: date | None = None


class Curated:
    """The hand-made tables, loaded once for a build."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._met: dict[str, Organisation] = {}

    def origin(self, facts: Facts, table: str, title: str, evidence: str = "computed here") -> str:
        """Enter the hand-made table as an origin of its own; return its id."""
        published = Publication(
            key=f"nomoat/{table}",
            publisher="nomoat",
            dataset=f"nomoat-{table}",
            title=title,
            address=f"src/nomoat/sources/curated/{table}.csv",
            licence="Apache-2.0",
            attribution=_ATTRIBUTION,
            evidence=evidence,
        )
        return facts.origin(published, WRITTEN, self.folder / f"{table}.csv")

    def rows(self, table: str, columns: Iterable[str]) -> list[Row]:
        """The lines of a hand-made table."""
        return list(read(self.folder / f"{table}.csv", columns))

    def organisation(self, written: str | None, country: str | None) -> str | None:
        """Return our id of an organisation as a publisher writes it: a joint release counts for its first.

        A spelling that is not in the table keeps its own name, under its slug, with the publisher's country.
        """
        if not written:
            return None
        first = written.split(",")[0].strip()
        known = self._spellings.get(first)
        if known is None:
            seat = (country or "").split(",")[0].strip()
            known = Organisation(slug(first), first, self._countries.get(seat))
        self._met[known.id] = known
        return known.id

    def add_organisations(self, facts: Facts) -> None:
        """Enter every organisation that was met, after all sources were read."""
        key = self.origin(facts, "organisations", "Spellings and seats of organisations")
        for known in self._met.values():
            facts.add("organisations", key, organisation_id=known.id, name=known.name, country=known.country)

    def maker(self, model: str) -> str | None:
        """Return the organisation of a model whose publisher names none, where its name leaves no doubt."""
        return self._makers.get(model)

    def evidence(self, source: str | None, organisation: str | None) -> str:
        """Return the class of a score from what its publisher names as its source and who made the model.

        A technical report speaks of its own maker's model (`vendor-report`) or of another's (`third-party-report`).
        """
        if source is None:
            return "unsourced"
        found = self._evidence.get(source)
        if found is None:
            raise SourceError(
                f"No class for the score source {source[:80]!r}",
                "a line in sources/curated/evidence.csv",
                "add own-run, leaderboard or report, and for a report its maker",
            )
        kind, maker = found
        if kind != "report":
            return kind
        return "vendor-report" if maker == organisation else "third-party-report"

    def aliases(self, table: str) -> dict[str, Alias]:
        """Return what the outside names in `aliases_{table}.csv` mean."""
        found: dict[str, Alias] = {}
        for row in self.rows(f"aliases_{table}", ["name", "model_id"]):
            name = row.needed("name")
            if name in found:
                raise row.wrong("name", "each name once")
            optional = {column: row.text(column) for column in ("called", "effort") if column in row.cells}
            released = row.day("released") if "released" in row.cells else None
            found[name] = Alias(model_id=row.needed("model_id"), released=released, **optional)
        return found

    def known(self, organisation: str) -> str | None:
        """Return the id of an organisation of the table, so that it is entered; None for any other."""
        for found in self._spellings.values():
            if found.id == organisation:
                self._met[found.id] = found
                return found.id
        return organisation if organisation in self._met else None

    @cached_property
    def _spellings(self) -> dict[str, Organisation]:
        rows = self.rows("organisations", ["spelling", "organisation", "name", "country"])
        return {
            row.needed("spelling"): Organisation(row.needed("organisation"), row.needed("name"), row.text("country"))
            for row in rows
        }

    @cached_property
    def _countries(self) -> dict[str, str]:
        return {row.needed("name"): row.needed("iso") for row in self.rows("countries", ["name", "iso"])}

    @cached_property
    def _makers(self) -> dict[str, str]:
        return {
            row.needed("model"): row.needed("organisation") for row in self.rows("makers", ["model", "organisation"])
        }

    @cached_property
    def _evidence(self) -> dict[str, tuple[str, str | None]]:
        rows = self.rows("evidence", ["source", "class", "maker"])
        return {row.needed("source"): (row.needed("class"), row.text("maker")) for row in rows}
