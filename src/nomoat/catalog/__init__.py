"""What exists and where each fact came from: tables, identity, cohorts, vintages."""

from __future__ import annotations
