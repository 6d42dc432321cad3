"""The handrail tells truly how far one has come, and never breaks."""

from __future__ import annotations

import re

import pytest
from ledstang.web.rail import MOST_POSTS, rail
from ledstang.web.templates import Templates


@pytest.mark.parametrize(("done", "of"), [(0, 5), (2, 5), (5, 5), (1, 1), (MOST_POSTS, MOST_POSTS)])
def test_a_post_for_each_step(done: int, of: int) -> None:
    """There is a post where one starts and one for each step; those passed are marked, the first always."""
    drawn = rail(done, of)
    assert drawn.count('class="post') == of + 1
    assert drawn.count('class="post gone"') == done + 1


def test_it_rises_from_left_to_right() -> None:
    """The further one has come, the further to the right and the higher one stands."""
    places = [re.search(r'<circle cx="([\d.]+)%" cy="([\d.]+)%"', rail(done, 3)) for done in range(4)]
    spots = [(float(place[1]), float(place[2])) for place in places if place]
    assert spots == [(1.5, 72.0), (pytest.approx(33.83, 0.01), 56.0), (pytest.approx(66.17, 0.01), 40.0), (98.5, 24.0)]


@pytest.mark.parametrize(("done", "of", "same"), [(9, 5, (5, 5)), (-1, 5, (0, 5)), (0, 0, (0, 1))])
def test_impossible_places_are_drawn_at_the_end_of_the_rail(done: int, of: int, same: tuple[int, int]) -> None:
    """More done than there is, less than nothing, or a way without steps: the drawing stays on its paper."""
    assert rail(done, of) == rail(*same)


def test_long_ways_have_no_posts(templates: Templates) -> None:
    """With many steps there is a rail without posts, and the step is told in words all the same."""
    html = templates.template("en", "host/parts.html").module.stepper(7, MOST_POSTS + 1)
    assert 'class="post' not in html
    assert "Step 7 of 25" in html
