"""A TOML file held against a typed struct: every fault is told with its key and its line, in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from ledstang.api.limits import CLIENT_ID
from ledstang.faults import Told
from ledstang.operating import NETWORK
from ledstang.people.limits import COUNTRY, HSA_ID
from ledstang.settings import COUNTY, REGION_ID

S = TypeVar("S")
KEY = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
KINDS = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"} | {
    "array": "a list", "object": "a table", "null": "nothing",
}  # fmt: skip
PATTERNS = {
    COUNTY: 'Write the two digits of Statistics Sweden in quotation marks, such as "24".',
    HSA_ID: "Write it like SE2321000016-1003.",
    NETWORK: "Write an address or a network, such as 10.0.0.0/8.",
    CLIENT_ID: "Use small letters a-z, digits and -, a letter first.",
    COUNTRY: "Write the two capital letters of a country, such as SE.",
    REGION_ID: "Use small letters a-z, digits and -, a letter first.",
}
"""What a value must look like, in words."""


class SettingsFault(Told):
    """What is wrong with a `ledstang.toml`: one sentence with the file, the line, the key and what to do.

    Where several things are, `all` has each; the exception's own text is all of them, a line each. `rest` is what the
    file comes to without its faulty keys, or None where that cannot be told.
    """

    def __init__(self, file: Path, line: int | None, why: str, tip: str) -> None:
        self.file, self.line, self.why, self.tip = file, line, why, tip
        self.all: tuple[SettingsFault, ...] = (self,)
        self.rest: Any = None
        super().__init__(f"{file}{f':{line}' if line else ''}: {why} {tip}")

    @classmethod
    def of(cls, faults: Sequence[SettingsFault], rest: Any = None) -> SettingsFault:
        """Return one exception that tells of several faults."""
        first = faults[0]
        several = cls(first.file, first.line, first.why, first.tip)
        several.all, several.rest = tuple(faults), rest
        several.args = ("\n".join(str(fault) for fault in faults),)
        return several


def read_text(file: Path) -> str:
    """Return the text of a settings file, without the mark that Windows puts first. Raises SettingsFault."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsFault(
            file, None, "There is no ledstang.toml here.", "Make a folder with `ledstang init FOLDER`, or name another."
        ) from None
    except UnicodeDecodeError as fault:
        line = file.read_bytes()[: fault.start].count(b"\n") + 1
        raise SettingsFault(
            file, line, "The file is not UTF-8 (Latin-1, perhaps).", "Save it again with the encoding UTF-8."
        ) from None
    except OSError as fault:
        raise SettingsFault(
            file, None, f"The file cannot be read: {fault.strerror}.", "See to its permissions."
        ) from None
    if not text.strip():
        raise SettingsFault(file, None, "The file is empty.", 'Give it at least a line such as title = "Region Norra".')
    return text


def read_toml(file: Path) -> tuple[dict[str, Any], str]:
    """Return what a file says, and its text. Raises SettingsFault for one that cannot be read, or is not TOML."""
    text = read_text(file)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        where = int(line[1]) if line else len(text.splitlines())
        raise SettingsFault(file, where, f"This is not valid TOML: {fault}.", "Mend the line and try again.") from None


def fit(data: Any, shape: type[S], file: Path, text: str, below: tuple[str, ...] = ()) -> S:
    """Hold `data` against a struct. `below` is where in the file it stands. Raises SettingsFault with key and line.

    A key that does not fit is told and left out, and what remains is held against the struct again: so all are told.
    """
    faults: list[SettingsFault] = []
    told: set[tuple[str, ...]] = set()
    data = deepcopy(data)
    while True:
        try:
            fitted = msgspec.convert(data, shape)
        except msgspec.ValidationError as fault:
            path, sentence = _told(str(fault), shape)
            if path not in told:  # a key that was left out is missing then, which nobody needs to hear
                faults.append(SettingsFault(file, locate(text, (*below, *path)), *sentence((*below, *path))))
            if path in told or not _without(data, path):
                raise SettingsFault.of(faults) from None
            told.add(path)
            continue
        if faults:
            raise SettingsFault.of(faults, fitted)
        return fitted


def locate(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line on which a key of a TOML text stands, or that of the nearest table around it."""
    table: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    best: tuple[int, int | None] = (0, None)
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line)
        if header:
            table = _parts(header[2])
            if header[1]:
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = (*table, str(counts[header[2]]))
            here = table
        else:
            key = re.match(rf"\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=", line)
            if not key:
                continue
            here = (*table, *_parts(key[1]))
        if here == path[: len(here)] and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _told(fault: str, shape: Any) -> tuple[tuple[str, ...], Callable[[tuple[str, ...]], tuple[str, str]]]:
    """Return where in the data a validation error lies, and what makes a sentence and a tip of the whole path."""
    why, _, at = fault.partition(" - at ")
    path = _path(at.strip("`"))
    if unknown := re.search(r"unknown field `(.+?)`", why):
        known = [field.encode_name for field in _fields(shape, path)]
        near = get_close_matches(unknown[1], known, 1)
        tip = f"Did you mean `{near[0]}`?" if near else f"Remove it, or use one of: {', '.join(known)}."
        return (*path, unknown[1]), lambda whole: (f"The key `{_dotted(whole)}` is unknown.", tip)
    if missing := re.search(r"missing required field `(.+?)`", why):
        return (*path, missing[1]), lambda whole: (f"The key `{_dotted(whole)}` is missing.", "Add it.")
    sentence, tip = _in_words(why, shape, path)
    return path, lambda whole: (f"The value of `{_dotted(whole)}` does not fit: {sentence}.", tip)


def _in_words(why: str, shape: Any, path: tuple[str, ...]) -> tuple[str, str]:
    """Say what msgspec says of a value to somebody who has never heard of types."""
    if found := re.fullmatch(r"Expected `(\w+)`, got `(\w+)`", why):
        wanted, got = (KINDS.get(kind, kind) for kind in found.groups())
        return f"it is {got} where {wanted} is wanted", "Change the value."
    pattern = next((pattern for pattern in PATTERNS if pattern in why), None)
    if pattern:
        return "it is not written as it should be", PATTERNS[pattern]
    if choice := re.fullmatch(r"Invalid enum value (.+)", why):
        hint = next((field.type for field in _fields(shape, path[:-1]) if field.encode_name == path[-1]), None)
        words = ", ".join(str(word) for word in get_args(hint))
        return f"{choice[1]} is none of the words that may stand there", f"Use one of: {words}."
    return re.sub(r"^Expected `\w+`", "it should be", why), "Change the value."


def _without(data: Any, path: tuple[str, ...]) -> bool:
    """Leave out what lies at a path. False when there is nothing, or when others would move into its place."""
    for part in path[:-1]:
        data = data[int(part)] if isinstance(data, list) else data.get(part)
    if path and isinstance(data, dict) and path[-1] in data:
        del data[path[-1]]
        return True
    return False


def _path(at: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[.\[\]]+", at.removeprefix("$")) if part)


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(KEY, key))


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(path)


def _fields(shape: Any, path: tuple[str, ...]) -> tuple[msgspec.structs.FieldInfo, ...]:
    for part in path:
        if part.isdigit():
            continue
        hint = next(field.type for field in msgspec.structs.fields(shape) if field.encode_name == part)
        inner = getattr(hint, "__args__", (hint,))
        shape = inner[0]
    return msgspec.structs.fields(shape)
