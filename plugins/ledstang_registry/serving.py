"""What serves the host's ports: the population register and the directory of care units, both asked over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from ledstang import CareUnit, Check, RegisteredPerson

from ledstang_registry.asking import Asking, RegistryAway
from ledstang_registry.protocol import Asked, PersonAnswer, Status, UnitsAnswer

log = logging.getLogger("ledstang.registry")


class Persons:
    """Serves `PersonRegister`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def person(self, number: str) -> RegisteredPerson | None:
        """Return who has a number, or once had it. Raises RegistryAway: then nobody is told that there is no such person."""
        try:
            told = (await self._asking.ask("person", PersonAnswer, Asked(number))).person
            if told is not None and number not in (told.number, *told.earlier):
                raise RegistryAway("it tells of another person")
        except RegistryAway as fault:
            log.warning("The population register could not tell: %s.", fault.why)
            raise
        return told.ours() if told else None


class Units:
    """Serves `UnitDirectory`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def units(self) -> Sequence[CareUnit]:
        """Return all units. Raises RegistryAway: then what was known stays."""
        try:
            told = (await self._asking.ask("units", UnitsAnswer)).units
            if len({one.hsa_id for one in told}) < len(told):
                raise RegistryAway("it tells of one unit twice")
        except RegistryAway as fault:
            log.warning("The unit directory could not tell: %s.", fault.why)
            raise
        return [one.ours() for one in told]


def check_of(
    asking: Asking, part: str, what: str, cost: str, more: Callable[[], Awaitable[Any]] | None = None
) -> Check:
    """Return how `ledstang doctor` looks at a register. `cost` is what does not work while it is away."""
    address = asking.source.address

    async def look() -> str:
        try:
            await asking.ask("status", Status)
            if more:
                await more()
        except RegistryAway as fault:
            return (
                f"{what} at {address} cannot be asked: {fault.why}. {cost} See the plugin's README for what it must do."
            )
        return ""

    return Check(part, f"{what} answers at {address}, and takes our credential.", look)
