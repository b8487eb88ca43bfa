"""How does the explorer start, and where is it then?"""

from __future__ import annotations

import errno
import logging
import secrets
import threading
from typing import Any

import click

from nomoat.errors import InputError

SOON = 2.0  # seconds: the first page is out by then
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(*, host: str = "127.0.0.1", port: int = 8421, show: bool = False) -> None:
    """Serve the explorer until it is interrupted.

    On the loopback everybody on this machine may read. Any other `host` demands the token that is printed with the
    address. Raises InputError where the port is taken or the host is not one of this machine.
    """
    import uvicorn

    from nomoat.catalog.store import Catalog
    from nomoat.explorer.app import CROWD, application
    from nomoat.explorer.bundle import bundle
    from nomoat.explorer.guard import LOCAL
    from nomoat.explorer.line import Line

    token = None if host in LOOPBACK else secrets.token_urlsafe(24)
    hosts = LOCAL if token is None else ("*",)
    config = uvicorn.Config(
        application(Catalog.open(), hosts=hosts, token=token),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=Line,
        limit_concurrency=CROWD,
        timeout_keep_alive=5,
    )
    server = _Server(config, token, show)
    socket = _bound(config)
    # The first chart needs it. Made beside the first page it would take a third of a small machine from it.
    soon = threading.Timer(SOON, bundle)
    soon.daemon = True
    soon.start()
    server.run(sockets=[socket])


def _bound(config: Any) -> Any:
    """The socket to listen on; uvicorn logs why there is none and leaves."""
    log = logging.getLogger("uvicorn.error")
    quiet, log.disabled = log.disabled, True
    try:
        return config.bind_socket()
    except SystemExit as left:
        why = left.__context__
        place = f"{config.host}:{config.port}"
        if isinstance(why, OSError) and why.errno == errno.EACCES:
            raise InputError(
                f"{place} is not yours to take", "a port from 1024 on", "nomoat explore --port 0"
            ) from None
        if isinstance(why, OSError) and why.errno not in (errno.EADDRINUSE, None):
            said = why.strerror or "no such address"
            raise InputError(
                f"{config.host!r} is no address of this machine ({said})",
                "one of its own",
                "nomoat explore --host 0.0.0.0",
            ) from None
        raise InputError(f"{place} cannot be taken", "a free port", "nomoat explore --port 0") from None
    finally:
        log.disabled = quiet


def _Server(config: Any, token: str | None, show: bool) -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        """Says where it is once it listens."""

        async def startup(self, sockets: list[Any] | None = None) -> None:
            await super().startup(sockets=sockets)
            assert sockets is not None
            name, port = sockets[0].getsockname()[:2]
            shown = f"[{name}]" if ":" in name else name
            address = f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
            click.echo(f"The explorer is at {address}  (Ctrl-C ends it)")
            if show:
                click.launch(address)

    return Server(config)
