"""Where somebody is reached: by the addresses that they have confirmed, and by a letter to where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from ledstang.people.numbers import born_of

if TYPE_CHECKING:
    from ledstang.house import House


class Addresses(msgspec.Struct, frozen=True):
    """A phone number in E.164 and an e-mail address, each empty where its holder has confirmed none.

    `post` is the number by which whoever prints letters finds where somebody lives: empty where they want no paper, and
    for whoever no register of addresses knows.
    """

    phone: str = ""
    email: str = ""
    post: str = ""

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
    paper = own.contact.no_paper or not _is_registered(person.number)
    return Addresses(**found, post="" if paper else person.number)


def _is_registered(number: str) -> bool:
    """Say whether a number is a personal or coordination number: nobody else has an address that can be looked up."""
    try:
        return bool(born_of(number)) and number.isdigit()
    except ValueError:
        return False
