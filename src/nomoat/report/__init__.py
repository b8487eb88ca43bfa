"""The whole answer as one page: measured, drawn, written, and walked back to where each number comes from."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nomoat.report.folder import Report as Report
    from nomoat.report.folder import publish as publish
    from nomoat.report.parts import Parts as Parts
    from nomoat.report.write import write_report as write_report

_DOOR = {"Parts": "parts", "Report": "folder", "publish": "folder", "write_report": "write"}
__all__ = ["Parts", "Report", "publish", "write_report"]


def __getattr__(name: str) -> Any:
    """Load a part of the report when it is first asked for."""
    if name not in _DOOR:
        raise AttributeError(f"module 'nomoat.report' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"nomoat.report.{_DOOR[name]}"), name)
