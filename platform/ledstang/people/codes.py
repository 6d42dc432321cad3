"""Codes that confirm a phone number or an e-mail address: sent there, written on the page, good for a while and once.

No code is kept: it follows from its row's id by a key of the instance's, so that whoever reads the database, or the
errand that sends it, learns none.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.outbox.events import CodeWanted, Teller
from ledstang.people.contacts import Contacts, Kept, contact_id
from ledstang.people.limits import ContactLimits
from ledstang.people.register import Register
from ledstang.people.tables import ContactCode

Kind = Literal["phone", "email"]
KINDS: tuple[Kind, ...] = ("phone", "email")
SENT_BY = {"phone": "TextMessages", "email": "Mail"}
"""The port of what sends to each kind of address."""
DIGITS = 6
Outcome = Literal["confirmed", "wrong", "over"]


class SentCode(msgspec.Struct, frozen=True):
    """What is to be sent: to a `phone` or an `email`, where to, and the digits."""

    kind: Kind
    address: str
    digits: str

    def __repr__(self) -> str:
        return "SentCode()"


class ContactCodes:
    """Sends codes and takes them back. `tell` is awaited with what is to be sent, in the code's own transaction."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        limits: ContactLimits,
        contacts: Contacts,
        register: Register,
        tell: Teller,
    ) -> None:
        self._database, self._keys, self._clock, self._limits = database, keys, clock, limits
        self._contacts, self._register, self._tell = contacts, register, tell

    async def send(self, visit: Visit, kind: Kind, kept: Kept) -> None:
        """Send a code to an address that the visit's actor has written. An earlier one is worth nothing any more."""
        subject, holder = visit.subject.id, visit.actor.id
        contact, ends = contact_id(subject, holder), self._clock.now() + timedelta(minutes=self._limits.code_minutes)
        row = ContactCode(
            id=uuid4(), contact=contact, subject=subject, holder=holder, kind=kind, ends=ends,
            address=self._keys.index(f"contact {kind}", kept.address(kind)).hex(),
        )  # fmt: skip

        async def work() -> None:
            await _drop(contact, kind)
            await ContactCode.insert(row)
            await self._tell(CodeWanted(person=holder, code=row.id))

        await self._database.write(work)

    async def wanted(self, id_: UUID) -> SentCode | None:
        """Return what is to be sent, or None for what nobody needs any more: over, used, or for another address by now.

        Where somebody is protected, no channel learns an address.
        """
        rows = await _by_id(id_)
        if not rows or rows[0]["ends"] <= self._clock.now():
            return None
        people = await self._register.named({rows[0]["subject"], rows[0]["holder"]})
        if any(one.protected for one in people.values()):
            return None
        kept = await self._contacts.of(rows[0]["subject"], rows[0]["holder"])
        address, kind = kept.address(rows[0]["kind"]), rows[0]["kind"]
        return (
            SentCode(kind, address, self._digits(id_)[0]) if self._is_for(rows[0]["address"], kind, address) else None
        )

    async def take(self, visit: Visit, kind: Kind, written: str) -> Outcome:
        """Try what somebody has written. Each try counts, over all processes; after too many the code is over."""
        subject, holder = visit.subject.id, visit.actor.id

        async def work() -> Outcome:
            rows = await _try(contact_id(subject, holder), kind, self._limits.code_tries, self._clock.now())
            kept = await self._contacts.of(subject, holder)
            if not rows or not self._is_for(rows[0]["address"], kind, kept.address(kind)):
                return "over"
            given = "".join(written.split()).encode("utf-8", "surrogatepass")
            if not any(hmac.compare_digest(given, one.encode()) for one in self._digits(rows[0]["id"])):
                return "wrong" if rows[0]["tries"] < self._limits.code_tries else "over"
            await _drop(contact_id(subject, holder), kind)
            return "confirmed" if await self._contacts.verify(subject, holder, kind, kept) else "over"

        return await self._database.write(work)

    async def prune(self) -> int:
        """Remove the codes that are over."""
        return len(await _prune(self._clock.now()))

    def _digits(self, id_: UUID) -> list[str]:
        """Return the digits of a code, by each key that is valid; the one that seals first."""
        made = (int.from_bytes(index[:8], "big") for index in self._keys.indexes("contact code", str(id_)))
        return [f"{number % 10**DIGITS:0{DIGITS}}" for number in made]

    def _is_for(self, kept: str, kind: str, address: str) -> bool:
        return any(index.hex() == kept for index in self._keys.indexes(f"contact {kind}", address))


_COLUMNS = (
    ContactCode.id,
    ContactCode.subject,
    ContactCode.holder,
    ContactCode.kind,
    ContactCode.address,
    ContactCode.ends,
)
_by_id = prepared(lambda id_: ContactCode.select(*_COLUMNS).where(ContactCode.id == id_))
_drop = prepared(
    lambda contact, kind: ContactCode.delete().where((ContactCode.contact == contact) & (ContactCode.kind == kind))
)
_try = prepared(
    lambda contact, kind, most, now: (
        ContactCode.update({ContactCode.tries: ContactCode.tries + 1})
        .where(
            (ContactCode.contact == contact)
            & (ContactCode.kind == kind)
            & (ContactCode.tries < most)
            & (ContactCode.ends > now)
        )
        .returning(ContactCode.id, ContactCode.address, ContactCode.tries)
    )
)
_prune = prepared(lambda now: ContactCode.delete().where(ContactCode.ends <= now).returning(ContactCode.id))
