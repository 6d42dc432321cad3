"""`ledstang new`: a skeleton of a plugin, programme, proxy or theme that passes `check` and its own test."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

SKELETONS = Path(__file__).parent / "skeletons"
ROOMS = {"plugin": "plugins", "programme": "programmes", "proxy": "proxies", "theme": "themes"}
PYTHON, TEXT = re.compile(r"[a-z][a-z0-9_]*"), re.compile(r"[a-z][a-z0-9-]*")


@click.command("new")
@click.argument("kind", type=click.Choice(list(ROOMS)))
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=".", help="The instance.")
def command(kind: str, name: str, folder: Path) -> None:
    """Make a new KIND called NAME in the instance one stands in."""
    python = kind in ("plugin", "proxy")
    if not (PYTHON if python else TEXT).fullmatch(name):
        also = "digits and _" if python else "digits and -"
        raise click.ClickException(f"`{name}` will not do as a name: use small letters a-z, {also}, a letter first.")
    target = folder / ROOMS[kind] / name
    if target.exists():
        raise click.ClickException(f"{target} is there already: choose another name.")
    shutil.copytree(SKELETONS / kind, target)
    for path in sorted(target.rglob("*")):
        if path.is_file():
            _fill(path, name)
    click.echo(f"{target} is ready. See that it holds:\n    ledstang check {target}")
    if list(target.rglob("test_*.py")):
        click.echo(f"    pytest {target}")


def _fill(path: Path, name: str) -> None:
    """Put the name where the skeleton says NAME, in the text and in the file's name; drop the ending that hides it."""
    text = path.read_text(encoding="utf-8").replace("NAME", name)
    path.write_text(text, encoding="utf-8")
    path.rename(path.with_name(path.name.replace("NAME", name).removesuffix(".skeleton")))
