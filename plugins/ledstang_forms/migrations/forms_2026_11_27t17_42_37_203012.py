"""What the answers tell staff becomes a rank, which the unit's list is in the order of. No row loses what it had."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-27T17:42:37:203012"
VERSION = "1.38.0"
DESCRIPTION = ""
RANKS = {"red": 0, "yellow": 1, "green": 2}


class Sending(Table, tablename="forms_sending"):
    """The part of the table that changes."""

    unit = Varchar()
    state = Varchar()
    seen = Timestamptz(null=True)
    completed = Timestamptz(null=True)
    rank = Integer()
    level = Varchar()


async def rank() -> None:
    """Say it of each row, and make the index, on either database."""
    for level, number in RANKS.items():
        await Sending.update({Sending.rank: number}).where(Sending.level == level)
    await Sending.create_index(["unit", "state", "seen", "rank", "completed"], if_not_exists=True)


async def forwards() -> MigrationManager:
    """Say what is to be done."""
    manager = MigrationManager(migration_id=ID, app_name="forms", description=DESCRIPTION)
    manager.add_raw(rank)
    manager.drop_column(
        table_class_name="Sending", tablename="forms_sending", column_name="level", db_column_name="level", schema=None
    )
    return manager
