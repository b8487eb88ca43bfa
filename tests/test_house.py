"""The house stays as DESIGN 2 drew it: who may import whom, what is too heavy, what may read clock or network."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import nomoat

SRC = Path(nomoat.__file__).parent

# Imports go strictly down. The nouns of floor 0 stand in a row of their own: errors < types < stats.
FLOOR = {
    "errors": 0.0,
    "types": 0.1,
    "stats": 0.2,
    "catalog": 1,
    "sources": 2,
    "documents": 2,
    "world": 3,
    "work": 3,
    "claims": 4,
    "crossing": 4,
    "views": 5,
    "report": 6,
    "explorer": 6,
    "cli": 7,
    "__main__": 8,
}
HEAVY = ("duckdb", "altair", "vl_convert", "scipy.optimize")
FRAMES = ("pandas", "pyarrow", "polars")
NETWORK = ("urllib.request", "urllib.error", "http", "socket", "ssl", "ftplib", "requests", "httpx", "aiohttp")
CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
LAST = {name.split(".")[-1] for name in CLOCK}
CLOCK_AND_NETWORK = ("sources/", "documents/write.py", "work/call.py", "work/run.py", "work/record.py")
LONGEST = 600


@dataclass(frozen=True)
class Import:
    """One imported name: where, by which folder, whether it runs when the module is loaded, whether it is guarded."""

    where: str
    part: str
    name: str
    at_load: bool
    guarded: bool

    def __str__(self) -> str:
        return f"{self.where} imports {self.name}"


@cache
def files(root: Path) -> tuple[tuple[str, ast.Module], ...]:
    """Every module below `root`, read once for all checks: 460 files take 4 s of parsing."""
    return tuple(
        (path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(root.rglob("*.py"))
    )


def part_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def is_under(name: str, *tops: str) -> bool:
    return any(name == top or name.startswith(top + ".") for top in tops)


def names_of(node: ast.AST, file: str) -> list[str]:
    """The dotted names that a statement or an import_module("...") call loads."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        package = ["nomoat", *file.split("/")[:-1]]
        above = package[: len(package) - node.level + 1] if node.level else []
        return [".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names]
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}:
        return [a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return []


@cache
def imports(root: Path) -> tuple[Import, ...]:
    def walk(node: ast.AST, file: str, at_load: bool, guarded: bool) -> Iterator[Import]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            at_load, guarded = False, guarded or "MissingExtra" in named
        for name in names_of(node, file):
            yield Import(f"{file}:{getattr(node, 'lineno', 0)}", part_of(file), name, at_load, guarded)
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING"
        for child in ast.iter_child_nodes(node):
            otherwise = typing_only and child in getattr(node, "orelse", [])
            yield from walk(child, file, at_load and (otherwise or not typing_only), guarded)

    return tuple(seen for file, tree in files(root) for seen in walk(tree, file, True, False))


def upward(root: Path) -> list[str]:
    """Imports that do not go to a lower floor; names taken through the public door count as upward."""
    found = []
    for seen in imports(root):
        if not is_under(seen.name, "nomoat") or seen.part == "__init__" or seen.name == "nomoat.__version__":
            continue
        target = [*seen.name.split("."), ""][1]
        if target != seen.part and not FLOOR.get(target, 99) < FLOOR.get(seen.part, -1):
            found.append(str(seen))
    return found


def unplaced(root: Path) -> list[str]:
    return [file for file, _ in files(root) if part_of(file) not in {*FLOOR, "__init__"}]


def foreign_in_stats(root: Path) -> list[str]:
    allowed = ("numpy", "scipy.special", "nomoat.stats", "nomoat.types", "nomoat.errors", *sys.stdlib_module_names)
    return [str(i) for i in imports(root) if i.part == "stats" and not is_under(i.name, *allowed)]


def scipy_stats(root: Path) -> list[str]:
    """Costs 0.6 s to load; `import scipy` alone is as good as it, attributes load lazily."""
    return [str(i) for i in imports(root) if i.name == "scipy" or is_under(i.name, "scipy.stats")]


def heavy_at_load(root: Path) -> list[str]:
    return [str(i) for i in imports(root) if i.at_load and is_under(i.name, *HEAVY)]


def stray_duckdb(root: Path) -> list[str]:
    homes = {"catalog", "sources"}
    return [str(i) for i in imports(root) if is_under(i.name, "duckdb") and i.part not in homes]


def bare_frames(root: Path) -> list[str]:
    """Data frames are an extra: a function that wants one says MissingExtra when it is not there."""
    return [str(i) for i in imports(root) if is_under(i.name, *FRAMES) and (i.at_load or not i.guarded)]


def clock_or_network(root: Path) -> list[str]:
    found = [str(i) for i in imports(root) if is_under(i.name, *NETWORK) or i.name == "urllib"]
    for file, tree in files(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr not in LAST:
                continue
            if ".".join(ast.unparse(node).split(".")[-2:]) in CLOCK:
                found.append(f"{file}:{node.lineno} reads {ast.unparse(node)}")
    found += [str(i) for i in imports(root) if i.name in {"time.time", "time.time_ns"}]
    return [line for line in found if not line.startswith(CLOCK_AND_NETWORK)]


def vague_names(root: Path) -> list[str]:
    vague = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common", "data2"}
    return [p.relative_to(root).as_posix() for p in sorted(root.rglob("*")) if p.stem.strip("_") in vague]


def too_long(root: Path) -> list[str]:
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in sorted(root.rglob("*.py"))}
    return [f"{p.relative_to(root).as_posix()} has {n} lines" for p, n in lines.items() if n > LONGEST]


CHECKS: list[Callable[[Path], list[str]]] = [
    upward,
    unplaced,
    foreign_in_stats,
    scipy_stats,
    heavy_at_load,
    stray_duckdb,
    bare_frames,
    clock_or_network,
    vague_names,
    too_long,
]
PLANTED = [
    (upward, "stats/frontier.py", "from nomoat.catalog.store import Catalog"),
    (upward, "errors.py", "import nomoat.types"),
    (upward, "report/page.py", "def f():\n    from nomoat.explorer import page"),
    (upward, "world/gap.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nomoat.views import chart"),
    (upward, "sources/epoch.py", "from ..documents import note"),
    (upward, "world/gap.py", "from nomoat import panel"),
    (upward, "views/chart.py", "from importlib import import_module\nimport_module('nomoat.report')"),
    (unplaced, "extra/thing.py", ""),
    (foreign_in_stats, "stats/frontier.py", "from scipy import linalg"),
    (foreign_in_stats, "stats/deep/frontier.py", "import msgspec"),
    (scipy_stats, "world/gap.py", "def f():\n    from scipy import stats"),
    (scipy_stats, "world/gap.py", "def f():\n    import scipy.stats"),
    (scipy_stats, "world/gap.py", "import scipy"),
    (heavy_at_load, "catalog/store.py", "import duckdb"),
    (heavy_at_load, "views/chart.py", "class A:\n    from altair import Chart"),
    (heavy_at_load, "world/capability.py", "from scipy import optimize"),
    (heavy_at_load, "views/chart.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import vl_convert"),
    (stray_duckdb, "world/gap.py", "def f():\n    import duckdb"),
    (bare_frames, "views/table.py", "import pandas as pd"),
    (bare_frames, "views/table.py", "def f():\n    import pandas as pd"),
    (clock_or_network, "world/gap.py", "from datetime import date\nNOW = date.today()"),
    (clock_or_network, "cli/gap.py", "import datetime\ndef f(): return datetime.datetime.now()"),
    (clock_or_network, "cli/gap.py", "from time import time"),
    (clock_or_network, "catalog/store.py", "def f():\n    from urllib.request import urlopen"),
    (vague_names, "world/utils.py", ""),
    (vague_names, "world/helpers/rows.py", ""),
    (too_long, "world/gap.py", "\n" * (LONGEST + 1)),
]
ALLOWED = {
    "__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nomoat.catalog.store import Catalog",
    "stats/frontier.py": "import math, numpy\nfrom scipy.special import ndtr\nfrom nomoat.types import Gap",
    "catalog/store.py": "from nomoat import __version__\ndef f():\n    import duckdb",
    "sources/fetch.py": "from urllib.request import urlopen\nfrom datetime import date\nNOW = date.today()",
    "world/gap.py": "from time import perf_counter\nfrom nomoat.stats import frontier\nfrom . import panel",
    "views/table.py": (
        "def f():\n  try:\n    import pandas\n  except ImportError as e:\n    raise MissingExtra('') from e"
    ),
    "cli/gap.py": "def f():\n    from nomoat.report import write_report",
}


def plant(root: Path, tree: dict[str, str]) -> None:
    for file, text in tree.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_stands(check):
    assert len(files(SRC)) >= 10, f"{SRC} is not the package"
    assert check(SRC) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_allowed_passes(check, tmp_path):
    plant(tmp_path, ALLOWED)
    assert check(tmp_path) == []


@pytest.mark.parametrize(("check", "file", "text"), PLANTED, ids=lambda v: getattr(v, "__name__", None))
def test_a_planted_violation_is_found(check, file, text, tmp_path):
    plant(tmp_path, {file: text})
    found = check(tmp_path)
    assert len(found) == 1
    assert file in found[0] or found[0] in file


def test_every_check_has_a_planted_violation():
    assert {check for check, _, _ in PLANTED} == set(CHECKS)
