"""Which method predicts scores it has not seen, and whose intervals hold: the evidence for the default.

Part one hides a tenth of the shipped scores again and again, the same for every method, and compares predictions;
differences come with a 90 % interval from resampling models. Part two draws worlds whose abilities are known, with
the shipped pattern of who was measured on what, and counts how often 90 % intervals hold the truth.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nomoat.catalog.store import Catalog
from nomoat.stats import families, irt
from nomoat.stats.worlds import World, coverage, simulate
from nomoat.world.scores import ANCHORS, EVIDENCE, ScoreTable, choose, read

HELD = 0.1
TOP = 135  # models above are those that frontiers are made of


@dataclass(frozen=True)
class Data:
    table: ScoreTable
    scores: irt.Scores
    anchor: int
    kind: np.ndarray
    domain: np.ndarray
    open: np.ndarray

    @classmethod
    def shipped(cls) -> Data:
        catalog = Catalog.open()
        table = choose(read(catalog, None), None, None)
        labels, members = catalog.table("benchmarks").columns, catalog.members()
        of = dict(zip(labels["benchmark_id"], labels["domain"], strict=True))
        openness = dict(zip(members.model_id, members.openness, strict=True))
        names = [str(of[key]) for key in table.benchmark_id]
        weights = [openness[key].startswith(("weights", "open")) for key in table.model_id]
        return cls(
            table=table,
            scores=table.scores,
            anchor=int(table.anchor or 0),
            kind=np.array([EVIDENCE.index(kind) for kind in table.evidence]),
            domain=np.unique(names, return_inverse=True)[1],
            open=np.array(weights),
        )


def masks(data: Data, repeats: int) -> Iterator[np.ndarray]:
    """Rows to hide: a tenth, at random, leaving every model three rows and every benchmark four."""
    scores, rng = data.scores, np.random.default_rng(2026)
    for _ in range(repeats):
        hidden = np.zeros(len(scores.model), bool)
        models, benchmarks = np.bincount(scores.model), np.bincount(scores.benchmark)
        for row in rng.permutation(len(hidden)):
            m, b = scores.model[row], scores.benchmark[row]
            if hidden.sum() < HELD * len(hidden) and models[m] > 3 and benchmarks[b] > 4:
                hidden[row] = True
                models[m] -= 1
                benchmarks[b] -= 1
        yield hidden


Prediction = tuple[np.ndarray, np.ndarray]


def curve(scores: irt.Scores, ability: np.ndarray, difficulty: np.ndarray, slope: np.ndarray) -> np.ndarray:
    apart = ability[..., scores.model] - difficulty[..., scores.benchmark]
    return 1 / (1 + np.exp(-slope[..., scores.benchmark] * apart))


def eci(data: Data, hidden: np.ndarray, *, by_source: bool = False, offset: bool = False) -> Prediction:
    """The published fit; its noise is pooled, its own uncertainty is that of resampled fits.

    `by_source` weighs each class of source by its residuals, `offset` takes a mean residual off vendors' reports.
    """
    scores, used = data.scores, ~hidden
    y, weight, lift = scores.clipped(), used.astype(float), np.zeros(len(hidden))
    free = used.sum() - scores.models - 2 * scores.benchmarks + 1
    for _ in range(4 if by_source or offset else 1):
        point = irt.fit(
            irt.Scores(**{**vars(scores), "performance": np.clip(y - lift, 0, 1)}), anchor=data.anchor, weight=weight
        )
        expected = curve(scores, point.ability, point.difficulty, point.slope)
        noise = np.full(len(y), ((y - lift - expected)[used] ** 2).sum() / free)
        vendor = data.kind == EVIDENCE.index("vendor-report")
        if offset:
            lift = np.where(vendor, (y - expected)[used & vendor].mean(), 0)
        if by_source:
            squares = (y - lift - expected) ** 2 * used.sum() / free
            by_kind = np.array([squares[used & (data.kind == k)].mean() for k in range(len(EVIDENCE))])
            weight, noise = used * noise.mean() / by_kind[data.kind], by_kind[data.kind]
    rows = np.flatnonzero(used)
    seen = irt.Scores(
        performance=np.clip(y - lift, 0, 1)[rows],
        model=scores.model[rows],
        benchmark=scores.benchmark[rows],
        models=scores.models,
        benchmarks=scores.benchmarks,
    )
    drawn = irt.draw(seen, point, anchor=data.anchor, draws=40, seed=0, weight=weight[rows])
    known = ~np.isnan(drawn.slope)
    difficulty = np.where(known, drawn.difficulty, point.difficulty)
    slope = np.where(known, drawn.slope, point.slope)
    spread = curve(scores, drawn.ability, difficulty, slope).var(0)
    return expected + lift, np.sqrt(noise + spread)


def nomoat(data: Data, hidden: np.ndarray, *, family_sd: float = families.FAMILY_SD) -> Prediction:
    found = families.fit(
        data.scores, data.table.family, anchor=data.anchor, weight=(~hidden).astype(float), family_sd=family_sd
    )
    return found.expected, np.hypot(found.noise_sd, found.expected_sd)


METHODS: dict[str, Callable[[Data, np.ndarray], Prediction]] = {
    "eci": eci,
    "eci, noise by class of source": lambda data, hidden: eci(data, hidden, by_source=True),
    "eci, vendor offset": lambda data, hidden: eci(data, hidden, offset=True),
    "nomoat without families": lambda data, hidden: nomoat(data, hidden, family_sd=1e-3),
    "nomoat": nomoat,
}


def predict(data: Data, repeats: int) -> None:
    """Errors and log scores of hidden scores, and their difference from `eci`, resampled over models."""
    y, models = data.scores.clipped(), data.scores.models
    sums = {name: np.zeros((4, models)) for name in METHODS}
    count = np.zeros(models)
    for hidden in masks(data, repeats):
        rows = data.scores.model[hidden]
        count += np.bincount(rows, minlength=models)
        for name, method in METHODS.items():
            expected, sd = method(data, hidden)
            off, s = (y - expected)[hidden], sd[hidden]
            log = -0.5 * (off / s) ** 2 - np.log(s) - 0.5 * np.log(2 * np.pi)
            for at, value in enumerate((off**2, np.abs(off), log, np.abs(off) < 1.6449 * s)):
                sums[name][at] += np.bincount(rows, value, models)
    rng = np.random.default_rng(0)
    picks = rng.multinomial(models, np.full(models, 1 / models), size=2000).astype(float)
    n = picks @ count
    print(f"{repeats} times {HELD:.0%} of {len(y):,} scores hidden\n")
    line = "{:<32}{:>8}{:>8}{:>9}{:>8}   {}"
    print(line.format("", "RMSE", "MAE", "log", "in 90 %", "RMSE and log score against eci, 90 % over models"))
    base = sums["eci"]
    for name, total in sums.items():
        mean = total.sum(1) / count.sum()
        rmse = np.sqrt(picks @ total[0] / n) - np.sqrt(picks @ base[0] / n)
        log = picks @ (total[2] - base[2]) / n
        against = (
            ""
            if name == "eci"
            else "{:+.4f} to {:+.4f}, {:+.3f} to {:+.3f}".format(
                *np.quantile(rmse, [0.05, 0.95]), *np.quantile(log, [0.05, 0.95])
            )
        )
        print(
            line.format(name, f"{np.sqrt(mean[0]):.4f}", f"{mean[1]:.4f}", f"{mean[2]:.3f}", f"{mean[3]:.3f}", against)
        )


def residuals(data: Data) -> None:
    """What is left of the published fit: its size by class of source and by level, and what residuals share."""
    scores = data.scores
    point = irt.fit(scores, anchor=data.anchor)
    expected = curve(scores, point.ability, point.difficulty, point.slope)
    off = scores.clipped() - expected
    print("\nresiduals of eci, root mean square and mean")
    for k, kind in enumerate(EVIDENCE):
        own = off[data.kind == k]
        print(f"  {kind:<22}{len(own):>6}{np.sqrt(np.mean(own**2)):>9.3f}{own.mean():>+9.3f}")
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.7), (0.7, 0.9), (0.9, 1)):
        own = off[(expected >= low) & (expected < high)]
        print(f"  expected {low:.1f} to {high:.1f}   {len(own):>6}{np.sqrt(np.mean(own**2)):>9.3f}{own.mean():>+9.3f}")
    z = off / np.sqrt(0.02 + 4 * expected * (1 - expected))
    z /= z.std()
    domain, family = data.domain[scores.benchmark], data.table.family[scores.model]
    print("mean product of standardised residuals of two scores")
    for label, one, other in (
        ("same model, same | other domain", scores.model, domain),
        ("same benchmark, same | other organisation", scores.benchmark, family),
    ):
        pairs = np.triu(one[:, None] == one[None], 1)
        alike = other[:, None] == other[None]
        product = z[:, None] * z[None]
        print(f"  {label:<44}{product[pairs & alike].mean():>+7.3f} |{product[pairs & ~alike].mean():>+7.3f}")


def public(table: ScoreTable, raw: np.ndarray) -> np.ndarray:
    (low, at_low), (high, at_high) = ((table.names.index(name), value) for name, value in ANCHORS.items())
    unit = (at_high - at_low) / (raw[..., high : high + 1] - raw[..., low : low + 1])
    return at_low + unit * (raw - raw[..., low : low + 1])


def worlds(data: Data) -> Iterator[tuple[str, World]]:
    point = irt.fit(data.scores, anchor=data.anchor)
    ours = families.fit(data.scores, data.table.family, anchor=data.anchor)
    by_kind = np.array([0.085, 0.095, 0.115, 0.085, 0.065])[data.kind]
    vendor = np.where(data.kind == EVIDENCE.index("vendor-report"), 0.05, 0.0)
    for truth, fitted in (("eci", point), ("nomoat", ours)):
        common = {
            "ability": fitted.ability,
            "difficulty": fitted.difficulty,
            "slope": fitted.slope,
            "model": data.scores.model,
            "benchmark": data.scores.benchmark,
        }
        yield f"{truth}: even noise", World(**common, noise=0.085)
        yield f"{truth}: noise by level", World(**common, noise=0.1, bounded=True)
        yield f"{truth}: by level and source", World(**common, noise=by_kind, bounded=True)
        shared = {"noise": 0.085, "bounded": True}
        yield f"{truth}: families", World(**common, **shared, family=data.table.family, family_sd=0.1)
        yield f"{truth}: domains", World(**common, **shared, domain=data.domain, domain_sd=0.1)
        yield f"{truth}: vendor offset", World(**common, noise=0.1, bounded=True, offset=vendor)


def cover(data: Data, repeats: int) -> None:
    """How often 90 % intervals hold abilities and the gap between the best closed and the best open model."""
    table, anchor = data.table, data.anchor
    line = "{:<28}{:<8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>9}{:>9}"
    print(f"\n{repeats} worlds each; coverage of nominal 90 %, width in points, root mean square error in points")
    print(line.format("", "", "all", "width", "top", "width", "top RMSE", "gap", "width"))

    def gap(public_scale: np.ndarray) -> np.ndarray:
        return public_scale[..., ~data.open].max(-1) - public_scale[..., data.open].max(-1)

    for label, world in worlds(data):
        truth = public(table, world.ability)
        top = truth > TOP
        rows: dict[str, list[tuple[float, ...]]] = {"eci": [], "nomoat": []}
        for k in range(repeats):
            scores = simulate(world, seed=(11, k))
            plain = irt.fit(scores, anchor=anchor)
            resampled = irt.draw(scores, plain, anchor=anchor, draws=200, seed=k)
            ours = families.fit(scores, table.family, anchor=anchor)
            posterior = families.draw(scores, ours, anchor=anchor, draws=200, seed=k)
            for name, point, drawn in (("eci", plain, resampled), ("nomoat", ours, posterior)):
                draws = public(table, drawn.ability)
                low, high = np.quantile(draws, [0.05, 0.95], axis=0)
                some = high - low > 1e-6
                error = (public(table, point.ability) - truth)[some & top]
                ends = np.quantile(gap(draws), [0.05, 0.95])
                rows[name].append(
                    (
                        coverage(truth[some], low[some], high[some]),
                        float(np.median((high - low)[some])),
                        coverage(truth[some & top], low[some & top], high[some & top]),
                        float(np.median((high - low)[some & top])),
                        float(np.mean(error**2)),
                        float(ends[0] <= gap(truth) <= ends[1]),
                        float(ends[1] - ends[0]),
                    )
                )
        for name, found in rows.items():
            mean = np.mean(found, axis=0)
            mean[4] = np.sqrt(mean[4])
            cells = (f"{value:.{digits}f}" for value, digits in zip(mean, (3, 1, 3, 1, 2, 2, 1), strict=True))
            print(line.format(label if name == "eci" else "", name, *cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--masks", type=int, default=20)
    parser.add_argument("--worlds", type=int, default=10)
    asked = parser.parse_args()
    data = Data.shipped()
    predict(data, asked.masks)
    residuals(data)
    if asked.worlds:
        cover(data, asked.worlds)


if __name__ == "__main__":
    main()
