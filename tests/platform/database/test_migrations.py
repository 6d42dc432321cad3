"""Migrations: of the host, of plugins and of folders that lie anywhere; each once, in order, whole or not at all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from ledstang.cli import migrate as cli
from ledstang.clock import MovableClock
from ledstang.database import App, Database, DatabaseFault, migrate
from ledstang.database.differences import difference, write_migration
from ledstang.database.schema import Migration
from piccolo.columns import UUID, Column, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table, create_table_class


def table(class_name: str, tablename: str, **columns: Column) -> type[Table]:
    """Make a table, anew each time: tests change them as an author would."""
    members = {"id": UUID(primary_key=True), **columns}
    return create_table_class(class_name, class_kwargs={"tablename": tablename}, class_members=members)


def person(**columns: Column) -> type[Table]:
    return table("Person", "person", **(columns or {"name": Varchar()}))


@pytest.fixture
def host(tmp_path: Path) -> App:
    return App("host", (person(),), tmp_path / "house" / "migrations")


@pytest.fixture
def diary(tmp_path: Path, host: App) -> App:
    """A plugin that was dropped into a region's folder, which is nowhere on `sys.path`."""
    page = table(
        "Page",
        "diary_page",
        person=ForeignKey(host.tables[0], on_delete=OnDelete.restrict, index=True),
        text=Text(null=True, default=None),
    )
    return App("diary", (page,), tmp_path / "region" / "plugins" / "diary" / "migrations")


async def write(clock: MovableClock, *apps: App, renames: str = "no") -> list[Path | None]:
    files = []
    for app in apps:
        clock.move(minutes=1)
        files.append(await write_migration(app, clock, renames))
    return files


def put(app: App, name: str, body: str) -> Path:
    """Write a migration by hand."""
    app.migrations.mkdir(parents=True, exist_ok=True)
    file = app.migrations / name
    file.write_text(body, encoding="utf-8")
    return file


async def schema(database: Database) -> dict[str, str]:
    database.bind([Migration])
    rows = await Migration.raw("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    return {row["name"]: row["sql"] for row in rows}


async def test_host_and_drop_in_are_made(database: Database, clock: MovableClock, host: App, diary: App) -> None:
    """What `--write` writes makes the tables, with indexes and foreign keys, in the order of the apps; once."""
    files = await write(clock, host, diary)
    assert [file.name for file in files if file] == [
        "host_2026_11_22t09_01_00_000000.py",
        "diary_2026_11_22t09_02_00_000000.py",
    ]
    ran = await migrate(database, [host, diary])
    assert ran == ["host: 2026-11-22T09:01:00:000000", "diary: 2026-11-22T09:02:00:000000"]
    assert await migrate(database, [host, diary]) == []
    (people,), (pages,) = host.tables, diary.tables
    owner = people(name="Åsa")
    await owner.save()
    await pages.insert(pages(person=owner.id, text="Hej"))
    assert await pages.select(pages.text, pages.person.name) == [{"text": "Hej", "person.name": "Åsa"}]
    made = await schema(database)
    assert "diary_page_person" in made
    assert "ON DELETE RESTRICT" in made["diary_page"]
    rows = await Migration.select(Migration.app, Migration.ran).order_by(Migration.ran, Migration.app)
    assert rows == [{"app": "diary", "ran": clock.now()}, {"app": "host", "ran": clock.now()}]


async def test_foreign_keys_hold_after_migrating(
    database: Database, clock: MovableClock, host: App, diary: App
) -> None:
    """The connection that migrates does not enforce them; those that serve do."""
    await write(clock, host, diary)
    await migrate(database, [host, diary])
    pages = diary.tables[0]
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await pages.insert(pages(person=uuid4()))


async def test_nothing_new_writes_nothing(database: Database, clock: MovableClock, host: App) -> None:
    """An app whose migrations say what its tables say has no difference."""
    assert await difference(host)
    await write(clock, host)
    assert await difference(host) == []
    assert await write(clock, host) == [None]
    assert len(list(host.migrations.glob("*.py"))) == 1


async def test_columns_are_added_renamed_and_dropped(database: Database, clock: MovableClock, host: App) -> None:
    """The changes that SQLite can make keep the rows, also of a column with an index."""
    host = App("host", (person(name=Varchar(index=True), born=Varchar(), shoe=Integer(index=True)),), host.migrations)
    await write(clock, host)
    await migrate(database, [host])
    people = host.tables[0]
    await people.insert(people(name="Åsa", born="2001", shoe=38))

    host = App("host", (person(name=Varchar(index=True), born=Varchar(), seen=Timestamptz(null=True, default=None)),),
               host.migrations)  # fmt: skip
    await write(clock, host, renames="no")
    host = App("host", (person(called=Varchar(index=True), born=Varchar(), seen=Timestamptz(null=True, default=None)),),
               host.migrations)  # fmt: skip
    await write(clock, host, renames="yes")
    assert len(await migrate(database, [host])) == 2
    people = host.tables[0]
    (row,) = await people.select(people.called, people.born, people.seen)
    assert row == {"called": "Åsa", "born": "2001", "seen": None}
    assert await difference(host) == []


async def test_tables_are_dropped_and_added(database: Database, clock: MovableClock, diary: App, host: App) -> None:
    """A table that is no longer there is dropped; one that is new is made."""
    await write(clock, host, diary)
    await migrate(database, [host, diary])
    diary = App("diary", (table("Mood", "diary_mood", level=Integer()),), diary.migrations)
    await write(clock, diary)
    await migrate(database, [host, diary])
    made = await schema(database)
    assert "diary_mood" in made
    assert "diary_page" not in made


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (Integer(), "change type, default of person.name"),
        (Varchar(null=True, default=None), "change default, null of person.name"),
        (Varchar(unique=True), "change unique of person.name"),
        (Varchar(default="nobody"), "change default of person.name"),
    ],
)
async def test_what_sqlite_cannot_change_is_refused(
    database: Database, clock: MovableClock, host: App, column: Column, what: str
) -> None:
    """A change of type, null, default or uniqueness is refused when it is written, and leaves no file."""
    await write(clock, host)
    changed = App("host", (person(name=column),), host.migrations)
    with pytest.raises(DatabaseFault, match=f"SQLite cannot {what}.*rebuild the table"):
        await write(clock, changed)
    assert len(list(host.migrations.glob("*.py"))) == 1


async def test_what_only_piccolo_heeds_is_passed_over(database: Database, clock: MovableClock, host: App) -> None:
    """A longer Varchar changes nothing in SQLite; an index is added and dropped."""
    await write(clock, host)
    for column in (Varchar(length=500, index=True), Varchar(length=100)):
        host = App("host", (person(name=column),), host.migrations)
        await write(clock, host)
        await migrate(database, [host])
        assert ("person_name" in await schema(database)) == bool(column._meta.index)


async def test_a_failing_migration_leaves_nothing_half_done(
    database: Database, clock: MovableClock, host: App, diary: App
) -> None:
    """What a migration did before it failed is undone; what ran before it stays; mended, it runs."""
    await write(clock, host)
    body = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table
ID = "2026-11-22T12:00:00:000000"
class Raw(Table):
    pass
async def work():
    await Raw.raw("CREATE TABLE diary_page (id UUID PRIMARY KEY, person UUID, text TEXT)")
    await Raw.raw("{}")
async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="diary")
    manager.add_raw(work)
    return manager
"""
    put(diary, "diary_one.py", body.format("INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(DatabaseFault, match=r"migrations of diary: .*diary_one\.py: it failed, and nothing.*nowhere"):
        await migrate(database, [host, diary])
    made = await schema(database)
    assert "person" in made
    assert "diary_page" not in made
    put(diary, "diary_one.py", body.format("INSERT INTO diary_page (text) VALUES ('made')"))
    assert await migrate(database, [host, diary]) == ["diary: 2026-11-22T12:00:00:000000"]


async def test_a_table_that_others_point_at_can_be_rebuilt(
    database: Database, clock: MovableClock, host: App, diary: App
) -> None:
    """New table, copy, drop, rename: rows that point at the old table point at the new one, and dangling is refused."""
    await write(clock, host, diary)
    await migrate(database, [host, diary])
    (people,), (pages,) = host.tables, diary.tables
    owner = people(name="Åsa")
    await owner.save()
    await pages.insert(pages(person=owner.id))
    body = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table
ID = "{id}"
class Raw(Table):
    pass
async def work():
    await Raw.raw("CREATE TABLE fresh (id UUID PRIMARY KEY NOT NULL, name TEXT UNIQUE)")
    await Raw.raw("INSERT INTO fresh SELECT id, name FROM person{where}")
    await Raw.raw("DROP TABLE person")
    await Raw.raw("ALTER TABLE fresh RENAME TO person")
async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="host")
    manager.add_raw(work)
    return manager
"""
    lossy = put(host, "host_lossy.py", body.format(id="2026-11-22T10:00:00:000000", where=" WHERE 0"))
    with pytest.raises(DatabaseFault, match=r"point at nothing: diary_page → person \(1\)"):
        await migrate(database, [host, diary])
    lossy.unlink()
    put(host, "host_whole.py", body.format(id="2026-11-22T10:00:00:000000", where=""))
    await migrate(database, [host, diary])
    assert await pages.select(pages.person.name) == [{"person.name": "Åsa"}]
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await pages.insert(pages(person=uuid4()))
    assert "UNIQUE" in (await schema(database))["person"]


async def test_two_apps_may_have_files_of_one_name(database: Database, tmp_path: Path) -> None:
    """The same file name in two folders is two migrations, and neither is found through `sys.path`."""
    body = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID
ID = "2026-11-22T08:00:00:000000"
async def forwards():
    manager = MigrationManager(migration_id=ID)
    manager.add_table(class_name="Thing", tablename="{name}")
    manager.add_column("Thing", "{name}", "id", column_class=UUID, params={{"primary_key": True}})
    return manager
"""
    apps = [App("a", (), tmp_path / "a"), App("a_b", (), tmp_path / "a_b")]
    for app in apps:
        put(app, "a_b_first.py", body.format(name=f"{app.name}_thing"))
    before = list(sys.path)
    assert len(await migrate(database, apps)) == 2
    assert {"a_thing", "a_b_thing"} < set(await schema(database))
    assert sys.path == before
    assert "a_b_first" not in sys.modules


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("first.py", "ID = '1'", "does not start with the app's.*Call it diary_first.py"),
        ("diary_first.py", "import nowhere_at_all", "cannot be imported: ModuleNotFoundError"),
        ("diary_first.py", "def (", "cannot be imported: SyntaxError"),
        ("diary_first.py", "x = 1", "no ID or no forwards"),
    ],
)
async def test_a_file_that_cannot_serve_is_named(
    database: Database, clock: MovableClock, host: App, diary: App, name: str, body: str, why: str
) -> None:
    """A fault of a plugin's migration names it and stops before anything of anybody has been run."""
    await write(clock, host)
    put(diary, name, body)
    with pytest.raises(DatabaseFault, match=f"migrations of diary: .*{name}: .*{why}"):
        await migrate(database, [host, diary])
    assert await schema(database) == {}


async def test_one_id_twice_is_refused(database: Database, clock: MovableClock, host: App) -> None:
    """Two files with one ID could not be told apart."""
    (file,) = await write(clock, host)
    put(host, "host_copy.py", file.read_text())
    with pytest.raises(DatabaseFault, match="same ID as"):
        await migrate(database, [host])


async def test_tables_without_migrations_are_refused(database: Database, host: App) -> None:
    """A plugin that forgot its migrations is told how to write them."""
    with pytest.raises(DatabaseFault, match="Run `ledstang migrate --write host`"):
        await migrate(database, [host])


async def test_a_clock_that_goes_back_writes_nothing(clock: MovableClock, host: App) -> None:
    """A migration that would come before the last one is not written."""
    await write(clock, host)
    clock.move(days=-1)
    host = App("host", (person(name=Varchar(), more=Varchar()),), host.migrations)
    with pytest.raises(DatabaseFault, match="not after the last migration"):
        await write(clock, host)


async def test_whoever_cannot_be_asked_must_say(
    clock: MovableClock, host: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a column was renamed or replaced is never guessed when nobody is at the terminal."""
    await write(clock, host)
    host = App("host", (person(called=Varchar()),), host.migrations)

    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(DatabaseFault, match="--renamed or --replaced"):
        await write(clock, host, renames="ask")


async def test_a_cancelled_migration_leaves_nothing(
    database: Database, clock: MovableClock, host: App, cancel_everywhere: object
) -> None:
    """Cancelled at any await, a migration has run whole or not at all, and runs afterwards."""
    await write(clock, host)
    async for _ in cancel_everywhere(lambda: migrate(database, [host])):
        made = await schema(database)
        assert ("person" in made) == bool("migration" in made and await Migration.count())
    assert "person" in await schema(database)
    assert await migrate(database, [host]) == []


PROCESS = """
import asyncio, sys
from pathlib import Path
from ledstang.clock import Clock
from ledstang.database import App, Database, migrate

async def main():
    database = Database(sys.argv[1], Clock())
    await database.start()
    print("ready", flush=True)
    sys.stdin.readline()
    ran = await migrate(database, [App("host", (), Path(sys.argv[2]))])
    await database.stop()
    print(len(ran))

asyncio.run(main())
"""


def start(script: Path, *arguments: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def numbered(host: App, count: int) -> None:
    for number in range(count):
        put(host, f"host_{number}.py", f'''
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table
ID = "2026-11-22T08:00:00:{number:06}"
class Raw(Table):
    pass
async def work():
    await Raw.raw("CREATE TABLE made_{number} (id UUID)")
async def forwards():
    manager = MigrationManager(migration_id=ID)
    manager.add_raw(work)
    return manager
''')  # fmt: skip


async def test_of_two_processes_one_runs_each_migration(database: Database, tmp_path: Path, host: App) -> None:
    """Two processes that start at once run each of thirty migrations once between them, and neither fails."""
    numbered(host, 30)
    script = tmp_path / "process.py"
    script.write_text(PROCESS, encoding="utf-8")
    processes = [start(script, database.path, host.migrations) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n"
    ends = await asyncio.gather(*(asyncio.to_thread(process.communicate, "go\n") for process in processes))
    assert [errors for _, errors in ends] == ["", ""]
    assert sum(int(output) for output, _ in ends) == 30
    database.bind([Migration])
    assert await Migration.count() == 30


def messages(apps: Sequence[App], path: Path, clock: MovableClock) -> list[str]:
    """What the command prints: write, run, run again."""
    import click

    @click.command()
    def both() -> None:
        cli.write(apps, "host", renamed=False)
        cli.write(apps, "host", renamed=False)
        for _ in range(2):
            cli.run(Database(path, clock), apps)

    return CliRunner().invoke(both, catch_exceptions=False).output.splitlines()


def test_the_command_says_what_it_did(tmp_path: Path, clock: MovableClock, host: App) -> None:
    """`ledstang migrate` names each migration it ran, and `--write` the file it wrote."""
    lines = messages([host], tmp_path / "a.sqlite", clock)
    (file,) = host.migrations.glob("*.py")
    assert lines[0] == str(file)
    assert lines[1] == "The migrations of host already say what its tables say."
    assert lines[2].startswith("host: ")
    assert lines[3:] == ["1 migrations run.", "The database is up to date."]


def test_an_unknown_app_is_named(host: App) -> None:
    """`--write` of what does not exist lists what does."""
    with pytest.raises(Exception, match=r"no app `diray`\. There are: host"):
        cli.write([host], "diray")
