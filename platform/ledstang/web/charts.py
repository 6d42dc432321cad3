"""Charts: a line with its points, drawn by the server as SVG that grows and shrinks with the page.

Places are percentages and sizes are pixels, so that the words stay readable on a phone. A chart is never alone: the
macro `parts.chart` puts the same figures in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

LEFT, RIGHT, TOP, BOTTOM = 9.0, 96.0, 7.0, 86.0
MOST_LABELS = 6


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


def line_chart(
    points: Sequence[Point], *, low: float, high: float, title: str, description: str, levels: Sequence[Level] = ()
) -> Markup:
    """Draw a line chart from `low` to `high`, both inclusive. All texts are escaped. Raises ValueError for an empty range."""
    if high <= low:
        raise ValueError("a chart needs a range: high must be above low")

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (min(max(value, low), high) - low) / (high - low), 2)

    places = list(zip(_across(points), points, strict=True))
    parts = [
        *(_level(level, y) for level in levels if level.high >= low and level.low <= high),
        *(_grid(value, y(value)) for value in _steps(low, high)),
        *_curve([(x, y(point.value)) if point.value is not None else None for x, point in places]),
        *(_dot(x, y(point.value), point) for x, point in places if point.value is not None),
        *_labels(places),
    ]
    return Markup('<svg role="img" focusable="false"><title>{}</title><desc>{}</desc>{}</svg>').format(
        title, description, Markup("").join(parts)
    )


def _across(points: Sequence[Point]) -> list[float]:
    """Return where along the line each point stands, in percent."""
    times = [point.at for point in points]
    spread = [float(at) for at in times if at is not None]
    if len(spread) != len(points) or max(spread, default=0) == min(spread, default=0):
        spread = [float(number) for number in range(len(points))]
    first, last = min(spread, default=0.0), max(spread, default=0.0)
    inner_left, inner_right = LEFT + 5, RIGHT - 4
    if first == last:
        return [(inner_left + inner_right) / 2 for _ in points]
    return [round(inner_left + (inner_right - inner_left) * (at - first) / (last - first), 2) for at in spread]


def _steps(low: float, high: float) -> list[float]:
    """Return some four round values between two."""
    rough = (high - low) / 4
    size = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 10**9) if step >= rough or step == 10**9)
    if size == 10**9:
        size = rough
    values, value = [], low
    while value <= high:
        values.append(value)
        value += size
    return values


def _level(level: Level, y: object) -> Markup:
    top, bottom = y(level.high + 0.5), y(level.low - 0.5)  # type: ignore[operator]
    return Markup(
        '<rect class="band" x="{}%" width="{}%" y="{}%" height="{}%"/>'
        '<text class="band-name" x="{}%" y="{}%" dy="-4" text-anchor="end">{}</text>'
    ).format(LEFT, RIGHT - LEFT, top, round(bottom - top, 2), RIGHT - 0.5, bottom, level.text)


def _grid(value: float, at: float) -> Markup:
    return Markup(
        '<line class="grid" x1="{}%" x2="{}%" y1="{}%" y2="{}%"/>'
        '<text x="{}%" y="{}%" dy=".35em" dx="-6" text-anchor="end">{:g}</text>'
    ).format(LEFT, RIGHT, at, at, LEFT, at, value)


def _curve(places: Sequence[tuple[float, float] | None]) -> list[Markup]:
    line = Markup('<line class="curve" x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>')
    pairs = zip(places, places[1:], strict=False)
    return [line.format(*here, *there) for here, there in pairs if here is not None and there is not None]


def _dot(x: float, y: float, point: Point) -> Markup:
    return Markup(
        '<circle class="dot" cx="{}%" cy="{}%" r="5"><title>{}: {:g}</title></circle>'
        '<text class="value" x="{}%" y="{}%" dy="-12" text-anchor="middle">{:g}</text>'
    ).format(x, y, point.label, point.value, x, y, point.value)


def _labels(places: Sequence[tuple[float, Point]]) -> list[Markup]:
    """Name the points below the line; when they are many, only as many as a phone has room for."""
    every = max(1, -(-len(places) // MOST_LABELS))
    text = Markup('<text x="{}%" y="{}%" dy="1.4em" text-anchor="middle">{}</text>')
    return [text.format(x, BOTTOM, point.label) for x, point in places[::every]]
