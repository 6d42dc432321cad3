"""`ledstang migrate`: bring an instance's database up to date, or write a plugin's next migration."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from ledstang.clock import Clock
from ledstang.database import Database
from ledstang.database.differences import Renames, write_migration
from ledstang.database.schema import App, migrate
from ledstang.instance import open_instance


@click.command("migrate")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--write", "name", metavar="NAME", help="Write the next migration of a plugin (or of host) instead.")
@click.option(
    "--renamed/--replaced",
    "renamed",
    default=None,
    help="With --write: take what went and what came for the same under a new name, or not, instead of asking.",
)
def command(folder: Path, name: str | None, renamed: bool | None) -> None:
    """Bring the database of the instance in FOLDER (here, if left out) up to date."""
    from ledstang.app import assemble
    from ledstang.plugins import find
    from ledstang.tables import apps_of

    instance = open_instance(folder)
    if name is None:
        house = assemble(instance)
        for fault in house.plugins.faults:
            click.echo(str(fault), err=True)
        run(house.database, apps_of(house.plugins))
    else:  # a plugin whose tables have no migration yet would be refused by `assemble`
        write(apps_of(find(instance.drop_ins, instance.settings.disabled)), name, renamed)


def run(database: Database, apps: Sequence[App]) -> None:
    """Run what has not been run and print each; the database is opened and closed here. Raises `DatabaseFault`."""

    async def work() -> list[str]:
        await database.start()
        try:
            return await migrate(database, apps)
        finally:
            await database.stop()

    ran = asyncio.run(work())
    for line in ran:
        click.echo(line)
    click.echo(f"{len(ran)} migrations run." if ran else "The database is up to date.")


def write(apps: Sequence[App], name: str, renamed: bool | None = None) -> None:
    """Write the next migration of the app called `name` and print its file. Raises `DatabaseFault`."""
    app = next((app for app in apps if app.name == name), None)
    if app is None:
        raise click.ClickException(f"There is no app `{name}`. There are: {', '.join(app.name for app in apps)}.")
    renames: Renames = "ask" if renamed is None else "yes" if renamed else "no"
    file = asyncio.run(write_migration(app, Clock(), renames))
    click.echo(str(file) if file else f"The migrations of {name} already say what its tables say.")
