"""`ledstang new`: a skeleton of a plugin, programme, proxy or theme that passes `check` and its own test."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

SKELETONS = Path(__file__).parent / "skeletons"
ROOMS = {"plugin": "plugins", "programme": "programmes", "proxy": "proxies", "theme": "themes"}
TEXT = re.compile(r"[a-z][a-z0-9-]*")


@click.command("new")
@click.argument("kind", type=click.Choice(list(ROOMS)))
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".", show_default=True)
def command(kind: str, name: str, folder: Path) -> None:
    """Make a new KIND called NAME in the instance in FOLDER."""
    if kind in ("plugin", "proxy"):
        _see_that_a_plugin_may_be_called(name, folder)
    elif not TEXT.fullmatch(name):
        raise click.ClickException(
            f"`{name}` will not do as a name: use small letters a-z, digits and -, a letter first."
        )
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


def _see_that_a_plugin_may_be_called(name: str, folder: Path) -> None:
    from ledstang.plugins import NAME, RESERVED, find, slug

    if not NAME.fullmatch(name):
        raise click.ClickException(
            f"`{name}` will not do as a name: use small letters a-z, digits and _, a letter first."
        )
    if slug(name) in RESERVED:
        raise click.ClickException(f"`{name}` is a name that the host keeps for itself: choose another.")
    if name in find([folder / "plugins", folder / "proxies"]).known:
        raise click.ClickException(f"There is a plugin `{name}` already: choose another name.")


def _fill(path: Path, name: str) -> None:
    """Write the name where the skeleton says NAME, SLUG or TITLE; drop the ending that hides a file from Python."""
    text = path.read_text(encoding="utf-8")
    words = re.sub(r"[_-]", " ", name)
    for mark, said in (("NAME", name), ("SLUG", name.replace("_", "-")), ("TITLE", words.capitalize())):
        text = text.replace(mark, said)
    path.write_text(text, encoding="utf-8")
    path.rename(path.with_name(path.name.replace("NAME", name).removesuffix(".skeleton")))
