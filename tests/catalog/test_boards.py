"""A board of any modality is shown with the side of every name, and without dates that it does not have."""

from __future__ import annotations

import pytest

from nomoat.catalog.boards import board, boards
from nomoat.catalog.store import Catalog
from nomoat.errors import UnknownName


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return Catalog.open(tmp_path_factory.mktemp("home"))


def test_every_board_that_ships_can_be_shown_in_every_modality(catalog):
    names = boards(catalog=catalog)
    assert {"text", "vision", "webdev", "text_to_image", "image_edit", "text_to_video", "video_edit"} <= set(names)
    for name in names:
        found = board(name, catalog=catalog)
        ratings = [one.rating for one in found.rows]
        assert ratings == sorted(ratings, reverse=True)
        assert {one.origin for one in found.rows} == {origin.id for origin in found.origins}


def test_the_side_is_the_models_own_or_what_the_licence_beside_the_name_allows(catalog):
    text = {one.name: one for one in board("arena:text/overall", catalog=catalog).rows}
    assert text["deepseek-r1"].model == "deepseek/deepseek-r1"
    assert text["deepseek-r1"].openness == "weights-permissive"
    images = board("text_to_image", catalog=catalog)
    assert {one.openness for one in images.rows} >= {"closed-unspecified", "weights-noncommercial"}
    first = {half: [one for one in images.rows if one.openness.startswith(half)] for half in ("closed", "weights")}
    assert images.ahead == first["closed"][0].rating - first["weights"][0].rating
    assert (images.best_closed, images.best_open) == (first["closed"][0].name, first["weights"][0].name)
    counted = {left.what: left.count for left in images.left_out}
    assert counted["names on a frontier"] == sum(one.released is None for one in images.rows) > 0


def test_unknown_boards_and_categories_name_those_that_there_are(catalog):
    with pytest.raises(UnknownName, match="text_to_image"):
        board("text_to_imagine", catalog=catalog)
    with pytest.raises(UnknownName, match="english"):
        board("vision/englisch", catalog=catalog)
