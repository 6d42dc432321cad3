"""Charts: honest about what was measured, readable without eyes, safe whatever the names are."""

from __future__ import annotations

import re

import pytest
from ledstang.web.charts import Level, Point, line_chart


def drawn(*values: float | None, **options: object) -> str:
    points = [Point(f"day {n}", value) for n, value in enumerate(values)]
    return str(line_chart(points, low=0, high=21, title="Worry", description="Falling.", **options))  # type: ignore[arg-type]


def heights(svg: str) -> list[float]:
    return [float(found) for found in re.findall(r'<circle class="dot" cx="[\d.]+%" cy="([\d.]+)%"', svg)]


def test_higher_is_higher() -> None:
    """More points lie higher up, the range's ends at the ends, and what is outside stays within the drawing."""
    top, middle, bottom, above = heights(drawn(21, 10, 0, 99))
    assert top == above < middle < bottom


def test_missed_measurement_breaks_the_line() -> None:
    """Where a value is missing there is no dot and no line across the gap."""
    svg = drawn(16, None, 8, 5)
    assert len(heights(svg)) == 3
    assert svg.count('class="curve"') == 1


def test_time_is_kept() -> None:
    """Points that carry a time stand as far apart as their times."""
    points = [Point("a", 1, at=0), Point("b", 1, at=1), Point("c", 1, at=4)]
    svg = str(line_chart(points, low=0, high=2, title="t", description="d"))
    first, second, third = (float(x) for x in re.findall(r'class="dot" cx="([\d.]+)%"', svg))
    assert third - second == pytest.approx(3 * (second - first), abs=0.02)


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_any_number_of_points(count: int) -> None:
    """None, one and many points can be drawn; no more names are written than a phone has room for, the last among them."""
    svg = drawn(*[5.0] * count)
    names = re.findall(r">(day \d+)<", svg)
    assert len(names) <= 4
    assert names[:1] == ([f"day {count - 1}"] if count else [])


def test_said_in_words() -> None:
    """The drawing has a title and a description for those who cannot see it."""
    assert '<svg role="img" focusable="false"><title>Worry</title><desc>Falling.</desc>' in drawn(1)


def test_levels_are_named_by_their_range() -> None:
    """Bands lie behind the line and are named by what they span."""
    svg = drawn(3, levels=[Level(0, 4, "minimal"), Level(5, 9, "mild")])
    assert svg.count('class="band"') == 2
    assert ">5–9<" in svg


def test_names_stay_text() -> None:
    """A label cannot become markup."""
    svg = str(line_chart([Point("<script>", 1)], low=0, high=2, title='"><x>', description="&"))
    assert "<script>" not in svg
    assert "<x>" not in svg


def test_empty_range_is_refused() -> None:
    """A chart without a range is a mistake of whoever draws it."""
    with pytest.raises(ValueError, match="needs a range"):
        line_chart([], low=3, high=3, title="t", description="d")
