"""Where somebody is reached: the addresses that they have confirmed, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from ledstang.house import House


class Addresses(msgspec.Struct, frozen=True):
    """A phone number in E.164 and an e-mail address, each empty where its holder has confirmed none."""

    phone: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return "Addresses()"


async def addresses_of(house: House, holder: UUID, about: UUID) -> Addresses:
    """Return where somebody is reached about a person: as they wrote for that person, else as for themselves.

    Nothing for whoever is dead, or unknown; and no channel learns an address of somebody protected. Raises SealBroken.
    """
    person = await house.register.find(holder)
    if person is None or person.deceased or person.protected:
        return Addresses()
    own = await house.contacts.of(holder, holder)
    kept = [own] if about == holder else [await house.contacts.of(about, holder), own]
    found = {
        kind: next((one.address(kind) for one in kept if one.verified(kind) and one.address(kind)), "")
        for kind in ("phone", "email")
    }
    return Addresses(**found)
