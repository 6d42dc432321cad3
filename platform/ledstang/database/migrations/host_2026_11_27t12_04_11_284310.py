"""Indexes for the inbox's pages: the latest of somebody's items are read in order, and whether each is read by its own row.

Without them a page sorts all that somebody has ever been sent, and looks through all that they have read for each item.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz
from piccolo.table import Table

ID = "2026-11-27T12:04:11:284310"
VERSION = "1.38.0"
DESCRIPTION = ""


class DeliveredItem(Table, tablename="delivered_item"):
    """The part of the table that is indexed."""

    subject = UUID()
    delivered = Timestamptz()


class DeliveredReading(Table, tablename="delivered_reading"):
    """The part of the table that is indexed."""

    item = UUID()
    reader = UUID()


async def index() -> None:
    """Make both, on either database."""
    await DeliveredItem.create_index(["subject", "delivered", "id"], if_not_exists=True)
    await DeliveredReading.create_index(["item", "reader"], if_not_exists=True)


async def forwards() -> MigrationManager:
    """Say what is to be done."""
    manager = MigrationManager(migration_id=ID, app_name="host", description=DESCRIPTION)
    manager.add_raw(index)
    return manager
