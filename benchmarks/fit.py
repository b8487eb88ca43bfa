"""The capability fit and its draws beside a re-statement of the published procedure, in one run on one thread.

The re-statement follows what Epoch documents and publishes (arXiv 2512.00193 and its open code), written anew:
`scipy.optimize.least_squares`, method trf, analytic sparse Jacobian (so that scipy solves each step by lsmr),
default tolerances, the ridge as one residual, start N(0, 0.1) with slopes of 1; every draw resamples rows within
models, starts from the point fit, and is solved on its own. `--reference-draws` of them are run, and 500 are
extrapolated from their mean.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
import scipy
from scipy.optimize import least_squares
from scipy.sparse import csr_array

import nomoat
from nomoat.catalog.store import Catalog
from nomoat.stats import irt
from nomoat.world.scores import choose, read

DRAWS = 500


class Published:
    """The published objective as residuals and Jacobian over (abilities, difficulties, slopes but the anchor's)."""

    def __init__(
        self, scores: irt.Scores, anchor: int, model: np.ndarray, benchmark: np.ndarray, y: np.ndarray
    ) -> None:
        self.models, self.benchmarks, self.anchor = scores.models, scores.benchmarks, anchor
        self.model, self.benchmark, self.y = model, benchmark, np.clip(y, 0.001, 0.999)
        self.size = self.models + 2 * self.benchmarks - 1
        self.share = irt.RIDGE / self.size
        slope_at = np.arange(self.benchmarks) - (np.arange(self.benchmarks) > anchor)
        self.slope_column = self.models + self.benchmarks + slope_at[benchmark]
        self.low = np.r_[np.full(self.models + self.benchmarks, -10.0), np.full(self.benchmarks - 1, 0.1)]

    def parts(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        slope = np.insert(theta[self.models + self.benchmarks :], self.anchor, 1.0)[self.benchmark]
        apart = theta[self.model] - theta[self.models + self.benchmark]
        return slope, apart, 1 / (1 + np.exp(-slope * apart))

    def residuals(self, theta: np.ndarray) -> np.ndarray:
        return np.append(self.parts(theta)[2] - self.y, np.sqrt(self.share * theta @ theta))

    def jacobian(self, theta: np.ndarray) -> csr_array:
        slope, apart, p = self.parts(theta)
        q, rows, free = p * (1 - p), np.arange(len(self.y)), self.benchmark != self.anchor
        ridge = self.share * theta / np.sqrt(self.share * theta @ theta)
        values = np.concatenate([q * slope, -q * slope, (q * apart)[free], ridge])
        at_row = np.concatenate([rows, rows, rows[free], np.full(self.size, len(rows))])
        places = self.model, self.models + self.benchmark, self.slope_column[free], np.arange(self.size)
        return csr_array((values, (at_row, np.concatenate(places))), shape=(len(rows) + 1, self.size))

    def solve(self, start: np.ndarray) -> tuple[float, np.ndarray]:
        found = least_squares(self.residuals, start, jac=self.jacobian, bounds=(self.low, 10.0), method="trf")
        return float(found.cost), found.x


def timed(call: Callable[[], object], repeats: int) -> tuple[float, float, object]:
    """Median CPU and wall seconds of a call, and its last result."""
    cpu, wall, result = [], [], None
    for _ in range(repeats):
        at_cpu, at_wall = time.process_time(), time.perf_counter()
        result = call()
        cpu.append(time.process_time() - at_cpu)
        wall.append(time.perf_counter() - at_wall)
    return statistics.median(cpu), statistics.median(wall), result


def widths(ability: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Widths of 90 % intervals on the public scale, each draw anchored by its own two models."""
    low, high = ability[:, names.index("Claude 3.5 Sonnet")], ability[:, names.index("GPT-5")]
    public = 130 + 20 * (ability - low[:, None]) / (high - low)[:, None]
    return np.ptp(np.quantile(public, [0.05, 0.95], axis=0), axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--reference-draws", type=int, default=20)
    asked = parser.parse_args()

    table = choose(read(Catalog.open(), None), None, None)
    scores, anchor = table.scores, table.anchor
    if anchor is None:
        raise SystemExit("the anchor benchmark is not in the catalogue")
    rows = np.arange(len(table.model))

    fit = timed(lambda: irt.fit(scores, anchor=anchor), asked.repeats)
    point = fit[2]
    drawn = timed(lambda: irt.draw(scores, point, anchor=anchor, draws=DRAWS, seed=0), max(1, asked.repeats // 2))

    whole = Published(scores, anchor, table.model, table.benchmark, table.performance)
    rng = np.random.default_rng(42)
    start = np.r_[rng.normal(0, 0.1, scores.models + scores.benchmarks), np.ones(scores.benchmarks - 1)]
    reference = timed(lambda: whole.solve(start), asked.repeats)
    counts = irt.resample(scores, draws=asked.reference_draws, seed=0).astype(int)
    costs: list[float] = []

    def one_by_one() -> np.ndarray:
        found = []
        for count in counts:
            picked = np.repeat(rows, count)
            columns = table.model[picked], table.benchmark[picked], table.performance[picked]
            cost, theta = Published(scores, anchor, *columns).solve(reference[2][1])
            costs.append(cost)
            found.append(theta[: scores.models])
        return np.array(found)

    slow = timed(one_by_one, 1)
    per_draw = slow[0] / asked.reference_draws
    ours_few = drawn[2].objective[: asked.reference_draws]
    excess = np.array(costs) - ours_few

    print(
        f"nomoat {nomoat.__version__}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"Python {platform.python_version()}"
    )
    print(f"{processor()} ({platform.machine()}), {os.cpu_count()} cores, one thread")
    print(f"{len(rows):,} scores, {scores.models} models, {scores.benchmarks} benchmarks; vintage {table.as_of}\n")
    line = "{:<34}{:>14}{:>14}{:>16}{:>12}"
    print(line.format("", "nomoat", "re-statement", "ratio (CPU)", ""))
    print(
        line.format(
            "point fit, CPU s (median)", f"{fit[0]:.4f}", f"{reference[0]:.3f}", f"{reference[0] / fit[0]:.0f}x", ""
        )
    )
    print(line.format("point fit, wall s (median)", f"{fit[1]:.4f}", f"{reference[1]:.3f}", "", ""))
    print(line.format("objective", f"{point.objective:.8f}", f"{reference[2][0]:.8f}", "", ""))
    print(
        line.format(
            "one draw, CPU s", f"{drawn[0] / DRAWS:.5f}", f"{per_draw:.3f}", f"{per_draw * DRAWS / drawn[0]:.0f}x", ""
        )
    )
    print(line.format(f"{DRAWS} draws, CPU s", f"{drawn[0]:.2f}", f"{per_draw * DRAWS:.0f}", "", "extrapolated"))
    print(line.format("draws converged", f"{drawn[2].converged.sum()}/{DRAWS}", "not reported", "", ""))
    names = table.names
    few = widths(drawn[2].ability[: asked.reference_draws], names), widths(slow[2], names)
    label = f"median width, first {asked.reference_draws} draws"
    print(line.format(label, f"{np.median(few[0]):.2f}", f"{np.median(few[1]):.2f}", "", ""))
    print(
        f"\nobjective of the re-statement's draws above ours: median {np.median(excess):.2e}, "
        f"largest {excess.max():.2e}, below ours in {(excess < -1e-9).sum()} of {len(excess)}"
    )


def processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return "processor unknown"


if __name__ == "__main__":
    main()
