"""Slow restatements in tests/oracles are imported by name: `from oracles.race import ...`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

# Before NumPy is loaded: on a busy machine two BLAS threads turn a second of draws into minutes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))

# Examples are the same in every run, and a busy machine is no failure; HYPOTHESIS_PROFILE=search draws fresh ones.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
