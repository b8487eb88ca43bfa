"""Every figure there is, drawn from the planted world at a width."""

from __future__ import annotations

from nomoat.views.attribution import attribution_figure
from nomoat.views.effort import effort_figure, garage_figure
from nomoat.views.frontier import frontier_figure
from nomoat.views.months import months_figure
from nomoat.views.panel import panel_figure
from nomoat.views.records import records_figure, waiting_figure
from nomoat.views.wake import wake_figure
from nomoat.views.waterfall import waterfall_figure
from views import planted

BUILDERS = {
    "frontier": lambda **size: frontier_figure(planted.frontier(), planted.gap(), **size),
    "lag-by-month": lambda **size: months_figure(planted.frontier(), "months", **size),
    "gap-by-month": lambda **size: months_figure(planted.frontier(), "points", **size),
    "records": lambda **size: records_figure(planted.gap(), **size),
    "waiting": lambda **size: waiting_figure(planted.gap(), **size),
    "panel": lambda **size: panel_figure(planted.panel(), "months", **size),
    "panel-points": lambda **size: panel_figure(planted.panel(), "points", **size),
    "panel-match": lambda **size: panel_figure(planted.panel(), "match", **size),
    "attribution-organisation": lambda **size: attribution_figure(planted.attribution(), **size),
    "attribution-country": lambda **size: attribution_figure(planted.attribution("country"), **size),
    "effort": lambda **size: effort_figure(planted.effort(), **size),
    "garage": lambda **size: garage_figure(planted.effort(), **size),
    "reconcile": lambda **size: waterfall_figure(planted.reconciliation(), **size),
    "wake": lambda **size: wake_figure(planted.frontier(), ("DeepSeek-V3", "Gemma 3"), **size),
}
