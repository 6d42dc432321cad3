"""An index for a unit's lists, which are in the order of when the unit has to have answered."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-27T12:24:06:517204"
VERSION = "1.38.0"
DESCRIPTION = ""


class Case(Table, tablename="inbox_case"):
    """The part of the table that is indexed."""

    desk = Varchar()
    due = Timestamptz()


async def index() -> None:
    """Make it, on either database."""
    await Case.create_index(["desk", "due"], if_not_exists=True)


async def forwards() -> MigrationManager:
    """Say what is to be done."""
    manager = MigrationManager(migration_id=ID, app_name="inbox", description=DESCRIPTION)
    manager.add_raw(index)
    return manager
