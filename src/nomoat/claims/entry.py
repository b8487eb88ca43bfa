"""How do a reader's own statements enter the ledger, without hurting those that are in it?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp

from nomoat.catalog.home import store_home
from nomoat.claims.claim import Claim
from nomoat.claims.ledger import ledger, read
from nomoat.claims.verdicts import Statements
from nomoat.errors import InputError, NomoatError, OutputError


def enter(files: Iterable[Path], home: Path | None = None) -> tuple[Statements, list[NomoatError]]:
    """Copy files of claims to the user's store, each whole or not at all; return what is new and what was refused.

    A file is refused that cannot be read as claims, holds an id that the ledger has, or has the name of another file
    of the store; the same bytes under the same name are there already and are no fault. Raises the refusal where
    nothing was entered, and OutputError where the store cannot be written.
    """
    folder = store_home(home) / "claims"
    entered: list[Claim] = []
    refused: list[NomoatError] = []
    for path in files:
        try:
            entered.extend(_enter(path, folder, home))
        except OutputError:
            raise
        except NomoatError as error:
            refused.append(error)
    if refused and not entered:
        raise refused[0] if len(refused) == 1 else InputError("; ".join(str(error) for error in refused))
    return Statements(total=len(ledger(home)), claims=tuple(entered)), refused


def _enter(path: Path, folder: Path, home: Path | None) -> list[Claim]:
    claims = read(path)
    content = path.read_bytes()
    target = folder / f"{path.stem}.toml"
    if target.exists():
        if target.read_bytes() == content:
            return claims
        raise InputError(f"{target.name} is in the store already, with other words", "a file name of its own")
    seen: set[str] = {claim.id for claim in ledger(home)}
    for claim in claims:
        if claim.id in seen:
            raise InputError(f"{path.name}, claim {claim.id!r}: the ledger has this id already", "an id of its own")
        seen.add(claim.id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = mkstemp(dir=folder, prefix=".adding-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.link(temporary, target)  # unlike a rename, a link never takes the place of a file
        finally:
            os.unlink(temporary)
    except FileExistsError:
        raise InputError(f"{target.name} is in the store already", "a file name of its own") from None
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror})", "a folder of yours", "NOMOAT_HOME=DIR"
        ) from None
    return claims
