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
from ledstang.outbox.events import ContactChanged, Teller, nobody
from ledstang.people.personal_data import ASKED, PersonalData
from ledstang.people.register import Register
from ledstang.people.tables import ContactCode, PersonContact


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
    """What is kept: the details, which version they are, and when they were changed. Version 0: nothing is kept yet.

    `phone_verified` and `email_verified` are when their holder showed that these reach them, None where nobody has.
    """

    contact: Contact
    version: int = 0
    changed: datetime | None = None
    phone_verified: datetime | None = None
    email_verified: datetime | None = None

    def address(self, kind: str) -> str:
        """Return the phone number or the e-mail address, or an empty text."""
        return {"phone": self.contact.phone, "email": self.contact.email}[kind]

    def verified(self, kind: str) -> datetime | None:
        """Return since when the phone number or the e-mail address is confirmed."""
        return {"phone": self.phone_verified, "email": self.email_verified}[kind]

    def verified_of(self, contact: Contact) -> tuple[datetime | None, datetime | None]:
        """Return what stays confirmed under other details: what is as it was."""
        same = (self.contact.phone == contact.phone, self.contact.email == contact.email)
        return self.phone_verified if same[0] else None, self.email_verified if same[1] else None


class Stale(msgspec.Struct, frozen=True):
    """A save that was made from an older version. `kept` is what stands, and nothing was written."""

    kept: Kept


async def _always(_subject: UUID) -> bool:
    return True


class Contacts:
    """The contact details of an instance. Who acts for a child keeps a row of their own, which no other guardian sees.

    `tell` is awaited with each change, in its transaction.
    """

    def __init__(self, database: Database, keys: Keys, clock: Clock, tell: Teller = nobody) -> None:
        self._database, self._keys, self._clock, self._tell = database, keys, clock, tell

    async def of(self, subject: UUID, holder: UUID) -> Kept:
        """Return how `holder` is reached about `subject`. Raises SealBroken."""
        rows = await _by_id(contact_id(subject, holder))
        return self._opened(rows[0]) if rows else Kept(Contact())

    async def about(self, subject: UUID) -> list[tuple[UUID, str, Kept]]:
        """Return who is reached about somebody, on what ground each wrote it, and how. Raises SealBroken."""
        return [(row["holder"], row["ground"], self._opened(row)) for row in await _about(subject)]

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
            verified = kept.verified_of(contact)
            if base and not await _change(sealed, now, visit.ground, *verified, id_, base):
                return Stale(await self.of(subject, holder))
            if not base:
                made = PersonContact(
                    id=id_, subject=subject, holder=holder, details=sealed, changed=now, actor=holder,
                    ground=visit.ground,
                )  # fmt: skip
                if not await PersonContact.insert(made).on_conflict(action="DO NOTHING"):
                    return Stale(await self.of(subject, holder))
            await self._tell(ContactChanged(person=subject, holder=holder))
            return Kept(contact, base + 1, now, *verified)

        return await self._database.write(work)

    async def verify(self, subject: UUID, holder: UUID, kind: str, kept: Kept) -> bool:
        """Note that a phone number or an address reaches its holder. False when another version stands meanwhile."""
        now = self._clock.now()
        verified = {"phone": kept.phone_verified, "email": kept.email_verified, kind: now}

        async def work() -> bool:
            if not await _verify(now, verified["phone"], verified["email"], contact_id(subject, holder), kept.version):
                return False
            await self._tell(ContactChanged(person=subject, holder=holder))
            return True

        return await self._database.write(work)

    async def export(self, person: UUID, told: Callable[[UUID], Awaitable[bool]] = _always) -> list[dict[str, Any]]:
        """Return what a person has written, for themselves and for those they act for; nobody else's words.

        `told` says whether what is written about another may be handed out: of the protected nothing is.
        """
        return [
            {**msgspec.structs.asdict(self._opened(row).contact), **{name: row[name] for name in STAMPS}}
            for row in await _held_by(person)
            if row["subject"] == person or await told(row["subject"])
        ]

    async def erase(self, person: UUID, why: str = "") -> int:
        """Forget what a person has written, and what others have written for them. Returns how many rows went.

        Where the person asks for it, what others have written is theirs, and stays.
        """

        async def work() -> int:
            await _codes_held_gone(person)
            held = await _held_gone(person)
            for row in held:
                await self._tell(ContactChanged(person=row["subject"], holder=person))
            if why == ASKED:
                return len(held)
            await _codes_about_gone(person)
            return len(held) + len(await _about_gone(person))

        return await self._database.write(work)

    def _sealed(self, id_: UUID, subject: UUID, contact: Contact) -> bytes:
        plain = msgspec.msgpack.encode(contact)
        return self._keys.seal(plain, table="person_contact", column="details", row=id_, subject=subject)

    def _opened(self, row: Mapping[str, Any]) -> Kept:
        place = {"table": "person_contact", "column": "details", "row": row["id"], "subject": row["subject"]}
        details = _CONTACT.decode(self._keys.unseal(row["details"], **place))
        return Kept(details, row["version"], *(row[name] for name in STAMPS))


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


STAMPS = ("changed", "phone_verified", "email_verified")
_CONTACT = msgspec.msgpack.Decoder(Contact)
_COLUMNS = (
    PersonContact.id,
    PersonContact.subject,
    PersonContact.details,
    PersonContact.version,
    PersonContact.changed,
    PersonContact.phone_verified,
    PersonContact.email_verified,
)
_by_id = prepared(lambda id_: PersonContact.select(*_COLUMNS).where(PersonContact.id == id_))
_held_by = prepared(lambda person: PersonContact.select(*_COLUMNS).where(PersonContact.holder == person))
_about = prepared(
    lambda subject: (
        PersonContact.select(*_COLUMNS, PersonContact.holder, PersonContact.ground)
        .where(PersonContact.subject == subject)
        .order_by(PersonContact.id)
    )
)
_change = prepared(
    lambda details, changed, ground, phone, email, id_, base: (
        PersonContact.update(
            {
                PersonContact.details: details,
                PersonContact.changed: changed,
                PersonContact.ground: ground,
                PersonContact.phone_verified: phone,
                PersonContact.email_verified: email,
                PersonContact.version: PersonContact.version + 1,
            }
        )
        .where((PersonContact.id == id_) & (PersonContact.version == base))
        .returning(PersonContact.version)
    )
)
_verify = prepared(
    lambda changed, phone, email, id_, base: (
        PersonContact.update(
            {
                PersonContact.changed: changed,
                PersonContact.phone_verified: phone,
                PersonContact.email_verified: email,
                PersonContact.version: PersonContact.version + 1,
            }
        )
        .where((PersonContact.id == id_) & (PersonContact.version == base))
        .returning(PersonContact.version)
    )
)
_codes_held_gone = prepared(lambda person: ContactCode.delete().where(ContactCode.holder == person))
_codes_about_gone = prepared(lambda person: ContactCode.delete().where(ContactCode.subject == person))
_held_gone = prepared(
    lambda person: PersonContact.delete().where(PersonContact.holder == person).returning(PersonContact.subject)
)
_about_gone = prepared(
    lambda person: PersonContact.delete().where(PersonContact.subject == person).returning(PersonContact.id)
)
