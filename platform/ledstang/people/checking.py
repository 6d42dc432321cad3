"""Asking the population register: at sign-in, before somebody acts for another, and when it says that something changed.

The register may be down, slow, or wrong. One's own services go on without it; nobody acts for another on what is older
than `fresh_minutes`.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledstang.clock import Clock
from ledstang.connectors import Connected
from ledstang.isolation import Gap, Isolation
from ledstang.people.limits import RegisterLimits
from ledstang.people.numbers import NotANumber
from ledstang.people.persons import Identity, Person
from ledstang.people.ports import RegisteredPerson
from ledstang.people.register import Register
from ledstang.people.reserve import ReserveFormat, read_any
from ledstang.shapes import misfit


class RegisterAway(Exception):
    """The register cannot tell: it is down, slow, says what cannot be, or there is none."""


class RegisterCheck:
    """Asks the register that an instance is connected to, if any, and keeps what it says."""

    def __init__(
        self,
        connected: Connected | None,
        register: Register,
        clock: Clock,
        limits: RegisterLimits,
        isolation: Isolation,
        reserve: tuple[ReserveFormat, ...] = (),
    ) -> None:
        self._connected, self._register, self._clock = connected, register, clock
        self._reserve = reserve
        self._limits, self._isolation = limits, isolation

    def read(self, text: str) -> str:
        """Return the canonical form of a number: personal, coordination, or reserve of a kind here. Raises NotANumber."""
        return read_any(text, self._reserve, self._clock.today())

    async def entry(self, number: str) -> RegisteredPerson | None:
        """Return what the register says of a number, None when nobody has it. Raises RegisterAway."""
        asked = (self._connected, self._isolation, self._limits, self._clock)
        return await ask_register(*asked, number, self._reserve)

    async def signed_in(self, identity: Identity) -> Person:
        """Keep who signs in, with what the register says of them if it can tell."""
        try:
            entry = await self.entry(identity.number)
        except RegisterAway:
            entry = None
        return await self._register.keep(entry or identity)

    async def changed(self, number: str) -> Person | None:
        """Ask about somebody because something of theirs has changed, and keep it. Raises RegisterAway."""
        entry = await self.entry(number)
        return await self._register.keep(entry) if entry else None

    async def changed_if_known(self, number: str) -> None:
        """The same, but only about somebody whom we know already. Raises RegisterAway."""
        if await self._register.known(number) is not None:
            await self.changed(number)

    async def fresh(self, person: Person) -> Person | None:
        """Return a person as the register knows them now, or lately enough; None when that cannot be told."""
        if person.checked and self._clock.now() - person.checked < timedelta(minutes=self._limits.fresh_minutes):
            return person
        try:
            return await self.changed(person.number)
        except RegisterAway:
            return None


async def ask_register(
    connected: Connected | None,
    isolation: Isolation,
    limits: RegisterLimits,
    clock: Clock,
    number: str,
    reserve: tuple[ReserveFormat, ...] = (),
) -> RegisteredPerson | None:
    """Return what a register says of a number, None when nobody has it. Raises RegisterAway."""
    if connected is None:
        raise RegisterAway
    answer = await isolation.ask(
        connected.plugin,
        "PersonRegister.person",
        connected.service.person,
        number,
        milliseconds=limits.answer_ms,
        forgiving=True,  # what cannot be said of one person must not silence the register for all
    )
    if isinstance(answer, Gap) or (answer is not None and not _is_sound(answer, number, reserve, clock.today())):
        raise RegisterAway
    return answer


def _is_sound(answer: object, number: str, reserve: tuple[ReserveFormat, ...], today: date) -> bool:
    """Say whether an answer can be about this person: the right one, of the right shape, and not from the future."""
    if type(answer) is not RegisteredPerson or misfit(answer, RegisteredPerson):
        return False
    numbers = (answer.number, *answer.earlier, *answer.guardians)
    return number in numbers[: 1 + len(answer.earlier)] and all(_is_number(one, reserve, today) for one in numbers)


def _is_number(number: str, reserve: tuple[ReserveFormat, ...], today: date) -> bool:
    try:
        return read_any(number, reserve, today) == number
    except NotANumber:
        return False
