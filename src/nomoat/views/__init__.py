"""Results become charts and tables here: no queries, no files."""

from __future__ import annotations
