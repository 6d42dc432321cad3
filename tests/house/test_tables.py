"""Tables and migrations carry their plugin's name, agree with each other, and forget nobody by accident."""

from __future__ import annotations

import pytest
from ledstang.database.differences import difference
from ledstang.database.schema import App
from ledstang.plugins import find
from ledstang.tables import apps_of
from piccolo.columns import ForeignKey, OnDelete, Timestamp, Timestamptz
from piccolo.table import Table

FOUND = find([])
APPS = {app.name: app for app in apps_of(FOUND)}
TABLES = [(app.name, table) for app in APPS.values() for table in app.tables]
names = [f"{app}-{table._meta.tablename}" for app, table in TABLES]


def keys_of(table: type[Table]) -> list[ForeignKey]:
    """Return the foreign keys of a table."""
    return list(table._meta.foreign_key_columns)


def test_all_plugins_stand() -> None:
    """None of ours was refused: what follows is asked of all of them."""
    assert FOUND.faults == []
    assert {"host", "programmes"} <= APPS.keys()


@pytest.mark.parametrize(("app", "table"), TABLES, ids=names)
def test_a_table_carries_its_plugin_s_name(app: str, table: type[Table]) -> None:
    """A plugin's table is `<plugin>_<noun>`; the host's are plain nouns, none of which could be a plugin's."""
    name = table._meta.tablename
    owner = [plugin for plugin in FOUND.found if name.startswith(f"{plugin}_")]
    assert owner == ([] if app == "host" else [app])


@pytest.mark.parametrize("app", APPS.values(), ids=APPS)
def test_a_migration_carries_its_plugin_s_name(app: App) -> None:
    """Two apps' migrations never meet under one name."""
    files = [path for path in app.migrations.glob("*.py") if not path.name.startswith("_")]
    assert files
    assert all(path.name.startswith(f"{app.name}_") for path in files)


@pytest.mark.parametrize("app", APPS.values(), ids=APPS)
async def test_migrations_say_what_the_tables_say(app: App) -> None:
    """Nothing is in the tables that no migration has made."""
    assert await difference(app) == []


@pytest.mark.parametrize(("app", "table"), TABLES, ids=names)
def test_a_plugin_points_at_the_host_s_persons_and_at_its_own(app: str, table: type[Table]) -> None:
    """No table points at another plugin's, and none lets the database delete on its own."""
    own = {one._meta.tablename for one in APPS[app].tables} | {"person"}
    for key in keys_of(table):
        assert key._foreign_key_meta.resolved_references._meta.tablename in own
        assert key._foreign_key_meta.on_delete == OnDelete.restrict


@pytest.mark.parametrize("plugin", FOUND.found.values(), ids=FOUND.found)
def test_who_keeps_something_of_persons_can_hand_it_out_and_forget(plugin) -> None:
    """A plugin with a column that points at a person registers its personal data."""
    points = any(
        key._foreign_key_meta.resolved_references._meta.tablename == "person"
        for table in plugin.tables
        for key in keys_of(table)
    )
    assert not points or "register_personal_data" in plugin.hooks


@pytest.mark.parametrize(("app", "table"), TABLES, ids=names)
def test_instants_are_kept_with_their_zone(app: str, table: type[Table]) -> None:
    """Every instant is a Timestamptz, in UTC; a time without a zone would be anybody's guess."""
    columns = table._meta.columns
    assert [column for column in columns if isinstance(column, Timestamp) and not isinstance(column, Timestamptz)] == []
