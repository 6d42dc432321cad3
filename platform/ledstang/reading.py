"""The settings of an instance, read from its `ledstang.toml`, and whether their parts agree."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from ledstang.fitting import SettingsFault, fit, locate, read_toml
from ledstang.settings import Settings, Unit

Disagreement = tuple[tuple[str, ...], str, str]
"""Where in the file it stands, what is wrong, and what to do."""


def read(file: Path) -> Settings:
    """Read an instance's settings. Raises SettingsFault for a file that is missing, empty, not UTF-8, or does not fit."""
    data, text = read_toml(file)
    settings = fit(data, Settings, file, text)
    found = [*_addresses(settings), *_regions(settings), *_units(settings), *_reserve_numbers(settings)]
    if found:
        raise SettingsFault.of([SettingsFault(file, locate(text, at), why, tip) for at, why, tip in found], settings)
    return settings


def _addresses(settings: Settings) -> Iterator[Disagreement]:
    if "://" in settings.database and urlsplit(settings.database).password:
        why = "The address of the database holds a password, and this file is no place for secrets."
        yield ("database",), why, "Leave it out, and put it into ~/.pgpass (mode 600) of the user who runs Ledstång."
    for proxy in settings.proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            why = f"The proxy `{proxy}` is neither an address nor a network."
            yield ("proxies",), why, "Write it like 10.0.0.5 or 10.0.0.0/24."


def _regions(settings: Settings) -> Iterator[Disagreement]:
    ids = [region.id for region in settings.regions]
    counties: dict[str, str] = {}
    for number, region in enumerate(settings.regions):
        if ids.index(region.id) != number:
            yield ("regions", str(number), "id"), f"Two regions are called `{region.id}`.", "Rename one."
            continue
        for county in region.counties:
            if county in counties:
                why = f"The county {county} is given to both `{counties[county]}` and `{region.id}`."
                yield ("regions", str(number), "counties"), why, "Leave it with the region where its residents belong."
            counties.setdefault(county, region.id)


def _units(settings: Settings) -> Iterator[Disagreement]:
    regions = [region.id for region in settings.regions]
    providers = {one.hsa_id.upper() for one in settings.providers}
    into = {unit.hsa_id.upper(): unit.merged_into.upper() for unit in settings.units}
    seen: set[str] = set()
    for number, unit in enumerate(settings.units):
        at = "units", str(number)
        if unit.region not in regions:
            why = f"The unit {unit.hsa_id} lies in the region `{unit.region}`, which is not in this file."
            yield (*at, "region"), why, f"Use one of: {', '.join(regions) or '(add a [[regions]])'}."
        if unit.hsa_id.upper() in seen:
            yield (*at, "hsa_id"), f"Two units have the HSA-id {unit.hsa_id}.", "Remove one."
        seen.add(unit.hsa_id.upper())
        for key, why, tip in _misfits(unit, providers, into):
            yield (*at, key), why, tip


def _misfits(unit: Unit, providers: set[str], into: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a unit beside others: the key, why and what to do."""
    if unit.provider and unit.provider.upper() not in providers:
        why = f"The unit {unit.hsa_id} belongs to the provider {unit.provider}, which is not in this file."
        yield "provider", why, "Add it below [[providers]], or correct the HSA-id."
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        yield "valid_to", f"The unit {unit.hsa_id} ends before it begins.", "Correct one of the days."
    if unit.merged_into and unit.merged_into.upper() not in into:
        why = f"The unit {unit.hsa_id} has gone into {unit.merged_into}, which is not in this file."
        yield "merged_into", why, "Add that unit, or correct the HSA-id."
    elif _comes_back(unit.hsa_id.upper(), into):
        yield "merged_into", f"The unit {unit.hsa_id} has gone into itself.", "Name the unit that goes on."


def _comes_back(start: str, into: dict[str, str]) -> bool:
    at, steps = into[start], 0
    while at and at != start and steps <= len(into):
        at, steps = into.get(at, ""), steps + 1
    return at == start


def _reserve_numbers(settings: Settings) -> Iterator[Disagreement]:
    ids = [kind.id for kind in settings.reserve_numbers]
    for number, kind in enumerate(settings.reserve_numbers):
        at = "reserve_numbers", str(number)
        if wrong := kind.fault():
            why = f"The pattern of the reserve numbers `{kind.id}` {wrong}."
            yield (*at, "pattern"), why, "Write one that only those numbers fit."
        if ids.index(kind.id) != number:
            yield (*at, "id"), f"Two kinds are called `{kind.id}`.", "Rename one."
