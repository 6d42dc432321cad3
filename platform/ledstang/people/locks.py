"""Locked accounts: who locked or unlocked whose, when and why, a row each time, with the reason sealed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.people.personal_data import PersonalData
from ledstang.people.register import Register
from ledstang.people.tables import AccountLock


class Locks:
    """Locks accounts and unlocks them."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, register: Register) -> None:
        self._database, self._keys, self._clock, self._register = database, keys, clock, register

    async def set(self, person: UUID, *, locked: bool, by: UUID, unit: str, reason: str) -> None:
        """Lock somebody's account, or unlock it, and keep why: from the next request on nobody is signed in as them."""
        id_ = uuid4()
        sealed = self._keys.seal(reason.encode(), table="account_lock", column="reason", row=id_, subject=person)
        row = AccountLock(
            id=id_, person=person, locked=locked, actor=by, unit=unit, reason=sealed, at=self._clock.now()
        )  # fmt: skip

        async def work() -> None:
            await AccountLock.insert(row)
            await self._register.lock(person, locked=locked)

        await self._database.write(work)


def lock_data() -> PersonalData:
    """Return how locks are handed out: that and when, not why or by whom. They are decisions of care, and stay."""

    async def erase(_person: UUID, _why: str) -> int:
        return 0

    words = {"locked": "Locked", "unit": "Unit", "at": "When"}
    return PersonalData("When your account was locked or unlocked", _told, erase, "locks", "record", words)


async def _told(person: UUID) -> list[dict[str, Any]]:
    return await _of_person(person)


_of_person = prepared(
    lambda person: AccountLock.select(AccountLock.locked, AccountLock.unit, AccountLock.at).where(
        AccountLock.person == person
    )
)
