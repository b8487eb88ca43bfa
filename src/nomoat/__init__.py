"""How far open AI models are from closed ones: the public door.

Every name below is loaded when it is first used, so that `import nomoat` costs milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_DOOR = {
    "Catalog": "nomoat.catalog.store",
    "Gap": "nomoat.types",
    "NomoatError": "nomoat.errors",
    "Origin": "nomoat.types",
    "attribute": "nomoat.world.attribution",
    "capability": "nomoat.world.capability",
    "effort": "nomoat.world.effort",
    "frontier": "nomoat.world.frontier",
    "gap": "nomoat.world.gap",
    "gap_by": "nomoat.world.groups",
    "panel": "nomoat.world.panel",
    "read_table": "nomoat.world.scale",
    "reconcile": "nomoat.world.reconcile",
    "scale": "nomoat.world.scale",
    "write_report": "nomoat.report",
}

__all__ = [
    "__version__",
    *_DOOR,
]

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog as Catalog
    from nomoat.errors import NomoatError as NomoatError
    from nomoat.types import Gap as Gap
    from nomoat.types import Origin as Origin


def __getattr__(name: str) -> Any:
    """Load a public name from the file that answers its question."""
    if name not in _DOOR:
        raise AttributeError(f"module 'nomoat' has no attribute {name!r}; it has {', '.join(sorted(_DOOR))}")
    value = getattr(import_module(_DOOR[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
