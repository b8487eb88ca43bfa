"""The public door opens to every name it lists, and costs nothing before one is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nomoat


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after `code`."""
    told = f"{code}\nimport sys\nsys.stderr.write(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120)
    return set(run.stderr.split())


@pytest.mark.parametrize("name", nomoat.__all__)
def test_every_name_opens(name):
    value = getattr(nomoat, name)
    assert callable(value) or isinstance(value, str)
    assert name in dir(nomoat)


def test_the_door_stays_small():
    assert len(nomoat.__all__) <= 18


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"'moat'.*it has .*gap"):
        _ = nomoat.moat


def test_importing_the_package_loads_nothing_heavy():
    loaded = modules_after("import nomoat")
    assert "nomoat" in loaded
    assert not loaded & {"numpy", "duckdb", "altair", "scipy", "msgspec", "jinja2", "click", "vl_convert"}
    assert not {name for name in loaded if name.startswith("nomoat.")}


def test_a_name_loads_its_own_file_only():
    loaded = modules_after("import nomoat\nnomoat.NomoatError")
    assert {name for name in loaded if name.startswith("nomoat.")} == {"nomoat.errors"}
    assert "numpy" not in loaded
