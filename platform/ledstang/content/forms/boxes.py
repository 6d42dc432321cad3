"""The boxes of a form that ask nothing: sums, flags, shown texts, and what is kept for FHIR."""

from __future__ import annotations

import json
import re

from ledstang.content.blocks import html_of
from ledstang.content.expressions.words import WORDS
from ledstang.content.forms.bands import Row, bands
from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import Flag, Show, Sum
from ledstang.content.forms.plain import NUMBER
from ledstang.content.nodes import Box, Code, Items, Setting

COUNT = re.compile(r"\d{1,3}", re.ASCII)


def calculation(desk: Desk, box: Box) -> tuple[Sum, tuple[Row, ...]]:
    """Compile a `calculate` box. Its bands are checked later, when the formula's ends are known."""
    desk.settings(box, "formula", "label", "missing")
    id_ = desk.claim(box.id, box.place)
    formula = desk.expression(box, "formula", id_)
    if formula is None:
        sentence, tip = "Nothing says how this is calculated.", "Add a line with its formula: formula: sum(q1..q9)."
        desk.error(box.place, "formula-missing", sentence, tip)
    rows = tuple(each for node in box.body if isinstance(node, Items) for each in bands(desk, node))
    missing = box.settings.get("missing")
    rule = _rule(desk, missing) if missing else None
    made = tuple(each.band for each in rows)
    return Sum(id_, formula or "", desk.text(box, "label") or id_, made, (), rule), rows


def _rule(desk: Desk, setting: Setting) -> str | None:
    """Read `0`, or `medel, högst 2`: what stands in for a missing item and how many may be missing."""
    stand_in, *rest = setting.value.replace(",", " ").split() or [""]
    meant = WORDS.functions.get(stand_in, stand_in)
    most = next((word for word in rest if COUNT.fullmatch(word)), None)
    if NUMBER.fullmatch(meant) and not (rest and most is None):
        return f"{meant.replace('−', '-')} {most}" if most else meant.replace("−", "-")
    if meant == "mean" and most is not None:
        return f"mean {most}"
    sentence = "“{text}” does not say what stands in for a missing answer."
    tip = "Write a number, or mean and how many may be missing: mean, at most 2."
    desk.error(setting.place, "missing-unreadable", sentence, tip, text=setting.value[:40])
    return None


def flag(desk: Desk, box: Box) -> Flag:
    """Compile a `flag` box."""
    desk.settings(box, "when", "level", "to", "deadline")
    id_ = desk.claim(box.id, box.place)
    when = desk.expression(box, "when", id_)
    if when is None:
        sentence, tip = "Nothing says when this flag is raised.", "Add a line: when: q9 >= 1."
        desk.error(box.place, "when-missing", sentence, tip)
    html = html_of(box.body)
    if not html:
        sentence, tip = "The flag has no text.", "Write after a blank line what staff are to know."
        desk.error(box.place, "flag-empty", sentence, tip)
    return Flag(id_, when or "", _level(desk, box), desk.text(box, "to"), _within(desk, box), html)


def _within(desk: Desk, box: Box) -> str | None:
    """Return within what time staff are to have acted on a flag: a number, and in English what is counted."""
    setting = box.settings.get("deadline")
    if setting is None:
        return None
    number, _, word = setting.value.strip().partition(" ")
    span = desk.words.canonical("spans", word)
    if span is None or not COUNT.fullmatch(number) or not int(number):
        sentence, tip = "“{text}” is no time limit.", "Write a number and one of: {known}."
        known = ", ".join(desk.words.of("spans"))
        desk.error(setting.place, "deadline-unreadable", sentence, tip, text=setting.value[:40], known=known)
        return None
    return f"{number} {span}"


def _level(desk: Desk, box: Box) -> str:
    setting = box.settings.get("level")
    if setting is None:
        sentence, tip = "The flag has no level.", "Add a line with one of: {known}."
        desk.error(box.place, "level-missing", sentence, tip, known=", ".join(desk.words.of("levels")))
        return "red"
    level = desk.words.canonical("levels", setting.value)
    if level is None:
        desk.unknown(
            setting.place, "level-unknown", "There is no level “{word}”.", setting.value, desk.words.of("levels")
        )
    return level or "red"


def show(desk: Desk, box: Box) -> Show:
    """Compile a `show` box: without `when` it always shows."""
    desk.settings(box, "when")
    id_ = desk.claim(box.id, box.place, "show")
    html = html_of(box.body)
    if not html:
        desk.error(box.place, "show-empty", "There is no text to show.", "Write it after a blank line.")
    return Show(id_, desk.expression(box, "when", id_), html)


def keep_fhir(desk: Desk, box: Box, owner: str) -> None:
    """Keep the JSON of a `fhir` box."""
    desk.settings(box)
    blocks = [node for node in box.body if isinstance(node, Code)]
    if not blocks:
        sentence, tip = "There is no JSON in this box.", "Put it between two lines of ```."
        desk.error(box.place, "fhir-empty", sentence, tip)
    for block in blocks:
        try:
            json.loads(block.text)
        except (ValueError, RecursionError) as problem:
            row = getattr(problem, "lineno", 0)
            place = type(block.place)(block.place.file, block.place.line + row, 1)
            desk.error(place, "fhir-unreadable", "This is not JSON.", "Look at the brackets, commas and quotes here.")
        else:
            desk.fhir.append((owner, block.text))
