"""nomoat work: which of your own traffic can an open model serve?"""

from __future__ import annotations

from importlib import import_module

import click

from nomoat.cli import options
from nomoat.errors import nearest

# part -> what `nomoat work --help` says of it: the first line of the part's own help. Its file is cli/work_PART.py.
PARTS = {
    "read": "Read logs into the table of requests; the same ones twice add nothing.",
    "profile": "Who serves your requests: requests, tokens, spend and latency by model, open and closed.",
    "usecases": "Which use cases is your traffic made of? Found once, named by you, then frozen.",
    "plan": "Plan the proof: per use case the margin, the conversations, the cost, or why it cannot be proven.",
    "run": "Ask the incumbent and the candidates of the fixed plan; what is answered is kept and never paid for twice.",
    "score": "Score the answers of a run with the plan's scorers; a failed call is a failure of its arm.",
    "prove": "Prove, use case by use case, that the candidate loses less than the margin, or say that it is not shown.",
    "route": "Write the policy that the verdict allows, and the same for a gateway.",
    "shadow": "Ask both arms about a random sample of requests logged since the proof, for nomoat work watch.",
    "watch": "Say in one line of JSON whether the policy still holds, and which new models could overturn a verdict.",
    "record": "Pass chat calls on to URL, and write them down with their answers for nomoat work read.",
}


class Parts(click.Group):
    """A group whose parts are files of this folder, read when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The parts in the order of the work."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Read the file of one part."""
        if name not in PARTS:
            return None
        found: click.Command = import_module(f"nomoat.cli.work_{name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the part, or name the nearest one."""
        if args[0] not in PARTS and not args[0].startswith("-"):
            near = nearest(args[0], PARTS)
            said = f"Nearest: {near[0]!r}" if near else "Expected one of " + ", ".join(PARTS)
            raise click.UsageError(f"{ctx.command_path} has no part {args[0]!r}. {said}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the parts from the table above, without reading their files."""
        with formatter.section("Commands"):
            formatter.write_dl(list(PARTS.items()))


@click.group(cls=Parts, epilog=options.examples("work read calls.jsonl", "work profile"))
def command() -> None:
    """Prove which of your own traffic an open model can serve: logs, use cases, plan, run, proof, route.

    Everything stays on this machine, in the folder named by --in (your store's folder work without it); prompts leave
    it only for endpoints that you name.
    """
