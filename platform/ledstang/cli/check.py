"""`ledstang check`: every fault of content, theme, plugins and settings at once, each with what to do about it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import click

from ledstang.bundled import bundled
from ledstang.content.checking import check_path
from ledstang.content.diagnostics import Diagnostic
from ledstang.content.kinds import ContentKind, Library
from ledstang.content.policies import POLICIES
from ledstang.content.published import compile_instance, kinds_of, relations_of, stranger_faults
from ledstang.content.report import as_json, as_text, ordered
from ledstang.fitting import SettingsFault, locate, read_text
from ledstang.house import House
from ledstang.instance import FILE, Instance, open_instance
from ledstang.plugins import PluginFault
from ledstang.settings import Settings
from ledstang.web.statement import read_statement
from ledstang.web.themes import ThemeRefused, compile_theme


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "json", is_flag=True, help="Print JSON and nothing else.")
@click.option("--language", type=click.Choice(["sv", "en"]), help="The language to report in; else the instance's.")
def command(paths: tuple[Path, ...], json: bool, language: str | None) -> None:
    """Check each PATH: an instance, a folder or one .md file. Left out: where one stands, or what is installed.

    The exit code is 1 when there is an error; a warning alone does not count.
    """
    check = Check()
    for path in paths or (Path(),):
        check.look_at(path)
    found = ordered(check.found)
    report = as_json if json else as_text
    click.echo(report(found, language or check.language, check.catalogues))
    sys.exit(1 if any(fault.severity == "error" for fault in found) else 0)


class Check:
    """Looks at paths one by one. `found` has the faults so far, `catalogues` where plugins keep their sentences."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.catalogues: list[Path] = []
        self.language = "sv"
        self._of_plugins: list[Diagnostic] = []
        self._known: dict[Path, tuple[list[ContentKind], Library]] = {}

    def look_at(self, path: Path) -> None:
        """Check an instance whole, or a folder or a file with the words and plugins of the instance around it."""
        if (path / FILE).exists():
            self._instance(path)
        elif not path.is_dir() or path != Path():
            kinds, library = self._around(path)
            self.found += check_path(path, kinds, library)
            self.found += [fault for fault in self._of_plugins if _lies_in(fault.file, path)]
            self.found += _of_themes(path.rglob("theme.toml") if path.is_dir() else [])
        else:
            self._whole(Instance(path.resolve(), Settings(title="Ledstång")))

    def _instance(self, folder: Path) -> None:
        instance = self._opened(folder)
        if instance is None:
            return
        self.language = instance.settings.language
        self._whole(instance)

    def _opened(self, folder: Path) -> Instance | None:
        """Open an instance, without what is wrong in its settings where that can be left out."""
        try:
            return open_instance(folder)
        except SettingsFault as fault:
            self.found += [_of_settings(one) for one in fault.all]
            return Instance(folder.resolve(), fault.rest, read_text(fault.file)) if fault.rest else None

    def _whole(self, instance: Instance) -> None:
        """Check everything of an instance: settings, plugins, theme and content."""
        house = self._house(instance)
        self.found += [_of_settings(fault) for fault in house.settings_faults]
        self.found += self._of_plugins
        self.found += _of_theme(instance)
        self.found += _of_statement(instance)
        self.found += compile_instance(instance, house.offers).diagnostics
        own = instance.path("policies")
        if own.is_dir():
            self.found += check_path(own, [POLICIES], Library(words=relations_of(house.offers)))
            self.found += stranger_faults(instance, house.offers)

    def _around(self, path: Path) -> tuple[list[ContentKind], Library]:
        """Return the kinds and the library of the instance that a path lies in, or of the installation."""
        folder = next((parent for parent in path.resolve().parents if (parent / FILE).exists()), None)
        key = folder or Path()
        if key not in self._known:
            try:
                instance = open_instance(folder) if folder else None
            except SettingsFault:
                instance = None  # told when the instance itself is checked
            instance = instance or Instance(Path.cwd(), Settings(title="Ledstång"))
            self.language = instance.settings.language
            offers = self._house(instance).offers
            self._known[key] = [POLICIES, *kinds_of(offers)], compile_instance(instance, offers).library
        return self._known[key]

    def _house(self, instance: Instance) -> House:
        """Put a house together as far as it goes, its templates too, and take down what its plugins have against them."""
        from ledstang.app import assemble
        from ledstang.web.pages import Pages

        house = assemble(instance, lenient=True)
        with suppress(ThemeRefused):  # told where themes are
            house.pages = Pages(house)
        self.catalogues += [folder for plugin in house.plugins.found.values() if (folder := plugin.part("locale"))]
        self._of_plugins = [_of_plugin(fault) for fault in house.plugins.faults]
        return house


def _of_settings(fault: SettingsFault) -> Diagnostic:
    values = {"why": fault.why, "tip": fault.tip}
    return Diagnostic(
        str(fault.file), fault.line, 1 if fault.line else None, "settings", "error", "{why}", "{tip}", values
    )


def _of_plugin(fault: PluginFault) -> Diagnostic:
    place = re.fullmatch(r"(.+):(\d+)", fault.where)
    file, line = (place[1], int(place[2])) if place else (fault.where, None)
    values = {"plugin": fault.plugin, "why": fault.why, "tip": fault.tip}
    sentence = "The plugin “{plugin}” {why}."
    return Diagnostic(file, line, 1 if line else None, "plugin-refused", "error", sentence, "{tip}", values)


def _of_theme(instance: Instance) -> Iterator[Diagnostic]:
    """Yield the faults of every theme in an instance's folder, and of the one that it names."""
    own = sorted(instance.path("themes").glob("*/theme.toml"))
    named = instance.settings.theme
    yield from _of_themes(own)
    if instance.path(f"themes/{named}/theme.toml") not in own and not (bundled("themes") / named).is_dir():
        known = sorted({"handrail", *(theme.parent.name for theme in own)})
        why, tip = f"There is no theme `{named}`.", f"Use one of: {', '.join(known)}."
        line = locate(instance.text, ("theme",))
        yield _of_settings(SettingsFault(instance.folder / FILE, line, why, tip))


def _of_statement(instance: Instance) -> Iterator[Diagnostic]:
    """Yield what is wrong with an instance's accessibility statement. One that is not filled in is `doctor`'s to tell."""
    try:
        read_statement(instance.folder)
    except SettingsFault as fault:
        yield from (_of_settings(one) for one in fault.all)


def _of_themes(files: Iterable[Path]) -> Iterator[Diagnostic]:
    base = compile_theme(bundled("themes") / "handrail")[0]
    for theme in files:
        yield from compile_theme(theme.parent, base)[1]


def _lies_in(file: str, path: Path) -> bool:
    return Path(file).is_absolute() and Path(file).is_relative_to(path.resolve())
