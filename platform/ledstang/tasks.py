"""What needs a person, from every plugin that knows of something: asked together, and each answering for itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ledstang.access.visit import Visit
from ledstang.database import Bound, Database
from ledstang.isolation import Gap, Isolation
from ledstang.offers import Task, TaskSource
from ledstang.shapes import misfit

SOMETIME = datetime.max.replace(tzinfo=UTC)


class Asked(NamedTuple):
    """A source of tasks, whose it is, and what its breaker goes by."""

    plugin: str
    hook: str
    source: TaskSource


class Tasks:
    """Asks sources of tasks for a visit. A source that fails costs itself, and a visible gap."""

    def __init__(self, isolation: Isolation, database: Database) -> None:
        self._isolation, self._database = isolation, database

    async def of(self, visit: Visit, sources: Sequence[tuple[str, TaskSource]]) -> list[Task | Gap]:
        """Return what they know of, by deadline. The statements of all sources share one round trip."""
        asked = [Asked(plugin, f"register_tasks {at}", source) for at, (plugin, source) in enumerate(sources)]
        found: list[Task | Gap] = []
        for one, given in zip(asked, await self._rows(asked, visit), strict=True):
            tasks = given if isinstance(given, Gap) else await self._tasks(one, visit, given)
            found.extend([tasks] if isinstance(tasks, Gap) else tasks)
        return sorted(found, key=lambda task: (isinstance(task, Gap), getattr(task, "due", None) or SOMETIME))

    async def _tasks(self, asked: Asked, visit: Visit, rows: list[Any]) -> list[Task] | Gap:
        most = self._isolation.patience.tasks

        async def listed() -> list[Task]:
            tasks = await asked.source.tasks(visit, rows)
            if not isinstance(tasks, list) or len(tasks) > most:
                raise TypeError("tasks are a list, and no more of them than a person can bear")
            return [checked(task) for task in tasks]

        return await self._isolation.ask(asked.plugin, asked.hook, listed)

    async def _rows(self, sources: list[Asked], visit: Visit) -> list[list[dict[str, Any]] | Gap]:
        """Return each source's rows. When one of the statements fails they are asked one by one, to spare the others."""
        bound = [await self._statement(asked, visit) for asked in sources]
        try:
            answers = iter(await self._database.together(*(one for one in bound if isinstance(one, Bound))))
            return [next(answers) if isinstance(one, Bound) else one or [] for one in bound]
        except Exception:
            return [
                await self._isolation.ask(asked.plugin, f"{asked.hook} statement", self._row, one)
                if isinstance(one, Bound)
                else one or []
                for asked, one in zip(sources, bound, strict=True)
            ]

    async def _statement(self, asked: Asked, visit: Visit) -> Bound | Gap | None:
        if asked.source.statement is None:
            return None
        return await self._isolation.ask(asked.plugin, f"{asked.hook} statement", _bound, asked.source.statement, visit)

    async def _row(self, bound: Bound) -> list[dict[str, Any]]:
        return (await self._database.together(bound))[0]


async def _bound(statement: Any, visit: Visit) -> Bound | None:
    bound = statement(visit)
    if not isinstance(bound, Bound | None):
        raise TypeError("a statement is a bound prepared query")
    return bound


def checked(task: Any) -> Task:
    """Return a task that is one, in all its fields. Raises TypeError."""
    if not isinstance(task, Task) or misfit(task, Task):
        raise TypeError("a task is a Task, with what it says it has")
    if task.due is not None and task.due.tzinfo is None:
        raise TypeError("a task is due at an instant of a time zone")
    return task
