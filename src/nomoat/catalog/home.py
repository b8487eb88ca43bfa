"""Where the user's store and caches lie on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def store_home(home: Path | None = None) -> Path:
    """Return the folder of the user's own vintages: `home`, else NOMOAT_HOME, else the platform's data folder.

    >>> store_home(Path("somewhere")).name
    'somewhere'
    """
    if home is not None:
        return home
    if named := os.environ.get("NOMOAT_HOME"):
        return Path(named)
    return _platform("XDG_DATA_HOME", ".local/share", "Library/Application Support", "data")


def cache_home(home: Path | None = None) -> Path:
    """Return the folder of what can be computed again: below `home` or NOMOAT_HOME, else the platform's cache folder.

    >>> cache_home(Path("somewhere")).parts
    ('somewhere', 'cache')
    """
    if home is not None or os.environ.get("NOMOAT_HOME"):
        return store_home(home) / "cache"
    return _platform("XDG_CACHE_HOME", ".cache", "Library/Caches", "cache")


def _platform(variable: str, linux: str, mac: str, windows: str) -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else Path.home() / "AppData" / "Local"
        return base / "nomoat" / windows
    if sys.platform == "darwin":
        return Path.home() / mac / "nomoat"
    named = os.environ.get(variable)
    return (Path(named) if named else Path.home() / linux) / "nomoat"
