"""Care units: what `ledstang.toml` and the unit directory say of them, with their days, and what has gone into what."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from ledstang.clock import Clock
from ledstang.connectors import Connected
from ledstang.instance import Instance
from ledstang.isolation import Gap, Isolation
from ledstang.people.directory import CareUnit
from ledstang.shapes import misfit

log = logging.getLogger("ledstang")


class Units:
    """The units of an instance, in memory. The directory is asked again when what it said is too old."""

    def __init__(self, instance: Instance, clock: Clock, isolation: Isolation) -> None:
        self._clock, self._isolation = clock, isolation
        self._regions = {region.id for region in instance.regions}
        self._fresh = timedelta(minutes=instance.settings.staffing.directory_minutes)
        self._patience = instance.settings.register.answer_ms
        self._asked: datetime | None = None
        self._connected: Connected | None = None
        self._known = {unit.hsa_id: unit for unit in _written(instance)}

    def connect(self, connected: Connected | None) -> None:
        """Ask what serves `UnitDirectory` from now on."""
        self._connected = connected

    async def refresh(self) -> bool:
        """Ask the directory, if there is one and it is time, and say whether that went well.

        While it does not answer, what was known stays. One that has never answered is asked each time: without it the
        units are not there at all.
        """
        now = self._clock.now()
        if self._connected is None or (self._asked and timedelta() <= now - self._asked < self._fresh):
            return True
        before, self._asked = self._asked, now
        answer = await self._ask(self._connected)
        if answer is None:
            self._asked = before and now
            return False
        self._known |= {one.hsa_id.upper(): _in_capitals(one) for one in answer}
        return True

    async def _ask(self, connected: Connected) -> Sequence[CareUnit] | None:
        """Return the directory's units, or None when it does not answer with any that can be."""
        units, patience = connected.service.units, self._patience
        answer = await self._isolation.ask(connected.plugin, "UnitDirectory.units", units, milliseconds=patience)
        if isinstance(answer, Gap):
            return None
        if not isinstance(answer, list | tuple) or not all(map(self._is_sound, answer)):
            log.error("the unit directory of the plugin %s gives units that cannot be", connected.plugin)
            return None
        return answer

    def all(self) -> list[CareUnit]:
        """Return the units that are there today."""
        today = self._clock.today()
        return [unit for unit in self._known.values() if unit.is_open(today) and not unit.has_moved(today)]

    def find(self, hsa_id: str) -> CareUnit | None:
        """Return the unit with an HSA-id, whether it is open or not, compared without regard to case."""
        return self._known.get(hsa_id.upper())

    def current(self, hsa_id: str) -> CareUnit | None:
        """Return the unit that today is, or goes on with, the one with an HSA-id; None when nothing does."""
        today, unit, seen = self._clock.today(), self.find(hsa_id), set[str]()
        while unit and unit.has_moved(today) and unit.hsa_id not in seen:
            seen.add(unit.hsa_id)
            unit = self.find(unit.merged_into)
        return unit if unit and unit.is_open(today) and not unit.has_moved(today) else None

    def same(self, one: str, other: str) -> bool:
        """Say whether two HSA-ids are one unit today. What has closed is only itself, and nobody's."""
        found = self.current(one)
        return found is not None and found == self.current(other)

    def names(self, hsa_id: str) -> list[str]:
        """Return the HSA-ids of a unit, and of those that have gone into it."""
        return [known for known in self._known if self.same(known, hsa_id)]

    def _is_sound(self, one: object) -> bool:
        return type(one) is CareUnit and not misfit(one, CareUnit) and bool(one.hsa_id) and one.region in self._regions


def _written(instance: Instance) -> list[CareUnit]:
    """Return the units of `ledstang.toml`."""
    providers = {one.hsa_id.upper(): one.name for one in instance.settings.providers}
    return [
        _in_capitals(
            CareUnit(
                one.hsa_id, one.name, one.region, one.provider, providers.get(one.provider.upper(), ""),
                one.valid_from, one.valid_to, one.merged_into,
            )
        )
        for one in instance.units
    ]  # fmt: skip


def _in_capitals(unit: CareUnit) -> CareUnit:
    ids = {name: getattr(unit, name).upper() for name in ("hsa_id", "provider", "merged_into")}
    return msgspec.structs.replace(unit, **ids)
