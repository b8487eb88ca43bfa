"""nomoat explore: look at the same answers in a browser."""

from __future__ import annotations

import click

from nomoat.cli import options, values


@click.command(epilog=options.examples("explore --help"))
@click.option(
    "--port", callback=values.whole(65535), metavar="N", default="8421", show_default=True, help="0 for any free one."
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Another of this machine's lets other machines ask, with a token.",
)
@click.option("--open/--no-open", "show", default=False, help="Open a browser on it.")
def command(port: int, host: str, show: bool) -> None:
    """Look at the same answers in a browser, on this machine alone.

    Nothing leaves the machine. With another --host the printed address holds a token, and nobody gets in without it.
    """
    from nomoat.explorer.serve import serve

    serve(host=host, port=port, show=show)
