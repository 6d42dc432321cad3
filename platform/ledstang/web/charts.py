"""Charts: a line with its points, drawn by the server as SVG that grows and shrinks with the page.

Places are percentages and sizes are pixels, so that the words stay readable on a phone. A chart is never alone: the
macro `parts.chart` puts the same figures in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
from markupsafe import Markup

LEFT, RIGHT, TOP, BOTTOM = 9.0, 97.0, 7.0, 86.0
MARGIN = 14.0
"""Room at the right, in percent, for the ranges of levels."""

MOST_LABELS = 4


class Point(msgspec.Struct, frozen=True):
    """One measurement. `at` places it in time (any unit, such as days); left out, points stand evenly.

    `value` is None for a measurement that was missed: the line is broken there.
    """

    label: str
    value: float | None
    at: float | None = None


class Level(msgspec.Struct, frozen=True):
    """A band of values with a name of its own, such as "mild" from 5 to 9."""

    low: float
    high: float
    text: str

    @property
    def range(self) -> str:
        """`5–9`: what stands beside the band. What it is called stands below the chart, where there is room."""
        return f"{self.low:g}–{self.high:g}"


class _Frame(msgspec.Struct, frozen=True):
    """Where things stand on the drawing, in percent of it."""

    low: float
    high: float
    right: float

    def y(self, value: float) -> float:
        within = min(max(value, self.low), self.high)
        return round(BOTTOM - (BOTTOM - TOP) * (within - self.low) / (self.high - self.low), 2)


def line_chart(
    points: Sequence[Point], *, low: float, high: float, title: str, description: str, levels: Sequence[Level] = ()
) -> Markup:
    """Draw a line from `low` to `high`, both inclusive. Texts are escaped. Raises ValueError for an empty range."""
    if high <= low:
        raise ValueError("a chart needs a range: high must be above low")
    frame = _Frame(low, high, RIGHT - MARGIN if levels else RIGHT)
    places = list(zip(_across(points, frame), points, strict=True))
    parts = [
        *(_level(level, frame) for level in levels if level.high >= low and level.low <= high),
        *(_grid(value, frame) for value in _steps(low, high)),
        *_curve([(x, frame.y(point.value)) if point.value is not None else None for x, point in places]),
        *(_dot(x, frame.y(point.value), point) for x, point in places if point.value is not None),
        *_labels(places),
    ]
    return Markup('<svg role="img" focusable="false"><title>{}</title><desc>{}</desc>{}</svg>').format(
        title, description, Markup("").join(parts)
    )


def _across(points: Sequence[Point], frame: _Frame) -> list[float]:
    """Return how far along the line each point stands: by time where all have one, else evenly."""
    spread = [float(point.at) for point in points if point.at is not None]
    if len(spread) != len(points) or len(set(spread)) < 2:
        spread = [float(number) for number in range(len(points))]
    left, right = LEFT + 5, frame.right - 4
    if len(points) < 2:
        return [(left + right) / 2 for _ in points]
    first, whole = min(spread), max(spread) - min(spread)
    return [round(left + (right - left) * (at - first) / whole, 2) for at in spread]


def _steps(low: float, high: float) -> list[float]:
    """Return the values that lines are drawn at: round ones, six at most."""
    rough = (high - low) / 5.5
    size = next((step for step in (1, 2, 5, 10, 20, 50, 100) if step >= rough), rough)
    return [low + number * size for number in range(int((high - low) / size) + 1)]


def _level(level: Level, frame: _Frame) -> Markup:
    top, bottom = frame.y(level.high + 0.5), frame.y(level.low - 0.5)
    return Markup(
        '<rect class="band" x="{}%" width="{}%" y="{}%" height="{}%"/><text x="{}%" y="{}%" dx="6" dy=".35em">{}</text>'
    ).format(LEFT, frame.right - LEFT, top, round(bottom - top, 2), frame.right, (top + bottom) / 2, level.range)


def _grid(value: float, frame: _Frame) -> Markup:
    at = frame.y(value)
    return Markup(
        '<line class="grid" x1="{}%" x2="{}%" y1="{}%" y2="{}%"/>'
        '<text x="{}%" y="{}%" dy=".35em" dx="-6" text-anchor="end">{:g}</text>'
    ).format(LEFT, frame.right, at, at, LEFT, at, value)


def _curve(places: Sequence[tuple[float, float] | None]) -> list[Markup]:
    line = Markup('<line class="curve" x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>')
    pairs = pairwise(places)
    return [line.format(*here, *there) for here, there in pairs if here is not None and there is not None]


def _dot(x: float, y: float, point: Point) -> Markup:
    return Markup(
        '<circle class="dot" cx="{}%" cy="{}%" r="5"/>'
        '<text class="value" x="{}%" y="{}%" dy="-12" text-anchor="middle">{:g}</text>'
    ).format(x, y, x, y, point.value)


def _labels(places: Sequence[tuple[float, Point]]) -> list[Markup]:
    """Name points below the line, the last one always, and only as many as a phone has room for."""
    every = max(1, -(-len(places) // MOST_LABELS))
    text = Markup('<text x="{}%" y="{}%" dy="1.4em" text-anchor="middle">{}</text>')
    return [text.format(x, BOTTOM, point.label) for x, point in places[::-every]]
