"""Which model do people prefer: ratings with intervals, ranks with intervals, and who cannot be rated?"""

from __future__ import annotations

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import LIGHT, WIDE
from nomoat.world.preference import Board, Ranking

MOST = 30  # models drawn; the table has all


def ranking_figure(ranking: Ranking, *, width: int = WIDE, container: bool = False) -> Figure:
    """A point a model with its interval, best first, of the board with the most battles."""
    board = max(ranking.boards, key=lambda b: b.battles)
    shown, compact = board.rated[:MOST], width < 560
    lane = lanes.lanes([f"{row.rank} {row.model}" for row in shown], compact=compact)
    rows = [{"row": k, "value": r.rating, "low": r.low, "high": r.high} for k, r in enumerate(shown)]
    ends = [end for r in shown for end in (r.rating, r.low, r.high) if end is not None]
    margin = max(10.0, (max(ends) - min(ends)) * 0.06)
    x = lanes.scale((min(ends) - margin, max(ends) + margin), ranking.scale, compact=compact)
    spans = [{**r, "value": r["low"], "until": r["high"]} for r in rows if r["low"] is not None]
    layers = [
        marks.rule(spans, x, lane.y, x2="until", strokeWidth=1.6),
        marks.points(rows, x, lane.y, LIGHT.follower, "circle", size=60),
        *lane.layers(),
    ]
    said, rest = finding(ranking, board), len(board.rated) - len(shown)
    return Figure(
        name="ranking",
        finding=said,
        alt=f"{words.count(len(shown), 'point')} with intervals, best first. {said}",
        footer=(
            f"{ranking.level:.0%} intervals; {ranking.anchor}."
            + (f" {words.count(rest, 'more model')} in the table." if rest else "")
            + (
                f" The board of {ranking.by} {board.group}, the largest of {len(ranking.boards)}." if ranking.by else ""
            ),
            f"{ranking.method}. {words.sources(ranking.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=ranking_table(ranking),
    )


def finding(ranking: Ranking, board: Board) -> str:
    """Who leads, and who may lead as well."""
    first = board.rated[0]
    tied = [row.model for row in board.rated[1:] if row.rank_low == 1]
    among = f" of {ranking.by} {printable(board.group)}" if board.group else ""
    said = f"{printable(first.model)} leads the {len(board.rated)} rated models{among}"
    if tied:
        return f"{said}, and {words.listing([printable(t) for t in tied])} may be first as well"
    return f"{said}; no other may be first at {ranking.level:.0%}"


def ranking_table(ranking: Ranking, boards: tuple[Board, ...] | None = None) -> Table:
    """One rated model a row, board after board."""
    chosen = ranking.boards if boards is None else boards
    level = f"{ranking.level:.0%}"
    return Table(
        name="ranking",
        caption="Rated models",
        columns=(
            Column(key="group", title=ranking.by or "", only="file"),
            Column(key="rank", title="rank"),
            Column(key="ranks", title=f"rank, {level}", only="page"),
            *raw("rank_low", "rank_high"),
            Column(key="model", title="model", wide=36),
            Column(key="rating", title="rating", digits=1),
            Column(key="interval", title=level, only="page"),
            *raw("low", "high"),
            Column(key="battles", title="battles"),
            Column(key="wins", title="wins"),
            Column(key="losses", title="losses"),
            Column(key="ties", title="ties"),
            *raw("both_bad"),
        ),
        rows=tuple(
            (
                *(board.group, r.rank, f"{r.rank_low} to {r.rank_high}", r.rank_low, r.rank_high, r.model, r.rating),
                *(words.span(r.low, r.high), r.low, r.high, r.battles, r.wins, r.losses, r.ties, r.both_bad),
            )
            for board in chosen
            for r in board.rated
        ),
    )


def ranking_text(ranking: Ranking, width: int) -> str:
    """Every board: its models, what the covariates are worth, who cannot be rated, and warnings."""
    blocks = []
    for board in ranking.boards:
        head = f"{ranking.by} {printable(board.group)}: " if board.group is not None else ""
        blocks.append(
            _wrap(
                f"{head}{words.count(board.battles, 'battle')}, {board.ties:,} of them ties, {board.both_bad:,} "
                f"of these bad on both sides. {finding(ranking, board)}.",
                width,
            )
        )
        blocks.append(ranking_table(ranking, (board,)).text(width))
        if board.slopes:
            blocks.append(_slopes(board).text(width))
        if board.unrated:
            blocks.append("Not rated\n" + _unrated(board).text(width))
        blocks += [_wrap(f"! {printable(warning)}", width) for warning in board.warnings]
    blocks += [_wrap(f"! {printable(warning)}", width) for warning in ranking.warnings]
    asked = f" · battles to {ranking.at}" if ranking.at else ""
    blocks.append(_wrap(f"{ranking.method} · {ranking.scale} · {ranking.anchor} · {ranking.level:.0%}{asked}", width))
    return "\n\n".join(blocks)


def _slopes(board: Board) -> Table:
    return Table(
        name="slopes",
        caption="What one unit more is worth",
        columns=(
            Column(key="covariate", title="covariate", wide=30),
            Column(key="points", title="points a unit", digits=1),
            Column(key="interval", title="interval"),
        ),
        rows=tuple((slope.covariate, slope.points, words.span(slope.low, slope.high)) for slope in board.slopes),
    )


def _unrated(board: Board) -> Table:
    return Table(
        name="unrated",
        caption="Not rated",
        columns=(
            Column(key="model", title="model", wide=30),
            Column(key="standing", title="stands"),
            Column(key="bound", title="bound", digits=0),
            Column(key="battles", title="battles"),
            Column(key="why", title="why", wide=50),
        ),
        rows=tuple((row.model, row.standing, row.bound, row.battles, row.why) for row in board.unrated),
    )


def _wrap(line: str, width: int) -> str:
    return fill(line, width, subsequent_indent="  ")
