"""`ledstang work`: carry out what is in the outbox, in a process of its own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledstang.clock import STOCKHOLM
from ledstang.instance import open_instance
from ledstang.logs import configure

if TYPE_CHECKING:
    from litestar import Litestar

    from ledstang.house import House


@click.command("work")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--once", is_flag=True, help="Carry out what is due now, and end.")
@click.option("--dead", is_flag=True, help="List the errands that were given up, and end; exit 1 if there are any.")
@click.option("--retry", is_flag=True, help="Let the errands that were given up be tried again, and end.")
def command(folder: Path, once: bool, dead: bool, retry: bool) -> None:
    """Carry out what is in the outbox of the instance in FOLDER (here, if left out), until it is stopped.

    Any number of these may run, on any number of machines that share the database.
    """
    from ledstang.app import create_app

    if once + dead + retry > 1:
        raise click.UsageError("Choose one of --once, --dead and --retry.")
    configure()
    app = create_app(open_instance(folder))
    house: House = app.state.house
    for fault in house.plugins.faults:
        click.echo(f"Put aside: {fault}", err=True)
    do = _once if once else _dead if dead else _retry if retry else _until_stopped
    raise SystemExit(asyncio.run(_in(app, do)))


async def _in(app: Litestar, do: object) -> int:
    async with app.lifespan():
        code: int = await do(app.state.house)  # type: ignore[operator]
        return code


async def _until_stopped(house: House) -> int:
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, house.worker.stop)
    click.echo("Working. Stop with Ctrl+C.")
    await house.worker.run()
    return 0


async def _once(house: House) -> int:
    click.echo(f"{await house.worker.until_idle()} errands carried out.")
    return 0


async def _dead(house: House) -> int:
    rows = await house.outbox.dead()
    for row in rows:
        at = row["dead"].astimezone(STOCKHOLM)
        click.echo(f"{row['id']}  {at:%Y-%m-%d %H:%M}  {row['kind']}  {row['tries']} tries  {row['error']}")
    click.echo("Try them again with `ledstang work --retry`." if rows else "No errand was given up.")
    return 1 if rows else 0


async def _retry(house: House) -> int:
    click.echo(f"{await house.outbox.retry()} errands will be tried again.")
    return 0
