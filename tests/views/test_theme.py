"""The colours can be read and told apart: contrast by WCAG, distance as a red- or green-blind eye sees it."""

from __future__ import annotations

import pytest

from nomoat.views.theme import DARK, LIGHT, config, repaint, stylesheet


def linear(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one, other):
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


# Linear RGB as seen without red or green cones (Viénot, Brettel and Mollon 1999).
BLIND = {
    "protan": ((0.1124, 0.8876, 0.0), (0.1124, 0.8876, 0.0), (0.0040, -0.0040, 1.0)),
    "deutan": ((0.2927, 0.7073, 0.0), (0.2927, 0.7073, 0.0), (-0.0223, 0.0223, 1.0)),
}


@pytest.mark.parametrize("paper", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "soft", "leader", "follower"])
def test_text_colours_reach_the_contrast_of_text(paper, role):
    assert contrast(getattr(paper, role), paper.paper) >= 4.5


@pytest.mark.parametrize("paper", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eye", list(BLIND))
def test_the_pair_stays_apart_for_a_colour_blind_eye(paper, eye):
    seen = [
        [sum(w * c for w, c in zip(row, linear(colour), strict=True)) for row in BLIND[eye]]
        for colour in (paper.leader, paper.follower)
    ]
    assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 > 0.25


def test_every_light_colour_has_its_dark_one():
    painted = repaint({"config": config(), "marks": [*LIGHT.dict().values()]}, DARK)
    assert not set(LIGHT.dict().values()) & set(str(painted).replace("'", " ").split())
    sheet = stylesheet(DARK, ".chart")
    assert all(f'[{p}="{colour}"]' in sheet for colour in LIGHT.dict().values() for p in ("fill", "stroke"))
    assert len(set(LIGHT.dict().values())) == len(LIGHT.dict())
