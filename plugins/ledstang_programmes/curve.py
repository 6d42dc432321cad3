"""A participant's own curve: each score over time, as a drawing with its table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from babel.dates import format_date, format_skeleton
from ledstang import STOCKHOLM, Form, Level, Point, Sum, line_chart
from markupsafe import Markup

from ledstang_programmes.figures import figure
from ledstang_programmes.loading import Loaded


class Curve(msgspec.Struct, frozen=True):
    """One score's drawing, and its rows for the table: when, the value, and what it means."""

    title: str
    svg: Markup
    rows: list[tuple[str, str, str]]
    bands: list[Range]


class Range(msgspec.Struct, frozen=True):
    """A band as the legend beside the drawing names it: `5–9` and `mild`."""

    range: str
    text: str


def curve(loaded: Loaded, form: Form, language: str) -> list[Curve]:
    """Return a curve for each score of a form that has been sent at least once."""
    responses = [one for one in loaded.responses.values() if one.form == form.key and loaded.may_read(one.place)]
    sent = [(one.completed.astimezone(STOCKHOLM), one.scores) for one in responses if one.completed]
    sent.sort(key=lambda one: one[0])
    return [_curve(sum_, sent, language) for sum_ in form.sums] if sent else []


def _curve(sum_: Sum, sent: list[tuple[datetime, dict[str, Any]]], language: str) -> Curve:
    kept = [(when, scores.get(sum_.id, {})) for when, scores in sent]
    points = [
        Point(format_skeleton("MMMd", when, locale=language), _drawn(score), at=when.timestamp())
        for when, score in kept
    ]
    rows = [
        (format_date(when, "long", locale=language), _value(score, language), score.get("band") or "–")
        for when, score in kept
    ]
    low = min((band.low for band in sum_.bands), default=0.0)
    reached = max((point.value or 0 for point in points), default=0)
    high = max([band.high for band in sum_.bands] or [reached, low + 1])
    described = "; ".join(f"{when}: {value} ({band})" for when, value, band in rows)
    levels = [Level(band.low, band.high, band.text) for band in sum_.bands]
    svg = line_chart(points, low=low, high=high, title=sum_.label, description=described, levels=levels)
    bands = [Range(f"{band.low:g}–{band.high:g}", band.text) for band in sum_.bands]
    return Curve(sum_.label, svg, rows, bands)


def _value(score: dict[str, Any], language: str) -> str:
    return "–" if score.get("value") is None else figure(score["value"], language)


def _drawn(score: dict[str, Any]) -> float | None:
    return None if score.get("value") is None else round(score["value"], 1)
