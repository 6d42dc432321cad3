"""Who works where: assignments as they are kept, and what of them holds at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database, prepared
from ledstang.people.assignments import ROLES, Assignment
from ledstang.people.directory import CareUnit
from ledstang.people.personal_data import PersonalData
from ledstang.people.persons import Person
from ledstang.people.register import COLUMNS as PERSON
from ledstang.people.register import Register
from ledstang.people.tables import Assignment as Row
from ledstang.people.units import Units


class Appointment(msgspec.Struct, frozen=True):
    """An assignment as it is kept, whether it holds today or not, and who has it.

    Days are the first and the last one. `substitute` is who has the roles while the person is absent.
    """

    id: UUID
    person: Person
    staff: str
    title: str
    unit: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    absent_from: date | None
    absent_to: date | None
    substitute: UUID | None

    def __repr__(self) -> str:
        return f"Appointment({self.id})"

    def is_over(self, day: date) -> bool:
        """Say whether its last day has been."""
        return self.valid_to is not None and day > self.valid_to

    def is_absent(self, day: date) -> bool:
        """Say whether the person is absent on a Swedish day."""
        return _absent({"absent_from": self.absent_from, "absent_to": self.absent_to}, day)


class Staff:
    """The assignments of an instance. What somebody may is read anew each time: nothing of it is kept in memory."""

    def __init__(self, database: Database, register: Register, units: Units, clock: Clock) -> None:
        self._database, self._register, self._units, self._clock = database, register, units, clock

    async def of_person(self, person: UUID) -> list[Assignment]:
        """Return in what capacities somebody may work at this moment. One query.

        Not before an assignment begins, nor after it ends, nor while they are absent, nor where the unit has closed. A
        substitute has the roles of whom they stand in for, at the same unit.
        """
        today, [rows] = self._clock.today(), await self._database.glance(_of_person.bind(person))
        lent: dict[str, set[str]] = {}
        held: list[tuple[dict[str, Any], CareUnit]] = []
        for row in rows:
            unit = self._units.current(row["unit"])
            if unit is None or not _valid(row, today):
                continue
            if row["person"] == person and not _absent(row, today):
                held.append((row, unit))
            elif row["substitute"] == person and _absent(row, today):
                lent.setdefault(unit.hsa_id, set()).update(row["roles"].split())
        return [_assignment(row, unit, lent.get(unit.hsa_id, set())) for row, unit in held]

    async def acting(self, assignment: UUID, person: UUID) -> Assignment | None:
        """Return an assignment of somebody's as it is now, or None when they may not work in it at this moment."""
        return next((one for one in await self.of_person(person) if one.id == assignment), None)

    async def at(self, unit: str) -> list[Appointment]:
        """Return who works at a unit or at what has gone into it, from now on or later, by name."""
        today = self._clock.today()
        asked = [_at.bind(name) for name in self._units.names(unit)]
        found = [_appointment(row, self._register) for rows in await self._database.together(*asked) for row in rows]
        return sorted((one for one in found if not one.is_over(today)), key=lambda one: one.person.called)

    async def appoint(
        self,
        person: UUID,
        *,
        staff: str,
        title: str,
        unit: str,
        roles: Iterable[str],
        valid_from: date | None = None,
        valid_to: date | None = None,
        by: UUID | None = None,
    ) -> UUID:
        """Let somebody work at a unit, and return the assignment's id. Joins a transaction that is open already.

        The same assignment a second time is the first one. Raises ValueError for a role that there is not, for none, and
        for a unit that is not there.
        """
        given = tuple(role for role in ROLES if role in set(roles))
        found = self._units.current(unit)
        if not given or len(given) != len(set(roles)) or found is None:
            raise ValueError("an assignment is at a unit that is there, with roles that there are")
        facts = {"staff": staff.upper(), "title": title, "unit": found.hsa_id, "roles": " ".join(given)}
        row = Row(
            id=uuid4(), person=person, appointed_by=by, at=self._clock.now(), valid_to=valid_to,
            valid_from=valid_from or self._clock.today(), **facts,
        )  # fmt: skip

        async def work() -> UUID:
            await self._database.take_turns(f"assignment {person}")
            today = self._clock.today()
            for known in await _of_person(person):
                if known["person"] == person and not _over(known, today) and facts.items() <= known.items():
                    return UUID(str(known["id"]))
            await Row.insert(row)
            return UUID(str(row.id))

        return await self._database.write(work)

    async def is_another_s(self, staff: str, person: UUID) -> bool:
        """Say whether an HSA-id of one who works is, or was, somebody else's: the access log tells people apart by it."""
        return any(row["person"] != person for row in await _by_staff(staff.upper()))

    async def end(self, id_: UUID) -> None:
        """End an assignment at once. What it was stays written, for the access log speaks of it."""
        await _end(self._clock.now(), id_)

    async def absent(self, id_: UUID, first: date | None, last: date | None, substitute: UUID | None) -> None:
        """Say from when to when somebody is absent, and who stands in for them; without a first day: they are not."""
        await _away(first, last if first else None, substitute if first else None, id_)


async def count(units: Units, today: date) -> dict[str, dict[str, int]]:
    """Return how many there are on a day of each role at each unit that is there."""
    counts: dict[str, dict[str, int]] = {unit.hsa_id: {} for unit in units.all()}
    for row in await Row.select(*_OWN).where(Row.ended.is_null()):
        unit = units.current(row["unit"])
        if unit and _valid(row, today):
            at = counts[unit.hsa_id]
            at |= {role: at.get(role, 0) + 1 for role in row["roles"].split()}
    return counts


def few(appointments: Iterable[Appointment], today: date, advised: int) -> list[str]:
    """Return the roles that somebody has today, but fewer people than are advised."""
    counts: dict[str, set[UUID]] = {}
    for one in appointments:
        if one.valid_from <= today:
            for role in one.roles:
                counts.setdefault(role, set()).add(one.person.id)
    return [role for role in ROLES if 0 < len(counts.get(role, ())) < advised]


def staff_data(database: Database) -> PersonalData:
    """Return how somebody's assignments are handed out and forgotten."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return [row for row in await _exported(person) if row.pop("person") == person]

    async def erase(person: UUID, _why: str) -> int:
        async def work() -> int:
            await _stood_in(person)
            return len(await _gone(person))

        return await database.write(work)

    words = {"title": "Title", "unit": "HSA-id of the unit", "staff": "Your HSA-id", "roles": "Roles",
             "valid_from": "First day", "valid_to": "Last day", "ended": "Ended"}  # fmt: skip
    return PersonalData("Where you work", export, erase, "work", "work", words)


def _assignment(row: Mapping[str, Any], unit: CareUnit, lent: set[str]) -> Assignment:
    return Assignment(
        id=row["id"], person=row["person"], staff=row["staff"], title=row["title"], unit=unit.hsa_id,
        unit_name=unit.name, provider=unit.provider, provider_name=unit.provider_name, region=unit.region,
        roles=frozenset({*row["roles"].split(), *lent}),
    )  # fmt: skip


def _appointment(row: Mapping[str, Any], register: Register) -> Appointment:
    known = {name: row[name] for name in Appointment.__struct_fields__}
    known |= {"person": register.person({**row, "id": row["person"]}), "roles": tuple(row["roles"].split())}
    return Appointment(**known)


def _over(row: Mapping[str, Any], day: date) -> bool:
    return row["ended"] is not None or (row["valid_to"] is not None and day > row["valid_to"])


def _valid(row: Mapping[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day) and not _over(row, day)


def _absent(row: Mapping[str, Any], day: date) -> bool:
    first, last = row["absent_from"], row["absent_to"]
    return first is not None and first <= day and (last is None or day <= last)


_OWN = (
    Row.id,
    Row.person,
    Row.staff,
    Row.title,
    Row.unit,
    Row.roles,
    Row.valid_from,
    Row.valid_to,
    Row.absent_from,
    Row.absent_to,
    Row.substitute,
    Row.ended,
)
_WHO = tuple(getattr(Row.person, one._meta.name).as_alias(one._meta.name) for one in PERSON if one._meta.name != "id")
_of_person = prepared(
    lambda person: (
        Row.select(*_OWN).where((Row.person == person) | (Row.substitute == person)).order_by(Row.at, ascending=True)
    )
)
_at = prepared(lambda unit: Row.select(*_OWN, *_WHO).where((Row.unit == unit) & Row.ended.is_null()))
_by_staff = prepared(lambda staff: Row.select(Row.person).where(Row.staff == staff))
_end = prepared(lambda now, id_: Row.update({Row.ended: now}).where((Row.id == id_) & Row.ended.is_null()))
_away = prepared(
    lambda first, last, substitute, id_: Row.update(
        {Row.absent_from: first, Row.absent_to: last, Row.substitute: substitute}
    ).where(Row.id == id_)
)
_exported = prepared(
    lambda person: Row.select(
        Row.person, Row.staff, Row.title, Row.unit, Row.roles, Row.valid_from, Row.valid_to, Row.ended
    ).where(Row.person == person)
)
_stood_in = prepared(lambda person: Row.update({Row.substitute: None}).where(Row.substitute == person))
_gone = prepared(lambda person: Row.delete().where(Row.person == person).returning(Row.id))
