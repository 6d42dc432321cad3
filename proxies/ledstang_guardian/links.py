"""The links between guardians and children: all the SQL of this plugin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from ledstang import ContactChanged, Host, Person, PersonalData, ProxyGround, prepared

from ledstang_guardian.tables import Link as LinkTable

GUARDIAN = "guardian"
REMOVED, OVER = "removed", "over"
"""Why a link has ended: the guardian took it away, or the ground was gone."""


class Link(msgspec.Struct, frozen=True):
    """A guardian and a child, as the row has them. `person` is whose link it is: the guardian's."""

    id: UUID
    person: UUID
    child: UUID
    added: datetime
    ended: datetime | None


_COLUMNS = (
    LinkTable.id,
    LinkTable.guardian.as_alias("person"),
    LinkTable.child,
    LinkTable.added,
    LinkTable.ended,
)
of_two = prepared(lambda id_: LinkTable.select(*_COLUMNS).where(LinkTable.id == id_))
of_guardian = prepared(
    lambda guardian: (
        LinkTable.select(*_COLUMNS)
        .where((LinkTable.guardian == guardian) & LinkTable.ended.is_null())
        .order_by(LinkTable.added)
    )
)
_again = prepared(
    lambda added, id_: LinkTable.update({LinkTable.ended: None, LinkTable.added: added, LinkTable.why: ""}).where(
        (LinkTable.id == id_) & LinkTable.ended.is_not_null()
    )
)
_end = prepared(
    lambda ended, why, id_: LinkTable.update({LinkTable.ended: ended, LinkTable.why: why}).where(
        (LinkTable.id == id_) & LinkTable.ended.is_null()
    )
)
_told = prepared(
    lambda person: LinkTable.select(LinkTable.added, LinkTable.ended).where(
        (LinkTable.guardian == person) | (LinkTable.child == person)
    )
)
_gone = prepared(
    lambda person: (
        LinkTable.delete().where((LinkTable.guardian == person) | (LinkTable.child == person)).returning(LinkTable.id)
    )
)


def id_of(guardian: UUID, child: UUID) -> UUID:
    """Return the id of the link of two persons: the same each time, so that adding twice is adding once."""
    return uuid5(guardian, str(child))


def link(row: Mapping[str, Any]) -> Link:
    """Make a Link of a row of these queries."""
    return Link(row["id"], row["person"], row["child"], row["added"], row["ended"])


async def add(host: Host, guardian: UUID, child: UUID) -> None:
    """Let a guardian see a child from now on, also one that was taken away before. Whoever reaches the child is told."""
    id_, now = id_of(guardian, child), host.clock.now()

    async def work() -> None:
        row = LinkTable(id=id_, guardian=guardian, child=child, added=now, why="")
        inserting = LinkTable.insert(row).on_conflict(target=LinkTable.id, action="DO NOTHING")
        if not await inserting.returning(LinkTable.id):
            await _again(now, id_)
        await host.emit(ContactChanged(person=child, holder=guardian))

    await host.database.write(work)


async def end(host: Host, one: Link, why: str) -> None:
    """End a link. One that has ended stays as it was. Whoever reaches the child through the guardian is told."""

    async def work() -> None:
        await _end(host.clock.now(), why, one.id)
        await host.emit(ContactChanged(person=one.child, holder=one.person))

    await host.database.write(work)


async def _stands(actor: Person, subject: Person, rows: list[Mapping[str, Any]]) -> bool:
    """Say whether somebody has custody today, by the register's word, and has added the child."""
    return any(row["ended"] is None for row in rows) and actor.number in subject.guardians


GROUND = ProxyGround(
    name=GUARDIAN,
    statement=lambda actor, subject: of_two.bind(id_of(actor, subject)),
    stands=_stands,
)


def link_data(host: Host) -> PersonalData:
    """Return how links are handed out and forgotten: to and of either side, without saying who the other is."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await _told(person)

    async def erase(person: UUID, _why: str) -> int:
        async def work() -> int:
            return len(await _gone(person))

        return await host.database.write(work)

    return PersonalData("Whom you act for as a guardian, and who acts for you", export, erase)
