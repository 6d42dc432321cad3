"""Open SQLite connections the way the house wants them, or say in one sentence why not."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from ledstang.database.faults import DatabaseFault

BUSY_TIMEOUT = 5000  # milliseconds that a statement waits for another process's write
SCHEMA_TIMEOUT = 60_000  # milliseconds that a migration waits for another process's
JOURNAL_LIMIT = 64 * 1024 * 1024  # bytes that the write-ahead log is cut back to after a checkpoint
OLDEST_SQLITE = (3, 35, 0)  # the first with RETURNING

SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA trusted_schema = 0",
    "PRAGMA secure_delete = 1",
    f"PRAGMA journal_size_limit = {JOURNAL_LIMIT}",
)


def open_writer(settings: dict[str, Any]) -> sqlite3.Connection:
    """Open the connection that writes, in WAL mode; `settings` are what `sqlite3.connect` takes.

    Raises `DatabaseFault` when the path is a folder, no database, not writable, or cannot keep a write-ahead log.
    """
    path = Path(settings["database"])
    _refuse_impossible(path)
    _keep_private(path)
    connection = _open(settings)
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        _try_to_write(connection)
    except sqlite3.Error as fault:
        connection.close()
        raise _explained(path, fault) from fault
    if mode != "wal":
        connection.close()
        why = f"it keeps its journal as {mode!r}, not as a write-ahead log"
        raise DatabaseFault("database", str(path), why, "Put it on a local disk; a network file system cannot hold it")
    return connection


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Write nothing new and take it back: a file that may only be read opens, and gives the write lock, without a word."""
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("ROLLBACK")


def open_reader(settings: dict[str, Any]) -> sqlite3.Connection:
    """Open a connection that refuses every write. Raises `DatabaseFault` as `open_writer` does."""
    connection = _open(settings)
    connection.execute("PRAGMA query_only = 1")
    return connection


def open_for_schema(settings: dict[str, Any]) -> sqlite3.Connection:
    """Open a connection for one migration: it waits long for another process's, and leaves foreign keys unenforced."""
    connection = _open(settings)
    connection.execute("PRAGMA foreign_keys = 0")
    connection.execute(f"PRAGMA busy_timeout = {SCHEMA_TIMEOUT}")
    return connection


def _open(settings: dict[str, Any]) -> sqlite3.Connection:
    connection = None
    try:
        connection = sqlite3.connect(**settings)
        for setting in SETTINGS:
            connection.execute(setting)
    except sqlite3.Error as fault:
        if connection:
            connection.close()
        raise _explained(Path(settings["database"]), fault) from fault
    return connection


def _refuse_impossible(path: Path) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        why = f"SQLite {sqlite3.sqlite_version} is too old"
        raise DatabaseFault("database", str(path), why, "Install SQLite 3.35 or newer for this Python")
    if str(path) in (":memory:", "."):
        why = "a database in memory cannot be shared by several connections"
        raise DatabaseFault("database", str(path), why, "Name a file, for instance ledstang.sqlite")
    if path.is_dir():
        why = "this is a folder, not a database file"
        raise DatabaseFault("database", str(path), why, "Name a file in it, for instance ledstang.sqlite")
    try:
        path.parent.mkdir(exist_ok=True)  # one level, data/ of a new instance: more would hide a misspelt path
    except OSError as fault:
        why = f"its folder cannot be made: {fault.strerror}"
        raise DatabaseFault("database", str(path), why, "Make the folder, or name another file") from fault


def _keep_private(path: Path) -> None:
    """Let nobody but the owner into the file: it holds names and numbers. SQLite gives its journals the same rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            if file.exists() and file.stat().st_uid == os.geteuid() and file.stat().st_mode & 0o077:
                file.chmod(0o600)
    except OSError:
        return  # opening it tells why, in a sentence


def _explained(path: Path, fault: sqlite3.Error) -> DatabaseFault:
    """Turn the driver's few words at opening into who, where, why and what to do."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    why, tip = {
        sqlite3.SQLITE_NOTADB: ("the file is not an SQLite database", "Name another file, or restore it from a backup"),
        sqlite3.SQLITE_CORRUPT: ("the database file is damaged", "Restore it from a backup"),
        sqlite3.SQLITE_READONLY: ("it cannot be written", "Give the user who runs Ledstång the right to write it"),
        sqlite3.SQLITE_CANTOPEN: (
            "it cannot be opened or created",
            "Give the user who runs Ledstång the right to write the file and its folder",
        ),
        sqlite3.SQLITE_BUSY: ("another process keeps it locked", "End the process that holds it, and start again"),
        sqlite3.SQLITE_FULL: ("the disk is full", "Make room on the disk, and start again"),
    }.get(code, (f"SQLite says “{fault}”", "See that the disk is sound and the file is a database"))
    return DatabaseFault("database", str(path), why, tip)
