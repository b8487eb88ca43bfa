"""What did people say of a run's answers, and how far do those agree who labelled the same ones?"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.stats import agreement, paired
from nomoat.types import Noun
from nomoat.work.answer import Answer, Mark

UNCLEAR = "?"
LARGEST_CSV = 2**24  # characters of a cell
_LETTERS = "bcdfghjkmnpqrstvwxyz"
Key = str | tuple[str, str]  # a code, or an arm and a request


class Agreement(Noun, frozen=True, kw_only=True):
    """How far people agree on a use case's answers that two or more of them labelled.

    `alike` is the share of pairs of labels that are equal, with a Wilson interval over answers; `alpha` is
    Krippendorff's (interval scale), `ac1` Gwet's; None where all labels are equal.
    """

    use_case: str
    people: int
    answers: int
    alike: float
    low: float
    high: float
    alpha: float | None
    ac1: float | None

    def said(self) -> str:
        """The agreement in words, its interval and the number of answers with it."""
        beyond = (("Krippendorff's alpha", self.alpha), ("Gwet's AC1", self.ac1))
        more = "".join(f"; {name} {value:.2f}" for name, value in beyond if value is not None)
        return (
            f"{self.people} people agree in {self.alike:.0%} of pairs of labels of {self.answers:,} "
            f"{'answer' if self.answers == 1 else 'answers'} (95 % interval {100 * self.low:.0f} to "
            f"{100 * self.high:.0f} %{more}); what counts is their mean"
        )


@dataclass
class Labels:
    """What people said: of a code, or of an arm and a request, the score that each of them gave, or that none can."""

    said: dict[Key, dict[str, float]] = field(default_factory=dict)
    unclear: set[Key] = field(default_factory=set)

    def of(self, answer: Answer) -> dict[str, float]:
        """Who gave an answer which score."""
        found = self.said.get(code(answer), {})
        return found or self.said.get((answer.arm, answer.request_id), {})

    def skipped(self, answer: Answer) -> bool:
        """Whether somebody looked at an answer and could not say, and nobody could."""
        return not self.of(answer) and bool(self.unclear & self.keys(answer))

    def keys(self, answer: Answer) -> set[Key]:
        """Under which keys an answer may be labelled."""
        return {code(answer), (answer.arm, answer.request_id)}


def labelled(answer: Answer, use_case: str, labels: Labels) -> Mark | None:
    """The mark that people gave, the mean of several; a failed answer has 0 without one, any other waits for one."""
    failed = answer.error is not None or answer.response is None
    said = labels.of(answer)
    if not failed and not said:
        return None
    detail = f"failed: {answer.error}" if failed else f"{len(said)} people" if len(said) > 1 else ""
    return Mark(
        run=answer.run, arm=answer.arm, request_id=answer.request_id, conversation_id=answer.conversation_id,
        use_case=use_case, scorer="human", score=0.0 if failed else sum(said.values()) / len(said), detail=detail,
    )  # fmt: skip


def agreed(use_case: str, rated: Iterable[Mapping[str, float]]) -> Agreement | None:
    """How far people agree on answers; None where no answer has two labels."""
    twice = [one for one in rated if len(one) > 1]
    if not twice:
        return None
    values = [list(one.values()) for one in twice]
    alike = agreement.alike(values)
    assert alike is not None
    low, high = paired.wilson(round(alike * len(twice)), len(twice))
    return Agreement(
        use_case=use_case, people=len(set().union(*twice)), answers=len(twice), alike=alike, low=low, high=high,
        alpha=agreement.alpha(values), ac1=agreement.ac1(values) if agreement.alpha(values) is not None else None,
    )  # fmt: skip


def code(answer: Answer) -> str:
    """What stands for an answer on a label sheet: nobody learns whose it is, and two that are the same have one label.

    Letters alone, without vowels: a spreadsheet makes a number of 10 digits with an e among them, or a date.
    """
    said = answer.response or {}
    shown = [said.get("content") or "", said.get("tool_calls") or [], said.get("refusal") or ""]
    whole = msgspec.json.encode([answer.run, answer.request_id, shown], order="deterministic")
    number = int.from_bytes(hashlib.sha256(whole).digest()[:8])
    return "".join(_LETTERS[number // 20**k % 20] for k in range(10))


def people(paths: Iterable[Path]) -> Labels:
    """Labels of people: CSVs of code (or arm and request_id), score (0 to 1, empty where none yet), and by, if several.

    A score of ? says that one cannot say: the request then counts for no arm, which a gap in the labels does not.

    As spreadsheets write them: with commas, semicolons or tabs, 0,5 for 0.5, in any encoding. Without a column `by`
    each file is one person's. Raises InputError with the line.
    """
    found = Labels()
    for path in paths:
        for line, row in rows(path, ("score",), ("code", "arm"), ("request_id", "by"), loose=True):
            said = (row["score"] or "").strip()
            if not said or not any((value or "").strip() for name, value in row.items() if name != "score"):
                continue
            try:
                value = float(said.replace(",", "."))
            except ValueError:
                value = float("nan")
            if not 0 <= value <= 1 and said != UNCLEAR:
                raise InputError(f"{path}, line {line}: score {said!r}", "a number from 0 to 1", "0, 0.5, 1, or ?")
            if "code" in row:
                key: Key = (row["code"] or "").strip()
            elif "request_id" in row:
                key = ((row["arm"] or "").strip(), (row["request_id"] or "").strip())
            else:
                raise InputError(f"{path} names arms and no requests", "the columns arm, request_id, score")
            if said == UNCLEAR:
                found.unclear.add(key)
                continue
            by = (row.get("by") or "").strip() or path.name
            if found.said.setdefault(key, {}).setdefault(by, value) != value:
                named = (key if isinstance(key, str) else " ".join(key)) + (f" by {by}" if by != path.name else "")
                raise InputError(
                    f"{path}, line {line}: a second label of {named}, {value:g} and before {found.said[key][by]:g}",
                    "one label an answer and person",
                    "a column by, which says whose label it is",
                )
    return found


def references(path: Path) -> dict[str, str]:
    """Right answers of a file of the user's, by request; raises InputError for two of one request that differ."""
    found: dict[str, str] = {}
    for line, row in rows(path, ("request_id", "reference"), (), ()):
        name, said = row["request_id"] or "", row["reference"] or ""
        if name and found.setdefault(name, said) != said:
            raise InputError(
                f"{path}, line {line}: a second right answer to {name}, {said[:40]!r} and before {found[name][:40]!r}",
                "one right answer a request",
            )
    return found


def rows(
    path: Path, names: tuple[str, ...], one_of: tuple[str, ...], also: tuple[str, ...], *, loose: bool = False
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Rows with the columns `names`, the first of `one_of` that the file has and those of `also`, with their lines.

    `loose` takes rows that end early and bytes that are no UTF-8, where no text of the file is compared with another.
    """
    csv.field_size_limit(LARGEST_CSV)
    try:
        raw = path.read_bytes()
        wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = raw.decode("utf-16" if wide else "utf-8-sig", "replace" if loose else "strict")
        head = text.partition("\n")[0]
        mark = max(",;\t", key=head.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
        seen = {name.strip().casefold(): name for name in reader.fieldnames or () if name}
        wanted = [*names, *[name for name in one_of if name in seen][:1], *[name for name in also if name in seen]]
        if not set(names) <= set(seen) or (one_of and not set(one_of) & set(seen)):
            either = " and " + " or ".join(one_of) if one_of else ""
            raise InputError(f"{path} has the columns {list(seen.values())}", ", ".join(names) + either)
        for row in reader:
            if not loose and any(row[seen[name]] is None for name in names):
                raise InputError(f"{path}, line {reader.line_num}: cells are missing", ", ".join(wanted))
            yield reader.line_num, {name: row[seen[name]] for name in wanted}
    except (OSError, UnicodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error})", "a CSV in UTF-8 with " + ", ".join(names)) from None
