"""Two explorers on real servers: one on an empty store, one on a store that somebody wrote who means no good."""

from __future__ import annotations

import pytest

from explorer import hostile
from explorer.serving import running


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    with running(tmp_path_factory.mktemp("plain")) as address:
        yield address


@pytest.fixture(scope="session")
def evil(tmp_path_factory):
    home = tmp_path_factory.mktemp("evil")
    id = hostile.store(home)
    with running(home) as address:
        yield address, id
