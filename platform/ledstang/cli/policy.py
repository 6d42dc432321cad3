"""`ledstang policy explain`: which doors open and close in the years of somebody who is born on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from ledstang.access.calendar import Door
    from ledstang.access.policies import PolicyRow
    from ledstang.content.words import Words
    from ledstang.house import House

UNTIL_AGE = 19
"""The calendar goes to the day before this age: past the last door there is, that of coming of age."""

_SENTENCES = {
    (False, True): "{day}, {age} years: opens for {relation}: {what}. {basis}.",
    (False, False): "{day}, {age} years: closes for {relation}: {what}. {basis}.",
    (True, True): "{day}, {age} years: closed to everybody from now on, and that is meant: {what}. {basis}.",
    (True, False): "{day}, {age} years: no longer closed to everybody: {what}. {basis}.",
}


@click.group("policy")
def command() -> None:
    """Explain the policy tables of the instance one stands in, or of the installation."""


@command.command("explain")
@click.option("--born", required=True, type=click.DateTime(["%Y-%m-%d"]), help="A day of birth: year-month-day.")
@click.option("--set", "key", help="A set of policy tables, instead of the one that is chosen.")
@click.option("--region", help="The id of a region of ledstang.toml.")
@click.option("--language", type=click.Choice(["sv", "en"]), help="Instead of the instance's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def explain(born: date, key: str | None, region: str | None, language: str | None, as_json: bool) -> None:
    """Print the authority calendar: what opens and closes, for whom, on which day, and on what basis.

    Whoever is born on 29 February reaches an age on 1 March in years without that day.
    """
    from ledstang.access.calendar import DAY, calendar
    from ledstang.content.published import relations_of
    from ledstang.content.words import load_words
    from ledstang.people.persons import attained

    house = _house()
    day = date(born.year, born.month, born.day)
    rows = _rows(house, key, region)
    doors = calendar(rows, day, day - DAY, attained(day, UNTIL_AGE) - DAY, region)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"born": day, "doors": doors}), indent=2).decode())
        return
    told = language or house.instance.settings.language
    words = load_words(told).adding(relations_of(house.offers))
    for door in doors:
        click.echo(_line(door, told, words))


def _house() -> House:
    from ledstang.app import assemble
    from ledstang.instance import FILE, Instance, open_instance
    from ledstang.settings import Settings

    here = Path.cwd()
    return assemble(open_instance(here) if (here / FILE).exists() else Instance(here, Settings(title="Ledstång")))


def _rows(house: House, key: str | None, region: str | None) -> list[PolicyRow]:
    """Return the rows to explain. A set that was asked for stands in the place of the region's."""
    from ledstang.content.published import policies_of, policy_sets

    known = {one.id for one in house.instance.regions}
    if region is not None and region not in known:
        raise click.UsageError(f"There is no region {region}. Use one of: {', '.join(sorted(known)) or '(none)'}.")
    rows = policies_of(house.instance, house.offers)
    if key is None:
        return rows
    sets = policy_sets(house.instance, house.offers)
    if key not in sets:
        raise click.UsageError(f"There is no set {key}. Use one of: {', '.join(sorted(sets)) or '(none)'}.")
    return [*(row for row in rows if row.chosen_by is None), *sets[key].rows, *sets[key].meant]


def _line(door: Door, language: str, words: Words) -> str:
    from ledstang.access.naming import door_name
    from ledstang.access.policies import NOBODY
    from ledstang.content.texts import text

    relation, what = words.written("relations", door.relation), door_name(door.service, door.action, language)
    sentence = _SENTENCES[door.relation == NOBODY, door.opens]
    if door.unit:
        what = text("{what}, at the unit {unit}", language).format(what=what, unit=door.unit)
    values = {"relation": relation, "what": what, "basis": door.basis.rstrip(".")}
    return text(sentence, language).format(day=door.on.isoformat(), age=door.age, **values)
