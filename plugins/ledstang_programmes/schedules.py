"""When a form comes back: `dag 7, sedan varje vecka, 6 gånger, öppet 3 dagar, påminn dag 2`."""

from __future__ import annotations

from typing import Any

from ledstang import Diagnostic, Place, Setting, error

from ledstang_programmes import patterns
from ledstang_programmes.document import Schedule


def read_schedule(setting: Setting | None, language: str) -> tuple[Schedule | None, list[Diagnostic]]:
    """Read a schedule, part by part between its commas. A part with a fault is left out of it."""
    if setting is None:
        return None, []
    given: dict[str, Any] = {}
    found: list[Diagnostic] = []
    column = setting.place.column
    for part in setting.value.split(","):
        place = Place(setting.place.file, setting.place.line, column + len(part) - len(part.lstrip()))
        column += len(part) + 1
        read = patterns.read("schedule", part)
        if read is None or read.hours:
            found.append(
                error(place, "schedule-unreadable", "“{part}” is no part of a schedule.", "Write parts like: {known}.",
                      part=part.strip()[:60], known=patterns.listed("schedule", language))
            )  # fmt: skip
            continue
        key, value = _meaning(read)
        if key in given:
            found.append(error(place, "schedule-twice", "“{part}” says again what has been said.", "Keep one of them.",
                               part=part.strip()[:60]))  # fmt: skip
        given.setdefault(key, value)
    return Schedule(**given), found or _disagreements(given, setting)


def _meaning(read: patterns.Found) -> tuple[str, int]:
    if read.meaning == "every":
        return "every", read.days
    if read.meaning == "open":
        return "open_days", read.days
    return {"start": "day", "times": "times", "remind": "remind_day"}[read.meaning], read.n or 0


def _disagreements(given: dict[str, Any], setting: Setting) -> list[Diagnostic]:
    """Hold the parts against each other."""
    found = []
    if given.get("times", 1) > 1 and "every" not in given:
        found.append(error(setting.place, "schedule-without-interval", "It comes back, but how often is not said.",
                           "Add how often between commas."))  # fmt: skip
    if "every" in given and "times" not in given:
        found.append(error(setting.place, "schedule-without-end", "It comes back without end.", "Add how many times."))
    if "open_days" in given and given.get("every") and given["open_days"] > given["every"]:
        found.append(error(setting.place, "schedule-overlap", "It is still open when it comes the next time.",
                           "Let it be open for {days} days at most.", days=given["every"]))  # fmt: skip
    if "remind_day" in given and given["remind_day"] > given.get("open_days", given.get("every", 10_000)):
        found.append(error(setting.place, "schedule-late-reminder", "The reminder comes when it has closed.",
                           "Remind on an earlier day."))  # fmt: skip
    if given.get("day") == 0 or given.get("times") == 0:
        found.append(error(setting.place, "schedule-zero", "Days and times are counted from 1.", "Write 1 or more."))
    return found
