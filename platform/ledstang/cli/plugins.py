"""`ledstang plugins`: what is installed, where it came from, what it does, and what was refused."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from ledstang.instance import FILE, Instance, open_instance
from ledstang.settings import Settings


@click.group("plugins", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the plugins of the instance one stands in, or of the installation."""
    if context.invoked_subcommand:
        return
    rows = describe(_here())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"plugins": rows}), indent=2).decode())
    else:
        for row in rows:
            _show(row)
    sys.exit(1 if any(row["state"] == "refused" for row in rows) else 0)


@command.command("on")
@click.argument("plugin")
@click.argument("scope")
def switch_on(plugin: str, scope: str) -> None:
    """Switch PLUGIN on for SCOPE: a region's id, or a unit's HSA-id."""
    _switch(plugin, scope, on=True)


@command.command("off")
@click.argument("plugin")
@click.argument("scope")
def switch_off(plugin: str, scope: str) -> None:
    """Switch PLUGIN off for SCOPE: a region's id, or a unit's HSA-id."""
    _switch(plugin, scope, on=False)


def describe(instance: Instance) -> list[dict[str, Any]]:
    """Return a row for each plugin: name, version, origin, hooks, routes (public ones marked), tables, state."""
    from ledstang.app import assemble

    house = assemble(instance)
    rows = []
    for plugin in house.plugins.found.values():
        routes = [
            {"path": f"/{plugin.slug}{path}".rstrip("/") or "/", "public": "visit" not in handler.fn.__annotations__}
            for name, handler in house.offers.get("register_routes", [])
            if name == plugin.name
            for path in sorted(handler.paths)
        ]
        tables = [table._meta.tablename for table in plugin.tables]
        rows.append(_row(plugin.name, plugin.version, plugin.origin, plugin.about, list(plugin.hooks), routes, tables))
    for fault in house.plugins.faults:
        rows.append({**_row(fault.plugin, "", fault.where, str(fault), [], [], []), "state": "refused"})
    return rows


def _row(
    name: str, version: str, origin: str, about: str, hooks: list[str], routes: list[Any], tables: list[str]
) -> Any:
    return {
        "name": name,
        "version": version,
        "origin": origin,
        "about": about,
        "hooks": hooks,
        "routes": routes,
        "tables": tables,
        "state": "on",
    }


def _here() -> Instance:
    """Return the instance one stands in, or one of nothing but the installation."""
    here = Path.cwd()
    return open_instance(here) if (here / FILE).exists() else Instance(here, Settings(title="Ledstång"))


def _show(row: dict[str, Any]) -> None:
    click.echo(f"{row['name']} {row['version']}  ({row['origin']})  {row['state']}")
    click.echo(f"    {row['about']}")
    for route in row["routes"]:
        click.echo(f"    {route['path']}{'  public' if route['public'] else ''}")
    if row["tables"]:
        click.echo(f"    tables: {', '.join(row['tables'])}")


def _switch(plugin: str, scope: str, *, on: bool) -> None:
    from ledstang.app import assemble, running

    instance = open_instance(Path.cwd())
    known = {region.id for region in instance.regions} | {unit.hsa_id.upper() for unit in instance.units}
    if scope not in known and scope.upper() not in known:
        raise click.ClickException(f"There is no region or unit `{scope}`. There are: {', '.join(sorted(known))}.")
    house = assemble(instance)
    if plugin not in house.plugins.found:
        raise click.ClickException(f"There is no plugin `{plugin}`. There are: {', '.join(house.plugins.found)}.")

    async def work() -> None:
        async with running(house):
            await house.switches.switch(plugin, scope if scope in known else scope.upper(), on=on)

    asyncio.run(work())
    click.echo(f"The plugin {plugin} is {'on' if on else 'off'} for {scope}, within five seconds.")
