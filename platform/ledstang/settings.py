"""`ledstang.toml`: read, held against typed structs, and every fault told with its key and its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

S = TypeVar("S")
Name = Annotated[str, Meta(min_length=1, max_length=200)]
CountyCode = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]
HsaId = Annotated[str, Meta(pattern=r"^(?i:SE)[0-9]{10}-[A-Za-z0-9]{1,20}$")]


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region whose residents this instance serves. `counties` are Statistics Sweden's two-digit county codes."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    name: Name
    counties: tuple[CountyCode, ...]
    contact: str = ""
    urgent: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A care unit. Its HSA-id is compared without regard to case; `off` names plugins that it does not use."""

    hsa_id: HsaId
    name: Name
    region: str
    contact: str = ""
    off: tuple[str, ...] = ()


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a session lives: without a sign of life, and in all."""

    idle_minutes: Annotated[int, Meta(ge=1, le=240)] = 30
    absolute_minutes: Annotated[int, Meta(ge=1, le=1440)] = 240


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `ledstang.toml`. Paths are relative to the folder that the file lies in."""

    title: Name
    language: Literal["sv", "en"] = "sv"
    database: Name = "data/ledstang.sqlite"
    keys: Name = "data/keys"
    theme: Name = "handrail"
    production: bool = False
    strict: bool = False
    disabled: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    units: tuple[Unit, ...] = ()
    signin: SignIn = SignIn()
    plugins: dict[str, dict[str, Any]] = {}


class SettingsFault(Exception):
    """What is wrong with a `ledstang.toml`: one sentence with the file, the line, the key and what to do."""

    def __init__(self, file: Path, line: int | None, why: str, tip: str) -> None:
        self.file, self.line, self.why, self.tip = file, line, why, tip
        super().__init__(f"{file}{f':{line}' if line else ''}: {why} {tip}")


def read(file: Path) -> Settings:
    """Read an instance's settings. Raises SettingsFault for a file that is missing, empty, not UTF-8, or does not fit."""
    text = _text(file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        where = int(line[1]) if line else len(text.splitlines())
        raise SettingsFault(file, where, f"This is not valid TOML: {fault}.", "Mend the line and try again.") from None
    settings = fit(data, Settings, file, text)
    _agree(settings, file, text)
    return settings


def fit(data: Any, shape: type[S], file: Path, text: str, below: tuple[str, ...] = ()) -> S:
    """Hold `data` against a struct. `below` is where in the file it stands. Raises SettingsFault with key and line."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as fault:
        why, _, at = str(fault).partition(" - at ")
        path = (*below, *_path(at.strip("`")))
        unknown = re.search(r"unknown field `(.+?)`", why)
        missing = re.search(r"missing required field `(.+?)`", why)
        if unknown:
            path = (*path, unknown[1])
            known = ", ".join(field.encode_name for field in _fields(shape, path[len(below) : -1]))
            why, tip = f"The key `{_dotted(path)}` is unknown.", f"Remove it, or use one of: {known}."
        elif missing:
            why, tip = f"The key `{_dotted((*path, missing[1]))}` is missing.", "Add it."
        else:
            why, tip = f"The value of `{_dotted(path)}` does not fit: {why.lower()}.", "Change the value."
        raise SettingsFault(file, locate(text, path), why, tip) from None


def locate(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line on which a key of a TOML text stands, or that of the nearest table around it."""
    table: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    best: tuple[int, int | None] = (0, None)
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line)
        if header:
            table = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1]:
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = (*table, str(counts[header[2]]))
            here = table
        else:
            key = re.match(r"\s*([A-Za-z0-9_\"'.-]+)\s*=", line)
            if not key:
                continue
            here = (*table, *(part.strip("\"'") for part in key[1].split(".")))
        if here == path[: len(here)] and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
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


def _agree(settings: Settings, file: Path, text: str) -> None:
    """Hold the parts of the settings against each other."""
    regions = [region.id for region in settings.regions]
    for number, region in enumerate(settings.regions):
        if regions.index(region.id) != number:
            raise SettingsFault(
                file,
                locate(text, ("regions", str(number), "id")),
                f"Two regions are called `{region.id}`.",
                "Rename one.",
            )
    seen: set[str] = set()
    for number, unit in enumerate(settings.units):
        if unit.region not in regions:
            raise SettingsFault(
                file,
                locate(text, ("units", str(number), "region")),
                f"The unit {unit.hsa_id} lies in the region `{unit.region}`, which is not in this file.",
                f"Use one of: {', '.join(regions) or '(add a [[regions]])'}.",
            )
        if unit.hsa_id.upper() in seen:
            line = locate(text, ("units", str(number), "hsa_id"))
            raise SettingsFault(file, line, f"Two units have the HSA-id {unit.hsa_id}.", "Remove one.")
        seen.add(unit.hsa_id.upper())


def _path(at: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[.\[\]]+", at.removeprefix("$")) if part)


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
