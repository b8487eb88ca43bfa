"""What does a report say of the reader's own traffic, where it was asked to?"""

from __future__ import annotations

from nomoat.report.chapter import Chapter, absent, drawn
from nomoat.report.parts import Parts
from nomoat.views import words
from nomoat.views.signed import told
from nomoat.views.work import cost_figure, relied, verdict_figure


def own_work(parts: Parts) -> Chapter:
    """The verdict on the reader's own use cases with its evidence, and the gap on them."""
    found = parts.work
    question = "Which of your own requests may an open model take?"
    if found is None:
        return Chapter(id="work", question=question, raised="", answer=absent(parts, "work"))
    gap = (f"On your own use cases: {words.headline(parts.own)}",) if parts.own is not None else ()
    if parts.own is None and "own" in parts.missing:
        gap = (f"How far behind open models are on your own use cases cannot be said: {parts.missing['own']}",)
    figures = [drawn(lambda w: verdict_figure(found, width=w))]
    if cost_figure(found) is not None:
        figures.append(drawn(lambda w: cost_figure(found, width=w)))  # type: ignore[arg-type,return-value]
    until = f" It holds until {words.day(found.holds_until)}." if found.holds_until else ""
    fixed = f"Margins were fixed on {words.day(found.fixed_on)}, as its owner says, in plan {found.plan_sha256[:12]}."
    return Chapter(
        id="work",
        question=question,
        raised="",
        answer=(found.sentence, fixed + until, *relied(found), *gap),
        figures=tuple(figures),
        notes=(
            *(" ".join(line.strip() for line in told(case)) for case in found.cases),
            f"Method: {found.method}. Run {found.run}, frame {found.frame_sha256[:12]}.",
            *(f"Left out: {row.count:,} {row.what}: {row.why}." for row in found.left_out),
            *(f"Not known: {line}" for line in found.unknown),
        ),
    )
