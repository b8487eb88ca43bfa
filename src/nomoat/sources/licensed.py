"""What the licences that publishers write say of openness: the hand-made tables, and the claims drawn from them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from nomoat.catalog.licences import UNSPECIFIC, Licences, speller
from nomoat.catalog.resolve import resolve
from nomoat.catalog.trust import side
from nomoat.errors import SourceError
from nomoat.sources.curated import WRITTEN, Curated
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming

BASES = ("text", "publisher", "secondary", "recalled")


def read_licences(curated: Curated) -> Facts:
    """Read `licences.csv` and `spellings.csv`; a spelling must lead to a licence of the former."""
    facts = Facts()
    key = curated.origin(facts, "licences", "What licences of weights and terms of interfaces allow", "secondary")
    columns = ["licence_id", "name", "spdx", "class", "osi", "commercial", "outputs", "threshold", "naming", "address"]
    known: set[str] = set()
    for row in curated.rows("licences", [*columns, "basis"]):
        cells: dict[str, Any] = {column: row.text(column) for column in columns}
        cells |= {flag: {"true": True, "false": False}.get(cells[flag] or "") for flag in ("osi", "naming")}
        if row.text("basis") not in BASES:
            raise row.wrong("basis", f"one of {', '.join(BASES)}")
        facts.add("licences", key, basis=row.text("basis"), **cells)
        known.add(row.needed("licence_id"))
    key = curated.origin(facts, "spellings", "Which licences the words of publishers mean")
    for row in curated.rows("spellings", ["source", "name", "written", "licence_id", "class"]):
        if row.text("licence_id") not in known | {None}:
            raise row.wrong("licence_id", "a licence of licences.csv")
        cells = {column: row.text(column) for column in ("source", "name", "written", "licence_id", "class")}
        facts.add("spellings", key, **cells)
    return facts


def licences(facts: Facts) -> Licences:
    """Return the look-up of the licences among the rows of a vintage.

    >>> known = licences(read_licences(Curated()))
    >>> known.of("other", "Qwen/Qwen2.5-72B-Instruct", source="hf").licence_id
    'qwen'
    >>> known.of("Apache 2.0").openness
    'weights-permissive'
    """
    return Licences(facts.tables.get("spellings", []), facts.tables.get("licences", []))


def draw(facts: Facts, known: Licences | None = None) -> None:
    """Enter the claims of openness that follow from what the publishers wrote, after all of them were read.

    `known` are the licences where they are not among the rows themselves.
    """
    known = known or licences(facts)
    _board_licences(facts, known)
    _specify(facts, known)
    _releases(facts, known)


def add_repositories(facts: Facts, naming: Naming) -> None:
    """Enter the repositories whose card says only "other" of their licence and which were looked up by hand."""
    for row in facts.tables.get("spellings", []):
        name = row["name"]
        if row["source"] == "hf" and name and (named := naming.model(name, source="hf", as_of=WRITTEN)):
            facts.add(
                *("licensing", row["origin_id"]), source="hf", name=name, model_id=named.model_id,
                version=named.version, written=row["written"],
            )  # fmt: skip


def _releases(facts: Facts, known: Licences) -> None:
    """Say of every release that a publisher names what its licence is, and between which days it says so.

    Boards and the Hub write a licence beside each of their names; one line is kept for a name and a licence, with the
    origin of the newest statement.
    """
    days = {row["origin_id"]: row["retrieved"] for row in facts.tables.get("origins", [])}
    said: dict[tuple[str, str, str], list[tuple[date, str, str]]] = {}
    for row in facts.tables.get("ratings", []):
        if row["board"].startswith("arena") and row["licence"] and row["model_id"]:
            told = row["published"], row["origin_id"], row["model_id"]
            said.setdefault(("arena", row["name"], row["licence"]), []).append(told)
    for row in facts.tables.get("repositories", []):
        if row["licence"] and row["model_id"]:
            told = row["observed"], row["origin_id"], row["model_id"]
            said.setdefault(("hf", row["repository"], row["licence"]), []).append(told)
    for (source, name, written), told_of in said.items():
        first, (last, key, model_id) = min(told_of)[0], max(told_of)
        version = resolve(name, source=source, as_of=last).version
        facts.add(
            *("licensing", key), source=source, name=name, model_id=model_id, version=version, written=written,
            valid_from=first, valid_to=last,
        )  # fmt: skip
    for row in facts.tables.get("licensing", []):
        row["valid_from"] = row["valid_from"] or days[row["origin_id"]]
        row["valid_to"] = row["valid_to"] or days[row["origin_id"]]
        if found := known.of(row["written"], row["name"], row["model_id"], source=row["source"]):
            row["licence_id"], row["class"] = found.licence_id, found.openness


def _board_licences(facts: Facts, known: Licences) -> None:
    """What the licences on the arena's boards say: one claim a model, of the newest day of the boards that name one.

    Where the names of one model differ in their licence on that day, the most frequent counts; ties by the words.
    """
    newest: dict[str, date] = {}
    rated = [row for row in facts.tables.get("ratings", []) if row["board"].startswith("arena") and row["licence"]]
    for row in rated:
        newest[row["board"]] = max(row["published"], newest.get(row["board"], date.min))
    said: dict[str, tuple[date, Counter[tuple[str, str, str]]]] = {}
    silent: set[tuple[str, str]] = set()
    for row in rated:
        if row["model_id"] is None or row["published"] != newest[row["board"]]:
            continue
        found = known.of(row["licence"], row["name"], source="arena")
        if found is None or found.openness is None:
            silent.add((row["name"], row["licence"]))
            continue
        day, votes = said.get(row["model_id"], (date.min, Counter()))
        if row["published"] > day:
            day, votes = row["published"], Counter()
        if row["published"] == day:
            votes[row["licence"], found.openness, row["origin_id"]] += 1
        said[row["model_id"]] = day, votes
    for model_id, (_, votes) in sorted(said.items()):
        written, openness, origin_id = min(votes, key=lambda vote: (-votes[vote], vote))
        facts.add("openness", origin_id, **{"model_id": model_id, "class": openness, "licence": written})
    facts.leave("licences on the arena's boards", "their words allow no class", len(silent))


def _specify(facts: Facts, known: Licences) -> None:
    """Give claims that say only open or closed the class of the licence that they quote, where it is of their side."""
    whose = _spellers(facts)
    for row in facts.tables.get("openness", []):
        if row["class"] in UNSPECIFIC and row["licence"]:
            found = known.of(row["licence"], row["model_id"], source=whose[row["origin_id"]])
            if found and found.openness and side(row["class"]) in (None, side(found.openness)):
                row["class"] = found.openness


def check_spellings(facts: Facts) -> None:
    """Refuse a vintage in which a publisher writes a licence that the table of spellings does not have."""
    known, whose = licences(facts), _spellers(facts)
    for table in ("ratings", "openness", "components", "repositories"):
        for row in facts.tables.get(table, []):
            if row["licence"] and known.of(row["licence"], source=whose[row["origin_id"]]) is None:
                raise SourceError(
                    f"{table} has the licence {row['licence'][:80]!r}, which curated/spellings.csv does not have",
                    "a line there, with the licence or class that the words mean, or neither",
                )


def _spellers(facts: Facts) -> dict[str, str]:
    """Whose spelling of licences the rows of an origin have: a publisher, of whose data sets several may write them."""
    return {row["origin_id"]: speller(row["dataset"]) for row in facts.tables.get("origins", [])}
