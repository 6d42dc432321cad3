"""What has been kept for its time: how much there is of each kind in a region, and taking some of it away."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from ledstang.clock import STOCKHOLM
from ledstang.fitting import SettingsFault, locate
from ledstang.people.personal_data import Ageing, PersonalData, key_of
from ledstang.people.persons import attained
from ledstang.people.tables import Person
from ledstang.rights.grounds import least_years

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.instance import Instance

FIRST = UUID(int=0)
LOOKED_AT = 500
"""Things that are looked at in one statement when they are counted."""


class Rule(msgspec.Struct, frozen=True):
    """What a period comes to on a day: of which data everything goes that nothing has happened to since `before`."""

    data: str
    title: str
    years: int
    basis: str
    before: datetime


class Count(msgspec.Struct, frozen=True):
    """How many things a rule is about."""

    rule: Rule
    things: int


class Portion(msgspec.Struct, frozen=True):
    """Some of what is due: ids, and the last that was looked at."""

    ids: list[UUID]
    last: UUID


def rules_of(house: House, region: str) -> list[Rule]:
    """Return the rules that hold for a region today. Of two periods for the same data the later one holds.

    One that names the region goes before one that names none.
    """
    today, rules = house.clock.today(), []
    for owner, data in house.personal_data():
        key = key_of(owner, data)
        held = [
            one for one in house.instance.settings.retention.periods if one.data == key and one.holds(region, today)
        ]
        if data.ageing is not None and held:
            period = max(held, key=lambda one: (one.region != "", one.valid_from))
            years = max(period.years, least_years(data.kept, today))
            day = attained(today, -years)
            before = datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)
            rules.append(Rule(key, data.ageing.title, years, period.basis, before))
    return rules


def ageing_of(house: House, key: str) -> Ageing | None:
    """Return what knows the age of a kind of data, by its key."""
    found: list[PersonalData] = [data for owner, data in house.personal_data() if key_of(owner, data) == key]
    return found[0].ageing if found else None


async def counts_of(house: House, region: str) -> list[Count]:
    """Count what each rule of a region is about, looking at some at a time; nothing of anybody is told."""
    return [Count(rule, await count(house, region, rule.data, rule.before)) for rule in rules_of(house, region)]


async def count(house: House, region: str, key: str, before: datetime) -> int:
    """Return how many things of a kind in a region nothing has happened to since an instant."""
    found, after = 0, FIRST
    while some := await portion(house, region, key, before, after, LOOKED_AT):
        found, after = found + len(some.ids), some.last
    return found


async def portion(house: House, region: str, key: str, before: datetime, after: UUID, size: int) -> Portion | None:
    """Return some of what is due of a kind in a region, beginning after an id; None when there is no more."""
    ageing = ageing_of(house, key)
    found = await ageing.due(before, after, size) if ageing else []
    if not found:
        return None
    counties = await _counties({person for _, person in found})
    ids = [id_ for id_, person in found if _lives_in(house, region, counties.get(person))]
    return Portion(ids, found[-1][0])


def retention_faults(instance: Instance, data: list[tuple[str, PersonalData]]) -> list[SettingsFault]:
    """Return each period that the settings name and that cannot be: of unknown data, or shorter than the law says."""
    known = {key_of(owner, one): one for owner, one in data}
    faults = []

    def fault(number: int, key: str, why: str, tip: str) -> None:
        line = locate(instance.text, ("retention", "periods", str(number), key))
        faults.append(SettingsFault(instance.folder / "ledstang.toml", line, why, tip))

    ageing = sorted(key for key, one in known.items() if one.ageing is not None)
    regions = [region.id for region in instance.regions]
    for number, period in enumerate(instance.settings.retention.periods):
        if period.data not in ageing:
            why = f"There is no data `{period.data}` that grows old."
            fault(number, "data", why, f"Use one of: {', '.join(ageing) or '(no plugin has any)'}.")
            continue
        least = least_years(known[period.data].kept, period.valid_from)
        if period.years < least:
            why = f"`{period.data}` is kept for {period.years} years, and the law says {least} at least."
            fault(number, "years", why, f"Write {least} or more.")
        if period.region and period.region not in regions:
            why = f"There is no region `{period.region}` in this file."
            fault(number, "region", why, f"Use one of: {', '.join(regions) or '(add a [[regions]])'}.")
    return faults


def _lives_in(house: House, region: str, county: str | None) -> bool:
    """Say whether things of somebody in a county are the region's to remove. Where there is but one, all of them are."""
    if len(house.instance.regions) == 1:
        return True
    found = house.instance.region_of(county)
    return (found.id if found else "") == region


async def _counties(persons: set[UUID]) -> dict[Any, str | None]:
    rows = await Person.select(Person.id, Person.county).where(Person.id.is_in(list(persons)))
    return {row["id"]: row["county"] for row in rows}
