"""`ledstang retention`: how much has been kept for its time, by region and kind of data. It removes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ledstang.instance import open_instance

if TYPE_CHECKING:
    from ledstang.house import House


@click.command("retention")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def command(folder: Path, as_json: bool) -> None:
    """Count what the periods of the instance in FOLDER (here, if left out) would remove today. Nothing is removed.

    It is proposed by a data administrator at /staff/retention, and approved there by two people.
    """
    rows = asyncio.run(_counted(folder))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"counts": rows}), indent=2).decode())
        return
    for row in rows:
        where = row["region"] or "no region"
        click.echo(
            f"{where}: {row['data']}, {row['things']} untouched since before {row['before'][:10]} ({row['basis']})"
        )
    click.echo("Nothing was removed." if rows else "No period holds today: everything is kept.")


async def _counted(folder: Path) -> list[dict[str, Any]]:
    from ledstang.app import create_app, running
    from ledstang.clock import STOCKHOLM
    from ledstang.rights.ageing import counts_of

    house: House = create_app(open_instance(folder)).state.house
    async with running(house):
        return [
            {
                "region": region,
                "data": one.rule.data,
                "years": one.rule.years,
                "basis": one.rule.basis,
                "before": one.rule.before.astimezone(STOCKHOLM).isoformat(),
                "things": one.things,
            }
            for region in [one.id for one in house.instance.regions] or [""]
            for one in await counts_of(house, region)
        ]
