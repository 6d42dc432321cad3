"""`ledstang.toml`: read, held against typed structs, and every fault told with its key and its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import date, time
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ledstang.access.windows import Rates
from ledstang.faults import Told
from ledstang.operating import NETWORK, Load, MetricsFrom
from ledstang.patience import Patience
from ledstang.people.limits import RegisterLimits

S = TypeVar("S")
Name = Annotated[str, Meta(min_length=1, max_length=200)]
COUNTY, HSA_ID, REGION_ID = r"^[0-9]{2}$", r"^(?i:SE)[0-9]{10}-[A-Za-z0-9]{1,20}$", r"^[a-z][a-z0-9-]*$"
CountyCode = Annotated[str, Meta(pattern=COUNTY)]
HsaId = Annotated[str, Meta(pattern=HSA_ID)]

KEY = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
KINDS = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"} | {
    "array": "a list", "object": "a table", "null": "nothing",
}  # fmt: skip
PATTERNS = {
    COUNTY: 'Write the two digits of Statistics Sweden in quotation marks, such as "24".',
    HSA_ID: "Write it like SE2321000016-1003.",
    NETWORK: "Write an address or a network, such as 10.0.0.0/8.",
    REGION_ID: "Use small letters a-z, digits and -, a letter first.",
}
"""What a value must look like, in words."""


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region whose residents this instance serves. `counties` are Statistics Sweden's two-digit county codes.

    `policies` is the key of the set of policy tables that it goes by, empty for the instance's.
    """

    id: Annotated[str, Meta(pattern=REGION_ID)]
    name: Name
    counties: tuple[CountyCode, ...]
    contact: str = ""
    urgent: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    policies: str = ""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A care provider: who answers for the units that name it. Its HSA-id is compared without regard to case."""

    hsa_id: HsaId
    name: Name


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A care unit. Its HSA-id is compared without regard to case; `off` names plugins that it does not use.

    `valid_from` and `valid_to` are its first and its last day. Where it has gone into another, `merged_into` is that
    unit's HSA-id, which takes over the day after the last one, or at once where there is none.
    """

    hsa_id: HsaId
    name: Name
    region: str
    contact: str = ""
    off: tuple[str, ...] = ()
    provider: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str = ""


class Staffing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works at the units. `people_per_role` are advised, so that somebody is there when another is away.

    What the unit directory said, where an instance is connected to one, is good for `directory_minutes`.
    """

    people_per_role: Annotated[int, Meta(ge=1, le=20)] = 2
    directory_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a session lives: without a sign of life, and in all."""

    idle_minutes: Annotated[int, Meta(ge=1, le=240)] = 30
    absolute_minutes: Annotated[int, Meta(ge=1, le=1440)] = 240


class ProblemsKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days it is kept what people say is wrong with a page, also when it is done."""

    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 365


class Postgres(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How PostgreSQL is used, where `database` is an address. One process has at most so many `connections`.

    Behind pgbouncer older than 1.21 in transaction mode `statement_cache` must be 0.
    """

    connections: Annotated[int, Meta(ge=2, le=200)] = 10
    connect_seconds: Annotated[float, Meta(ge=0.1, le=60)] = 3
    statement_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 15
    idle_in_transaction_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 15
    statement_cache: Annotated[int, Meta(ge=0, le=10_000)] = 512


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the outbox is worked off. With `inside_serve` off, `ledstang work` must run.

    A worker carries out so many errands `at_once`. One may take `budget_seconds`; who has taken it up loses it
    `lease_seconds` after the last sign of life. One that fails is tried `tries` times, the first time after about
    `retry_seconds`, then after twice as long each time, `retry_most_minutes` at most. A worker that is stopped gives
    back what it has not done within `stop_seconds`. What was carried out is kept for `keep_days`; what is due since
    `late_minutes` shows on `/health`. The host tidies up every `tidy_minutes`.
    """

    inside_serve: bool = True
    at_once: Annotated[int, Meta(ge=1, le=100)] = 8
    poll_seconds: Annotated[float, Meta(ge=0.05, le=60)] = 0.5
    budget_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 60
    lease_seconds: Annotated[float, Meta(ge=1, le=3600)] = 30
    tries: Annotated[int, Meta(ge=1, le=100)] = 12
    retry_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 5
    retry_most_minutes: Annotated[float, Meta(ge=0.1, le=1440)] = 60
    stop_seconds: Annotated[float, Meta(ge=0, le=600)] = 5
    late_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    keep_days: Annotated[int, Meta(ge=2, le=3650)] = 30
    tidy_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a key is replaced. A process goes on with what it knows of the keys for `look_seconds`.

    What an older key has sealed is sealed again: every so many `minutes` so many `portions` of so many values. Nobody
    waits longer for the writer than a `portion` takes.
    """

    look_seconds: Annotated[float, Meta(ge=0.05, le=20)] = 5
    minutes: Annotated[int, Meta(ge=1, le=1440)] = 1
    portion: Annotated[int, Meta(ge=1, le=10_000)] = 100
    portions: Annotated[int, Meta(ge=1, le=100_000)] = 200


class AccessLogKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the access log is kept: for `keep_years`, which are five at the least.

    `anchor` is a file, best on another machine, to which the ends of the chains of the last `anchor_days` are added every
    `anchor_minutes`. While the database cannot be written to, entries wait in a queue in the folder `queue`, of
    `queue_kilobytes` at most. An emergency opening needs a reason of `reason_least` characters and is in force for
    `emergency_minutes`. Of what the staff of a unit read in a day so many `spot_checks` are drawn, at `spot_checks_at`
    of the next. An export has `export_rows` at most.
    """

    keep_years: Annotated[int, Meta(ge=5, le=100)] = 5
    anchor: str = ""
    anchor_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    anchor_days: Annotated[int, Meta(ge=1, le=366)] = 7
    queue: Name = "data"
    queue_kilobytes: Annotated[int, Meta(ge=0, le=10_000_000)] = 16_384
    reason_least: Annotated[int, Meta(ge=1, le=1000)] = 10
    emergency_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    spot_checks: Annotated[int, Meta(ge=0, le=1000)] = 3
    spot_checks_at: time = time(3)
    export_rows: Annotated[int, Meta(ge=50, le=1_000_000)] = 20_000


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `ledstang.toml`. Paths are relative to the folder that the file lies in.

    `drain_seconds` is for how long a process that is told to stop still serves, so that a load balancer may notice.
    `policies` is the key of the set of policy tables for regions that choose none.
    """

    title: Name
    language: Literal["sv", "en"] = "sv"
    database: Name = "data/ledstang.sqlite"
    keys: Name = "data/keys"
    theme: Name = "handrail"
    policies: str = "1177-2022"
    production: bool = False
    strict: bool = False
    drain_seconds: Annotated[float, Meta(ge=0, le=300)] = 0
    disabled: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    providers: tuple[Provider, ...] = ()
    units: tuple[Unit, ...] = ()
    staffing: Staffing = Staffing()
    signin: SignIn = SignIn()
    postgres: Postgres = Postgres()
    rates: Rates = Rates()
    hosts: tuple[Name, ...] = ()
    proxies: tuple[Name, ...] = ()
    patience: Patience = Patience()
    work: Work = Work()
    rotation: Rotation = Rotation()
    load: Load = Load()
    problems: ProblemsKept = ProblemsKept()
    access_log: AccessLogKept = AccessLogKept()
    metrics: MetricsFrom = MetricsFrom()
    register: RegisterLimits = RegisterLimits()
    connectors: dict[str, str] = {}
    plugins: dict[str, dict[str, Any]] = {}


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


def read(file: Path) -> Settings:
    """Read an instance's settings. Raises SettingsFault for a file that is missing, empty, not UTF-8, or does not fit."""
    data, text = read_toml(file)
    settings = fit(data, Settings, file, text)
    faults = _disagreements(settings, file, text)
    if faults:
        raise SettingsFault.of(faults, settings)
    return settings


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


def _disagreements(settings: Settings, file: Path, text: str) -> list[SettingsFault]:
    """Hold the parts of the settings against each other."""
    faults = []
    if "://" in settings.database and urlsplit(settings.database).password:
        why = "The address of the database holds a password, and this file is no place for secrets."
        tip = "Leave it out, and put it into ~/.pgpass (mode 600) of the user who runs Ledstång."
        faults.append(SettingsFault(file, locate(text, ("database",)), why, tip))

    def fault(room: str, number: int, key: str, why: str, tip: str) -> None:
        faults.append(SettingsFault(file, locate(text, (room, str(number), key)), why, tip))

    regions = [region.id for region in settings.regions]
    counties: dict[str, str] = {}
    for number, region in enumerate(settings.regions):
        if regions.index(region.id) != number:
            fault("regions", number, "id", f"Two regions are called `{region.id}`.", "Rename one.")
            continue
        for county in region.counties:
            if county in counties:
                why = f"The county {county} is given to both `{counties[county]}` and `{region.id}`."
                fault("regions", number, "counties", why, "Leave it with the region where its residents belong.")
            counties.setdefault(county, region.id)
    for proxy in settings.proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            why = f"The proxy `{proxy}` is neither an address nor a network."
            faults.append(
                SettingsFault(file, locate(text, ("proxies",)), why, "Write it like 10.0.0.5 or 10.0.0.0/24.")
            )
    seen: set[str] = set()
    for number, unit in enumerate(settings.units):
        if unit.region not in regions:
            why = f"The unit {unit.hsa_id} lies in the region `{unit.region}`, which is not in this file."
            fault("units", number, "region", why, f"Use one of: {', '.join(regions) or '(add a [[regions]])'}.")
        if unit.hsa_id.upper() in seen:
            fault("units", number, "hsa_id", f"Two units have the HSA-id {unit.hsa_id}.", "Remove one.")
        seen.add(unit.hsa_id.upper())
    for number, key, why, tip in _misfits(settings):
        fault("units", number, key, why, tip)
    return faults


def _misfits(settings: Settings) -> Iterator[tuple[int, str, str, str]]:
    """Yield what is wrong with units beside others: the unit's place, the key, why and what to do."""
    providers = {one.hsa_id.upper() for one in settings.providers}
    into = {unit.hsa_id.upper(): unit.merged_into.upper() for unit in settings.units}
    for number, unit in enumerate(settings.units):
        if unit.provider and unit.provider.upper() not in providers:
            why = f"The unit {unit.hsa_id} belongs to the provider {unit.provider}, which is not in this file."
            yield number, "provider", why, "Add it below [[providers]], or correct the HSA-id."
        if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
            yield number, "valid_to", f"The unit {unit.hsa_id} ends before it begins.", "Correct one of the days."
        if unit.merged_into and unit.merged_into.upper() not in into:
            why = f"The unit {unit.hsa_id} has gone into {unit.merged_into}, which is not in this file."
            yield number, "merged_into", why, "Add that unit, or correct the HSA-id."
        elif _comes_back(unit.hsa_id.upper(), into):
            yield number, "merged_into", f"The unit {unit.hsa_id} has gone into itself.", "Name the unit that goes on."


def _comes_back(start: str, into: dict[str, str]) -> bool:
    at, steps = into[start], 0
    while at and at != start and steps <= len(into):
        at, steps = into.get(at, ""), steps + 1
    return at == start


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
