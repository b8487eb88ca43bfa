"""How do a reader's own statements enter the ledger, without hurting those that are in it?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from nomoat.catalog.cohort import parse
from nomoat.catalog.home import store_home
from nomoat.catalog.tables import TABLES
from nomoat.claims.ask import Ask
from nomoat.claims.claim import Claim
from nomoat.claims.ledger import ledger, read
from nomoat.claims.measured import Untestable
from nomoat.claims.metric import metrics
from nomoat.claims.verdicts import Statements
from nomoat.errors import DateError, EmptyCohort, InputError, NomoatError, NoVintage, OutputError, UnknownName

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


COHORTS = ("leader", "follower", "cohort", "other", "parent")  # arguments that are expressions of the grammar


def enter(
    files: Iterable[Path], home: Path | None = None, catalog: Catalog | None = None
) -> tuple[Statements, list[NomoatError]]:
    """Copy files of claims to the user's store, each whole or not at all; return what is new and what was refused.

    A file is refused that cannot be read as claims, holds an id that the ledger has, has the name of another file of
    the store, names a cohort or a model that the catalogue does not know, or was said after the last day of which
    anything is known here. The same bytes under the same name are there already and are no fault. Raises the refusal
    where nothing was entered, and OutputError where the store cannot be written.
    """
    folder = store_home(home) / "claims"
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open(home)
    entered: list[Claim] = []
    refused: list[NomoatError] = []
    for path in files:
        try:
            entered.extend(_enter(path, folder, home, catalog))
        except OutputError:
            raise
        except NomoatError as error:
            refused.append(error)
    if refused and not entered:
        raise refused[0] if len(refused) == 1 else InputError("; ".join(str(error) for error in refused))
    return Statements(total=len(ledger(home)), claims=tuple(entered)), refused


def known(claim: Claim, catalog: Catalog, shelf: dict[Any, Any]) -> None:
    """Refuse a claim that names what the catalogue does not know: a cohort, a model, a maker, a day to come.

    A name that only an older vintage lacks is no fault; neither is a measure that is not there yet.
    """
    days = [day for table in TABLES if table != "origins" for day in catalog.vintages(table)]
    last = max(days)
    if claim.latest > last:
        raise InputError(
            f"it was said on {claim.latest}, after {last}, the last day of which anything is known here",
            f"a day up to {last}",
            "nomoat sources, for what is known and since when",
        )
    test = claim.test
    for name in COHORTS:
        text = test.arguments.get(name)
        if isinstance(text, str) and not parse(text).select(catalog.members()).any():
            raise UnknownName(f"No model is in the {name} {text!r}", "a cohort of at least one model", "nomoat models")
    if test.metric == "none":
        return
    # What cannot be measured on this day is said by a check; only a name that does not exist is refused here.
    with suppress(Untestable, NoVintage, DateError, EmptyCohort):
        metrics()[test.metric].function(Ask(catalog, test.unit, draws=0, shelf=shelf), **test.arguments)


def _enter(path: Path, folder: Path, home: Path | None, catalog: Catalog) -> list[Claim]:
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
    there = seen | {claim.id for claim in claims}
    shelf: dict[Any, Any] = {}
    for claim in claims:
        where = f"{path.name}, claim {claim.id!r}"
        for other in claim.contrary:
            if other not in there:
                raise UnknownName(
                    f"{where}: contrary to no claim {other!r}", UnknownName.of("claim", other, there).expected
                )
        try:
            known(claim, catalog, shelf)
        except NomoatError as error:
            raise type(error)(f"{where}: {error.seen}", error.expected, error.next) from None
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
