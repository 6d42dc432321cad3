"""`ledstang problems`: read what people say is wrong, and say what is done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from ledstang.clock import STOCKHOLM
from ledstang.instance import open_instance

if TYPE_CHECKING:
    from ledstang.problems.problems import Problems


@click.command("problems")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--done", multiple=True, metavar="ID", help="Say that a report is done; its id, or how it begins.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def command(folder: Path, done: tuple[str, ...], as_json: bool) -> None:
    """Read what people have reported of pages in the instance in FOLDER (here, if left out): most on a page first."""
    if any(len(one) < 8 for one in done):
        raise click.UsageError("Give at least the first eight characters of an id.")
    asyncio.run(_in(folder, done, as_json))


async def _in(folder: Path, done: tuple[str, ...], as_json: bool) -> None:
    from ledstang.app import create_app

    app = create_app(open_instance(folder))
    async with app.lifespan():
        problems: Problems = app.state.problems
        if done:
            handled = await problems.handle(done)
            click.echo(f"{len(handled)} marked as done.")
            if not handled:
                raise click.ClickException("No report that waits has such an id.")
            return
        await _show(problems, as_json)


async def _show(problems: Problems, as_json: bool) -> None:
    tally, found = await problems.tally(), await problems.unhandled()
    if as_json:
        told = {"pages": [{"page": page, "reports": times} for page, times in tally], "reports": found}
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
        return
    if not found:
        click.echo("Nobody has reported anything that is not done.")
    for page, times in tally:
        click.echo(f"{times:>5}  {page}")
    for one in found:
        click.echo(f"\n{one.id}  {one.created.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}  {one.version}  {one.page}")
        click.echo(_indented(one.words))
        if one.contact:
            click.echo(_indented(f"→ {one.contact}"))


def _indented(text: str) -> str:
    """Return a text as the terminal may show it: no control characters of somebody else's."""
    clean = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return "\n".join(f"    {line}" for line in clean.splitlines())
