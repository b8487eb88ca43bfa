"""Slow restatements in tests/oracles are imported by name: `from oracles.race import ...`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# Before NumPy is loaded: on a busy machine two BLAS threads turn a second of draws into minutes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))

# Examples are the same in every run, and a busy machine is no failure; HYPOTHESIS_PROFILE=search draws fresh ones.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture(scope="session")
def furnished(tmp_path_factory) -> Callable[[Path], Path]:
    """Makes a store's folder whose cache is that of the whole run, over all workers.

    What is kept there is found by the checksum of data and question, so that stores cannot mistake each other's: the
    verdicts on 120 statements are worked out once in a run (10 s) and not in each of ten files of tests.
    """
    base = tmp_path_factory.getbasetemp()
    common = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common-cache"
    common.mkdir(exist_ok=True)

    def furnish(home: Path) -> Path:
        home.mkdir(parents=True, exist_ok=True)
        (home / "cache").symlink_to(common)
        return home

    return furnish
