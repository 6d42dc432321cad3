"""From what a plugin exported to what a person reads: headings, questions and answers, and times as they are in Sweden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from ledstang.people.personal_data import PersonalData

Say = Callable[[str], str]


class Thing(msgspec.Struct, frozen=True):
    """One thing to read: a heading, rows of what and answer, and the things that belong to it by what they are called.

    `asked` says that it is a question with its answer, which stands in one list with its neighbours.
    """

    title: str
    rows: list[tuple[str, str]]
    parts: list[tuple[str, list[Thing]]]
    asked: bool = False


def things_of(
    entries: list[dict[str, Any]], data: PersonalData, say: Say, told: Callable[[datetime], str]
) -> list[Thing]:
    """Return exported dicts as things to read. `say` translates, `told` writes an instant."""
    return _joined([_thing(entry, data, say, told) for entry in entries])


def _thing(entry: Mapping[str, Any], data: PersonalData, say: Say, told: Callable[[datetime], str]) -> Thing:
    rows: list[tuple[str, str]] = []
    parts: list[tuple[str, list[Thing]]] = []
    asked = "question" in entry and "answer" in entry
    if asked:
        rows.append((str(entry["question"]), _text(entry["answer"], say, told)))
    for key, word in data.words.items():
        value = entry.get(key)
        if value is None or value in ("", [], (), {}):
            continue
        if isinstance(value, list) and isinstance(value[0], Mapping):
            parts.append((say(word), things_of(value, data, say, told)))
        else:
            known = data.codes.get(key, {})
            rows.append((say(word), say(known[value]) if value in known else _text(value, say, told)))
    return Thing(str(entry.get("title") or ""), rows, parts, asked and not parts)


def _joined(things: list[Thing]) -> list[Thing]:
    """Put questions that follow one another into one list."""
    joined: list[Thing] = []
    for one in things:
        if one.asked and joined and joined[-1].asked:
            joined[-1] = msgspec.structs.replace(joined[-1], rows=[*joined[-1].rows, *one.rows])
        else:
            joined.append(one)
    return joined


def _text(value: Any, say: Say, told: Callable[[datetime], str]) -> str:
    if isinstance(value, bool):
        return say("Yes") if value else say("No")
    if isinstance(value, datetime):
        return told(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_text(one, say, told) for one in value)
    return "" if value is None else str(value)
