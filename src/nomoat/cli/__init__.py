"""Which verbs are there? Each one's file is read when it is asked for, so that help costs milliseconds."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from nomoat import __version__
from nomoat.errors import NomoatError

# What a disk answers that is full, or not the user's: no fault of the program, and no traceback.
DISK = frozenset({errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EPERM, errno.EROFS})
# verb -> what `nomoat --help` says of it; a test holds each line equal to the first line of the verb's own help.
VERBS = {
    "report": "Write the whole answer as one HTML page with its charts and tables.",
    "explore": "Look at the same answers in a browser, on this machine alone.",
    "gap": "How far is the follower behind the leader, in points and in months?",
    "frontier": "The running best of both sides, and every model under it.",
    "panel": "How far does the answer move when one choice changes?",
    "attribute": "Who raised the follower frontier, and by how much?",
    "effort": "What did it take to set a record, and what to match it?",
    "adoption": "How much are open models used: in tokens, requests, money, downloads, derivatives and answers?",
    "hub": "What do the Hub's counters say: downloads, derivatives, relative adoption, and which of them mislead?",
    "price": "What does the same capability cost, from open models and from closed ones, and how fast does it fall?",
    "forecast": "By when do open models reach today's best closed one, and how good were such forecasts?",
    "reconcile": "Which definitions give somebody's figure, and why is ours another?",
    "claims": "What is said of open and closed models, and is it true?",
    "documents": "Read notes, transcripts and articles: passages, entities, statements, and notes written back.",
    "rank": "Which model do people prefer, judged from battles, and how sure is that?",
    "standing": "Who held the frontier of a cohort, and for which share of the days?",
    "openings": "Do laboratories keep opening their best models?",
    "diffusion": "How many months after a closed model did an open one have a technique?",
    "traces": "Which reasoning models show their thinking: raw, as a summary, or not at all?",
    "work": "Prove which of your own traffic an open model can serve: logs, use cases, plan, run, proof, route.",
    "models": "Which models are there, and what is known of them?",
    "scales": "What can models be compared on?",
    "sources": "Where do the facts come from, and which vintages are there?",
    "update": "Fetch what publishers have published since, and keep it as a new vintage in your store.",
    "changes": "What differs between two vintages, and what did that do to the gap?",
    "snapshot": "Make a vintage from the publishers' files.",
}


class Verbs(click.Group):
    """A group whose commands are files of this folder, and whose failures are one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Read the file of one verb."""
        if name not in VERBS:
            return None
        found: click.Command = import_module(f"nomoat.cli.{name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or name the nearest one."""
        if args[0] not in VERBS and not args[0].startswith("-"):
            from nomoat.errors import nearest

            near = nearest(args[0], VERBS)
            raise click.UsageError(f"No command {args[0]!r}." + (f" Nearest: {near[0]!r}." if near else ""), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs from the table above, without reading their files."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def main(
        self, args: Sequence[str] | None = None, prog_name: str | None = None, *rest: Any, **extra: Any
    ) -> NoReturn:
        """Run a verb and leave: 0 when it answered, 2 with one line when it could not, 130 when interrupted."""
        # Our matrices are small: two BLAS threads spin for each other. 500 draws on two busy cores take 10 to 39 s of
        # CPU with them and 1.2 s with one.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _warn
                code = super().main(args, "nomoat", *rest, **{**extra, "standalone_mode": False})
        except NomoatError as error:
            _leave(f"Error: {error}", error.exit_code)
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.format_message())
            sys.exit(0)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "nomoat"
            _leave(f"Error: {error.format_message().rstrip('.')}. Try: {path} --help", 2)
        except click.ClickException as error:
            _leave(f"Error: {error.format_message()}", 2)
        except click.Abort:
            sys.exit(130)
        except OSError as error:
            if error.errno not in DISK:
                raise
            place = f"{error.filename} cannot be read or written" if error.filename else "A file cannot be written"
            _leave(f"Error: {place} ({error.strerror}). Expected a place that is yours, with room.", 2)
        sys.exit(code if isinstance(code, int) else 0)


def _warn(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """Say a warning as a line of ours, without the place in the code that Python puts before it."""
    click.echo(f"Warning: {' '.join(str(message).split())}", err=True)


def _leave(line: str, code: int) -> NoReturn:
    click.echo(" ".join(line.split()), err=True)
    sys.exit(code)


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  nomoat gap\n  nomoat report",
)
@click.version_option(__version__, prog_name="nomoat")
def main() -> None:
    """Measure how far open AI models are from closed ones, from public data that come with this program.

    Nothing is fetched unless you type nomoat update, and nothing leaves this machine. Every verb has its own --help
    with an example that runs.
    """
