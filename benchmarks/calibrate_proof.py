"""Does the proof err as seldom as it says, find what a plan promises, and do its intervals hold?

Writes docs/methods/proof-calibration.md from the planted worlds of proof/worlds.py.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
from proof import worlds as w

from nomoat.stats.prediction import binomial
from nomoat.work.power import power

SEED = 2026
PAGE = Path(__file__).parents[1] / "docs" / "methods" / "proof-calibration.md"
Setting = tuple[Callable[..., float], float | Callable[[], float]]
Row = tuple[str, float, float, float, float]  # setting, share, its interval, what was promised
SHAPES = (("one", "one"), ("mixed", "1, 2 or 8"), ("giant", "one and a giant"))

TIMES = {"wrong": 1, "power": 3, "interval": 1}  # so many worlds more, where a share near one half is compared
# Of each group: what its rows say, in which direction a share may leave what was promised, and what is planted.
GROUPS = {
    "wrong": (
        "listed wrongly",
        "at most",
        "Every candidate loses exactly the margin: 10 points, 20 % of answers differ, 300 conversations, looked at "
        "after every one. At most is the level of a first generation.",
    ),
    "power": (
        "listed",
        "promised",
        "The candidate is as good as the incumbent. A pilot is answered before the plan, which is told the share of "
        "it that differs; what is asked for is a chance of 80 %.",
    ),
    "interval": (
        "holds the truth",
        "at least",
        "The candidate loses 10 points and conversations go right or wrong as wholes. Costs are log-normal; tail is "
        "the standard deviation of their logarithm.",
    ),
}
SETTINGS: dict[str, dict[str, Setting]] = {
    "wrong": {
        "one request each": (w.plain, w.HERE),
        "four turns that mostly go together": (partial(w.plain, sizes="four"), w.HERE),
        "conversations of 1, 2 or 8": (partial(w.plain, sizes="mixed"), w.HERE),
        "one conversation with half of all requests": (partial(w.plain, sizes="giant"), w.HERE),
        "long conversations lose, short ones win": (w.informative, w.HERE),
        "the loss grows with arrival": (w.drifting, w.HERE),
        "the candidate only ever loses": (partial(w.plain, differ=0.1), w.HERE),
        "scores near 0 or 1": (w.graded, w.HERE),
        "the candidate fails to answer": (w.failing, w.HERE),
        "half of all requests reach neither arm": (w.outage, w.HERE),
        "a fixed log at the margin, to its end": (w.finite, w.HERE),
        "the best of ten on the tuning split": (w.chosen, w.HERE),
        "a look that ends before a slow loss": (w.halfway, w.HERE),
        "a judge who favours the candidate, 200 labels": (w.labelled, w.HERE),
        "eight use cases in one mood, share of the listed": (w.together, w.HERE),
        "the same, all critical, any listed": (partial(w.together, critical=True), w.HERE),
        "twelve generations, any listed": (w.generations, 0.05),
    },
    "power": {
        **{
            f"{words} {n} conversations of {size}": (partial(w.found, **world), partial(w.promise, **world))
            for words, n, size, world in (
                ("", 140, "one", {"n": 140}),
                ("", 220, "one", {"n": 220}),
                ("", 140, "four", {"n": 140, "sizes": "four"}),
                ("", 240, "1, 2 or 8", {"n": 240, "sizes": "mixed"}),
                ("three use cases of", 250, "one", {"n": 250, "cases": 3}),
                ("5 % differ,", 90, "one", {"n": 90, "differ": 0.05}),
            )
        },
        **{f"as many as a pilot of {n} asks for": (partial(w.piloted, pilot=n), 0.8) for n in (30, 100, 400)},
    },
    "interval": {
        **{
            f"difference, {n} conversations of {words}": (partial(w.held, n=n, sizes=sizes), 0.95)
            for sizes, words in SHAPES
            for n in (12, 40, 150, 400)
        },
        "difference, 60 conversations of one, 2 % lost": (partial(w.held, n=60, sizes="one", loss=0.02, differ=0.02),
                                                          0.95),
        "whenever one looks, one request each": (partial(w.whenever, sizes="one"), 0.95),
        "whenever one looks, 1, 2 or 8": (partial(w.whenever, sizes="mixed"), 0.95),
        **{
            f"PPI++, {n} labels, conversations of {words}": (partial(w.judge, n=n, sizes=sizes), 0.95)
            for sizes, words in SHAPES
            for n in (40, 150)
        },
        **{
            f"{words}, {n} conversations, tail {tail}": (partial(w.spent, n=n, tail=tail, what=what), 0.95)
            for what, words in (("success", "cost a success"), ("paid", "cost of the same requests"))
            for tail in (0.5, 1.5)
            for n in (12, 150)
        },
    },
}  # fmt: skip

WORDS = """# Does the proof hold?

`make calibrate` plants worlds whose truth is known, writes them as a run does (plan, frame, marks) and reads the
verdict. A share stands with its exact 99 % interval. How each world is made: `benchmarks/proof/worlds.py`; what is
claimed and why it should hold: [proof](proof.md).

{groups}
What a plan promises is for the share of differing answers that it was told. A small pilot knows that share badly, and
so what it asks for is now too little, now too much. Of several use cases each is promised what it reaches whatever the
others say; that the others are listed as well helps it (e-BH), which is not promised.

Seed {seed}; what the arithmetic says of a few worlds has sha256 `{fingerprint}`. Made by `make calibrate`.
"""


def one(group: str, name: str, k: int) -> float:
    """One world of a setting."""
    seed = int.from_bytes(sha256(f"{SEED}\0{name}\0{k}".encode()).digest()[:6], "big")
    return SETTINGS[group][name][0](np.random.default_rng(seed), k)


def fingerprint() -> str:
    """What the arithmetic says of a few worlds, as a hash: other numbers are another proof, other words are not."""
    dice = np.random.default_rng(SEED)
    cases = {f"u{k}": w.log(dice, 90 + 20 * k, 0.02 * k, sizes=s) for k, s in enumerate(("one", "four", "giant"))}
    said = []
    for case in w.verdict(cases, margin=0.2, level=0.3).cases:
        said += [case.e_safe, case.e_worse, case.e_better, case.needs]
        for seen in (case.difference, case.whenever):
            said += [seen.low, seen.high] if seen is not None else []
    said += [power([1, 4], margin=0.1, largest=4, needs=33, available=150, worlds=50).chance]
    said += [end for n in (20, 50) for end in w.ends(dice, n)]
    paid = w.prices(dice, 40, 0.5)
    said += [end for end in (paid.low, paid.high, paid.paid_low, paid.paid_high) if end is not None]
    return sha256(",".join(f"{x:.5e}" for x in said).encode()).hexdigest()


def row(group: str, name: str, outcomes: list[float]) -> Row:
    """A setting, the share that was found with its interval, and what was promised."""
    promised = SETTINGS[group][name][1]
    hits, n = sum(outcomes), len(outcomes)
    low, high = binomial(round(hits), n, 0.99)
    return name.strip(), hits / n, low, high, promised() if callable(promised) else promised


def page(found: dict[str, list[Row]], worlds: int) -> str:
    """The page in docs/methods."""
    text = []
    for group, rows in found.items():
        what, direction, about = GROUPS[group]
        text += [
            f"## {what.capitalize()}",
            "",
            f"{about} {TIMES[group] * worlds:,} worlds a row.",
            "",
            f"| | {what} | {direction} |",
            "| --- | --- | --- |",
        ]
        text += [
            f"| {name} | {100 * share:.1f} % ({100 * low:.1f} to {100 * high:.1f}) | {100 * promised:.1f} % |"
            for name, share, low, high, promised in rows
        ]
        text.append("")
    return WORDS.format(groups="\n".join(text), seed=SEED, fingerprint=fingerprint())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=1000, help="of each setting")
    options.add_argument("--workers", type=int, default=os.cpu_count())
    options.add_argument("--keep", type=Path, help="a file of settings that are done: a run that was ended goes on")
    options.add_argument("--write", action="store_true", help=f"replace {PAGE.name}")
    asked = options.parse_args()
    kept: dict[str, list[float]] = json.loads(asked.keep.read_text()) if asked.keep and asked.keep.exists() else {}
    table: dict[str, list[Row]] = {}
    with ProcessPoolExecutor(asked.workers) as pool:
        for group, settings in SETTINGS.items():
            print(GROUPS[group][0])
            for name in settings:
                many = TIMES[group] * asked.worlds
                key = f"{many} {group} {name}"
                if key not in kept:
                    kept[key] = list(pool.map(partial(one, group, name), range(many), chunksize=10))
                    if asked.keep:
                        asked.keep.write_text(json.dumps(kept))
                made = row(group, name, kept[key])
                table.setdefault(group, []).append(made)
                share, low, high, promised = made[1:]
                print(f"  {made[0]:50} {share:.3f} ({low:.3f} to {high:.3f}), {GROUPS[group][1]} {promised:.3f}")
    if asked.write:
        PAGE.write_text(page(table, asked.worlds))
        print(f"Wrote {PAGE.name}")
    else:
        print("Not written: --write replaces the page")


if __name__ == "__main__":
    main()
