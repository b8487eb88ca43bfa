"""Every listed source loads, under one name, with a fetch and a read."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from nomoat.errors import UnknownName
from nomoat.sources import aider, tracked
from nomoat.sources.facts import Publication
from nomoat.sources.known import SOURCES, source


def test_listing_them_loads_none():
    code = "import sys, nomoat.sources.known; print(sorted(m for m in sys.modules if m.startswith('nomoat.sources.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "helm" not in loaded
    assert "litellm" not in loaded


def test_data_sets_belong_to_one_source():
    named = [dataset for found in SOURCES.values() for dataset in found.datasets]
    assert len(set(named)) == len(named)


def test_a_name_misspelt_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="'helm'"):
        source("hlem")


@pytest.mark.parametrize("name", ["helm", "llm-stats", "mof", "osai", "vectara", "modelsdev", "litellm"])
def test_the_data_sets_of_a_source_are_those_that_its_module_publishes(name):
    module = importlib.import_module(f"nomoat.sources.{name.replace('-', '_')}")
    published = {found.dataset for found in vars(module).values() if isinstance(found, Publication)}
    assert published == set(SOURCES[name].datasets)


def test_the_data_sets_of_the_others_are_named_by_file_and_board():
    assert set(SOURCES["tracked"].datasets) == {tracked._published(name).dataset for name in tracked.TITLES}
    assert set(SOURCES["aider"].datasets) == {f"aider-{board}" for board in aider.BOARDS}
