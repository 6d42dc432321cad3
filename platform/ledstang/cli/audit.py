"""`ledstang audit`: hold the access log against its chains and anchors, and put the chains' ends elsewhere."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from ledstang.instance import open_instance

if TYPE_CHECKING:
    from ledstang.access.log.anchoring import Anchor
    from ledstang.access.log.verifying import Verified
    from ledstang.house import House

FOLDER = click.argument("folder", type=click.Path(path_type=Path), default=".")


@click.group("audit")
def command() -> None:
    """See that nobody has changed the access log."""


@command.command("verify")
@FOLDER
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="The first day to go through.")
@click.option(
    "--anchor", "files", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with anchors, or the system's log with their lines; beside the one in the settings.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def verify(folder: Path, since: datetime | None, files: tuple[Path, ...], as_json: bool) -> None:
    """Go through the access log of the instance in FOLDER (here, if left out). Exit code 1 when something is wrong."""
    verified, anchors = asyncio.run(_verified(folder, since.date() if since else None, files))
    told = [{**msgspec.structs.asdict(one), "sentence": one.sentence} for one in verified.findings]
    if as_json:
        counted = {"chains": verified.chains, "entries": verified.entries, "anchors": anchors, "findings": told}
        click.echo(msgspec.json.format(msgspec.json.encode(counted), indent=2).decode())
    else:
        for one in verified.findings:
            click.echo(f"{one.chain}: {one.sentence}")
        if not anchors:
            click.echo("No anchors: that nothing was cut off at the end, keys and all, cannot be shown.", err=True)
        wrong = f"{len(told)} faults" if told else "nothing is wrong"
        click.echo(f"{verified.entries} entries in {verified.chains} chains, {anchors} anchors: {wrong}.")
    raise SystemExit(1 if told else 0)


@command.command("anchor")
@FOLDER
def anchor(folder: Path) -> None:
    """Print the ends of the latest chains, and add them to the file that the settings name. Keep them elsewhere."""
    from ledstang.app import create_app, running

    house: House = create_app(open_instance(folder)).state.house

    async def work() -> list[str]:
        async with running(house):
            return await house.log.anchor()

    for line in asyncio.run(work()):
        click.echo(line)


async def _verified(folder: Path, since: date | None, files: tuple[Path, ...]) -> tuple[Verified, int]:
    from ledstang.access.log.keeping import kept_since
    from ledstang.access.log.verifying import verify as verify_all
    from ledstang.access.log.writing import PURPOSE
    from ledstang.app import create_app, running

    house: House = create_app(open_instance(folder)).state.house
    anchors = _anchors(house, files)
    kept = kept_since(house.clock.today(), house.log.settings.keep_years)
    async with running(house):
        keys = house.keys.mac_keys_ever(PURPOSE)
        return await verify_all(keys, anchors, max(since or kept, kept)), len(anchors)


def _anchors(house: House, files: tuple[Path, ...]) -> list[Anchor]:
    from ledstang.access.log.anchoring import anchors_in

    own = house.log.anchor_file
    known = [*files, *([own] if own and own.exists() else [])]
    return anchors_in(file.read_text(encoding="utf-8", errors="replace") for file in known)
