"""The real application on a real server: uvicorn on the loopback, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import uvicorn

from nomoat.catalog.store import Catalog
from nomoat.explorer.app import application
from nomoat.explorer.line import Line


@contextmanager
def running(home: Path, **given: object) -> Iterator[str]:
    """The address of an explorer on the store in `home`."""
    app = application(Catalog.open(home), **given)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", access_log=False, server_header=False, http=Line
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        for _ in range(200):
            if server.started:
                break
            sleep(0.05)
        assert server.started, "the explorer did not start in ten seconds"
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        socket.close()
