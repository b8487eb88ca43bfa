"""Which requests of a plan can be scored at all, said before anything is paid?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from nomoat.errors import InputError
from nomoat.types import LeftOut
from nomoat.work import judge, store
from nomoat.work.frame import Split
from nomoat.work.labelled import references
from nomoat.work.planning import Planned
from nomoat.work.rules import OUTSIDE, REFERENCE
from nomoat.work.score import Given, Unscorable, calls, reference, scorer

LOOKED_AT = 1000  # requests of a use case, the first of the order drawn, which is random


def unscorable(found: Planned, folder: Path) -> Iterator[LeftOut]:
    """Of every use case that a rule scores the requests without anything to compare an answer with, with why.

    Raises InputError where none of a use case's requests can be scored, and for a file of right answers that cannot be
    read. A judge, people and a function of the user's are not asked.
    """
    for case in found.plan.provable:
        kind = str(case.scorer["kind"])
        if judge.told(case.scorer) or kind in OUTSIDE or (kind == "code" and case.scorer["tests"] != REFERENCE):
            continue
        source = str(case.scorer.get("reference", "logged"))
        table = references(folder / source) if source.endswith(".csv") else {}
        split = found.frame.use_cases.get(case.name, Split())
        drawn = (r for talk in (*split.tuning, *split.proof) for r in talk.requests)
        ids, why = set(islice(drawn, LOOKED_AT)), Counter[str]()
        # Of code it is enough to know that there are tests: to run them takes a tenth of a second each.
        by = scorer({"kind": "exact"} if kind == "code" else case.scorer, folder)
        called = 0
        for request in store.requests(folder, ids):
            called += bool(calls(request.response or {}))
            try:
                by(Given("", {}, reference(request, source, table), request), case.scorer)
            except Unscorable as said:
                why[str(said)] += 1
        if ids and why.total() == len(ids):
            raise InputError(
                f"{case.name!r}: no answer to its requests could be scored by {kind!r}: {why.most_common(1)[0][0]}",
                f"something to compare with in {source}", 'reference = "FILE.csv" or "hint:NAME" in its scorer',
            )  # fmt: skip
        if kind == "tool_calls" and source == "logged" and ids and not called:
            raise InputError(
                f"{case.name!r}: none of {len(ids):,} logged answers calls a tool, so that calling none would be right",
                "a scorer of what it answers", 'scorer = { kind = "normalised" }',
            )  # fmt: skip
        looked = f" of the first {len(ids):,} drawn" if len(ids) == LOOKED_AT else ""
        for reason, count in why.items():
            yield LeftOut(what=f"requests of {case.name}{looked} that cannot be scored", count=count, why=reason)
