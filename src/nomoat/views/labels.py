"""Where the labels of points go, so that none covers another, a point that matters, or the lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import hypot
from typing import Literal, NamedTuple

from nomoat.views.table import display_width

Side = Literal["above", "below"]
TIE = 20  # pixels: beyond, a label needs a line to its point


class Box(NamedTuple):
    """A rectangle in pixels, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The common area."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0


class Label(NamedTuple):
    """A text that wants to stand near (x, y); labels are placed in the order in which they are given."""

    text: str
    x: float
    y: float
    side: Side


class Place(NamedTuple):
    """Where a label went: the offset of its anchor from its point, and which end is the anchor."""

    order: int  # of the label in the sequence given
    dx: float
    dy: float
    align: Literal["left", "right", "center"]
    far: bool  # far enough to need a line to its point


def text_width(text: str, size: float = 11) -> float:
    """An upper estimate of a text's width in pixels: Liberation Sans averages 0.5 em a character.

    >>> text_width("DeepSeek-R1") < 80
    True
    """
    return display_width(text) * size * 0.56


def place(
    labels: Sequence[Label],
    *,
    width: float,
    height: float,
    obstacles: Iterable[Box] = (),
    size: float = 11,
    reach: float = 70,
) -> list[Place]:
    """Put each label on the free spot nearest to its point, on its side first; leave it out where none is free.

    Greedy, in the order given: the important ones go first. A label that finds no place within `reach`
    pixels is dropped: the table under the chart has it. The result depends on nothing but the arguments.

    >>> place([Label("a", 50, 50, "above"), Label("b", 50, 50, "above")], width=100, height=100)[0].align
    'center'
    """
    taken = [box for box in obstacles if _solid(box)]
    frame = Box(0, 0, width, height)
    placed = []
    for order, label in enumerate(labels):
        wide, high = text_width(label.text, size), size + 2
        for dx, dy, align in _candidates(label.side, reach):
            x, y = label.x + dx, label.y + dy
            left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
            box = Box(left, y - high / 2, left + wide, y + high / 2)
            inside = box.left >= frame.left and box.right <= frame.right
            if inside and box.top >= frame.top and box.bottom <= frame.bottom:
                tie = _tie(label, dx, dy) if hypot(dx, dy) > TIE else []
                if not (_free(box, taken) and all(_free(piece, taken) for piece in tie)):
                    continue
                taken += [one for one in (box, *tie) if _solid(one)]
                placed.append(Place(order, dx, dy, align, bool(tie)))
                break
    return placed


def _solid(box: Box) -> bool:
    return box.left < box.right and box.top < box.bottom


def _free(box: Box, taken: Sequence[Box]) -> bool:
    """Whether a box has no area in common with solid ones: 50,000 comparisons a chart, so edges and no products."""
    left, top, right, bottom = box
    for its_left, its_top, its_right, its_bottom in taken:
        if its_left < right and left < its_right and its_top < bottom and top < its_bottom:
            return False
    return True


def staircase(corners: Sequence[tuple[float, float]], end: float, thick: float = 3) -> list[Box]:
    """The boxes that a step line covers, from its corners (x, y) to x = `end`.

    >>> len(staircase([(0, 10), (5, 4)], 9))
    3
    """
    boxes = []
    for i, (x, y) in enumerate(corners):
        until = corners[i + 1][0] if i + 1 < len(corners) else end
        boxes.append(Box(x - thick, y - thick, until + thick, y + thick))
        if i:
            before = corners[i - 1][1]
            boxes.append(Box(x - thick, min(y, before) - thick, x + thick, max(y, before) + thick))
    return boxes


def _tie(label: Label, dx: float, dy: float, pieces: int = 8) -> list[Box]:
    """The line from a point to its label as small boxes, so that no other label is laid over it."""
    steps = [(k + 0.5) / pieces for k in range(2, pieces - 1)]
    return [Box(label.x + dx * s - 1, label.y + dy * s - 1, label.x + dx * s + 1, label.y + dy * s + 1) for s in steps]


@cache
def _candidates(side: Side, reach: float) -> tuple[tuple[float, float, Literal["left", "right", "center"]], ...]:
    up = -1.0 if side == "above" else 1.0
    # A frontier climbs to the right: its free corner is to the upper left, or to the lower right.
    first: Literal["left", "right"] = "right" if side == "above" else "left"
    other: Literal["left", "right"] = "left" if side == "above" else "right"
    sign = {"right": -1.0, "left": 1.0}
    found: list[tuple[float, float, Literal["left", "right", "center"]]] = []
    for step in range(8, int(reach), 7):
        for sideways in (4.0, 10.0, 24.0, 44.0):
            for align in (first, other):
                found.append((sign[align] * sideways, up * step, align))
        found.append((0.0, up * step, "center"))
    return tuple(sorted(found, key=lambda spot: hypot(spot[0], spot[1]) + (12 if spot[2] == other else 0)))
