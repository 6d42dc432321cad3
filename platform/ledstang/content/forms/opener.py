"""The end of a question's opening line, `type range required`, which `type: …` says as well."""

from __future__ import annotations

from typing import cast, get_args

import msgspec

from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import QuestionType
from ledstang.content.forms.plain import RANGE, number
from ledstang.content.nodes import Box, Place

TYPES: tuple[str, ...] = get_args(QuestionType)
NUMBERS = ("integer", "decimal", "scale", "quantity")
MOMENTS = ("date", "time", "datetime")


class Opener(msgspec.Struct, frozen=True):
    """What was said: `type` is None when nothing was, or something unknown that has been reported (`lost`)."""

    type: QuestionType | None = None
    low: float | None = None
    high: float | None = None
    required: bool = False
    lost: bool = False


def opener(desk: Desk, box: Box) -> Opener:
    """Read the opening line and the setting `type`; the setting wins where both say something."""
    said = _read(desk, box.args, box.place)
    setting = box.settings.get("type")
    if setting is None:
        return said
    more = _read(desk, setting.value, setting.place)
    return Opener(
        more.type or said.type,
        said.low if more.low is None else more.low,
        said.high if more.high is None else more.high,
        more.required or said.required,
        more.lost or said.lost,
    )


def _read(desk: Desk, written: str, place: Place) -> Opener:
    low = high = None
    rest = written
    match = RANGE.search(rest)
    if match:
        low, high = number(match["low"]), number(match["high"])
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    words = rest.split()
    required = [word for word in words if desk.words.canonical("settings", word) == "required"]
    phrase = " ".join(word for word in words if word not in required)
    kind = desk.words.canonical("types", phrase) if phrase else None
    if phrase and kind not in TYPES:
        sentence = "There is no type of question “{word}”."
        desk.unknown(place, "type-unknown", sentence, phrase, desk.words.of("types"))
        return Opener(None, low, high, bool(required), lost=True)
    if low is not None and high is not None and low > high:
        sentence, tip = "The range runs backwards.", "Write the smaller number first."
        desk.error(place, "range-backwards", sentence, tip)
    return Opener(cast("QuestionType | None", kind), low, high, bool(required))
