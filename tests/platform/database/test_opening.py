"""A database that cannot serve says in one sentence who, where, why and what to do."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from ledstang.clock import Clock
from ledstang.database import Database, DatabaseFault


async def fault_of(path: str | Path) -> str:
    database = Database(path, Clock())
    with pytest.raises(DatabaseFault) as caught:
        await database.start()
    await database.stop()
    assert str(path).removeprefix("sqlite:///") in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """A path that is a folder is named as one."""
    assert "this is a folder" in await fault_of(tmp_path)


async def test_another_file_is_no_database(tmp_path: Path) -> None:
    """A file that is not SQLite's is left as it was."""
    file = tmp_path / "letter.txt"
    file.write_text("Hej! " * 500)
    assert "not an SQLite database" in await fault_of(file)
    assert file.read_text() == "Hej! " * 500


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Below a file, or where the system lets nobody write, no database is made."""
    (tmp_path / "file").write_text("")
    assert "folder cannot be made" in await fault_of(tmp_path / "file" / "ledstang.sqlite")
    assert "cannot be opened" in await fault_of("/proc/ledstang.sqlite")


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder that all may write in, and no root's rights: root may write what nobody may."""
    root = os.geteuid() == 0
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        if root:
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
async def test_a_file_that_may_only_be_read_is_named(journal: str) -> None:
    """A database that this user may read but not write is told from one that is in a bad place."""
    with nobody() as folder:
        made = sqlite3.connect(folder / "a.sqlite")
        made.execute(f"PRAGMA journal_mode = {journal}")
        made.execute("CREATE TABLE a (b)")
        made.close()
        (folder / "a.sqlite").chmod(0o444)
        assert "it cannot be written" in await fault_of(folder / "a.sqlite")


async def test_a_misspelt_path_is_not_made(tmp_path: Path) -> None:
    """One missing folder is made, as a new instance has none; two are a misspelling."""
    database = Database(tmp_path / "data" / "ledstang.sqlite", Clock())
    await database.start()
    await database.stop()
    assert "folder cannot be made" in await fault_of(tmp_path / "dtaa" / "deeper" / "ledstang.sqlite")


async def test_memory_is_refused() -> None:
    """A database in memory could not be shared by the connections."""
    assert "memory" in await fault_of(":memory:")


async def test_a_locked_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that keeps the file to itself is said to."""
    monkeypatch.setattr("ledstang.database.connections.SETTINGS", ("PRAGMA busy_timeout = 0",))
    other = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("CREATE TABLE a (b)")
    other.execute("BEGIN EXCLUSIVE")
    assert "keeps it locked" in await fault_of(tmp_path / "a.sqlite")
    other.close()


def test_a_url_is_a_path_or_refused(tmp_path: Path) -> None:
    """`sqlite:///` is a path; what is not supported is said to be."""
    assert Database("sqlite:///data/a.sqlite", Clock()).path == Path("data/a.sqlite")
    assert Database(f"sqlite:///{tmp_path}/a.sqlite", Clock()).path == tmp_path / "a.sqlite"
    assert Database("postgresql://localhost/ledstang", Clock()).path is None
    with pytest.raises(DatabaseFault, match="mysql"):
        Database("mysql://localhost/ledstang", Clock())


async def test_nothing_stays_behind(tmp_path: Path) -> None:
    """After the stop, and after a start that failed, no thread of ours is left and the log is put away."""
    database = Database(tmp_path / "a.sqlite", Clock())
    for _ in range(2):
        await database.start()
        async with database.snapshot():
            pass
        await database.stop()
    await fault_of(tmp_path)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("ledstang")] == []
    assert names_in(tmp_path) == ["a.sqlite"]


@pytest.mark.parametrize("before", [None, 0o644])
async def test_only_its_owner_reads_the_database(tmp_path: Path, before: int | None) -> None:
    """The file and its journals hold names and numbers: they are 0600, also a file that others could read before."""
    path = tmp_path / "ledstang.sqlite"
    if before:
        path.touch()
        path.chmod(before)
    database = Database(path, Clock())
    await database.start()
    await database.engine.run_ddl("create table t (x integer)")
    modes = modes_in(tmp_path)
    await database.stop()
    assert modes == dict.fromkeys(("ledstang.sqlite", "ledstang.sqlite-wal", "ledstang.sqlite-shm"), 0o600)
