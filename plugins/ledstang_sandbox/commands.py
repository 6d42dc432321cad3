"""What the sandbox adds to the command line."""

from __future__ import annotations

import click
from ledstang import Clock

from ledstang_sandbox.persons import read_cast


@click.command("persons")
def persons() -> None:
    """List the invented persons of the demo: number, age, name and where they live."""
    cast = read_cast()
    today = Clock().today()
    for person in cast.persons:
        identity = person.identity
        click.echo(f"{identity.number}  {person.age(today):>3}  {person.called}, {cast.counties[person.county]}")
