"""Notes, transcripts and articles -> passages, entities, statements, graph; and notes written back."""

from __future__ import annotations
