"""What is checked alike in all that units write for the inbox: what is missing, does not fit, or cannot stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ledstang import Diagnostic, Document, Place, Prose, Words, error, warning

KEY = re.compile(r"[^\W\d_A-Z](?:[^\W_A-Z]|-){0,58}")
OWNER = (re.compile(r"SE\d{10}-[A-Z0-9]{1,20}", re.I), "Write the unit's HSA-id, such as SE2321000016-1003.")
VERSION = (re.compile(r"\d{1,4}\.\d{1,4}"), "Write it as MAJOR.MINOR, such as 1.0.")


def written(document: Document, name: str) -> str:
    """Return what stands in a row of the front matter, "" where there is none."""
    return document.front[name].value if name in document.front else ""


def missing(document: Document, words: Words, demanded: Iterable[str]) -> list[Diagnostic]:
    """Report the rows that may be left out of a draft, and not of what is published."""
    top, tip = Place(document.file, 1), "It has to be there when the text is published."
    return [
        warning(top, "missing-" + name.replace(" ", "-"), "“{key}” is missing.", tip, key=words.written("front", name))
        for name in demanded
        if not written(document, name)
    ]


def unfit(document: Document, name: str, tip: str, **more: str) -> Diagnostic:
    """Report what stands in a row that is there."""
    setting = document.front[name]
    return error(setting.place, "value-unfit", "“{value}” does not fit here.", tip, value=setting.value[:80], **more)


def misshapen(document: Document, fitting: dict[str, tuple[re.Pattern[str], str]]) -> list[Diagnostic]:
    """Report the rows that do not have the shape that they must have, and a key that cannot be one."""
    found = [
        unfit(document, name, tip)
        for name, (pattern, tip) in fitting.items()
        if written(document, name) and not pattern.fullmatch(written(document, name))
    ]
    if not KEY.fullmatch(document.key):
        tip = "Begin with a small letter, and use small letters, digits and hyphens only."
        place = Place(document.file, 2)
        found.append(error(place, "key-unfit", "“{value}” cannot be a key.", tip, value=document.key[:80]))
    return found


def strange(document: Document, words: Words, rows: Mapping[str, str]) -> list[Diagnostic]:
    """Report the rows that have to hold a word of a table, and hold another. `rows` has the table of each."""
    return [
        unfit(document, name, "These are known: {known}.", known=", ".join(words.of(table)))
        for name, table in rows.items()
        if written(document, name) and words.canonical(table, written(document, name)) is None
    ]


def boxes(document: Document) -> list[Diagnostic]:
    """Report what is no text: only text is shown."""
    sentence, tip = "Only text can stand here.", "Take the box away, or write its text as it is."
    return [
        error(node.place, "box-misplaced", sentence, tip)
        for node in document.body
        if not isinstance(node, Prose) and hasattr(node, "settings")
    ]
