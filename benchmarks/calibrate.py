"""Does a 90 % interval hold the truth in 90 % of worlds, and how far off is the estimate?

Writes the table that the methods page shows and that `nomoat gap` takes its printed bias from. Ours are the coverage
matrix, the release days, the sides and the noise; the abilities differ from world to world.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from nomoat.catalog.store import Catalog
from nomoat.world import calibration

SEED = 2026  # the confirming worlds; the interval's form was chosen on seed 11


def one(kind: str, draws: int, seed: int, k: int) -> calibration.Outcome:
    return calibration.run(calibration.shipped(), kind, draws=draws, level=0.9, seed=(seed, k))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=2000, help="well-specified worlds; a quarter of each other kind")
    options.add_argument("--draws", type=int, default=200)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--workers", type=int, default=os.cpu_count())
    options.add_argument("--write", action="store_true", help="replace the table that comes with the package")
    asked = options.parse_args()
    rows: list[calibration.Covered] = []
    with ProcessPoolExecutor(asked.workers) as pool:
        for kind in calibration.KINDS:
            count = asked.worlds if kind == "well-specified" else max(asked.worlds // 4, 1)
            outcomes = []
            for outcome in pool.map(partial(one, kind, asked.draws, asked.seed), range(count), chunksize=8):
                outcomes.append(outcome)
                if len(outcomes) % 100 == 0:
                    print(f"\r{kind}: {len(outcomes)} of {count} worlds", end="", flush=True)
            lost = sum(asked.draws - o.converged for o in outcomes)
            print(f"\r{kind}: {count} worlds, {asked.draws} draws each, {lost} draws not converged")
            rows += calibration.summarise(kind, outcomes)
            for row in rows[-len(calibration.QUANTITIES) :]:
                print(
                    f"  {row.quantity:36} {row.form:7} coverage {row.coverage:.3f} ({row.coverage_low:.3f} to "
                    f"{row.coverage_high:.3f})  bias {row.bias:+.2f} (s.e. {row.bias_error:.2f})  width {row.width:.2f}"
                )
    text = calibration.encode(rows, Catalog.open(), draws=asked.draws, seed=asked.seed)
    if asked.write:
        calibration.TABLE.write_text(text)
        print(f"Wrote {calibration.TABLE.name}")
    else:
        print("Not written: --write replaces the table that comes with the package")


if __name__ == "__main__":
    main()
