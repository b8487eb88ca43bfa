"""The list of sources: each can be fetched and read, and looking at the list loads none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nomoat.errors import UnknownName
from nomoat.sources.known import _LISTED, SOURCES, source
from nomoat.sources.source import Source


def test_names_are_told_apart():
    assert len(SOURCES) == len(_LISTED)
    datasets = [dataset for one in _LISTED for dataset in one.datasets]
    assert len(set(datasets)) == len(datasets)


@pytest.mark.parametrize("one", _LISTED, ids=lambda one: one.name)
def test_each_source_can_be_fetched_and_read(one):
    class Told(Exception):
        pass

    class Web:
        """Says which source asks first, and for what."""

        def __getattr__(self, name):
            raise Told(name)

    assert one.address.startswith("https://")
    assert one.title
    assert one.licence
    assert one.datasets
    with pytest.raises((Told, Exception)) as caught:
        one.fetch(Web())
    assert not isinstance(caught.value, AttributeError | ImportError | TypeError), caught.value
    assert one.read is not None


def test_a_function_that_is_not_there_is_an_error():
    made = Source.of(
        "x", "known", title="t", datasets=("d",), address="https://a.example", licence="MIT", bundled=False
    )  # fmt: skip
    with pytest.raises(AttributeError):
        made.fetch(None)


def test_the_list_loads_no_publisher():
    code = (
        "import sys, nomoat.sources.known; "
        "print([m for m in sys.modules if m.startswith('nomoat.sources.')] + [m for m in ('httpx', 'duckdb') if m in "
        "sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for name in ("httpx", "duckdb", "modelsdev", "litellm", "hub", "epoch_live", "arena"):
        assert f"'{name}'" not in said
        assert f"sources.{name}'" not in said


def test_a_misspelt_source_is_offered_its_neighbour():
    with pytest.raises(UnknownName, match="litellm"):
        source("litelm")
