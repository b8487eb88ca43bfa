"""Which lines of Python give what a page shows?"""

from __future__ import annotations

from datetime import date
from typing import Any


def lines(function: str, *args: Any, **given: Any) -> str:
    """An import and a call with what was chosen; what was not chosen is left to the function.

    >>> print(lines("nomoat.gap", "closed", "open", rule="km", at=None))
    from nomoat import gap
    gap('closed', 'open', rule='km')
    >>> print(lines("nomoat.world.model.model", "GPT-5", as_of=date(2026, 6, 30)))
    from datetime import date
    from nomoat.world.model import model
    model('GPT-5', as_of=date(2026, 6, 30))
    """
    module, _, name = function.rpartition(".")
    told = {key: value for key, value in given.items() if value not in (None, False, "")}
    said = [*map(repr, args), *(f"{key}={value!r}" for key, value in told.items())]
    dated = any(isinstance(value, date) for value in (*args, *told.values()))
    call = ", ".join(said).replace("datetime.date(", "date(")
    return f"{'from datetime import date' + chr(10) if dated else ''}from {module} import {name}\n{name}({call})"
