"""`ledstang restore`: read a backup into an empty place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from ledstang.instance import open_instance


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def command(file: Path, folder: Path) -> None:
    """Read the backup FILE into the empty database of the instance in FOLDER (here, if left out).

    The database may be of the other kind than the one that was copied: so one moves from a file to PostgreSQL. Put the
    key files in their place first. Nothing is ever overwritten.
    """
    from ledstang.app import assemble
    from ledstang.database import Keys
    from ledstang.database.copies import Manifest, copy_in
    from ledstang.tables import apps_of, tables_of

    instance = open_instance(folder)
    keys = Keys.load(instance.path(instance.settings.keys), create=False)
    house = assemble(instance)
    database = house.database

    async def work() -> Manifest:
        database.bind(tables_of(house.plugins))
        await database.start()
        try:
            return await copy_in(database, apps_of(house.plugins), keys.marks.values(), file)
        finally:
            await database.stop()

    manifest = asyncio.run(work())
    for name, kept in manifest.tables.items():
        click.echo(f"{kept.rows:>9}  {name}")
    total = sum(kept.rows for kept in manifest.tables.values())
    click.echo(f"All {total} rows of {manifest.made:%Y-%m-%d %H:%M} UTC are here. Start with `ledstang serve`.")
