"""How does a verb with parts still answer words that name no part of it?"""

from __future__ import annotations

import click

from nomoat.cli.parts import Listed


class Asked(Listed):
    """A verb whose words are a query unless the first of them names a part: `nomoat models qwen`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `nomoat VERB WORDS` for `nomoat VERB list WORDS`."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["list", *args]
        return super().parse_args(ctx, args)
