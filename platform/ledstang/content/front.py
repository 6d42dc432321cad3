"""Front matter, and the `key: value` lines of boxes: looks like YAML, but every value is text with its place.

YAML turns `1.10` into 1.1, `no` into False and `10:20` into 620; here nothing is anything but what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.nodes import Document, Place, Setting
from ledstang.content.words import Words, tip

SETTING = re.compile(r"(?P<key>[^\W\d_][\w'’/-]{0,40}(?: [\w'’/-]{1,40}){0,3})[ \t]*:(?:[ \t]+(?P<value>.*))?$")
"""One `key: value`. A key is at most four words, so that a sentence with a colon is text; so is `https://`."""

DASH = re.compile(r"[ \t]*-(?:[ \t]+(?P<value>.*))?$")
QUOTED = re.compile(r'"[^"]*"|(?P<comment>(?:^|[ \t])#)')


def front_matter(lines: list[str], file: str, words: Words) -> tuple[str, dict[str, Setting], list[Diagnostic]]:
    """Read the lines between the dashes, the first of which is line 2 of the file: kind, settings and faults.

    The kind is the canonical word of the first key, which then stands in the settings as well.
    """
    settings: dict[str, Setting] = {}
    found: list[Diagnostic] = []
    kind = last = ""
    for number, line in enumerate(lines, 2):
        place = Place(file, number, len(line) - len(line.lstrip()) + 1)
        match = SETTING.match(line)
        if match:
            table = "front" if settings else "kinds"
            last = words.canonical(table, match["key"]) or match["key"]
            kind = kind or last
            found += put(settings, last, match, place)
        elif (dash := DASH.match(line)) and last:
            value, faults = value_of(dash["value"] or "", place)
            settings[last] = _with_item(settings[last], value)
            found += faults
        elif line.strip() and not line.lstrip().startswith("#"):
            found.append(
                error(place, "front-unreadable", "This line cannot be read.", "Write it as `key: value`, on one line.")
            )
    return kind, settings, found


def put(settings: dict[str, Setting], key: str, match: re.Match[str], place: Place) -> list[Diagnostic]:
    """Put the value of a matched line among settings, under its canonical key. `place` is where the key stands."""
    start = match.start("value") if match["value"] is not None else match.end()
    value, found = value_of(match["value"] or "", Place(place.file, place.line, place.column + start))
    if key in settings:
        return [
            error(place, "setting-twice", "“{key}” is given twice.", "Keep one of them; the first is on line {line}.",
                  key=match["key"], line=settings[key].place.line)
        ]  # fmt: skip
    settings[key] = Setting(value, Place(place.file, place.line, place.column + start), _items(value))
    return found


def value_of(written: str, place: Place) -> tuple[str, list[Diagnostic]]:
    """Take the comment and one pair of quotation marks away from a value."""
    found = []
    comment = next((match for match in QUOTED.finditer(written) if match["comment"]), None)
    if comment:
        after = written[comment.end() :]
        if after and not after[0].isspace():
            found.append(
                warning(
                    Place(place.file, place.line, place.column + comment.start()),
                    "comment-perhaps",
                    "What stands after “#” is read as a comment.",
                    "Put the value in quotation marks if it is part of it; else write a space after “#”.",
                )
            )
        written = written[: comment.start()]
    value = written.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"' and '"' not in value[1:-1]:
        value = value[1:-1]
    return value, found


def unknown_keys(document: Document, known: Iterable[str], words: Words) -> list[Diagnostic]:
    """Report every key of a document's front matter that its kind does not know, with the nearest that it does."""
    known = {*known, document.kind}
    written = [words.written("front", key) for key in sorted(known - {document.kind})]
    found = []
    for key, setting in document.front.items():
        if key not in known:
            word = words.written("front", key)
            sentence, values = tip(word, written)
            place = Place(document.file, setting.place.line)
            found.append(error(place, "front-unknown", "The key “{key}” is unknown.", sentence, key=word, **values))
    return found


def _items(value: str) -> tuple[str, ...]:
    if not (value.startswith("[") and value.endswith("]")):
        return ()
    return tuple(part.strip().strip('"') for part in value[1:-1].split(",") if part.strip())


def _with_item(setting: Setting, value: str) -> Setting:
    return Setting(setting.value, setting.place, (*setting.items, value))
