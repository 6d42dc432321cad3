"""`ledstang plugins`: what is installed, where it came from, what it does, and what was refused."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ledstang.instance import FILE, Instance, open_instance
from ledstang.settings import Settings

if TYPE_CHECKING:
    from piccolo.table import Table

    from ledstang.house import House
    from ledstang.plugins import Plugin


@click.group("plugins", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the plugins of the instance one stands in, or of the installation."""
    if context.invoked_subcommand:
        return
    house = _house()
    rows = describe(house)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"plugins": rows}), indent=2).decode())
    else:
        for row in rows:
            _show(row, house)
    sys.exit(1 if house.plugins.faults else 0)


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


def describe(house: House) -> list[dict[str, Any]]:
    """Return a row for each plugin, those that are disabled or were refused too, as `--json` prints it."""
    rows = [
        _row(
            plugin.name, plugin.origin, "on", plugin.version, list(plugin.hooks), _routes(house, plugin), plugin.tables
        )
        for plugin in house.plugins.found.values()
    ]
    rows += [_row(name, origin, "disabled") for name, origin in house.plugins.disabled.items()]
    rows += [_row(fault.plugin, fault.where, "refused") for fault in house.plugins.faults]
    return rows


def _row(
    name: str,
    origin: str,
    state: str,
    version: str = "",
    hooks: Sequence[str] = (),
    routes: Sequence[dict[str, Any]] = (),
    tables: Sequence[type[Table]] = (),
) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "origin": origin,
        "hooks": hooks,
        "routes": routes,
        "tables": [table._meta.tablename for table in tables],
        "state": state,
    }


def _routes(house: House, plugin: Plugin) -> list[dict[str, Any]]:
    """Return a plugin's routes. One that asks for no visit is public."""
    return [
        {
            "method": method,
            "path": f"/{plugin.slug}{path}".rstrip("/"),
            "public": not {"visit", "staff"} & inspect.signature(handler.fn).parameters.keys(),
        }
        for name, handler in house.offers.get("register_routes", [])
        if name == plugin.name
        for path in sorted(handler.paths)
        for method in sorted(getattr(handler, "http_methods", ["*"]))
    ]


def _house() -> House:
    """Return the house of the instance one stands in, or of nothing but the installation."""
    from ledstang.app import assemble

    here = Path.cwd()
    instance = open_instance(here) if (here / FILE).exists() else Instance(here, Settings(title="Ledstång"))
    house = assemble(instance, lenient=True)
    for fault in house.settings_faults:
        click.echo(str(fault), err=True)
    return house


def _show(row: dict[str, Any], house: House) -> None:
    click.echo(f"{' '.join(filter(None, (row['name'], row['version'])))} ({row['origin']}) {row['state']}")
    plugin = house.plugins.found.get(row["name"])
    said = [plugin.about] if plugin and row["state"] == "on" else []
    if row["state"] == "refused":
        said = [str(fault) for fault in house.plugins.faults if fault.where == row["origin"]]
    for line in said:
        click.echo(f"    {line}")
    for route in row["routes"]:
        click.echo(f"    {route['method']:<4} {route['path']}{'  public' if route['public'] else ''}")
    if row["tables"]:
        click.echo(f"    tables: {', '.join(row['tables'])}")


def _switch(plugin: str, scope: str, *, on: bool) -> None:
    from ledstang.app import assemble, running

    house = assemble(open_instance(Path.cwd()))
    if plugin not in house.plugins.found:
        raise click.ClickException(f"There is no plugin `{plugin}`. There are: {', '.join(house.plugins.found)}.")

    async def work() -> set[str]:
        """Switch it, and return what there is to switch it for."""
        async with running(house):
            await house.units.refresh()
            known = {region.id for region in house.instance.regions} | {unit.hsa_id for unit in house.units.all()}
            where = scope if scope in known else scope.upper()
            if where in known:
                await house.switches.switch(plugin, where, on=on)
            return known

    known = asyncio.run(work())
    if scope not in known and scope.upper() not in known:
        raise click.ClickException(f"There is no region or unit `{scope}`. There are: {', '.join(sorted(known))}.")
    click.echo(f"The plugin {plugin} is {'on' if on else 'off'} for {scope}, within five seconds.")
