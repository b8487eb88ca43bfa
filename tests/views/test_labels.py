"""Labels never cover one another, never leave the plot, and depend on nothing but what they are given."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from nomoat.views.labels import Box, Label, place, staircase, text_width

WIDTH, HEIGHT, SIZE = 700.0, 400.0, 11.0
labels = st.lists(
    st.builds(
        Label,
        st.text("abcdefgh -0123", min_size=1, max_size=28),
        st.floats(0, WIDTH),
        st.floats(0, HEIGHT),
        st.sampled_from(["above", "below"]),
    ),
    max_size=40,
)


def box(label, spot):
    wide = text_width(label.text, SIZE)
    x, y = label.x + spot.dx, label.y + spot.dy
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[spot.align]
    return Box(left, y - SIZE / 2, left + wide, y + SIZE / 2)


@given(labels)
def test_no_two_labels_overlap_and_none_leaves_the_plot(given_labels):
    spots = place(given_labels, width=WIDTH, height=HEIGHT, size=SIZE)
    boxes = [box(given_labels[spot.order], spot) for spot in spots]
    assert all(one.overlap(other) == 0 for one, other in combinations(boxes, 2))
    assert all(b.left >= 0 and b.right <= WIDTH and b.top >= 0 and b.bottom <= HEIGHT for b in boxes)


@given(labels, st.lists(st.tuples(st.floats(0, 600), st.floats(0, 350)), min_size=1, max_size=6))
def test_no_label_stands_on_a_line(given_labels, corners):
    stairs = staircase(sorted(corners), WIDTH)
    for spot in place(given_labels, width=WIDTH, height=HEIGHT, size=SIZE, obstacles=stairs):
        assert all(box(given_labels[spot.order], spot).overlap(piece) == 0 for piece in stairs)


@given(labels)
def test_the_first_label_is_placed_whenever_there_is_room_for_any(given_labels):
    spots = place(given_labels, width=WIDTH, height=HEIGHT, size=SIZE)
    alone = place(given_labels[:1], width=WIDTH, height=HEIGHT, size=SIZE)
    assert spots[: len(alone)] == alone
    assert spots == place(given_labels, width=WIDTH, height=HEIGHT, size=SIZE)


def test_a_label_with_an_open_corner_stands_beside_its_point():
    (spot,) = place([Label("o3", 300, 200, "above")], width=WIDTH, height=HEIGHT)
    assert spot.dy < 0
    assert abs(spot.dx) <= 10
    assert not spot.far


def test_an_obstacle_without_area_is_in_nobody_s_way():
    alone = place([Label("a", 50, 50, "above")], width=100, height=100)
    line = Box(0, 38, 100, 38)
    assert place([Label("a", 50, 50, "above")], width=100, height=100, obstacles=[line]) == alone
    solid = Box(0, 37, 100, 39)
    assert place([Label("a", 50, 50, "above")], width=100, height=100, obstacles=[solid]) != alone
