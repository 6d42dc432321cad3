"""Copies of a database: all rows of all tables at one instant, in one file that fits either kind of database.

A copy is a zip: `tables/<name>` holds the rows, `manifest.json`, written last, what there is and how much. What is
sealed stays sealed, and the keys are never in it: without the instance's key files a copy tells nobody anything.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import msgspec
from piccolo.table import Table, sort_table_classes

from ledstang.database.apps import App
from ledstang.database.database import Database
from ledstang.database.faults import DatabaseFault
from ledstang.database.schema import Migration, migrate

FORMAT = 1
BATCH = 500  # rows that are in memory at once
MANIFEST = "manifest.json"
READ_AS = {"date": date.fromisoformat, "time without time zone": time.fromisoformat, "numeric": Decimal}
"""What PostgreSQL wants to be given, and a copy has as text."""


class Kept(msgspec.Struct, frozen=True):
    """What a copy holds of one table. `rows` is how many, `sha256` that of its part of the file."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a copy is: when it was made, by which version, and `keys`, by which the right key files are known again.

    Those are the marks of all keys that were in use, with spaces between.
    """

    format: int
    ledstang: str
    made: datetime
    keys: str
    migrations: list[tuple[str, str]]
    tables: dict[str, Kept]


async def copy_out(database: Database, marks: Iterable[str], file: Path) -> Manifest:
    """Write everything that is in the database at one instant to a new file that only its owner may read.

    It may be done while people are served. The file is there whole or not at all. Raises `DatabaseFault` when there is
    a file of that name already, or when it cannot be written.
    """
    tables: dict[str, Kept] = {}
    with _whole(file) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        async with database.snapshot():
            database.bind([Migration])
            ran = await Migration.select(Migration.app, Migration.name).order_by(Migration.name)
            for name in await _tables(database):
                tables[name] = await _write(database, name, archive)
        migrations = [(row["app"], row["name"]) for row in ran]
        made = Manifest(FORMAT, version("ledstang"), database.clock.now(), " ".join(marks), migrations, tables)
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(made), indent=1))
    return made


async def copy_in(database: Database, apps: Sequence[App], marks: Iterable[str], file: Path) -> Manifest:
    """Read a copy into an empty database, all of it or nothing, and see that every row has arrived.

    The schema is brought to where it was when the copy was made; later migrations run at the next start. Raises
    `DatabaseFault` for a file that is damaged or from a later version, for other keys, for plugins that are missing,
    and for a database that has something in it.
    """
    with _opened(file) as archive:
        manifest = _checked(archive, file, list(marks))
        _refuse_foreign(manifest, apps, file)
        if any([await _count(database, name) for name in await _tables(database) if name != "migration"]):
            why = "the database to restore into is not empty"
            raise _fault(file, why, "Name an empty one in ledstang.toml; nothing is ever overwritten")
        await migrate(database, apps, {(app, name) for app, name in manifest.migrations})
        async with database.engine.schema_transaction():
            for name in _ordered(apps, manifest.tables):
                await _read(database, name, archive)
            for name, kept in manifest.tables.items():
                if (arrived := await _count(database, name)) != kept.rows:
                    raise _fault(file, f"{arrived} of {kept.rows} rows of {name} have arrived", "Try again")
            if broken := await database.engine.broken_references():
                raise _fault(file, f"{len(broken)} rows point at nothing", "Restore another backup")
            await _count_on(database, manifest.tables)
    return manifest


async def _tables(database: Database) -> list[str]:
    """Return the names of all tables that there are, also of plugins that have gone."""
    if database.engine.engine_type == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    else:
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    return [row["name"] for row in await database.engine.run(sql, ())]


async def _count(database: Database, name: str) -> int:
    return int((await database.engine.run(f'SELECT count(*) AS n FROM "{name}"', ()))[0]["n"])  # noqa: S608


async def _write(database: Database, name: str, archive: zipfile.ZipFile) -> Kept:
    rows, seen = 0, sha256()
    with archive.open(f"tables/{name}", "w", force_zip64=True) as part:
        async for batch in _batches(database, name):
            packed = msgspec.msgpack.encode(batch)
            framed = len(packed).to_bytes(4, "big") + packed
            part.write(framed)
            seen.update(framed)
            rows += len(batch)
    return Kept(rows, seen.hexdigest())


async def _batches(database: Database, name: str) -> AsyncIterator[list[dict[str, Any]]]:
    key, place = await _key(database, name), "?" if database.engine.engine_type == "sqlite" else "$1"
    sql = f'SELECT * FROM "{name}" %s ORDER BY "{key}" LIMIT {BATCH}'  # noqa: S608 - names come from the database
    rows = await database.engine.run(sql % "", ())
    while rows:
        yield rows
        rows = await database.engine.run(sql % f'WHERE "{key}" > {place}', (rows[-1][key],))


async def _key(database: Database, name: str) -> str:
    if database.engine.engine_type == "sqlite":
        sql = f"SELECT name FROM pragma_table_info('{name}') WHERE pk = 1"  # noqa: S608
    else:
        of_key = "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisprimary"
        sql = f"SELECT a.attname AS name FROM pg_index i {of_key} AND i.indrelid = '\"{name}\"'::regclass"  # noqa: S608
    return str((await database.engine.run(sql, ()))[0]["name"])


async def _read(database: Database, name: str, archive: zipfile.ZipFile) -> None:
    as_given = await _readings(database, name)
    postgres = database.engine.engine_type == "postgres"
    with archive.open(f"tables/{name}") as part:
        while head := part.read(4):
            for row in msgspec.msgpack.decode(part.read(int.from_bytes(head, "big"))):
                columns = ", ".join(f'"{column}"' for column in row)
                places = ", ".join(f"${number}" if postgres else "?" for number in range(1, len(row) + 1))
                values = [as_given[column](value) if column in as_given and value is not None else value
                          for column, value in row.items()]  # fmt: skip
                await database.engine.run(f'INSERT INTO "{name}" ({columns}) VALUES ({places})', values)  # noqa: S608


async def _readings(database: Database, name: str) -> Mapping[str, Any]:
    if database.engine.engine_type == "sqlite":
        return {}
    sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1"
    rows = await database.engine.run(sql, (name,))
    return {row["column_name"]: READ_AS[row["data_type"]] for row in rows if row["data_type"] in READ_AS}


async def _count_on(database: Database, names: Iterable[str]) -> None:
    """Let numbers that PostgreSQL gives out itself go on after those that were read."""
    if database.engine.engine_type == "postgres":
        for name in names:
            key = await _key(database, name)
            owned = f"pg_get_serial_sequence('\"{name}\"', '{key}')"
            if (await database.engine.run(f"SELECT {owned} AS found", ()))[0]["found"]:
                await database.engine.run(f'SELECT setval({owned}, max("{key}")) FROM "{name}"', ())  # noqa: S608


def _ordered(apps: Sequence[App], names: Iterable[str]) -> list[str]:
    """Return the tables in the order of what they point at; the list of migrations is written by migrating."""
    known: list[type[Table]] = sort_table_classes([table for app in apps for table in app.tables])
    order = [table._meta.tablename for table in known]
    return sorted(
        (name for name in names if name != "migration"), key=lambda name: (name not in order, _place(order, name))
    )


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else 0


def _checked(archive: zipfile.ZipFile, file: Path, marks: Sequence[str]) -> Manifest:
    try:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (KeyError, msgspec.DecodeError, msgspec.ValidationError, zipfile.BadZipFile):
        raise _fault(file, "it is no whole backup of Ledstång", "Use another backup") from None
    if manifest.format > FORMAT:
        why = f"it was made by Ledstång {manifest.ledstang}, which is later than this"
        raise _fault(file, why, "Install that version first")
    for name, kept in manifest.tables.items():
        if _sum(archive, name) != kept.sha256:
            raise _fault(file, f"the part {name} is damaged", "Use another backup")
    if not all(any(mark.startswith(wanted) for mark in marks) for wanted in manifest.keys.split()):
        why = "it was sealed with other keys than those of this instance, so nobody's answers could be read"
        tip = "Put the key files that belong to it, retired ones too, into the instance's folder of keys first"
        raise _fault(file, why, tip)
    return manifest


def _sum(archive: zipfile.ZipFile, name: str) -> str:
    seen = sha256()
    try:
        with archive.open(f"tables/{name}") as part:
            while piece := part.read(1 << 20):
                seen.update(piece)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        return ""
    return seen.hexdigest()


def _refuse_foreign(manifest: Manifest, apps: Sequence[App], file: Path) -> None:
    from ledstang.database.apps import written

    here = {(app.name, one.id) for app in apps for one in written(app)}
    missing = sorted({app for app, id_ in manifest.migrations if (app, id_) not in here})
    if missing:
        why = f"it has tables that are not known here, or are from a later version: {', '.join(missing)}"
        raise _fault(file, why, "Install what is missing, in the version that made the backup or a later one")


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError:
        raise _fault(file, "there is no such file", "See to the name") from None
    except (OSError, zipfile.BadZipFile) as fault:
        raise _fault(file, f"it cannot be read: {fault}", "Use another backup") from None


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """Give a file beside the one that is wanted, and put it in its place when all of it is written and on the disk."""
    if file.exists():
        raise _fault(file, "there is a file of that name already", "Choose another name; no backup is overwritten")
    try:
        handle, name = mkstemp(dir=file.parent, prefix=f".{file.name}-")  # nobody but its owner may read it
        os.close(handle)
    except OSError as fault:
        raise _fault(file, f"it cannot be written: {fault.strerror}", "Name a folder that one may write to") from None
    part = Path(name)
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.link(part, file)
    except OSError as fault:
        raise _fault(file, f"it cannot be written: {fault.strerror}", "Make room, and try again") from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _fault(file: Path, why: str, tip: str) -> DatabaseFault:
    return DatabaseFault("backup", str(file), why, tip)
