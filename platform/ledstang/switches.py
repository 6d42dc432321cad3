"""Which plugins a region or a unit uses: `ledstang.toml` says at first, the database over it."""

from __future__ import annotations

import time
from uuid import NAMESPACE_URL, uuid5

from piccolo.columns import UUID, Boolean, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.clock import Clock
from ledstang.database import Database, prepared
from ledstang.database.faults import is_passing
from ledstang.instance import Instance
from ledstang.people.units import Units

FRESH = 5.0
"""Seconds that a process may go on with what it read last: a switch takes effect everywhere within that time."""


class PluginSwitch(Table, tablename="plugin_switch"):
    """One plugin switched on or off for one region (its id) or unit (its HSA-id, capitals)."""

    id = UUID(primary_key=True, default=None)
    plugin = Varchar(100, null=False)
    scope = Varchar(100, null=False)
    on = Boolean(default=True, null=False, db_column_name="is_on")
    changed = Timestamptz(default=None, null=False)


_all = prepared(lambda: PluginSwitch.select(PluginSwitch.plugin, PluginSwitch.scope, PluginSwitch.on))


class Switches:
    """Answers whether a plugin is on for a region or unit. Off for the region is off for its units."""

    def __init__(self, instance: Instance, units: Units, database: Database, clock: Clock) -> None:
        self._units, self._database, self._clock = units, database, clock
        self._defaults = {(name, region.id): False for region in instance.regions for name in region.off}
        self._defaults |= {(name, unit.hsa_id.upper()): False for unit in instance.units for name in unit.off}
        self._regions = tuple(region.id for region in instance.regions)
        self._kept: dict[tuple[str, str], bool] = {}
        self._read = float("-inf")

    async def refresh(self) -> None:
        """Read the table again when what is known is older than FRESH. While it cannot be read, that stays."""
        if time.monotonic() - self._read > FRESH:
            try:
                rows = await _all()
            except Exception as fault:
                if self._read < 0 or not is_passing(fault):
                    raise
                return
            self._kept = {(row["plugin"], row["scope"]): row["is_on"] for row in rows}
            self._read = time.monotonic()

    async def look(self) -> None:
        """Read the table whatever is known: how long that takes tells how the database is."""
        await _all()

    def on(self, plugin: str, scope: str | None) -> bool:
        """Say whether a plugin is on for a scope. Without one (a public page): whether any region has it on."""
        if scope is None:
            return not self._regions or any(self.on(plugin, region) for region in self._regions)
        unit = self._units.find(scope)
        if unit and not self.on(plugin, unit.region):
            return False
        key = (plugin, unit.hsa_id if unit else scope)
        return self._kept.get(key, self._defaults.get(key, True))

    async def switch(self, plugin: str, scope: str, *, on: bool) -> None:
        """Switch a plugin on or off for a region or unit."""
        row = PluginSwitch(
            id=uuid5(NAMESPACE_URL, f"{plugin}/{scope}"), plugin=plugin, scope=scope, on=on, changed=self._clock.now()
        )

        async def work() -> None:
            await PluginSwitch.insert(row).on_conflict(
                target=PluginSwitch.id,
                action="DO UPDATE",
                values=[PluginSwitch.on, PluginSwitch.changed],
            )

        await self._database.write(work)
        self._read = float("-inf")
