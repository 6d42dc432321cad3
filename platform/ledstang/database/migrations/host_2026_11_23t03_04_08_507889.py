from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "2026-11-23T03:04:08:507889"
VERSION = "1.38.0"
DESCRIPTION = ""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="host", description=DESCRIPTION)

    manager.alter_column(
        table_class_name="Person",
        tablename="person",
        column_name="number_index",
        db_column_name="number_index",
        params={"length": 80},
        old_params={"length": 12},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Person",
        tablename="person",
        column_name="facts",
        db_column_name="facts",
        params={"length": 2000},
        old_params={"length": 200},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
