"""`ledstang appoint`: say who works at a unit. So the first access administrator is named; they appoint the others."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from ledstang.instance import open_instance
from ledstang.people.assignments import ROLES

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.people.persons import Person


class Wanted(msgspec.Struct, frozen=True):
    """Who is to work where, and as what."""

    name: str
    unit: str
    roles: tuple[str, ...]
    staff: str
    title: str


@click.command("appoint")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--number", help="The personal number. Leave it out to be asked, so that no shell remembers it.")
@click.option("--name", default="", help="What the person is called, until they sign in or the register tells.")
@click.option("--unit", required=True, metavar="HSA-ID", help="The unit, as ledstang.toml or the directory has it.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help="May be given again.")
@click.option("--staff-hsa", default="", metavar="HSA-ID", help="That of the one who works.")
@click.option("--title", default="", help="What the person works as.")
def command(
    folder: Path, number: str | None, name: str, unit: str, roles: tuple[str, ...], staff_hsa: str, title: str
) -> None:
    """Let somebody work at a unit of the instance in FOLDER (here, if left out)."""
    given = number or click.prompt("Personal number", hide_input=True, err=True)
    asyncio.run(_in(folder, given.strip(), Wanted(name, unit, roles, staff_hsa, title)))


async def _in(folder: Path, number: str, wanted: Wanted) -> None:
    from ledstang.app import create_app

    app, wrong = create_app(open_instance(folder)), None
    async with app.lifespan():
        try:
            click.echo(await _appoint(app.state.house, number, wanted))
        except click.ClickException as fault:  # what is raised inside would come out in a group
            wrong = fault
    if wrong:
        raise wrong


async def _appoint(house: House, number: str, wanted: Wanted) -> str:
    """Appoint, and return what is to be said of it. Raises ClickException."""
    found = house.units.current(wanted.unit)
    if found is None:
        there = ", ".join(f"{one.hsa_id} ({one.name})" for one in house.units.all()) or "none"
        raise click.ClickException(f"There is no unit {wanted.unit} today. There are: {there}.")
    person = await _person(house, number, wanted.name)
    if wanted.staff and await house.staff.is_another_s(wanted.staff, person.id):
        raise click.ClickException(
            f"Somebody else has the HSA-id {wanted.staff}. The access log tells people apart by it."
        )
    roles = wanted.roles
    await house.staff.appoint(person.id, staff=wanted.staff, title=wanted.title, unit=wanted.unit, roles=roles)
    return f"At {found.name} ({found.hsa_id}) works from now on {person.name or 'the person'}: {', '.join(roles)}."


async def _person(house: House, number: str, name: str) -> Person:
    """Return who has a number; somebody who is not known yet is written down. Raises ClickException."""
    from ledstang.people.checking import RegisterAway
    from ledstang.people.numbers import NotANumber, born_of, read_number
    from ledstang.people.persons import Identity

    try:
        canonical = read_number(number, house.clock.today())
    except NotANumber:
        raise click.ClickException("That is no personal number. Write it with twelve digits.") from None
    person = await house.register.known(canonical)
    if person is None:
        try:
            person = await house.checking.changed(canonical)
        except RegisterAway:
            person = None
    return person or await house.register.keep(Identity(canonical, name, born_of(canonical)))
