"""What the tests of boards and routers share: a loopback publisher, and copies as `--from FILE` makes them."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from nomoat.sources.copies import Copy
from nomoat.sources.web import Web
from sources.server import Publisher

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = b"<!DOCTYPE html><html><title>Sorry</title></html>"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@contextlib.contextmanager
def serving(home, *sites):
    """A publisher on this machine in the place of `sites`, and a Web that finds it there."""
    publisher = Publisher()
    roots = dict.fromkeys(sites, publisher.address)
    try:
        with Web(home, roots=roots, timeout=5, sleep=lambda wait: None, now=lambda: NOON) as web:
            yield web, publisher
    finally:
        publisher.close()


def put(folder, name, body, *, called=None, address=None, retrieved=NOON):
    """A file of this disk as a copy."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return Copy(
        path=path, address=address or name, retrieved=retrieved, sha256="", bytes=path.stat().st_size, fresh=True,
        name=called or name, checked=retrieved,
    )  # fmt: skip


def left(facts):
    """What was left out, as {(what, why): count}."""
    return dict(facts.left_out)
