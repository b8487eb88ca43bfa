"""Where do the files of one piece of work lie?"""

from __future__ import annotations

from pathlib import Path

from nomoat.catalog.home import store_home
from nomoat.errors import InputError

# folder/requests/*.parquet   what was read from logs, a part a file
# folder/usecases.toml        names confirmed by the user; assigner.json beside it, frozen
# folder/plan.toml            incumbent, candidates, margins: fixed before the run, hashed
# folder/runs/RUN/journal.jsonl, marks.jsonl, verdict.json
# folder/policy.json
PARTS = ("requests", "runs")


def workplace(folder: Path | None = None, home: Path | None = None) -> Path:
    """The folder of a piece of work: the one named, else `work` in the store; made where it is not there.

    >>> workplace(home=Path("somewhere"), folder=Path("/dev/null/x"))
    Traceback (most recent call last):
    ...
    nomoat.errors.InputError: /dev/null/x cannot be used (Not a directory). ...
    """
    chosen = folder or store_home(home) / "work"
    try:
        for part in PARTS:
            (chosen / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{chosen} cannot be used ({error.strerror})", "a folder that you may write to", "--in DIR"
        ) from None
    return chosen
