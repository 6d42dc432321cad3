"""`ledstang doctor --register`: how the population register and the unit directory answer, asked as the host asks them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, TextIO

import click
import msgspec

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.people.ports import RegisteredPerson

State = Literal["ok", "warning", "fault"]
HASTE = 0.5
"""The part of its time that a register may take on a quiet day without our saying so."""
HOW = "deploy/README.md has how a register is connected."
WHY = "The lines above, or the log, say why."


class Finding(msgspec.Struct, frozen=True):
    """How one part is. `tip` says what to do, where something is to be done."""

    part: str
    state: State
    sentence: str
    tip: str = ""


def given_number(file: TextIO | None, *, ask: bool) -> str:
    """Return the number to ask about, from a file or a hidden prompt, empty for none."""
    if file is not None:
        return file.read(100).strip()
    if not ask:
        return ""
    try:
        prompt = "A test person's number (empty for none)"
        return str(click.prompt(prompt, default="", show_default=False, hide_input=True, err=True)).strip()
    except click.Abort:  # nobody sits there
        return ""


async def look_at_units(house: House) -> Finding:
    """Ask the directory for its units, as a page at work would."""
    if "UnitDirectory" not in house.connected:
        return Finding(
            "units", "ok", f"No directory is connected: the {len(house.units.all())} units of ledstang.toml count."
        )
    began = time.monotonic()
    if not await house.units.refresh():
        return Finding("units", "fault", "The unit directory did not answer with units that can be.", WHY)
    return _timed(house, "units", f"{len(house.units.all())} units are open today.", began)


async def look_at_person(house: House, number: str) -> Finding:
    """Ask the register about a test person, and about nobody else: that reading would stand in no access log."""
    from ledstang.people.checking import RegisterAway, ask_register
    from ledstang.people.numbers import NotANumber, is_test_number, read_number

    if "PersonRegister" not in house.connected:
        return Finding("person", "warning", "No population register is connected, so nobody can act for another.", HOW)
    if not number:
        return Finding("person", "ok", "No test person was asked about.")
    try:
        number = read_number(number, house.clock.today())
    except NotANumber:
        return Finding("person", "fault", "That is no personal number.", "Write it with twelve digits.")
    if not is_test_number(number):
        why = "The number is not one of those for tests. Nobody was asked: it would stand in no access log."
        return Finding("person", "fault", why, "Take one of the Tax Agency's test numbers.")
    began, limits = time.monotonic(), house.instance.settings.register
    try:
        connected = house.connected["PersonRegister"]
        entry = await ask_register(connected, house.isolation, limits, house.clock, number)
    except RegisterAway:
        return Finding("person", "fault", "The register did not say, in time, what can be of the test person.", WHY)
    if entry is None:
        return _timed(house, "person", "The register says that nobody has this number.", began)
    if not is_test_number(entry.number):
        why = "The register says that the test number is, or was, a living person's. Nothing of them is shown."
        return Finding("person", "fault", why, "Ask those who run it.")
    return _timed(house, "person", _in_words(entry), began)


def _in_words(entry: RegisteredPerson) -> str:
    words = [entry.name or "without a name", f"born {entry.born}", f"county {entry.county or 'unknown'}"]
    words += [f"{len(entry.guardians)} guardians", "protected" if entry.protection != "none" else "not protected"]
    words += [f"dead since {entry.deceased}"] if entry.deceased else []
    return f"The register knows the test person: {', '.join(words)}."


def _timed(house: House, part: str, sentence: str, began: float) -> Finding:
    took, most = 1000 * (time.monotonic() - began), house.instance.settings.register.answer_ms
    sentence = f"{sentence} It took {took:.0f} ms of the {most} that it has."
    if took > HASTE * most:
        return Finding(part, "warning", sentence, "Ask those who run it why, or raise `answer_ms` below [register].")
    return Finding(part, "ok", sentence)
