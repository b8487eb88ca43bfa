"""The first page is there at once: what takes seconds follows, and what was once computed is not computed again."""

from __future__ import annotations

import re
import subprocess
import sys

import httpx
import pytest

from explorer.serving import running
from nomoat import gap
from nomoat.views import words


def asked(address, path):
    got = httpx.get(f"{address}{path}", timeout=120)
    assert got.status_code == 200, got.text[:500]
    return got.text


@pytest.fixture
def forbidden(monkeypatch):
    """What must not happen: a name that fails when it is used."""

    def forbid(name):
        def fail(*_, **__):
            raise AssertionError(f"{name} was used")

        monkeypatch.setattr(name, fail)

    return forbid


def test_a_fresh_store_gives_the_headline_at_once_and_its_intervals_soon(tmp_path, monkeypatch):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    with running(tmp_path) as address:
        with monkeypatch.context() as closed:
            closed.setattr("nomoat.stats.irt.draw", None)
            first = asked(address, "/")
        assert f"{gap(draws=0).current_lag.months:.1f} months" in first
        assert "interval in a moment" in first
        assert "no interval" not in first
        assert '<button type="button" class="copy">Cite' not in first, "a figure without its interval is not for citing"
        (part,) = re.findall(r'data-part="(/front/headline.part[^"]*)"', first)
        whole = words.headline(gap())
        assert whole in asked(address, part)
        later = asked(address, "/")
        assert whole in later
        assert "in a moment" not in later
        assert part not in later
        assert whole in asked(address, part), "a page that was loaded before asks for it still"


def test_a_used_store_gives_the_first_page_without_opening_a_table(tmp_path, monkeypatch, forbidden):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    with running(tmp_path) as address:
        asked(address, "/front/headline.part")
        known = asked(address, "/")
    forbidden("nomoat.catalog.store.Catalog._reading")
    forbidden("nomoat.world.gap.measure")
    with running(tmp_path) as address:
        assert asked(address, "/") == known


def test_where_nothing_can_be_kept_the_page_stays_for_now_and_true(tmp_path, monkeypatch):
    monkeypatch.setattr("nomoat.catalog.cache._write", lambda path, content: (_ for _ in ()).throw(OSError(28, "full")))
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    with running(tmp_path) as address:
        assert "interval in a moment" in asked(address, "/")
        assert words.headline(gap()) in asked(address, "/front/headline.part")
        assert "interval in a moment" in asked(address, "/")


def test_the_first_page_waits_for_no_module_that_it_does_not_use():
    """Every page's module is imported before the first page: none may bring the work's or the charts' libraries."""
    script = (
        "import sys; from nomoat.explorer.app import application; from nomoat.explorer.pages import pages; pages();"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'altair', 'duckdb',"
        "'vl_convert', 'pandas', 'yaml', 'aiohttp', 'httpx'}),"
        "*[name for name in sys.modules if name.startswith('nomoat.work')])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
