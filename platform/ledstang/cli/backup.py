"""`ledstang backup`: copy an instance's database into one file, while it is in use."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from ledstang.instance import open_instance


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def command(file: Path, folder: Path) -> None:
    """Copy the database of the instance in FOLDER (here, if left out) into FILE.

    It may be done while people are served. The keys are not in it: keep them somewhere else, for without them nothing
    that people have written can be read. The instance's own folder (programmes, themes, settings) is not in it either.
    """
    from ledstang.app import assemble
    from ledstang.database import Keys
    from ledstang.database.copies import Manifest, copy_out

    instance = open_instance(folder)
    keys = Keys.load(instance.path(instance.settings.keys), create=False)
    database = assemble(instance, lenient=True).database

    async def work() -> Manifest:
        await database.start()
        try:
            return await copy_out(database, keys.marks.values(), file)
        finally:
            await database.stop()

    made = asyncio.run(work())
    for name, kept in made.tables.items():
        click.echo(f"{kept.rows:>9}  {name}")
    click.echo(f"{file}: {sum(kept.rows for kept in made.tables.values())} rows, {file.stat().st_size:,} bytes.")
    click.echo(
        f"The keys in {instance.path(instance.settings.keys)} are not in it: keep a copy of them somewhere else."
    )
