"""Contact details and choices: sealed, a row for each who is to be reached, and never overwritten by an older page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.people.personal_data import ASKED, PersonalData
from ledstang.people.register import Register
from ledstang.people.tables import PersonContact


class Contact(msgspec.Struct, frozen=True):
    """How somebody wants to be reached. `phone` is E.164, `email` as RFC 5322 has it, and both may be empty.

    `language` is what they would rather speak, in their own words; `interpreter` that one is needed. `digital` says yes
    to summons and reminders here, `no_paper` no to the same on paper.
    """

    phone: str = ""
    email: str = ""
    language: str = ""
    interpreter: bool = False
    comment: str = ""
    digital: bool = False
    no_paper: bool = False

    def __repr__(self) -> str:
        return "Contact()"


class Kept(msgspec.Struct, frozen=True):
    """What is kept: the details, which version they are, and when they were changed. Version 0: nothing is kept yet."""

    contact: Contact
    version: int = 0
    changed: datetime | None = None


class Stale(msgspec.Struct, frozen=True):
    """A save that was made from an older version. `kept` is what stands, and nothing was written."""

    kept: Kept


async def _always(_subject: UUID) -> bool:
    return True


class Contacts:
    """The contact details of an instance. Who acts for a child keeps a row of their own, which no other guardian sees."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    async def of(self, subject: UUID, holder: UUID) -> Kept:
        """Return how `holder` is reached about `subject`. Raises SealBroken."""
        rows = await _by_id(contact_id(subject, holder))
        return self._opened(rows[0]) if rows else Kept(Contact())

    async def save(self, visit: Visit, contact: Contact, base: int) -> Kept | Stale:
        """Keep what the visit's actor wrote on a page that showed version `base`; what is as it was is left alone."""
        subject, holder = visit.subject.id, visit.actor.id
        id_ = contact_id(subject, holder)

        async def work() -> Kept | Stale:
            kept = await self.of(subject, holder)
            if kept.version and kept.contact == contact:
                return kept
            if kept.version != base:
                return Stale(kept)
            now, sealed = self._clock.now(), self._sealed(id_, subject, contact)
            if base and not await _change(sealed, now, visit.ground, id_, base):
                return Stale(await self.of(subject, holder))
            if not base:
                made = PersonContact(
                    id=id_, subject=subject, holder=holder, details=sealed, changed=now, actor=holder,
                    ground=visit.ground,
                )  # fmt: skip
                if not await PersonContact.insert(made).on_conflict(action="DO NOTHING"):
                    return Stale(await self.of(subject, holder))
            return Kept(contact, base + 1, now)

        return await self._database.write(work)

    async def export(self, person: UUID, told: Callable[[UUID], Awaitable[bool]] = _always) -> list[dict[str, Any]]:
        """Return what a person has written, for themselves and for those they act for; nobody else's words.

        `told` says whether what is written about another may be handed out: of the protected nothing is.
        """
        return [
            {**msgspec.structs.asdict(self._opened(row).contact), "changed": row["changed"]}
            for row in await _held_by(person)
            if row["subject"] == person or await told(row["subject"])
        ]

    async def erase(self, person: UUID, why: str = "") -> int:
        """Forget what a person has written, and what others have written for them. Returns how many rows went.

        Where the person asks for it, what others have written is theirs, and stays.
        """

        async def work() -> int:
            gone = len(await _held_gone(person))
            return gone if why == ASKED else gone + len(await _about_gone(person))

        return await self._database.write(work)

    def _sealed(self, id_: UUID, subject: UUID, contact: Contact) -> bytes:
        plain = msgspec.msgpack.encode(contact)
        return self._keys.seal(plain, table="person_contact", column="details", row=id_, subject=subject)

    def _opened(self, row: Mapping[str, Any]) -> Kept:
        place = {"table": "person_contact", "column": "details", "row": row["id"], "subject": row["subject"]}
        return Kept(_CONTACT.decode(self._keys.unseal(row["details"], **place)), row["version"], row["changed"])


def contact_id(subject: UUID, holder: UUID) -> UUID:
    """Return the id of the row of two persons: the same each time, so that two devices never make two."""
    return uuid5(subject, str(holder))


def contact_data(contacts: Contacts, register: Register) -> PersonalData:
    """Return how contact details are handed out and forgotten. What was written for somebody protected stays here."""

    async def told(subject: UUID) -> bool:
        person = await register.find(subject)
        return person is not None and not person.protected

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await contacts.export(person, told)

    async def erase(person: UUID, why: str) -> int:
        return await contacts.erase(person, why)

    words = {
        "phone": "Phone", "email": "E-mail", "language": "The language you would rather speak",
        "interpreter": "I need an interpreter", "comment": "Anything we should know when we contact you?",
        "digital": "Send my summons digitally", "no_paper": "Send me no paper", "changed": "Last changed",
    }  # fmt: skip

    return PersonalData("How to reach you", export, erase, "contact", "own", words)


_CONTACT = msgspec.msgpack.Decoder(Contact)
_COLUMNS = (
    PersonContact.id,
    PersonContact.subject,
    PersonContact.details,
    PersonContact.version,
    PersonContact.changed,
)
_by_id = prepared(lambda id_: PersonContact.select(*_COLUMNS).where(PersonContact.id == id_))
_held_by = prepared(lambda person: PersonContact.select(*_COLUMNS).where(PersonContact.holder == person))
_change = prepared(
    lambda details, changed, ground, id_, base: (
        PersonContact.update(
            {
                PersonContact.details: details,
                PersonContact.changed: changed,
                PersonContact.ground: ground,
                PersonContact.version: PersonContact.version + 1,
            }
        )
        .where((PersonContact.id == id_) & (PersonContact.version == base))
        .returning(PersonContact.version)
    )
)
_held_gone = prepared(
    lambda person: PersonContact.delete().where(PersonContact.holder == person).returning(PersonContact.id)
)
_about_gone = prepared(
    lambda person: PersonContact.delete().where(PersonContact.subject == person).returning(PersonContact.id)
)
