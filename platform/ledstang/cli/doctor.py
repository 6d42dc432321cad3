"""`ledstang doctor`: look an instance over, and say of each part how it is and what to do."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import msgspec

from ledstang.cli.registers import Finding, given_number, look_at_person, look_at_units
from ledstang.faults import Told
from ledstang.instance import Instance, open_instance

if TYPE_CHECKING:
    from ledstang.checks import Check
    from ledstang.house import House

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000  # bytes free on the disk
LONG_LOG = 256 * 1024 * 1024  # bytes of a write-ahead log that nobody has put away
DRIFT = timedelta(minutes=5)


@click.command("doctor")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.option("--register", "only_register", is_flag=True, help="Ask the register and the unit directory, and no more.")
@click.option(
    "--number-file", type=click.File(), help="With --register: where a test person's number stands; - is stdin."
)
def command(folder: Path, as_json: bool, only_register: bool, number_file: TextIO | None) -> None:
    """Look the instance in FOLDER (here, if left out) over. The exit code is 1 when something is at fault.

    With --register a test person's number is asked for, or read from a file: no shell remembers it.
    """
    if only_register:
        found = asyncio.run(ask_registers(folder, given_number(number_file, ask=not as_json)))
    elif number_file is not None:
        raise click.UsageError("--number-file is for --register. Give both, or neither.")
    else:
        found = asyncio.run(look_over(folder))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"findings": found}), indent=2).decode())
    else:
        for one in found:
            click.echo(f"{one.state:<8} {one.part:<10} {one.sentence}")
            if one.tip:
                click.echo(f"{'':<19} → {one.tip}")
    sys.exit(1 if any(one.state == "fault" for one in found) else 0)


async def ask_registers(folder: Path, number: str) -> list[Finding]:
    """Return how the registers answer that an instance is connected to. No database is opened."""
    try:
        house, found = _house(open_instance(folder))
    except Told as fault:
        return [_told("settings", fault)]
    if house:
        connected = {one.plugin for one in house.connected.values()}
        checks = [one for one in house.offers.get("register_checks", []) if one[0] in connected]
        found += [await _checked(house, plugin, check) for plugin, check in checks]
        found += [await look_at_units(house), await look_at_person(house, number)]
    return found


async def look_over(folder: Path) -> list[Finding]:
    """Return what is found, part by part. Nothing is changed: no key is made and no migration is run."""
    try:
        instance = open_instance(folder)
    except Told as fault:
        return [_told("settings", fault)]
    found = [Finding("settings", "ok", f"{instance.folder} is an instance: {instance.title}.")]
    found += [_versions(), _clock(), *_keys(instance), _disk(instance), *_content(instance), *_statement(instance)]
    house, faults = _house(instance)
    found += faults
    if house:
        found += [*_production(house), *_systems(house)]
        found += [await _checked(house, plugin, check) for plugin, check in house.offers.get("register_checks", [])]
        found += [finding async for finding in _database(house)]
    return found


def _told(part: str, fault: BaseException) -> Finding:
    return Finding(part, "fault", str(fault))


def _versions() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    return Finding("versions", "ok", f"Python {python}, SQLite {sqlite3.sqlite_version}.")


def _clock() -> Finding:
    """A clock that is far off breaks sign-in and releases modules on the wrong day: files tell of it."""
    now = datetime.now(UTC)
    newest = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now + DRIFT < newest:
        return Finding("clock", "fault", f"The clock shows {now:%Y-%m-%d %H:%M} UTC, which lies in the past.",
                       "Let the machine keep its time by NTP (timedatectl set-ntp true).")  # fmt: skip
    return Finding("clock", "ok", f"The clock shows {now:%Y-%m-%d %H:%M} UTC.")


def _keys(instance: Instance) -> Iterator[Finding]:
    from ledstang.database import Keys

    folder = instance.path(instance.settings.keys)
    if not folder.exists() and not instance.settings.production:
        yield Finding(
            "keys", "warning", f"There are no keys in {folder} yet.", "The first `ledstang serve` makes them."
        )
        return
    try:
        Keys.load(folder, create=False)
    except Told as fault:
        yield _told("keys", fault)
        return
    yield Finding("keys", "ok", f"{len(list(folder.glob('seal-*.key')))} sealing keys in {folder}.",
                  "Keep a copy where the database's backups are not.")  # fmt: skip
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding("keys", "warning", f"Others may look into {folder}.", f"chmod 700 {folder}")


def _disk(instance: Instance) -> Finding:
    free = shutil.disk_usage(instance.folder).free
    sentence = f"{free / 1e9:.1f} GB are free where {instance.folder} lies."
    if free < LITTLE:
        return Finding("disk", "fault" if free < TOO_LITTLE else "warning", sentence, "Make room before it is full.")
    return Finding("disk", "ok", sentence)


def _content(instance: Instance) -> Iterator[Finding]:
    from ledstang.cli.check import Check

    check = Check()
    check.look_at(instance.folder)
    errors = sum(fault.severity == "error" for fault in check.found)
    if errors:
        yield Finding("content", "fault", f"`ledstang check` finds {errors} errors.", "Run it, and mend them.")
    else:
        yield Finding("content", "ok", f"`ledstang check` finds no errors and {len(check.found)} warnings.")


def _house(instance: Instance) -> tuple[House | None, list[Finding]]:
    from ledstang.app import assemble

    try:
        house = assemble(instance, lenient=True)
    except Told as fault:
        return None, [_told("plugins", fault)]
    found = [_told("plugins", fault) for fault in house.plugins.faults]
    return house, found or [Finding("plugins", "ok", f"{len(house.plugins.found)} plugins, none put aside.")]


def _production(house: House) -> list[Finding]:
    from ledstang.production import refusals

    if not house.instance.settings.production:
        return []
    found = [Finding("production", "fault", one.sentence, one.tip) for one in refusals(house.instance, house.plugins)]
    return found or [Finding("production", "ok", "Nothing speaks against serving citizens from here.")]


def _systems(house: House) -> Iterator[Finding]:
    """Look at what care systems need, where any may ask."""
    if not house.clients:
        return
    if "PersonRegister" in house.connected:
        yield Finding("systems", "ok", f"{len(house.clients)} care systems may ask.")
    else:
        yield Finding(
            "systems", "fault",
            "Care systems may ask, and no population register is connected: nobody can tell who is protected, so each"
            " of them is answered 503.",
            "Install a plugin that serves `PersonRegister`, or take the systems out of `ledstang.toml`.",
        )  # fmt: skip


async def _checked(house: House, plugin: str, check: Check) -> Finding:
    """Have a plugin look at what it leans on. It is asked alone, and not for ever."""
    patience = house.instance.settings.patience.submit_ms
    said = await house.isolation.ask(plugin, f"register_checks {check.part}", check.look, milliseconds=patience)
    if isinstance(said, str):
        return Finding(check.part, "fault" if said else "ok", said or check.good)
    return Finding(check.part, "fault", f"The plugin `{plugin}` could not look at this: it failed, or took too long.",
                   "The log has where; try once more, and tell whoever wrote the plugin.")  # fmt: skip


async def _agreed(house: House) -> AsyncIterator[Finding]:
    """Hold the key files against what the processes have agreed on in the database."""
    from ledstang.database import Keys
    from ledstang.sealing.rollover import Rollover

    try:
        keys = Keys.load(house.instance.path(house.instance.settings.keys), create=False)
    except Told:
        return  # which has been told
    rollover = Rollover(house.database, keys, house.clock, house.instance.settings.rotation)
    rows = await rollover.compare()
    if rollover.fault:
        yield _told("keys", rollover.fault)
    for row in await rollover.holders():
        if lacking := {str(one["number"]) for one in rows if not one["retired"]} - set(row["keys"].split()):
            yield Finding("keys", "warning", f"{row['process']} has not read key {', '.join(sorted(lacking))}.",
                          "Copy the files to its machine; no restart is needed.")  # fmt: skip


def _statement(instance: Instance) -> Iterator[Finding]:
    """The law asks for an accessibility statement; what is wrong in one, `check` tells."""
    from ledstang.web.statement import FILE, read_statement

    with suppress(Told):
        if read_statement(instance.folder) is None:
            yield Finding("statement", "warning", f"{FILE} has not been filled in: the law asks for it.",
                          f"Fill in {instance.folder / FILE}; its comments say how.")  # fmt: skip
        else:
            yield Finding("statement", "ok", f"There is an accessibility statement in {FILE}.")


async def _staff(house: House) -> Finding:
    """Somebody has to appoint the others at each unit, and be there when a colleague is away."""
    from ledstang.people.assignments import ROLES
    from ledstang.people.staff import count

    counts, advised = await count(house.units, house.clock.today()), house.instance.settings.staffing.people_per_role
    if counts and not any(at.get("access-administrator") for at in counts.values()):
        return Finding("staff", "warning", "No unit has an access administrator, so nobody can appoint staff.",
                       "Name the first one with `ledstang appoint`.")  # fmt: skip
    few = [f"{unit} ({role})" for unit, at in counts.items() for role in ROLES if 0 < at.get(role, 0) < advised]
    if few:
        return Finding("staff", "warning", f"Fewer than {advised} people have a role at a unit: {', '.join(few)}.",
                       "Let the access administrator there appoint one more.")  # fmt: skip
    return Finding("staff", "ok", "No unit has a role with fewer people than are advised.")


async def _problems() -> Finding:
    from ledstang.problems.problems import count_unhandled

    waiting = (await count_unhandled())[0]["count"]
    if waiting:
        return Finding("problems", "warning", f"{waiting} reports of something wrong wait for a human.",
                       "Read them with `ledstang problems`.")  # fmt: skip
    return Finding("problems", "ok", "Nobody waits for an answer to a report of something wrong.")


async def _database(house: House) -> AsyncIterator[Finding]:
    from ledstang.database.apps import written
    from ledstang.database.schema import done
    from ledstang.tables import apps_of, tables_of

    database, where = house.database, house.database.path
    if where is not None and not where.exists():
        yield Finding(
            "database", "warning", f"There is no database in {where} yet.", "The first `ledstang serve` makes it."
        )
        return
    try:
        await database.start()
    except Told as fault:
        yield _told("database", fault)
        return
    try:
        ran = await done(database)
        waiting = [
            one.file.name for app in apps_of(house.plugins) for one in written(app) if (app.name, one.id) not in ran
        ]
        if waiting:
            yield Finding("database", "warning", f"{len(waiting)} migrations have not been run.",
                          "`ledstang migrate`, or the next `ledstang serve` runs them.")  # fmt: skip
        else:
            database.bind(tables_of(house.plugins))
            async for finding in _agreed(house):
                yield finding
            yield await _problems()
            yield await _staff(house)
        if where is None:
            yield Finding("database", "ok", "PostgreSQL answers.")
            return
        told = [row["quick_check"] for row in await database.engine.run("PRAGMA quick_check(3)", ())]
        if told != ["ok"]:
            yield Finding("database", "fault", f"The file {where} is damaged.", "Stop, and restore the last backup.")
        else:
            yield Finding("database", "ok", f"The file {where} is sound.")
        log = where.with_name(where.name + "-wal")
        if log.exists() and log.stat().st_size > LONG_LOG:
            yield Finding("database", "warning", f"The write-ahead log has grown to {log.stat().st_size / 1e6:.0f} MB.",
                          "Look for a reader that never ends; a restart puts it away.")  # fmt: skip
    except Exception as fault:  # whatever a broken database answers is a finding
        yield Finding("database", "fault", f"It does not answer as it should ({type(fault).__name__}).",
                      "Look at the disk and the server, and restore the last backup if need be.")  # fmt: skip
    finally:
        await database.stop()
