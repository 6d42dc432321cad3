"""An index for a unit's lists, which are in the order of when the unit has to have answered."""

from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-27T12:24:06:517204"
VERSION = "1.38.0"
DESCRIPTION = ""


class Case(Table, tablename="inbox_case"):
    """The part of the table that is indexed."""

    desk = Varchar()
    due = Timestamptz()


async def forwards() -> None:
    """Make it, on either database."""
    await Case.create_index(["desk", "due"], if_not_exists=True)
