"""`ledstang keys`: which keys there are, what is sealed with which, and how one is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ledstang.clock import STOCKHOLM
from ledstang.instance import open_instance
from ledstang.logs import configure

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.sealing.resealing import Left

FOLDER = click.argument("folder", type=click.Path(path_type=Path), default=".")


@click.group("keys", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show the keys of the instance one stands in, and what is sealed with which; or replace one."""
    if context.invoked_subcommand is None:
        context.invoke(show)


@command.command("show")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def show(folder: Path = Path(), as_json: bool = False) -> None:
    """Show the keys of the instance in FOLDER (here, if left out), and how much is sealed with which."""
    from ledstang.sealing.rollover import known_keys

    async def work(house: House) -> tuple[list[dict[str, Any]], Left, list[dict[str, Any]]]:
        return await known_keys(), await house.resealing.left(), await house.rollover.holders()

    keys, left, holders = _in(folder, work)
    told = [_told(row, keys, left) for row in keys]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"keys": told, "processes": holders}), indent=2).decode())
        return
    for one in told:
        where = ", ".join(f"{count} in {table}" for table, count in one["values"].items())
        click.echo(f"key {one['number']:<4} {_words(one):<34} {where or 'nothing is sealed with it'}")
    for row in holders:
        click.echo(f"{row['process']} has read {row['keys']} and seals with {row['seals']}")


@command.command("create")
@FOLDER
def create(folder: Path) -> None:
    """Make the first keys of the instance in FOLDER (here, if left out). In production no start does it by itself."""
    from ledstang.app import assemble, running
    from ledstang.database import keyfiles
    from ledstang.sealing.rollover import known_keys

    instance = open_instance(folder)
    place, house = instance.path(instance.settings.keys), assemble(instance)

    async def known() -> int:
        async with running(house):
            return len(await known_keys())

    if place.is_dir() and any(place.iterdir()):
        raise click.ClickException(f"{place} is not empty: there are keys. Replace one by `ledstang keys rotate`.")
    if asyncio.run(known()):
        raise click.ClickException(
            f"This instance has had keys: restore them to {place} from where they are kept safe."
        )
    keyfiles.create(place)
    click.echo(f"The first keys are in {place}. Keep a copy where the database's backups are not.")


@command.command("rotate")
@FOLDER
def rotate(folder: Path) -> None:
    """Make a new key. It seals as soon as every running process has read it; the older ones open still."""

    async def work(house: House) -> tuple[int, int]:
        return await house.rollover.make()

    number, sealing = _in(folder, work)
    click.echo(f"Key {number} is made. Copy its files to where the keys are kept safe, and to every machine that has")
    click.echo("a folder of keys of its own.")
    if sealing == number:
        click.echo("No process runs: it seals from the next start on.")
    else:
        click.echo("It seals as soon as every running process has read it, which takes some seconds and no restart.")
    click.echo("What older keys have sealed is then sealed again, by and by: `ledstang keys` shows how much is left.")


@command.command("retire")
@click.argument("number", type=click.IntRange(1, 255))
@FOLDER
def retire(number: int, folder: Path) -> None:
    """Take key NUMBER out of use. Refused while anything is sealed with it."""

    async def work(house: House) -> None:
        await house.resealing.retire(number)

    _in(folder, work)
    click.echo(
        f"Key {number} is out of use; its files lie in `retired` in the folder of keys. Keep them for as long as"
    )
    click.echo("you keep a backup from the time when it was in use: that cannot be read without them.")


def _in(folder: Path, work: Callable[[House], Awaitable[Any]]) -> Any:
    """Open an instance's database, do something, and close it."""
    from ledstang.app import create_app, running

    configure()
    house: House = create_app(open_instance(folder)).state.house

    async def done() -> Any:
        async with running(house):
            await house.rollover.learn()
            if house.rollover.fault:
                raise house.rollover.fault
            return await work(house)

    return asyncio.run(done())


def _told(row: dict[str, Any], rows: list[dict[str, Any]], left: Left) -> dict[str, Any]:
    from ledstang.sealing.rollover import sealing_of

    number, sealing = row["number"], sealing_of(rows) or 0
    state = "retired" if row["retired"] else "seals" if number == sealing else "opens" if number < sealing else "made"
    at = row["retired"] if row["retired"] else row["since"] if state == "seals" else row["made"]
    values = {table: found[number] for table, found in left.items() if found[number]}
    return {"number": number, "state": state, "since": at, "values": values}


def _words(one: dict[str, Any]) -> str:
    at: datetime = one["since"].astimezone(STOCKHOLM)
    state = {"seals": "seals since", "opens": "opens, made", "made": "is being made known,", "retired": "retired"}
    return f"{state[one['state']]} {at:%Y-%m-%d %H:%M}"
