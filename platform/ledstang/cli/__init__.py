"""`ledstang` on the command line: one module a command, and those that plugins bring."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from ledstang.settings import SettingsFault

OURS = {
    "check": "check",
    "init": "init",
    "migrate": "migrate",
    "new": "new",
    "plugins": "plugins",
    "serve": "serve",
    "try": "try_",
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
    """Run a command. A fault of the user's is one sentence on standard error and exit code 2, never a traceback."""
    from ledstang.database import DatabaseFault

    try:
        ledstang(prog_name="ledstang")
    except (SettingsFault, DatabaseFault) as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)


def _of_plugins() -> dict[str, click.Command]:
    from ledstang.instance import FILE, open_instance
    from ledstang.plugins import PluginFault, find

    here = Path.cwd()
    folders, disabled = [], ()
    if (here / FILE).exists():
        disabled = open_instance(here).settings.disabled
        folders = [here / "plugins", here / "proxies"]
    plugins = find(folders, disabled)
    commands: dict[str, click.Command] = {}
    for plugin in list(plugins.found.values()):
        if "register_commands" in plugin.hooks:
            for command in plugins.ask(plugin, "register_commands"):
                if command.name in OURS or command.name in commands:
                    why = f"brings a command `{command.name}`, a name that is taken"
                    plugins.refuse(PluginFault(plugin.name, plugin.origin, why, "Give it another name."))
                else:
                    commands[command.name] = command
    return commands
