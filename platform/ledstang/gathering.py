"""Ask every plugin every hook, once, at start; what a plugin answers wrongly is that plugin's fault alone."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import msgspec

from ledstang import hookspecs
from ledstang.fitting import SettingsFault, fit, locate
from ledstang.importing import PluginFault, told
from ledstang.instance import FILE, Instance
from ledstang.isolation import within
from ledstang.patience import USUAL, Patience
from ledstang.plugins import Plugin, Plugins
from ledstang.saying import Said
from ledstang.shapes import misfit

Offers = dict[str, list[tuple[str, Any]]]
"""What was answered: hook → (plugin, thing), in the order of the plugins."""

SEE = "See `{hook}` in platform/README.md."
OF_THEIR_OWN = frozenset({"register_settings"})


def gather(plugins: Plugins, host_for: Callable[[Plugin], Any], patience: Patience = USUAL) -> Offers:
    """Ask each plugin all its hooks. One that raises, hangs or answers with the wrong things is put aside, whole."""
    offers: Offers = {}
    for plugin in list(plugins.found.values()):
        answers: dict[str, list[Any]] = {}
        for hook in plugin.hooks:
            if hook not in OF_THEIR_OWN:
                fault = _ask(plugins, plugin, hook, host_for, answers, patience)
                if fault:
                    plugins.refuse(fault)
                    break
        else:
            for hook, things in answers.items():
                offers.setdefault(hook, []).extend((plugin.name, thing) for thing in things)
    return offers


def withdraw(offers: Offers, plugin: str) -> None:
    """Take back all that a plugin has offered."""
    for hook in offers:
        offers[hook] = [(name, thing) for name, thing in offers[hook] if name != plugin]


def commands(plugins: Plugins, taken: typing.Collection[str]) -> dict[str, click.Command]:
    """Return the commands that plugins bring, by name; whoever brings one whose name is taken is refused."""
    found: dict[str, click.Command] = {}
    for plugin in list(plugins.found.values()):
        answers: dict[str, list[Any]] = {}
        if "register_commands" in plugin.hooks:
            fault = _ask(plugins, plugin, "register_commands", lambda _: None, answers, USUAL)
            fault = fault or command_fault(plugin, answers["register_commands"], {*taken, *found})
            if fault:
                plugins.refuse(fault)
            else:
                found |= {command.name: command for command in answers["register_commands"]}
    return found


def fit_settings(plugins: Plugins, instance: Instance) -> tuple[dict[str, msgspec.Struct], list[SettingsFault]]:
    """Hold `[plugins.<name>]` against what each plugin says it must fit, and return what fits and what does not."""
    fitted: dict[str, msgspec.Struct] = {}
    faults = list(_unknown(plugins, instance))
    for plugin in list(plugins.found.values()):
        shape = _shape(plugins, plugin, instance.settings.patience)
        if shape:
            data = instance.settings.plugins.get(plugin.name, {})
            below = ("plugins", plugin.name)
            try:
                fitted[plugin.name] = fit(data, shape, instance.folder / FILE, instance.text, below)
            except SettingsFault as fault:
                faults += fault.all
                fitted |= {plugin.name: fault.rest} if fault.rest else {}
    refused = {fault.plugin for fault in plugins.faults}
    for name in sorted(plugins.found.keys() & instance.settings.plugins.keys()):
        if "register_settings" not in plugins.found[name].hooks and name not in refused:
            why = f"There are settings for a plugin `{name}` that takes none."
            faults.append(_fault(instance, ("plugins", name), why, "Remove the table, or correct its name."))
    return fitted, faults


def _unknown(plugins: Plugins, instance: Instance) -> Iterator[SettingsFault]:
    """Yield what is said in the settings of plugins that there are none of."""
    given = instance.settings
    named: list[tuple[tuple[str, ...], str]] = [(("plugins", name), name) for name in given.plugins]
    named += [(("disabled",), name) for name in given.disabled]
    named += [(("regions", str(at), "off"), name) for at, region in enumerate(given.regions) for name in region.off]
    named += [(("units", str(at), "off"), name) for at, unit in enumerate(given.units) for name in unit.off]
    for path, name in named:
        if name not in plugins.known:
            near = get_close_matches(name, plugins.known, 1)
            tip = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(sorted(plugins.known))}."
            yield _fault(instance, path, f"It speaks of a plugin `{name}` that is not installed.", tip)


def _fault(instance: Instance, path: tuple[str, ...], why: str, tip: str) -> SettingsFault:
    return SettingsFault(instance.folder / FILE, locate(instance.text, path), why, tip)


def _shape(plugins: Plugins, plugin: Plugin, patience: Patience) -> type[msgspec.Struct] | None:
    if "register_settings" not in plugin.hooks:
        return None
    shape, fault = within(patience.asked_ms, plugins.ask, plugin, "register_settings")
    if fault:
        plugins.refuse(
            told(plugin.name, fault, _home(plugin), plugin.origin, Said("in `{hook}`", hook="register_settings"))
        )
        return None
    if inspect.isclass(shape) and issubclass(shape, msgspec.Struct):
        return msgspec.defstruct(shape.__name__, [], bases=(shape,), frozen=True, forbid_unknown_fields=True)
    plugins.refuse(_wrong(plugin, "register_settings", shape, "a msgspec.Struct class"))
    return None


def _ask(
    plugins: Plugins,
    plugin: Plugin,
    hook: str,
    host_for: Callable[[Plugin], Any],
    answers: dict[str, list[Any]],
    patience: Patience,
) -> PluginFault | None:
    wanted = plugins.specified()[hook].spec.argnames
    arguments = {"host": host_for(plugin)} if "host" in wanted else {}

    def asked() -> tuple[Any, PluginFault | None]:
        answer = plugins.ask(plugin, hook, **arguments)
        return answer, _wrong_answer(plugin, hook, answer, patience)

    came, fault = within(patience.asked_ms, asked)
    if came is None:
        return told(plugin.name, fault or TimeoutError(), _home(plugin), plugin.origin, Said("in `{hook}`", hook=hook))
    answers[hook], wrong = came
    return wrong


def _wrong_answer(plugin: Plugin, hook: str, answer: Any, patience: Patience) -> PluginFault | None:
    """Return what stands against an answer. To look at it may run the plugin's code: call it `within`."""
    if type(answer) is not list:
        return _wrong(plugin, hook, answer, "a list")
    if len(answer) > patience.offers:
        why = Said("answers `{hook}` with {number} things, where {most} is the most",
                   hook=hook, number=len(answer), most=patience.offers)  # fmt: skip
        return PluginFault(plugin.name, plugin.origin, why, "Bring fewer, or raise `offers` below `[patience]`.")
    kinds = _answers(hook)
    for thing in answer:
        kind = next((kind for kind in kinds if _is(thing, kind)), None)
        if kinds and kind is None:
            return _wrong(plugin, hook, thing, " / ".join(kind.__name__ for kind in kinds))
        if kind and issubclass(kind, msgspec.Struct) and (field := misfit(thing, kind)):
            got = type(getattr(thing, field)).__name__
            why = Said("answers `{hook}` with a {kind} whose `{field}` does not fit: it is of the type {got}",
                       hook=hook, kind=kind.__name__, field=field, got=got)  # fmt: skip
            return PluginFault(plugin.name, plugin.origin, why, Said(SEE, hook=hook))
    return None


def _is(thing: Any, kind: type) -> bool:
    """Say whether a thing is of a kind. Ours are plain values, whose subclasses could answer anything at any time."""
    return type(thing) is kind if issubclass(kind, msgspec.Struct) else issubclass(type(thing), kind)


def command_fault(plugin: Plugin, brought: list[click.Command], taken: set[str]) -> PluginFault | None:
    """Return what stands against a plugin's commands: a name that is taken. `taken` takes up those that may stand."""
    for command in brought:
        if not isinstance(command.name, str) or command.name in taken:
            why = Said("brings a command `{name}`, a name that is taken", name=command.name)
            return PluginFault(plugin.name, plugin.origin, why, "Give it another name.")
        taken.add(command.name)
    return None


def _answers(hook: str) -> tuple[type, ...]:
    """Return the types that a host's hook may answer with, read from its specification."""
    spec = getattr(hookspecs, hook, None)
    if spec is None:
        return ()
    returned = eval(spec.__annotations__["return"], vars(hookspecs))  # noqa: S307 - our own annotation, not input
    inner = typing.get_args(returned)[0]
    return typing.get_args(inner) or (inner,)


def _wrong(plugin: Plugin, hook: str, answer: Any, wanted: str) -> PluginFault:
    why = "answers `{hook}` with {got} where {wanted} is wanted"
    why = Said(why, hook=hook, got=type(answer).__name__, wanted=wanted)
    return PluginFault(plugin.name, plugin.origin, why, Said(SEE, hook=hook))


def _home(plugin: Plugin) -> Path:
    """Return where a plugin's own code lies."""
    return plugin.folder or Path(plugin.module.__file__ or "")
