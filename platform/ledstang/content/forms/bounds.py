"""A question's bounds: `from`, `to`, `step`, the longest text, and how many times it may be answered."""

from __future__ import annotations

import re
from typing import Any

from ledstang.content.expressions.values import Unknown, moment
from ledstang.content.forms.desk import Desk
from ledstang.content.forms.limits import LIMITS
from ledstang.content.forms.opener import MOMENTS, NUMBERS, Opener
from ledstang.content.forms.plain import NUMBER, number
from ledstang.content.nodes import Box, Setting

TEXTS = ("text", "long text")
REPEATS = re.compile(r"(?P<low>\d{1,4})\s*(?:–|—|-|\.\.)\s*(?P<high>\d{1,4})", re.ASCII)


def bounds(desk: Desk, box: Box, kind: str, said: Opener) -> dict[str, Any]:
    """Return a question's `low high step`, `earliest latest` or `max_length`; a setting that does not fit is told."""
    if said.lost:
        return {}
    if kind in NUMBERS:
        return _numbers(desk, box, kind, said)
    if said.low is not None:
        sentence, tip = "A question of this type has no range.", "Remove it, or choose a number type such as integer."
        desk.error(box.place, "range-unfit", sentence, tip)
    _unfit(desk, box, *(("step",) if kind in MOMENTS else ("from", "to", "step")))
    if kind in MOMENTS:
        return {"earliest": _moment(desk, box, kind, "from"), "latest": _moment(desk, box, kind, "to")}
    longest = box.settings.get("max characters")
    if longest and kind in TEXTS:
        return {"max_length": _count(desk, longest)}
    _unfit(desk, box, *(() if kind in TEXTS else ("max characters",)))
    return {}


def _numbers(desk: Desk, box: Box, kind: str, said: Opener) -> dict[str, Any]:
    _unfit(desk, box, "max characters")
    found = {"low": _number(desk, box, "from", said.low), "high": _number(desk, box, "to", said.high)}
    low, high, step = found["low"], found["high"], _number(desk, box, "step", None)
    if low is not None and high is not None and low > high and said.low is None:
        desk.error(box.place, "range-backwards", "The range runs backwards.", "Write the smaller number first.")
    if kind == "scale" and (low is None or high is None):
        sentence, tip = "A scale needs its two ends.", "Write them after its type, such as 0–10."
        desk.error(box.place, "scale-open", sentence, tip)
    if step is not None and step <= 0:
        desk.error(box.settings["step"].place, "step-unfit", "A step is more than 0.", "Write a number such as 0.5.")
        step = None
    return {**found, "step": step}


def _unfit(desk: Desk, box: Box, *keys: str) -> None:
    for key in keys:
        setting = box.settings.get(key)
        if setting:
            sentence, tip = "A question of this type has no “{key}”.", "Remove the line, or change the type."
            desk.error(setting.place, "setting-unfit", sentence, tip, key=desk.words.written("settings", key))


def _number(desk: Desk, box: Box, key: str, otherwise: float | None) -> float | None:
    setting = box.settings.get(key)
    if setting is None:
        return otherwise
    if not NUMBER.fullmatch(setting.value):
        sentence, tip = "“{text}” is no number.", "Write digits, with a decimal point if it has decimals."
        desk.error(setting.place, "number-unreadable", sentence, tip, text=setting.value[:40])
        return otherwise
    return number(setting.value)


def _count(desk: Desk, setting: Setting) -> int | None:
    if setting.value.isascii() and setting.value.isdigit() and 0 < len(setting.value) < 7:
        return int(setting.value)
    sentence, tip = "“{text}” is no number of characters.", "Write a whole number, such as 500."
    desk.error(setting.place, "number-unreadable", sentence, tip, text=setting.value[:40])
    return None


def _moment(desk: Desk, box: Box, kind: str, key: str) -> str | None:
    setting = box.settings.get(key)
    if setting is None:
        return None
    if isinstance(moment(kind, setting.value), Unknown):
        sentence = "“{text}” is no date or time that exists."
        tip = "Write 2026-05-12 for a day, 10:20 for a time, 2026-05-12T10:20 for both."
        desk.error(setting.place, "moment-unreadable", sentence, tip, text=setting.value[:40])
        return None
    return setting.value


def repeats(desk: Desk, box: Box) -> tuple[int, int] | None:
    """Read `1–5`: the fewest and the most times."""
    setting = box.settings.get("repeats")
    if setting is None:
        return None
    match = REPEATS.fullmatch(setting.value)
    low, high = (int(match["low"]), int(match["high"])) if match else (0, 0)
    if match is None or low > high or high < 1 or high > LIMITS.repeats:
        sentence, tip = "“{text}” does not say how many times.", "Write the fewest and the most, such as 1–5."
        desk.error(setting.place, "repeats-unreadable", sentence, tip, text=setting.value[:40])
        return None
    return low, high
