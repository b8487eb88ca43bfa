"""What does a verb with parts do, and how does an answer of several tables leave the program?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli.output import Answer
from nomoat.errors import nearest
from nomoat.views.paragraph import fill

if TYPE_CHECKING:
    from nomoat.views.table import Table


class Listed(click.Group):
    """A verb with parts that lists when no part is named, and names the nearest part for a misspelt one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `nomoat VERB` and `nomoat VERB --json` for `nomoat VERB list`."""
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the part, or name the nearest one."""
        if args[0] not in self.commands:
            near = nearest(args[0], self.commands)
            said = f"Nearest: {near[0]!r}" if near else "Expected one of " + ", ".join(self.commands)
            raise click.UsageError(f"{ctx.command_path} has no part {args[0]!r}. {said}", ctx)
        return super().resolve_command(ctx, args)


@dataclass(frozen=True, kw_only=True)
class Told(Answer):
    """An answer whose text is more than one table: `said(width)` is what a terminal shows above the sources."""

    said: Callable[[int], str]

    def text(self, width: int) -> str:
        """What a terminal shows: the words, what was left out, and whose data these are."""
        lines = [f"Left out: {left.count:,} {left.what}: {left.why}." for left in self.result.left_out]
        lines += [f"Data: {self.sources()}."] if self.result.origins else []
        return "\n".join([self.said(width), *([""] if lines else []), *lines, ""])


def tabled(result: Any, table: Table, none: str = "") -> Told:
    """An answer of one table under its caption; `none` is said in place of a table without rows."""

    def said(width: int) -> str:
        caption = fill(table.caption, width, subsequent_indent="  ")
        return f"{caption}\n\n{table.text(width)}" if table.rows or not none else none

    return Told(result=result, table=table, said=said)
