"""`nomoat update` prints what each source brought, exits with 1 where one failed, and asks nobody but publishers."""

from __future__ import annotations

import functools
import http.server
import json
import shlex
import socket
import threading
from datetime import date

import pytest

from nomoat.catalog.store import Catalog
from nomoat.cli.update import command
from nomoat.sources import known
from publisher import planted, publish, row

ROWS = [row("gpt-9", 60.0), row("gpt-9-mini", 40.0, "2026-02-01")]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def store(tmp_path, monkeypatch, ask):
    """A store of this test's own, and two publishers whose files lie in `copies`."""
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(known, "SOURCES", {name: planted(name, f"{name}-here") for name in ("epoch", "litellm")})
    for name in ("epoch", "litellm"):
        publish(tmp_path / "copies", name, ROWS)
    return tmp_path / "own"


@pytest.fixture
def server(tmp_path):
    """A mirror on this machine: HOST/PATH of the publishers' addresses."""
    for name in ("epoch", "litellm"):
        place = tmp_path / "mirror" / f"{name}.example"
        place.mkdir(parents=True)
        (place / "table.json").write_text(json.dumps(ROWS))
    handler = functools.partial(Quiet, directory=str(tmp_path / "mirror"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{found.server_address[1]}"
        found.shutdown()
        thread.join()


def test_a_line_a_source_and_the_vintage(ask, store):
    said = ask("update", "--from", "copies", "--retrieved", "2026-09-06")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "Vintage 2026-09-06.001 written"
    assert [line.split()[:6] for line in lines if line.startswith(("epoch", "litellm"))] == [
        ["epoch", "new", "2026-09-06", "6", "6", "0"],
        ["litellm", "new", "2026-09-06", "6", "6", "0"],
    ]
    assert ask("update", "--from", "copies").out.startswith("Nothing new")
    assert Catalog.open(store).vintages("ratings", "epoch-here") == [date(2026, 9, 6)]


def test_a_failure_is_a_line_and_exit_code_1_and_loses_nothing(ask, store, place):
    publish(place / "copies", "litellm", "<html>Gone</html>")
    said = ask("update", "--from", "copies", "--retrieved", "2026-09-06", "--json")
    assert said.code == 1
    assert said.err.startswith("litellm: ")
    assert said.err.count("\n") == 1
    assert "Try: nomoat update litellm" in said.err
    found = json.loads(said.out)
    assert [one["state"] for one in found["sources"]] == ["new", "failed"]
    assert found["vintage"] == "2026-09-06.001"


def test_another_server_can_be_asked(ask, store, server):
    said = ask("update", "epoch", "--from", server)
    assert (said.code, said.err) == (0, "")
    assert "epoch" in said.out
    assert "litellm" not in said.out


def test_nothing_but_update_asks_the_network(ask, store, monkeypatch):
    def refused(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    for verb in (("gap", "--draws", "0"), ("sources",), ("models", "qwen"), ("models", "unresolved")):
        assert ask(*verb).code == 0
    assert ask("update", "--from", "copies").code == 0


@pytest.mark.parametrize("line", [line.strip() for line in command.epilog.splitlines() if "nomoat update" in line])
def test_the_example_in_help_runs(ask, store, server, monkeypatch, line):
    from nomoat.sources import web

    real = web.Web.__init__

    def rooted(self, home=None, **rest):
        real(self, home, **{"roots": {"https://": f"{server}/"}, **rest})

    monkeypatch.setattr(web.Web, "__init__", rooted)
    said = ask(*shlex.split(line)[1:])
    assert said.code == 0, said.err
    assert "epoch" in said.out
    assert (store / "vintages").exists() != ("--dry-run" in line)


@pytest.mark.parametrize(
    "arguments",
    [("bord",), ("--from", "nowhere"), ("--retrieved", "2026-09-06"), ("--from", "copies", "--retrieved", "6 Sept")],
)
def test_what_cannot_be_done_is_one_line(ask, store, arguments):
    said = ask("update", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert not store.exists()
