"""Where is the policy of a work folder kept, and in which files for gateways?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from nomoat.errors import InputError, OutputError
from nomoat.work import plan as plans
from nomoat.work import route, verdict
from nomoat.work.emit import EMITTERS, emit
from nomoat.work.route import Policy
from nomoat.work.standing import standing
from nomoat.work.usecase import assigner
from nomoat.work.verdict import Verdict
from nomoat.work.watch import watch


def renewed(
    folder: Path, on: date, gateways: Sequence[str], *, as_of: date | None = None
) -> tuple[Policy, tuple[Path, ...]]:
    """Write the files of gateways anew from policy.json as it is, with what is void on a day on its fallback.

    What is void is what `nomoat work watch` says of that day. Raises InputError where there is no policy.
    """
    held = watch(folder, on, as_of=as_of).holds
    policy = standing(folder).policy.holding(held)
    return policy, _kept({folder / EMITTERS[name][0]: text for name, text in _emitted(policy, gateways)})


def routed(folder: Path, run: str | None = None, gateways: Sequence[str] = ()) -> tuple[Policy, tuple[Path, ...]]:
    """Write policy.json from a run's verdict, and the files of gateways; all of them or none.

    Raises InputError where there is no verdict yet, or where a gateway cannot express the policy.
    """
    plan = plans.read(folder / plans.FILE)
    path = folder / "runs" / (run or f"proof-{plan.generation}") / verdict.FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Verdict)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a verdict", "nomoat work prove") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is no verdict: {error}", "verdict.json as it was written", "nomoat work prove"
        ) from None
    policy = route.route(found, plan, assigner(folder))
    files = {folder / route.FILE: policy.json() + "\n"}
    files |= {folder / EMITTERS[name][0]: text for name, text in _emitted(policy, gateways)}
    return policy, _kept(files)


def _emitted(policy: Policy, gateways: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, emit(policy, name)) for name in gateways]


def _kept(files: Mapping[Path, str]) -> tuple[Path, ...]:
    for target, content in files.items():
        whole = target.with_name(target.name + ".new")
        try:
            whole.write_text(content, encoding="utf-8")
            whole.replace(target)
        except OSError as error:
            raise OutputError(
                f"{target} cannot be written ({error.strerror})", "a folder that you may write to"
            ) from None
    return tuple(files)
