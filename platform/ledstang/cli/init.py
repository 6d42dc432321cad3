"""`ledstang init`: a region's folder that serves and passes `check`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

SKELETON = Path(__file__).parent / "skeletons" / "instance"
ROOMS = ("plugins", "proxies", "programmes", "forms", "themes")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make FOLDER into an instance for trying out: the shipped programmes, offered to everybody."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.ClickException(f"{folder} is there already and is not an empty folder: name a new one.")
    try:
        shutil.copytree(SKELETON, folder, dirs_exist_ok=True)
        (folder / "gitignore").rename(folder / ".gitignore")
        for room in ROOMS:
            (folder / room).mkdir()
    except OSError as fault:
        raise click.ClickException(
            f"{folder} cannot be made: {fault.strerror}. Name a place that you may write in."
        ) from None
    click.echo(f"{folder} is ready. Try it:\n    ledstang serve --demo {folder}\n    ledstang check {folder}")
