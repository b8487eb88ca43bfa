"""What an error tells people to type can be typed: the verbs that hints name are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import nomoat
from nomoat.cli import VERBS

SRC = Path(nomoat.__file__).parent
# Verbs of parts that are being built beside this one; a line goes when its verb arrives.
COMING: set[str] = set()


def hints() -> set[tuple[str, str]]:
    """Each string of the source that starts with the program's name and a verb, with its file."""
    found = set()
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told = re.match(r"nomoat ([a-z]+)(?=[ ,]|$)", node.value)
                if told:
                    found.add((path.relative_to(SRC).as_posix(), told[1]))
    return found


@pytest.mark.parametrize(("file", "verb"), sorted(hints()))
def test_a_hint_names_a_verb_that_is_there(file, verb):
    assert verb in VERBS or verb in COMING, f"{file} tells people to type nomoat {verb}"


def test_what_has_arrived_is_no_longer_awaited():
    assert not COMING & set(VERBS)


def test_there_are_hints():
    assert {"gap", "models", "scales"} <= {verb for _, verb in hints()}
