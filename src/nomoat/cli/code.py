"""How does a verb leave with 1 where it answered and something is wrong?"""

from __future__ import annotations

from typing import Any

import click

_KEY = "nomoat.code"


class Coded(click.Command):
    """A command that leaves with the code that was noted while it ran."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and return the code where one was noted."""
        found = super().invoke(ctx)
        return ctx.meta.get(_KEY, found)


def leave_with(code: int) -> None:
    """Note the exit code of the command that runs: 0 all is well, 1 something is wrong."""
    click.get_current_context().meta[_KEY] = code
