"""The staff's lists: what waits at a unit, from the host and from every plugin, each asked alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from ledstang.access.barring import Standing
from ledstang.access.keeping import facts_beside
from ledstang.access.may import BLOCKED
from ledstang.access.permissions import AtUnit
from ledstang.access.visit import Visit
from ledstang.database import Bound
from ledstang.isolation import Gap
from ledstang.offers import WorkList, WorkRow
from ledstang.people.register import persons_beside
from ledstang.shapes import misfit

if TYPE_CHECKING:
    from ledstang.house import House

PERSON = "person"
"""What a list's statement calls whose the rows are."""
Rows = list[dict[str, Any]]


class Listed(msgspec.Struct, frozen=True):
    """A list as a page shows it. `rows` are at most as many as `[patience] listed` says; `more` that there are others."""

    plugin: str
    list: WorkList
    rows: list[WorkRow]
    more: bool
    overdue: int

    @property
    def href(self) -> str:
        """Where the list has a page of its own."""
        return f"/staff/lists/{self.plugin}/{self.list.name}"


class Shown(msgspec.Struct, frozen=True):
    """A row of a list's page. `name` is whose it is, None where it is nobody's, or they have blocked it."""

    row: WorkRow
    name: str | None
    blocked: bool
    overdue: bool


class WorkLists:
    """Asks the lists of an instance. `own` are the host's."""

    def __init__(self, house: House, own: Iterable[WorkList]) -> None:
        self._house, self._own = house, tuple(own)

    async def waiting(self, visit: Visit) -> list[Listed | Gap]:
        """Return the lists that somebody at work has, the statements of all in one round trip. Nobody is named yet."""
        lists = [
            (plugin, one) for plugin, one in self._offered(visit) if await self._house.access.leads(visit, one.action)
        ]
        bound = [await self._statement(plugin, one, visit) for plugin, one in lists]
        asked = [(*whose, one) for whose, one in zip(lists, bound, strict=True) if isinstance(one, Bound)]
        answers = iter(await self._together(asked))
        rows = [next(answers) if isinstance(one, Bound) else one for one in bound]
        return [await self._listed(*whose, visit, given) for whose, given in zip(lists, rows, strict=True)]

    async def open(self, visit: Visit, plugin: str, name: str) -> tuple[Listed, list[Shown]] | Gap | None:
        """Return one list with its rows, each put to `may`; None where there is none for this visit."""
        one = next((one for owner, one in self._offered(visit) if (owner, one.name) == (plugin, name)), None)
        if one is None or not visit.unit or not await self._house.access.may(visit, one.action, AtUnit(visit.unit)):
            return None
        bound = await self._statement(plugin, one, visit)
        given, about = bound, None
        if isinstance(bound, Bound):
            beside = persons_beside(bound, PERSON), facts_beside(bound, PERSON), self._house.barring.openings(visit)
            given, *about = await self._together([(plugin, one, asked) for asked in (bound, *beside)])
        if any(isinstance(rows, Gap) for rows in about or ()):
            return Gap(plugin)
        listed = await self._listed(plugin, one, visit, given)
        return listed if isinstance(listed, Gap) else (listed, await self._shown(visit, listed, about))

    def _offered(self, visit: Visit) -> Iterator[tuple[str, WorkList]]:
        yield from (("host", one) for one in self._own)
        yield from self._house.offered("register_work_lists", visit)

    async def _statement(self, plugin: str, one: WorkList, visit: Visit) -> Bound | Gap | None:
        if one.statement is None:
            return None
        return await self._house.isolation.ask(plugin, f"{_hook(one)} statement", _bound, one.statement, visit)

    async def _together(self, asked: list[tuple[str, WorkList, Bound]]) -> list[Any]:
        """Return each statement's rows. When one of them fails they are asked one by one, to spare the others."""
        try:
            return list(await self._house.database.together(*(bound for _, _, bound in asked)))
        except Exception:
            ask = self._house.isolation.ask
            return [await ask(plugin, f"{_hook(one)} statement", self._row, bound) for plugin, one, bound in asked]

    async def _row(self, bound: Bound) -> Rows:
        return (await self._house.database.together(bound))[0]

    async def _listed(self, plugin: str, one: WorkList, visit: Visit, given: Rows | Gap | None) -> Listed | Gap:
        most, now = self._house.isolation.patience.listed, self._house.clock.now()
        if isinstance(given, Gap):
            return Gap(plugin)

        async def asked() -> list[WorkRow]:
            rows = await one.rows(visit, given or [])
            if not isinstance(rows, list):
                raise TypeError("a work list gives a list of rows")
            return [checked(row) for row in rows[: most + 1]]

        rows = await self._house.isolation.ask(plugin, _hook(one), asked)
        if isinstance(rows, Gap):
            return rows
        overdue = sum(_is_overdue(row, now) for row in rows[:most])
        return Listed(plugin, one, rows[:most], len(rows) > most, overdue)

    async def _shown(self, visit: Visit, listed: Listed, about: list[Rows] | None) -> list[Shown]:
        """Put each row to `may`: what may not be shown is left out, and of what is blocked only that it is there."""
        now, known = self._house.clock.now(), self._house.barring.remember(*about) if about else {}
        stands = [await self._standing(visit, row, known) for row in listed.rows]
        asked = [(row.about, standing) for row, standing in zip(listed.rows, stands, strict=True)]
        decided = await self._house.access.may_list(visit, listed.list.action, asked)
        return [
            Shown(
                row,
                standing.person.called if standing.person and decision else None,
                not decision,
                _is_overdue(row, now),
            )
            for row, standing, decision in zip(listed.rows, stands, decided, strict=True)
            if decision or decision.reason == BLOCKED
        ]

    async def _standing(self, visit: Visit, row: WorkRow, known: dict[UUID, Standing]) -> Standing:
        subject = getattr(row.about, PERSON, None)
        if not isinstance(subject, UUID):
            return Standing(None)
        return known.get(subject) or await self._house.barring.standing(visit, subject)


def checked(row: Any) -> WorkRow:
    """Return a row that is one, in all its fields. Raises TypeError."""
    if type(row) is not WorkRow or misfit(row, WorkRow):
        raise TypeError("a row is a WorkRow, with what it says it has")
    if any(at is not None and at.tzinfo is None for at in (row.since, row.due)):
        raise TypeError("a row waits from and until an instant of a time zone")
    return row


def _hook(one: WorkList) -> str:
    return f"register_work_lists {one.name}"


async def _bound(statement: Any, visit: Visit) -> Bound | None:
    bound = statement(visit)
    if not isinstance(bound, Bound | None):
        raise TypeError("a statement is a bound prepared query")
    return bound


def _is_overdue(row: WorkRow, now: datetime) -> bool:
    return row.due is not None and row.due < now
