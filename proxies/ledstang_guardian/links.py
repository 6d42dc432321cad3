"""The links between guardians and children: all the SQL of this plugin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from ledstang import ASKED, Ageing, ContactChanged, Host, Person, PersonalData, ProxyGround, prepared

from ledstang_guardian.tables import Link as LinkTable

BATCH = 200
"""Links that are looked at in one go."""

GUARDIAN = "guardian"
REMOVED, OVER, PUT_AWAY = "removed", "over", "put-away"
"""Why a link has ended: the guardian took it away; the ground was gone; or the child has grown out of the rules.

What was put away for its age alone is there again where other rules come that open something: the child is still theirs.
"""


class Link(msgspec.Struct, frozen=True):
    """A guardian and a child, as the row has them. `person` is whose link it is: the guardian's."""

    id: UUID
    person: UUID
    child: UUID
    added: datetime
    ended: datetime | None
    why: str = ""

    @property
    def lives(self) -> bool:
        """Say whether it counts where the rules open something: it has not ended, or only by the child's age."""
        return self.ended is None or self.why == PUT_AWAY


_COLUMNS = (
    LinkTable.id,
    LinkTable.guardian.as_alias("person"),
    LinkTable.child,
    LinkTable.added,
    LinkTable.ended,
    LinkTable.why,
)
_LIVES = LinkTable.ended.is_null() | (LinkTable.why == PUT_AWAY)
of_two = prepared(lambda id_: LinkTable.select(*_COLUMNS).where(LinkTable.id == id_))
of_guardian = prepared(
    lambda guardian: (
        LinkTable.select(*_COLUMNS).where((LinkTable.guardian == guardian) & _LIVES).order_by(LinkTable.added)
    )
)
of_child = prepared(
    lambda child: (
        LinkTable.select(LinkTable.id, LinkTable.guardian)
        .where((LinkTable.child == child) & _LIVES)
        .order_by(LinkTable.added)
    )
)
_WITH_CHILD = (
    LinkTable.id,
    LinkTable.guardian,
    LinkTable.child,
    LinkTable.told,
    LinkTable.child.born.as_alias("born"),
    LinkTable.child.county.as_alias("county"),
)
with_children = prepared(
    lambda guardian: LinkTable.select(*_WITH_CHILD).where((LinkTable.guardian == guardian) & _LIVES)
)
running = prepared(
    lambda after: (
        LinkTable.select(*_WITH_CHILD)
        .where((LinkTable.id > after) & LinkTable.ended.is_null())
        .order_by(LinkTable.id)
        .limit(BATCH)
    )
)
tell = prepared(
    lambda mark, id_: (
        LinkTable.update({LinkTable.told: mark})
        .where((LinkTable.id == id_) & (LinkTable.told != mark) & LinkTable.ended.is_null())
        .returning(LinkTable.id)
    )
)
_again = prepared(
    lambda added, id_: LinkTable.update(
        {LinkTable.ended: None, LinkTable.added: added, LinkTable.why: "", LinkTable.told: ""}
    ).where((LinkTable.id == id_) & LinkTable.ended.is_not_null())
)
_end = prepared(
    lambda ended, why, id_: (
        LinkTable.update({LinkTable.ended: ended, LinkTable.why: why})
        .where((LinkTable.id == id_) & _LIVES)
        .returning(LinkTable.guardian, LinkTable.child)
    )
)
_told = prepared(
    lambda person: LinkTable.select(LinkTable.added, LinkTable.ended).where(
        (LinkTable.guardian == person) | (LinkTable.child == person)
    )
)
_GONE = (LinkTable.guardian, LinkTable.child)
_own_gone = prepared(lambda person: LinkTable.delete().where(LinkTable.guardian == person).returning(*_GONE))
_gone = prepared(
    lambda person: (
        LinkTable.delete().where((LinkTable.guardian == person) | (LinkTable.child == person)).returning(*_GONE)
    )
)


_old = prepared(
    lambda after, before, most: LinkTable.raw(
        "SELECT id, guardian FROM guardian_link WHERE id > {} AND ended < {} ORDER BY id LIMIT {}", after, before, most
    )
)
_old_gone = prepared(
    lambda id_, before: (
        LinkTable.delete().where((LinkTable.id == id_) & (LinkTable.ended < before)).returning(LinkTable.id)
    )
)


def id_of(guardian: UUID, child: UUID) -> UUID:
    """Return the id of the link of two persons: the same each time, so that adding twice is adding once."""
    return uuid5(guardian, str(child))


def link(row: Mapping[str, Any]) -> Link:
    """Make a Link of a row of these queries."""
    return Link(row["id"], row["person"], row["child"], row["added"], row["ended"], row["why"])


async def add(host: Host, guardian: UUID, child: UUID) -> None:
    """Let a guardian see a child from now on, also one that was taken away before. Whoever reaches the child is told."""
    id_, now = id_of(guardian, child), host.clock.now()

    async def work() -> None:
        row = LinkTable(id=id_, guardian=guardian, child=child, added=now, why="", told="")
        inserting = LinkTable.insert(row).on_conflict(target=LinkTable.id, action="DO NOTHING")
        if not await inserting.returning(LinkTable.id):
            await _again(now, id_)
        await host.emit(ContactChanged(person=child, holder=guardian))

    await host.database.write(work)


async def end(host: Host, one: Link, why: str) -> None:
    """End a link. One that has ended stays as it was."""
    await end_known(host, one.id, why)


async def end_known(host: Host, id_: UUID, why: str) -> None:
    """End a link by its id. Whoever reaches the child through the guardian is told."""

    async def work() -> None:
        for row in await _end(host.clock.now(), why, id_):
            await host.emit(ContactChanged(person=row["child"], holder=row["guardian"]))

    await host.database.write(work)


async def _stands(actor: Person, subject: Person, rows: list[Mapping[str, Any]]) -> bool:
    """Say whether somebody has custody today, by the register's word, and has added the child."""
    return any(link(row).lives for row in rows) and actor.number in subject.guardians


GROUND = ProxyGround(
    name=GUARDIAN,
    statement=lambda actor, subject: of_two.bind(id_of(actor, subject)),
    stands=_stands,
)


def link_data(host: Host) -> PersonalData:
    """Return how links are handed out and forgotten: to and of either side, without saying who the other is."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await _told(person)

    async def erase(person: UUID, why: str) -> int:
        async def work() -> int:
            rows = await (_own_gone(person) if why == ASKED else _gone(person))
            for row in rows:
                await host.emit(ContactChanged(person=row["child"], holder=row["guardian"]))
            return len(rows)

        return await host.database.write(work)

    async def due(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["guardian"]) for row in await _old(after, before, most)]

    async def remove(ids: list[UUID], before: datetime) -> int:
        async def work() -> int:
            return sum([len(await _old_gone(id_, before)) for id_ in ids])

        return await host.database.write(work)

    title, words = "Whom you act for as a guardian, and who acts for you", {"added": "Added", "ended": "Ended"}
    ageing = Ageing(due, remove, "That somebody acted for a child, when it has ended")
    return PersonalData(title, export, erase, "links", "own", words, ageing=ageing)
