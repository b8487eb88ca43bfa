"""Which figures and dates cannot be, or are not what they look like?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from nomoat.sources.finding import NOTICE, WRONG, Finding, Look, Row

DEAREST = 2_000.0  # US dollars per million tokens; the dearest list price that was ever asked is 600
CHEAPEST = 1e-4  # the cheapest that is asked for text is 0.01; a price per token in the wrong column is 1e-6 and less
_PRICES = ("input", "output", "cache_read", "cache_write", "batch_input", "batch_output")
_NEVER_ABOVE = (("cache_read", "input"), ("batch_input", "input"), ("batch_output", "output"))


def younger_parents(look: Look) -> Iterator[Finding]:
    """A declared parent that came out after its child: the fields are swapped, or a family's name stands for it."""
    released = look.catalog.members().released
    index = look.catalog.members().index
    for row in look.rows("lineage"):
        child, parent = index.get(row["child_id"]), index.get(row["parent_id"])
        if child is None or parent is None or released[child] is None or released[parent] is None:
            continue
        if released[parent] > released[child]:
            yield Finding(
                check="lineage", severity=NOTICE, dataset=look.dataset(row), subject=row["child_id"],
                said=f"released on {released[child]}, its parent {row['parent_id']} on {released[parent]}",
                next=f"nomoat models {row['child_id']} --json", origin=row["origin_id"],
            )  # fmt: skip


def odd_prices(look: Look) -> Iterator[Finding]:
    """Prices below nought, beyond what anybody asks, or above the full price that they are a discount of."""
    for row in look.rows("offerings"):
        prices = {name: row[name] for name in _PRICES if row[name] is not None}
        below = [name for name, value in prices.items() if not value >= 0]
        dear = [name for name, value in prices.items() if value > DEAREST]
        cheap = [name for name in ("input", "output") if 0 < prices.get(name, 0) < CHEAPEST]
        turned = [name for name, full in _NEVER_ABOVE if prices.get(name, 0) > prices.get(full, 0) > 0]
        for names, why in (
            (below, ""), (dear, ""), (cheap, ": a price per token?"), (turned, ": more than without the discount"),
        ):  # fmt: skip
            if names:
                yield Finding(
                    check="prices", severity=WRONG if names is below else NOTICE, dataset=look.dataset(row),
                    subject=f"{row['provider']} · {row['name']}", origin=row["origin_id"],
                    said=f"{names[0]} at ${prices[names[0]]:,.6g} per million tokens{why}",
                )  # fmt: skip
                break


def fallen_downloads(look: Look) -> Iterator[Finding]:
    """All-time downloads can only grow; where they fall, the repository was made anew or the count was corrected."""
    for dataset, known in look.catalog.held("repositories").items():
        for before, day in pairwise(known):
            was = {
                r["repository"]: r["downloads_all"] for r in look.catalog.table("repositories", before, dataset).rows()
            }
            for row in look.catalog.table("repositories", day, dataset).rows():
                then, now = was.get(row["repository"]), row["downloads_all"]
                if then is not None and now is not None and now < then:
                    yield Finding(
                        check="downloads", severity=NOTICE, dataset=dataset, subject=row["repository"],
                        said=f"all-time downloads fell from {then:,.0f} on {before} to {now:,.0f} on {day}",
                        origin=row["origin_id"],
                    )  # fmt: skip


def unfinished(look: Look) -> Iterator[Finding]:
    """Series whose last period was not over when it was copied."""
    last: dict[str, Row] = {}
    for row in look.rows("usage"):
        if row["period"] and (row["series"] not in last or row["period"] > last[row["series"]]["period"]):
            last[row["series"]] = row
    for series, row in last.items():
        copied = look.about[row["origin_id"]]["retrieved"]
        if row["partial"] or (row["ends"] and row["ends"] > copied):
            yield Finding(
                check="periods", severity=NOTICE, dataset=look.dataset(row), subject=series,
                said=f"its last {row['grain'] or 'period'}, from {row['period']}, was not over on {copied}",
                origin=row["origin_id"],
            )  # fmt: skip


def beyond(look: Look) -> Iterator[Finding]:
    """Releases more than a year after the copy that tells of them."""
    for row in look.rows("models"):
        copied = look.about[row["origin_id"]]["retrieved"]
        if row["released"] and row["released"] > copied + timedelta(days=366):
            yield Finding(
                check="dates", severity=WRONG, dataset=look.dataset(row), subject=row["model_id"],
                said=f"released on {row['released']}, said a copy of {copied}", origin=row["origin_id"],
            )  # fmt: skip
