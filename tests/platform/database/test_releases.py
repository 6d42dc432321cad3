"""Whoever comes from an earlier release keeps everything, and arrives at the very tables that a new instance has.

`tests/fixtures/releases/2` is what that release left behind when two people had begun a programme: its database as SQL,
its keys, and the programme. There was no release on PostgreSQL: there, its rows are put into the tables that its
migrations make.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, create_tables, migrate
from ledstang.database.schema import Migration
from ledstang.people.persons import Identity
from ledstang.plugins import find
from ledstang.tables import apps_of, tables_of
from ledstang.testing import Place, Town

RELEASE = Path(__file__).parents[2] / "fixtures" / "releases" / "2"
SQL = (RELEASE / "database.sql").read_text(encoding="utf-8")
DAG = Identity("198001029803", "Dag Testsson", date(1980, 1, 2), "24")
OTHER = Identity("198001039802", "Dag Testsson", date(1980, 1, 3), "24")
MINE = "/programmes/mine/6e32dc13-524e-4a9f-a4db-fe49a687d877"

# Without what a database makes nothing of: the lengths of SQLite's texts, and what an index is called.
COLUMNS_OF_FILE = """
SELECT m.name AS "table", c.name,
substr(c.type, 1, instr(c.type || '(', '(') - 1), c."notnull", c.dflt_value, c.pk, f."table" AS other, f.on_delete
FROM sqlite_master m, pragma_table_info(m.name) c
LEFT JOIN pragma_foreign_key_list(m.name) f ON f."from" = c.name WHERE m.type = 'table' ORDER BY 1, 2"""
INDEXES_OF_FILE = """
SELECT m.name AS "table", i."unique", i.partial, group_concat(c.name) AS columns
FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
WHERE m.type = 'table' GROUP BY m.name, i.name ORDER BY 1, 4"""
COLUMNS_OF_SERVER = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""
INDEXES_OF_SERVER = r"""
SELECT tablename AS place, regexp_replace(indexdef, 'INDEX \w+ ON', 'INDEX ON') AS definition
FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype IN ('f', 'c') AND conrelid <> 0
ORDER BY 1, 2"""


def released() -> sqlite3.Connection:
    """The release's database, in memory."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.executescript(SQL)
    return connection


def rows_of_release() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, in an order in which none points at one that is not there yet."""
    order = ("person", "content_version", "session", "response", "answer", "programmes_participation",
             "programmes_step_done")  # fmt: skip
    with closing(released()) as connection:
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in order}


async def fill(address: str) -> None:
    """Make the release's tables on a server, by its own migrations, and put its rows into them."""
    apps = apps_of(find([]))
    with closing(released()) as connection:
        then = {(row["app"], row["name"]) for row in connection.execute("SELECT app, name FROM migration")}
    database = Database(address, MovableClock())
    await database.start()
    assert len(await migrate(database, apps, only=then)) == len(then)
    await database.stop()
    server = await asyncpg.connect(address)
    types = {(row[0], row[1]): row[2] for row in await server.fetch(COLUMNS_OF_SERVER)}
    for name, rows in rows_of_release().items():
        for row in rows:
            places = [
                f"${number}::text::{types[name, column]}" if isinstance(value, str) else f"${number}"
                for number, (column, value) in enumerate(row.items(), start=1)
            ]
            columns = ", ".join(f'"{column}"' for column in row)
            await server.execute(f"INSERT INTO {name} ({columns}) VALUES ({', '.join(places)})", *row.values())
    await server.close()


async def schema(database: Database) -> list[list[dict[str, Any]]]:
    """Return all that a database says of its tables, in an order that does not tell when a column came."""
    of_file = (COLUMNS_OF_FILE, INDEXES_OF_FILE)
    of_server = (COLUMNS_OF_SERVER, INDEXES_OF_SERVER)
    asked = of_file if database.engine.engine_type == "sqlite" else of_server
    return [await database.engine.run(sql, ()) for sql in asked]


def arrive(folder: Path, address: str) -> Town:
    """Lay out what the release left behind."""
    data = folder / "instance" / "data"
    (data / "keys").mkdir(parents=True)
    data.chmod(0o700)
    (data / "keys").chmod(0o700)
    for name, key in json.loads((RELEASE / "keys.json").read_text()).items():
        (data / "keys" / name).write_bytes(bytes.fromhex(key))
        (data / "keys" / name).chmod(0o400)
    shutil.copytree(RELEASE / "programmes", folder / "instance" / "programmes")
    if not address:
        with closing(sqlite3.connect(data / "ledstang.sqlite")) as connection:
            connection.executescript(SQL)
    return Town(folder, address)


@pytest.fixture(params=["sqlite", "postgres"])
def addresses(request: pytest.FixtureRequest) -> list[str]:
    """The addresses of three empty databases of one kind; of a file that is nothing."""
    if request.param == "sqlite":
        return ["", "", ""]
    server = request.getfixturevalue("postgres_server")
    return [server.database() for _ in range(3)]


@pytest.fixture
async def settled(tmp_path: Path, addresses: list[str]) -> Town:
    """The release's instance, as it was when it was last stopped."""
    if addresses[0]:
        await fill(addresses[0])
    return arrive(tmp_path / "before", addresses[0])


def ids(place: Place, table: str) -> set[str]:
    """Return the primary keys of a table's rows."""
    key = "hash" if table == "content_version" else "id"
    return {
        str(row["key"]) for row in place.run(place.house.database.engine.run(f"SELECT {key} AS key FROM {table}", ()))
    }


def test_nothing_is_lost_on_the_way(settled: Town) -> None:
    """Every row is there, and reads as it did: answers, results, and whose they are."""
    with settled.instance() as place:
        for table, rows in rows_of_release().items():
            assert {row.get("hash") or row["id"] for row in rows} <= ids(place, table)
        dag = place.sign_in(DAG)
        assert "Jag oroar mig för allt – även för åska &amp; blixt." in dag.get(f"{MINE}/module/ett/sedan").text
        assert "14 av 21" in re.sub(r"<[^>]+>", "", dag.get(f"{MINE}/form/before/result").text)
        assert place.sign_in(OTHER).get(f"{MINE}/module/ett/sedan").status_code == 404
        assert len(ids(place, "person")) == 2
        told = str(place.run(place.house.database.engine.run("SELECT * FROM person", ())))
    assert DAG.number not in told
    assert DAG.name not in told


async def test_every_way_leads_to_the_same_tables(settled: Town, tmp_path: Path, addresses: list[str]) -> None:
    """From the release, from nothing, and straight from what the code says."""
    file = tmp_path / "before" / "instance" / "data" / "ledstang.sqlite"
    places = [addresses[0] or file, addresses[1] or tmp_path / "empty.sqlite", addresses[2] or tmp_path / "code.sqlite"]
    told = []
    for number, where in enumerate(places):
        database = Database(where, MovableClock())
        await database.start()
        if number < 2:
            assert await migrate(database, apps_of(find([])))
        else:
            await create_tables(database, [Migration, *tables_of(find([]))])
        told.append(await schema(database))
        await database.stop()
    assert told[0] == told[1] == told[2]
