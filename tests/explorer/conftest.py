"""Two explorers on real servers: one on an empty store, one on a store that somebody wrote who means no good."""

from __future__ import annotations

import pytest

from explorer import hostile
from explorer.serving import running


@pytest.fixture(scope="session")
def home(tmp_path_factory, furnished):
    return furnished(tmp_path_factory.mktemp("plain"))


@pytest.fixture(autouse=True)
def same_store(monkeypatch, home):
    """What a page's lines of Python open is the store that the page is of, and not the one of who runs the tests."""
    monkeypatch.setenv("NOMOAT_HOME", str(home))


@pytest.fixture(scope="session")
def plain(home):
    with running(home) as address:
        yield address


@pytest.fixture(scope="session")
def evil(tmp_path_factory, furnished):
    home = furnished(tmp_path_factory.mktemp("evil"))
    id = hostile.store(home)
    with running(home) as address:
        yield address, id
