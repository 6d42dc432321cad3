"""A copy that is ready stands on the start page, beside what plugins put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledstang.access.policies import SELF
from ledstang.access.visit import Visit
from ledstang.offers import Task, TaskSource
from ledstang.rights.copies import HOME

if TYPE_CHECKING:
    from ledstang.house import House


def copy_tasks(house: House) -> TaskSource:
    """Return what puts a copy that is ready on the start page."""

    async def tasks(visit: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        copy = house.copies.read(rows)
        if copy is None or copy.made is None:
            return []
        title = "Fetch everything about you" if visit.ground == SELF else "Fetch the copy"
        return [Task(title, HOME, copy.until, "The copy that you asked for is ready.")]

    return TaskSource(tasks, lambda visit: house.copies.statement(visit))
