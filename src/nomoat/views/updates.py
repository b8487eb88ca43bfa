"""How do an update and the health of sources look as tables?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, clip, printable
from nomoat.views.words import count

if TYPE_CHECKING:
    from nomoat.sources.finding import Finding
    from nomoat.sources.health import Health
    from nomoat.sources.update import Updated

MOST_ORIGINS = 4  # of one finding in a terminal; a board's history has dozens
MOST = 5  # notices of one check in a terminal


def update_table(found: Updated) -> Table:
    """A line for each source: what it brought, how much of it is new, what was left out, of which day."""
    if found.vintage:
        said = f"Vintage {found.vintage} written"
    elif found.dry_run:
        said = "Nothing written: this was a dry run"
    else:
        said = "Nothing new: the store is as it was"
    failed = f"; {count(len(found.failed), 'source')} failed" if found.failed else ""
    return Table(
        name="update",
        caption=f"{said}{failed}",
        columns=(
            Column(key="source", title="source"),
            Column(key="state", title="state"),
            Column(key="retrieved", title="copy of"),
            Column(key="rows", title="rows"),
            Column(key="new", title="new"),
            Column(key="changed", title="changed"),
            Column(key="gone", title="gone"),
            Column(key="renamed", title="named otherwise here"),
            Column(key="left_out", title="left out"),
            Column(key="waiting", title="names unknown"),
            Column(key="why", title="why", terminal=False),
        ),
        rows=tuple(
            (
                one.source, one.state, one.retrieved,
                *(
                    None if one.retrieved is None else value
                    for value in (one.rows, one.new, one.changed, one.gone, one.renamed)
                ),
                None if one.retrieved is None else sum(left.count for left in one.left_out),
                None if one.retrieved is None else one.waiting, one.why or None,
            )
            for one in found.sources
        ),
    )  # fmt: skip


def left_lines(found: Updated, most: int = 3) -> tuple[str, ...]:
    """Of each source that left something out, the most frequent reasons with their counts."""
    lines = []
    for one in found.sources:
        left = sorted(one.left_out, key=lambda each: -each.count)
        told = [f"{each.count:,} {each.what} ({each.why})" for each in left[:most]]
        told += [f"{count(len(left) - most, 'reason')} more in --json"] if len(left) > most else []
        lines += [printable(f"{one.source} left out {'; '.join(told)}")] if told else []
    return tuple(lines)


def health_table(found: Health) -> Table:
    """Every finding, what is wrong first."""
    return Table(
        name="health",
        caption=_summary(found),
        columns=(
            Column(key="check", title="check"),
            Column(key="severity", title="is"),
            Column(key="dataset", title="data set", wide=24),
            Column(key="subject", title="what", wide=32),
            Column(key="said", title="said", wide=60),
            Column(key="next", title="type", terminal=False),
            Column(key="origin", title="origin", terminal=False),
        ),
        rows=tuple(
            (
                one.check,
                one.severity,
                one.dataset or None,
                one.subject,
                one.said,
                one.next or None,
                " ".join(one.origins) or one.origin or None,
            )
            for one in found.findings
        ),
    )


def health_text(found: Health, width: int) -> str:
    """What a terminal shows: all that is wrong, with the line to type, and a few notices of each check."""
    lines = [fill(_summary(found), width)]
    for one in found.wrong:
        where = " · ".join(part for part in (one.dataset, one.subject) if part)
        lines += ["", fill(f"{one.check}: {where}: {one.said}.", width, subsequent_indent="  ")]
        lines += _origins(one, width)
        lines += [f"  Try: {one.next}"] if one.next else []
    for check in found.checks:
        notices = [one for one in found.findings if one.check == check and one.severity != "wrong"]
        if notices:
            lines += ["", f"{check}: {count(len(notices), 'notice')}"]
            for one in notices[:MOST]:
                lines.append(fill(printable(f"  {one.subject}: {one.said}"), width, subsequent_indent="    "))
                lines += _origins(one, width)
            lines += [clip(printable(f"  Try: {notices[0].next}"), width)] if notices[0].next else []
            lines += [f"  and {len(notices) - MOST:,} more: --json has them all"] if len(notices) > MOST else []
    return "\n".join([*lines, ""])


def _origins(one: Finding, width: int) -> list[str]:
    """Which copies a finding rests on, in a line."""
    keys = one.origins or ((one.origin,) if one.origin else ())
    more = f" and {len(keys) - MOST_ORIGINS:,} more" if len(keys) > MOST_ORIGINS else ""
    return [clip(printable(f"    origin: {', '.join(keys[:MOST_ORIGINS])}{more}"), width)] if keys else []


def _summary(found: Health) -> str:
    notices = len(found.findings) - len(found.wrong)
    wrong = count(len(found.wrong), "thing") + " wrong" if found.wrong else "nothing wrong"
    if not found.datasets:
        return f"{wrong}; nothing else was looked at"
    return f"{count(found.datasets, 'data set')}, ages counted to {found.on}: {wrong}, {count(notices, 'notice')}"
