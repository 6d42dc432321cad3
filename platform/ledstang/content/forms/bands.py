"""Bands of a score: `- 0–4: text`. Together they cover all that the formula can give, without gap or overlap."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import msgspec

from ledstang.content.expressions import Kind
from ledstang.content.expressions.numbers import exact
from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import Band
from ledstang.content.forms.options import row
from ledstang.content.forms.plain import COMMA, NUMBER, RANGE, decimals, number
from ledstang.content.nodes import Item, Items, Place

BAND = re.compile(rf"(?:{RANGE.pattern}|(?P<one>{NUMBER.pattern}))\s*:\s*(?P<text>.*)", re.ASCII | re.DOTALL)


class Row(msgspec.Struct, frozen=True):
    """A band with its place and the number of decimals its ends were written with."""

    band: Band
    decimals: int
    place: Place


def bands(desk: Desk, items: Items) -> tuple[Row, ...]:
    """Read a list of bands."""
    return tuple(each for each in (_band(desk, item) for item in items.items) if each)


def _band(desk: Desk, item: Item) -> Row | None:
    match = BAND.fullmatch(row(item).text)
    if match is None or not match["text"].strip():
        comma = COMMA.search(item.source.partition(":")[0])
        tip = (
            "Write it with a decimal point."
            if comma
            else "Write it as 0–4: text, with the smallest and the largest sum."
        )
        desk.error(item.place, "band-unreadable", "This is no band of scores.", tip)
        return None
    low, high = match["low"] or match["one"], match["high"] or match["one"]
    if number(low) > number(high):
        desk.error(item.place, "range-backwards", "The range runs backwards.", "Write the smaller number first.")
        return None
    return Row(Band(number(low), number(high), match["text"].strip()), max(decimals(low), decimals(high)), item.place)


def cover(desk: Desk, rows: tuple[Row, ...], kind: Kind | None) -> None:
    """Report gaps and overlaps, and where the bands do not meet the ends of what a formula can give."""
    if not rows:
        return
    step = exact(10) ** -max(each.decimals for each in rows)
    ordered = sorted(rows, key=lambda each: each.band.low)
    for below, above in pairwise(ordered):
        _meet(desk, below, above, step)
    if kind is not None:
        _ends(desk, ordered[0], ordered[-1], kind)


def _meet(desk: Desk, below: Row, above: Row, step: Fraction) -> None:
    expected = exact(below.band.high) + step
    start = exact(above.band.low)
    if start < expected:
        sentence, tip = "The bands overlap: {low} stands in two of them.", "Let this one begin at {right}."
        desk.error(above.place, "bands-overlap", sentence, tip, low=_text(start), right=_text(expected))
    elif start > expected:
        sentence = "There is a gap between the bands: {low} stands in none."
        desk.error(above.place, "bands-gap", sentence, "Let this one begin at {low}.", low=_text(expected))


def _ends(desk: Desk, lowest: Row, highest: Row, kind: Kind) -> None:
    if kind.low is not None and exact(kind.low) < exact(lowest.band.low):
        sentence = "The bands begin at {low}, but the score can be {least}."
        tip = "Add a band, or let this one begin at {least}."
        desk.error(lowest.place, "bands-gap", sentence, tip, low=_text(lowest.band.low), least=_text(kind.low))
    if kind.high is not None and exact(kind.high) > exact(highest.band.high):
        sentence = "The bands end at {high}, but the score can be {most}."
        tip = "Add a band, or let this one end at {most}."
        desk.error(highest.place, "bands-gap", sentence, tip, high=_text(highest.band.high), most=_text(kind.high))
    for each in (lowest, highest):
        below = kind.low is not None and exact(each.band.high) < exact(kind.low)
        above = kind.high is not None and exact(each.band.low) > exact(kind.high)
        if below or above:
            sentence, tip = "No score can come into this band.", "The formula gives {low}–{high}."
            desk.warning(each.place, "band-unreachable", sentence, tip, low=_text(kind.low), high=_text(kind.high))


def _text(value: float | Fraction | None) -> str:
    return "?" if value is None else f"{float(value):g}"


def band_of(bands: tuple[Band, ...], value: float) -> Band | None:
    """Return the band of a score. One with more decimals than the bands is rounded to theirs, a half upwards."""
    places = max((decimals(f"{end:g}") for band in bands for end in (band.low, band.high)), default=0)
    scale = 10**places
    rounded = Fraction((exact(value) * scale + Fraction(1, 2)).__floor__(), scale)
    return next((band for band in bands if exact(band.low) <= rounded <= exact(band.high)), None)
