from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-23T03:04:06:924270"
VERSION = "1.38.0"
DESCRIPTION = ""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="host", description=DESCRIPTION)

    manager.rename_column(
        table_class_name="Person",
        tablename="person",
        old_column_name="name",
        new_column_name="facts",
        old_db_column_name="name",
        new_db_column_name="facts",
        schema=None,
    )

    manager.rename_column(
        table_class_name="Person",
        tablename="person",
        old_column_name="number",
        new_column_name="number_index",
        old_db_column_name="number",
        new_db_column_name="number_index",
        schema=None,
    )

    return manager
