"""Arena (LMArena): ratings by blind human votes, by board, category and publish date."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nomoat.errors import SourceError
from nomoat.sources.curated import Alias, Curated
from nomoat.sources.delimited import Row
from nomoat.sources.delimited import read as read_rows
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import one, reason
from nomoat.sources.parquet import distinct, read_parquet
from nomoat.sources.plain import is_plain

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.naming import Named, Naming
    from nomoat.sources.web import Web

LEVEL = 0.95
ATTRIBUTION = "Arena, leaderboard dataset, huggingface.co/datasets/lmarena-ai/leaderboard-dataset, CC BY 4.0"
ADDRESS = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"
INDEX = "https://huggingface.co/api/datasets/lmarena-ai/leaderboard-dataset"
FILE = "{part}-00000-of-00001.parquet"
# What is kept of the past: the whole history of the text board has 1,168,522 rows on 247 days in 29 categories.
HISTORY = frozenset({"overall", "hard_prompts", "coding", "math", "creative_writing", "instruction_following"})
FIRST = date(2023, 4, 1)  # the first board was published on 2023-05-08
MOST_BOARDS = 100  # there were 22 subsets in October 2026

_SUBSET = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PLACE = re.compile(r"(?:^|/)([a-z][a-z0-9_]{0,40})/(latest|full)(?:-\d{5}-of-\d{5}\.parquet)?$")
_NAMED = ["model_name", "organization", "license", "category", "leaderboard_publish_date"]
_RATED = ("rating", "rating_lower", "rating_upper")
_SCORED = ("score", "score_ci_lower", "score_ci_upper")  # the boards of agents, since June 2026


def board(subset: str, history: bool = False) -> Publication:
    """Return the data set of one board; its vintages are the board's own publish dates.

    `text` is the board without style control and `text_style_control` the one with it.
    """
    past = " as kept in its public history" if history else ""
    return Publication(
        key=f"arena/{subset}",
        publisher="Arena",
        dataset=f"arena:{subset}",
        title=f"Arena leaderboard {subset}{past}",
        address=ADDRESS,
        licence="CC BY 4.0",
        attribution=ATTRIBUTION,
        evidence="measured by publisher",
    )


def fetch(web: Web, *, history: bool = False, boards: Collection[str] | None = None) -> tuple[Copy, ...]:
    """Fetch the newest file of every board that the data set lists, or of `boards`; with `history` all its days too.

    Files of a disk that stand in for the server need no list: BOARD/latest-00000-of-00001.parquet, BOARD.parquet, or an
    extract of all boards as CSV. Raises `SourceError` where the list names no board, or none of those asked for.
    """
    if isinstance(web, Disk) and (held := _on_disk(web)):
        return held
    listed = _listed(web.get("arena", "index", INDEX, kind="json"))
    wanted = [(subset, part) for subset, part in listed if boards is None or subset in boards]
    if not wanted:
        known = ", ".join(sorted({subset for subset, _ in listed}))
        raise SourceError(f"Arena lists no board {sorted(boards or [])}", f"some of {known}" if known else "boards")
    return tuple(
        web.get(
            "arena", f"{subset}/{part}", f"{ADDRESS}/resolve/main/{subset}/{FILE.format(part=part)}", kind="parquet"
        )
        for subset, part in wanted
        if part == "latest" or history
    )


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read boards: `latest` ones whole, `full` ones on one day a month and the newest, in the categories of `HISTORY`.

    A CSV file is read as the extract of all boards that the snapshot is built from.
    """
    arena = Arena(curated, naming)
    whole: dict[str, set[date]] = {}
    for copy in sorted(copies, key=lambda copy: "full" in (_place(copy) or ("", ""))[1]):
        if copy.path.suffix == ".csv":
            arena.read(copy.path)
            continue
        place = _place(copy)
        if place is None:
            raise SourceError(
                f"{copy.address} does not say which board it is", "BOARD/latest-00000-of-00001.parquet", "rename it"
            )
        subset, part = place
        days = whole.setdefault(subset, set())
        days |= arena.read_board(copy.path, subset, copy.retrieved.date(), part == "full", frozenset(days))
    return arena.finish()


@dataclass(frozen=True)
class Renamed:
    """One model under two names: the old one until the day before `on`, the new one from then."""

    old: str
    new: str
    on: date
    effort: str | None


class Arena:
    """Reads the leaderboard's files; names lead to models only through exact aliases.

    Those of `aliases_arena.csv` come first, then the name that the board gave the same model before or after a rename
    (`renames_arena.csv`, on its days only), then an exact alias of the identity library. A name with an effort
    (`-high`, `-thinking-32k`) or a harness is the same model; a name whose own date, family or pointer leaves a doubt
    has no line and stays without a model. The board's licence is kept as it is written and decides nothing: the one of
    `qwen-max-0919`, a model without weights, reads "Qwen".
    """

    def __init__(self, curated: Curated, naming: Naming | None = None) -> None:
        self.curated, self.naming = curated, naming
        self.aliases = curated.aliases("arena")
        self.facts = Facts()
        self._met: set[str] = set()
        self._asked: dict[tuple[str, date], Named | None] = {}
        self._joined: dict[str, tuple[Alias, date | None, date | None]] = {}
        self._renames = {renamed.new: renamed for renamed in _renames(curated)}
        self._renamed = {renamed.old: renamed for renamed in self._renames.values()}

    def read(self, path: Path) -> None:
        """Read one extract of all boards at their newest publish date."""
        columns = ["subset", "category", "model_name", "organization", "license", "rating"]
        more = ["rating_lower", "rating_upper", "vote_count", "leaderboard_publish_date"]
        for row in read_rows(path, [*columns, *more]):
            published = row.day("leaderboard_publish_date")
            if published is None:
                raise row.wrong("leaderboard_publish_date", "a date")
            self._add(row, path, board(row.needed("subset")), row.needed("category"), published)

    def read_history(self, path: Path, subset: str, skip: frozenset[date] = frozenset()) -> None:
        """Read a history of the overall category of one board; dates in `skip` are known whole already.

        It holds only models that are still registered, so that a past frontier may miss one that was withdrawn.
        """
        for row, published in _dated(path):
            if published not in skip:
                self._add(row, path, board(subset, history=True), "overall", published)

    def read_board(
        self, path: Path, subset: str, retrieved: date, history: bool = False, skip: frozenset[date] = frozenset()
    ) -> set[date]:
        """Read one Parquet file of the data set and return the publish dates that were read.

        Of a history the first publish date of every month and the newest are read, without those in `skip`. A record
        with a broken cell is left out and counted. Raises `SourceError` where there is no whole one, and where the file
        has neither `rating` nor `score`.
        """
        only: dict[str, list[str]] = {}
        if history:
            days = {day: text for text in distinct(path, "leaderboard_publish_date") if (day := _day(text))}
            kept = monthly(day for day in days if day <= retrieved)
            self.facts.leave("publish dates", "one a month and the newest are kept of a history", len(days) - len(kept))
            only = {"leaderboard_publish_date": [days[day] for day in kept if day not in skip], "category": [*HISTORY]}
        read: set[date] = set()
        seen, broken = 0, list[SourceError]()
        known = board(subset, history)
        for row in read_parquet(path, _NAMED, [*_RATED, *_SCORED, "vote_count"], only):
            if "rating" not in row.cells and "score" not in row.cells:
                raise SourceError(f"{path.name} has neither 'rating' nor 'score'", "one of these columns")
            seen += 1
            try:
                published = _published(row, retrieved)
                self._add(row, path, known, row.needed("category"), published)
                read.add(published)
            except SourceError as error:
                broken.append(error)
                self.facts.leave("arena ratings", f"broken in the source: {reason(error)}")
        if seen and len(broken) == seen:
            raise SourceError(f"No rating of {path.name} can be read; the first: {broken[0].seen}", broken[0].expected)
        return read

    def finish(self) -> Facts:
        """Enter the aliases that were used, count the names without one, and return all rows."""
        key = self.curated.origin(self.facts, "aliases_arena", "Which models the arena's names mean")
        for name in sorted(self._met & {*self.aliases, *self._joined}):
            alias, since, until = self._joined.get(name) or (self.aliases[name], None, None)
            self.facts.add(
                *("aliases", key), source="arena", name=name, level="model", id=alias.model_id, effort=alias.effort,
                valid_from=since, valid_to=until, method="curated",
            )  # fmt: skip
        without = self._met - {*self.aliases, *self._joined}
        self.facts.leave("arena names", "no exact alias to a dated model", len(without))
        return self.facts

    def _add(self, row: Row, path: Path, known: Publication, category: str, published: date) -> None:
        name = row.needed("model_name")
        organisation, licence = _given(row, "organization"), _given(row, "license")
        if not all(is_plain(text) for text in (name, category, organisation or "", licence or "")):
            raise row.wrong("model_name", "plain names")
        rating, low, high = _interval(row)
        votes = row.number("vote_count", 0, 1e12) if "vote_count" in row.cells else None
        self._met.add(name)
        alias = self._alias(name, published)
        self.facts.add(
            *("ratings", self.facts.origin(known, published, path)), board=known.dataset, category=category,
            published=published, name=name, model_id=alias and alias.model_id, released=alias and alias.released,
            organisation=organisation, licence=licence, rating=rating, low=low, high=high,
            level=None if low is None else LEVEL, votes=None if votes is None else int(votes),
        )  # fmt: skip

    def _alias(self, name: str, published: date) -> Alias | None:
        """What a name means on a publish date, and on which days; None where nothing exact says it."""
        if name in self.aliases:
            return self.aliases[name]
        if (renamed := self._renames.get(name)) and published >= renamed.on and renamed.old in self.aliases:
            return self._join(name, self.aliases[renamed.old], renamed.effort, renamed.on, None)
        if (renamed := self._renamed.get(name)) and published < renamed.on and renamed.new in self.aliases:
            last = date.fromordinal(renamed.on.toordinal() - 1)
            return self._join(name, self.aliases[renamed.new], renamed.effort, None, last)
        if self.naming is None:
            return None
        if (name, published) not in self._asked:
            self._asked[name, published] = self.naming.model(name, source="arena", as_of=published)
        named = self._asked[name, published]
        if named is None or named.method != "exact":
            return None
        return self._join(name, Alias(named.model_id), named.effort, None, None)

    def _join(self, name: str, to: Alias, effort: str | None, since: date | None, until: date | None) -> Alias:
        alias = Alias(to.model_id, to.called, effort, to.released)
        self._joined[name] = alias, since, until
        return alias


def monthly(days: Iterator[date] | Collection[date]) -> list[date]:
    """Return the first of the days in every month, and the newest of all.

    The first stays what it is when more days follow, so that a later copy keeps the days of an earlier one.

    >>> [str(day) for day in monthly([date(2026, 8, 3), date(2026, 8, 12), date(2026, 9, 1), date(2026, 9, 25)])]
    ['2026-08-03', '2026-09-01', '2026-09-25']
    """
    first: dict[tuple[int, int], date] = {}
    newest: date | None = None
    for day in sorted(days):
        first.setdefault((day.year, day.month), day)
        newest = day
    return sorted({*first.values(), newest} if newest else [])


def _interval(row: Row) -> tuple[float, float | None, float | None]:
    """The rating and its bounds; a board of agents calls them a score and its interval."""
    middle, lower, upper = _RATED if "rating" in row.cells else _SCORED
    rating = row.number(middle, -1e5, 1e5)
    if rating is None:
        raise row.wrong(middle, "a number")
    low, high = (row.number(column, -1e5, 1e5) if column in row.cells else None for column in (lower, upper))
    if (low is None) != (high is None) or (low is not None and high is not None and not low <= rating <= high):
        raise row.wrong(lower if lower in row.cells else middle, "two bounds around the rating")
    return rating, low, high


def _published(row: Row, retrieved: date) -> date:
    day = _day(row.cells["leaderboard_publish_date"])
    if day is None or day > retrieved:
        raise row.wrong("leaderboard_publish_date", f"a date from {FIRST} to the day of the copy")
    return day


def _day(text: str) -> date | None:
    """The publish date of `2026-08-19` or of a time of that day; None for any other text and for an earlier one."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if day >= FIRST else None


def _on_disk(disk: Disk) -> tuple[Copy, ...]:
    """The boards among the files of a disk; of a folder only those whose place or name says which they are."""
    found: list[Copy] = []
    files = disk.files("arena", "parquet", "csv")
    for path in files:
        place = _PLACE.search(path.as_posix())
        if path.suffix == ".csv" and (len(files) == 1 or path.name.startswith("arena")):
            found.append(disk.take("arena", path.stem, path, kind="csv"))
        elif path.suffix == ".parquet" and (place or len(files) == 1 or _SUBSET.fullmatch(path.stem)):
            name = "/".join(place.groups()) if place else path.stem
            found.append(disk.take("arena", name, path, kind="parquet"))
    return tuple(found)


def _listed(copy: Copy) -> list[tuple[str, str]]:
    """The (board, part) pairs among the files of the data set, sorted."""
    files = [entry.get("rfilename") for entry in one(copy.path).values("siblings") if isinstance(entry, dict)]
    places = {found.groups() for file in files if isinstance(file, str) and (found := _PLACE.search(file))}
    if len(places) > 2 * MOST_BOARDS:
        raise SourceError(f"{copy.address} lists {len(places)} boards", f"at most {MOST_BOARDS}")
    return sorted((subset, part) for subset, part in places)


def _place(copy: Copy) -> tuple[str, str] | None:
    """Which board a copy is, and whether it is the latest or the full one: told by its name, else by its address."""
    found = _PLACE.search(copy.name) or _PLACE.search(copy.address)
    if found:
        return found[1], found[2]
    stem = Path(copy.address).stem
    return (stem, "latest") if _SUBSET.fullmatch(stem) and copy.path.suffix == ".parquet" else None


def _renames(curated: Curated) -> Iterator[Renamed]:
    for row in curated.rows("renames_arena", ["old", "new", "on", "effort"]):
        on = row.day("on")
        if on is None:
            raise row.wrong("on", "a date")
        yield Renamed(row.needed("old"), row.needed("new"), on, row.text("effort"))


def _dated(path: Path) -> Iterator[tuple[Row, date]]:
    """Yield the rows of either history file: one names its dates `date`, the other `leaderboard_publish_date`."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        column = "date" if file.readline().startswith("date,") else "leaderboard_publish_date"
    for row in read_rows(path, [column, "model_name", "rating"]):
        published = row.day(column)
        if published is None:
            raise row.wrong(column, "a date")
        yield row, published


def _given(row: Row, column: str) -> str | None:
    return row.text(column) if column in row.cells else None
