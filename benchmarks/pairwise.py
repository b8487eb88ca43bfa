"""How long do 100,000 to 10 million battles take to rank, here and in the field's other libraries, and do they agree?

    python benchmarks/pairwise.py [--sizes 1e5,1e6,1e7] [--runs 3] [--peers PYTHON] [--only 'NAME;...']

Battles are synthetic: 200 competitors, exposure from Dirichlet(0.5), 20 % ties, 4 style features. Every figure is of a
whole process, from its start over reading the Parquet file to ratings (and intervals where the library has them), as
the operating system accounts it: median wall and CPU seconds, largest peak memory; a peer runs 10 million battles once.
Aims at 10 million: 1 s and 600 MB; with the features 10 s and 1,500 MB. `--peers` is the interpreter of an
environment with arena-rank, evalica, choix, pandas and pyarrow; without it, this one is tried.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

COMPETITORS, FEATURES, TIES, SEED = 200, 4, 0.2, 20261122
STYLES = [f"style_{f}" for f in range(FEATURES)]
SLOPES = (0.3, -0.1, 0.05, 0.0)


def files(folder: Path, size: int) -> tuple[Path, Path]:
    return folder / f"battles-{size}.parquet", folder / f"styled-{size}.parquet"


def generate(folder: Path, size: int) -> None:
    """Write the battles twice: alone, and with the style features."""
    import duckdb
    import numpy as np

    rng = np.random.default_rng(SEED)
    strength = rng.normal(size=COMPETITORS)
    # Below some dozen battles the rarest competitors never lose or never win, and no library has a rating for them.
    exposure = np.maximum(rng.dirichlet(np.full(COMPETITORS, 0.5)), 2e-4)
    exposure /= exposure.sum()
    names = [f"organisation-{i % 37:02d}/model-{i:03d}-instruct" for i in range(COMPETITORS)]
    a = rng.choice(COMPETITORS, size, p=exposure).astype(np.int16)
    b = rng.choice(COMPETITORS, size, p=exposure).astype(np.int16)
    while (same := a == b).any():
        b[same] = rng.choice(COMPETITORS, same.sum(), p=exposure)
    styles = rng.normal(size=(FEATURES, size)).astype(np.float32)
    logit = strength[a] - strength[b] + np.array(SLOPES) @ styles
    winner = np.where(rng.random(size) < TIES, 2, rng.random(size) >= 1 / (1 + np.exp(-logit))).astype(np.int8)

    plain, styled = files(folder, size)
    connection = duckdb.connect()
    connection.register("fought", {"a": a, "b": b, "w": winner, **dict(zip(STYLES, styles, strict=True))})
    connection.register(
        "names", {"code": np.arange(COMPETITORS, dtype=np.int16), "name": np.array(names, dtype=object)}
    )
    sides = "x.name AS model_a, y.name AS model_b, ['model_a', 'model_b', 'tie'][w + 1] AS winner"
    joined = "FROM fought JOIN names x ON x.code = a JOIN names y ON y.code = b"
    both = ", ".join(f"{style}::DOUBLE AS {style}" for style in STYLES)
    connection.execute(f"COPY (SELECT {sides} {joined}) TO '{plain}' (FORMAT parquet)")
    connection.execute(f"COPY (SELECT {sides}, {both} {joined}) TO '{styled}' (FORMAT parquet)")
    connection.close()


def nomoat(path, covariates=()):
    from nomoat.world.preference import rank

    board = rank(path, covariates=covariates).boards[0]
    return {row.model: (row.rating, row.low, row.high) for row in board.rated}


def nomoat_styled(path):
    return nomoat(path, STYLES)


def _frame(path, columns=()):
    import pandas as pd

    return pd.read_parquet(path, columns=["model_a", "model_b", "winner", *columns])


def _arena(model, data):
    found = model.compute_ratings_and_cis(data)
    ends = zip(found["ratings"], found["rating_lower"], found["rating_upper"], strict=True)
    return dict(zip(found["competitors"], ([float(x) for x in row] for row in ends), strict=True))


def arena_rank(path, **settings):
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    data = PairDataset.from_pandas(_frame(path))
    return _arena(BradleyTerry(data.n_competitors, **settings), data)


def arena_rank_styled(path, **settings):
    # Its defaults weight pairs and shrink slopes; without both it fits the model that is fitted here.
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
    from arena_rank.utils.data_utils import ContextualPairDataset

    data = ContextualPairDataset.from_pandas(
        _frame(path, STYLES), feature_cols=STYLES, reweighted=False, normalize_features=False
    )
    return _arena(ContextualBradleyTerry(data.n_competitors, FEATURES, reg=0.0, **settings), data)


def evalica(path, **settings):
    import math

    import evalica

    frame = _frame(path)
    sides = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    found = evalica.bradley_terry(frame["model_a"], frame["model_b"], frame["winner"].map(sides), **settings)
    return {name: (400 * math.log10(score), None, None) for name, score in found.scores.items()}


def choix(path):
    import choix
    import numpy as np
    import pandas as pd

    frame = _frame(path)
    code, names = pd.factorize(pd.concat([frame["model_a"], frame["model_b"]]), sort=True)
    a, b, n = code[: len(frame)], code[len(frame) :], len(names)
    points = frame["winner"].map({"model_a": 1.0, "model_b": 0.0, "tie": 0.5}).to_numpy(dtype=float)
    wins = np.bincount(a * n + b, points, n * n) + np.bincount(b * n + a, 1 - points, n * n)
    found = choix.ilsr_pairwise_dense(wins.reshape(n, n), tol=1e-9)
    return dict(zip(names, ((400 / np.log(10) * x, None, None) for x in found), strict=True))


# By default arena-rank stops some points short for the rarest competitors, and adds 1e-5 a battle to the curvature,
# which narrows their intervals: the rows "to the end" ask it for the optimum and for the plain sandwich.
END = {"ftol": 1e-16, "gtol": 1e-13, "max_iter": 100_000, "hessian_reg": 1e-9}


class Contestant(NamedTuple):
    """What one row of the table runs, the package it needs, and whether it reads styles and gives intervals."""

    work: Callable
    package: str
    styled: bool = False
    intervals: bool = True


CONTESTANTS = {
    "nomoat": Contestant(nomoat, "nomoat"),
    "arena-rank": Contestant(arena_rank, "arena-rank"),
    "arena-rank to the end": Contestant(lambda path: arena_rank(path, **END), "arena-rank"),
    "evalica": Contestant(evalica, "evalica", intervals=False),
    "choix": Contestant(choix, "choix", intervals=False),
    "nomoat, 4 covariates": Contestant(nomoat_styled, "nomoat", styled=True),
    "arena-rank, 4 covariates": Contestant(arena_rank_styled, "arena-rank", styled=True),
    "arena-rank, 4 covariates, to the end": Contestant(
        lambda path: arena_rank_styled(path, **END), "arena-rank", styled=True
    ),
}


def run(python: str, name: str, path: Path, out: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of one whole process."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen([python, __file__, "--work", name, path, out], stdout=complaint, stderr=complaint)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begin
        if child.returncode:
            complaint.seek(0)
            raise RuntimeError(complaint.read().decode(errors="replace").strip().splitlines()[-1][:200])
    peak = used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return wall, used.ru_utime + used.ru_stime, peak


def version(python: str, package: str) -> str | None:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return found.stdout.strip() if not found.returncode else None


def furthest(ours: dict, theirs: dict) -> tuple[float, float | None]:
    """The largest difference of ratings, and the largest difference of half widths in percent of ours.

    Each list is put at its mean first; models that have fewer than two ratings in common say nothing.
    """
    common = sorted(set(ours) & set(theirs))
    shift = statistics.fmean(theirs[m][0] - ours[m][0] for m in common)
    apart = max(abs(theirs[m][0] - shift - ours[m][0]) for m in common)
    if theirs[common[0]][1] is None:
        return apart, None
    widths = [((theirs[m][2] - theirs[m][1]) / (ours[m][2] - ours[m][1]) - 1) * 100 for m in common]
    return apart, max(widths, key=abs)


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}"


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sizes", default="1e5,1e6,1e7")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    asked.add_argument("--only", default="", metavar="NAME;...", help="; ".join(CONTESTANTS))
    asked.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    asked.add_argument("--generate", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args(arguments)
    if given.generate:
        generate(Path(given.generate[0]), int(given.generate[1]))
        return 0
    if given.work:
        name, path, out = given.work
        Path(out).write_text(json.dumps(CONTESTANTS[name].work(path)))
        return 0
    only = [part.strip() for part in given.only.split(";")] if given.only else list(CONTESTANTS)
    pythons = {name: sys.executable if c.package == "nomoat" else given.peers for name, c in CONTESTANTS.items()}
    found = {name: version(pythons[name], CONTESTANTS[name].package) for name in only}
    print(f"Machine: {processor()}; load {os.getloadavg()[0]:.1f} at the start")
    print(
        "| battles | library | version | wall s | CPU s | peak MB | intervals | ratings: furthest from ours | widths |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    missed = [f"{name}: {CONTESTANTS[name].package} is not installed" for name in only if not found[name]]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for size in (int(float(text)) for text in given.sizes.split(",")):
            # In a process of its own: a child starts with its parent's peak memory on its account.
            subprocess.run([sys.executable, __file__, "--generate", folder, str(size)], check=True)
            plain, styled = files(folder, size)
            ours: dict[bool, dict] = {}
            for name in (n for n in only if found[n]):
                _, _, with_styles, intervals = CONTESTANTS[name]
                out = folder / "ratings.json"
                try:
                    rounds = given.runs if size < 10**7 or pythons[name] == sys.executable else 1
                    took = [run(pythons[name], name, styled if with_styles else plain, out) for _ in range(rounds)]
                except RuntimeError as error:
                    missed.append(f"{name} at {size:,}: {error}")
                    continue
                wall, cpu = (statistics.median(t[i] for t in took) for i in range(2))
                rated = json.loads(out.read_text())
                ours.setdefault(with_styles, rated)
                apart, widths = furthest(ours[with_styles], rated)
                row = [f"{size:,}", name, found[name], f"{wall:.2f}", f"{cpu:.2f}", f"{max(t[2] for t in took):.0f}"]
                row += ["yes" if intervals else "no", f"{apart:.3f}" if ours[with_styles] is not rated else ""]
                row.append(f"{widths:+.2f} %" if widths is not None and ours[with_styles] is not rated else "")
                print("| " + " | ".join(row) + " |", flush=True)
            plain.unlink()
            styled.unlink()
    for line in missed:
        print(f"Did not run: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
