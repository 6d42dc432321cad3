"""`ledstang serve`: run an instance."""

from __future__ import annotations

import asyncio
import os
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledstang.cli.draining import drain_when_told_to_stop
from ledstang.instance import open_instance
from ledstang.logs import configure

if TYPE_CHECKING:
    from litestar import Litestar

    from ledstang.house import House

FOLDER, DEMO = "LEDSTANG_FOLDER", "LEDSTANG_DEMO"


@click.command("serve")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes; one or two with SQLite."
)
@click.option("--demo", is_flag=True, help="Add invented persons who may sign in, and a clock that may be moved.")
def command(folder: Path, host: str, port: int, workers: int, demo: bool) -> None:
    """Run the instance in FOLDER (here, if left out)."""
    import uvicorn

    from ledstang.plugins import find
    from ledstang.production import refuse

    instance = open_instance(folder, demo=demo)
    if instance.settings.production:
        refuse(instance, find(instance.drop_ins, instance.settings.disabled, instance.settings.patience))
    if demo and workers > 1:
        raise click.ClickException("--demo keeps its clock in one process: leave out --workers.")
    _free(host, port)
    os.environ[FOLDER], os.environ[DEMO] = str(instance.folder), "1" if demo else ""
    app = application()
    prepare(app.state.house)
    _greet(host, port, app.state.house)
    uvicorn.run(
        app if workers == 1 else "ledstang.cli.serve:application",
        factory=workers > 1,
        host=host,
        port=port,
        workers=workers if workers > 1 else None,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=True,
    )


def application() -> Litestar:
    """Make the app of the folder that `serve` was called with; uvicorn calls this in each worker."""
    from ledstang.app import create_app

    configure()
    instance = open_instance(Path(os.environ[FOLDER]), demo=bool(os.environ.get(DEMO)))
    app = create_app(instance, works=instance.settings.work.inside_serve)
    app.on_startup.append(partial(drain_when_told_to_stop, app.state.house))
    return app


def prepare(house: House) -> None:
    """Bring the database up to date before anybody is served. Raises DatabaseFault."""
    from ledstang.app import running

    async def work() -> None:
        async with running(house), house.rollover.holding():
            pass

    asyncio.run(work())


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as fault:
        why = os.strerror(fault.errno) if fault.errno and fault.errno > 0 else fault.strerror
        raise click.ClickException(
            f"Port {port} on {host} cannot be had: {why}. "
            f"Stop what runs there, or choose another: `ledstang serve --port {port + 1}`."
        ) from None


def _greet(host: str, port: int, house: House) -> None:
    for fault in house.plugins.faults:
        click.echo(f"Put aside: {fault}", err=True)
    click.echo(f"\nLedstång is at http://{f'[{host}]' if ':' in host else host}:{port}/")
    if house.instance.demo:
        click.echo("Sign in as one of the invented test persons: choose «Logga in», then a name. No password.")
    click.echo("Stop with Ctrl+C.\n")
