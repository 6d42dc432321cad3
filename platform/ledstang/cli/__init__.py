"""`ledstang` on the command line: one module a command, and those that plugins bring."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from ledstang.faults import Told

OURS = {
    "appoint": "appoint",
    "audit": "audit",
    "backup": "backup",
    "check": "check",
    "doctor": "doctor",
    "init": "init",
    "keys": "keys",
    "migrate": "migrate",
    "new": "new",
    "plugins": "plugins",
    "policy": "policy",
    "problems": "problems",
    "restore": "restore",
    "retention": "retention",
    "serve": "serve",
    "try": "try_",
    "work": "work",
}
"""Command → module of this package. Each module's `command` is imported only when it is wanted."""


class Commands(click.Group):
    """The host's commands, and those of the plugins of the instance one stands in (or of the installation)."""

    def list_commands(self, _: click.Context) -> list[str]:
        return sorted({*OURS, *_of_plugins()})

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name in OURS:
            command: click.Command = importlib.import_module(f"ledstang.cli.{OURS[name]}").command
            return command
        return _of_plugins().get(name)


@click.command(cls=Commands)
@click.version_option(package_name="ledstang")
def ledstang() -> None:
    """An open platform for support and treatment programmes and the self-service around them."""


def main() -> None:
    """Run a command. A fault of the user's is a sentence on standard error and an exit code, never a traceback."""
    try:
        ledstang(prog_name="ledstang")
    except Told as fault:
        click.echo(str(fault), err=True)
        sys.exit(fault.code)


def _of_plugins() -> dict[str, click.Command]:
    """Return the commands of plugins by name. A plugin that cannot be asked is told on standard error, and left out."""
    from ledstang.gathering import commands
    from ledstang.instance import FILE, open_instance
    from ledstang.plugins import find

    here = Path.cwd()
    if (here / FILE).exists():
        instance = open_instance(here)
        plugins = find(instance.drop_ins, instance.settings.disabled, instance.settings.patience)
    else:
        plugins = find([])
    found = commands(plugins, OURS)
    for fault in plugins.faults:
        click.echo(str(fault), err=True)
    return found
