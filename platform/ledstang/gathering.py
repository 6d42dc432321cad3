"""Ask every plugin every hook, once, at start; what a plugin answers wrongly is that plugin's fault alone."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

import msgspec

from ledstang import hookspecs, settings
from ledstang.instance import FILE, Instance
from ledstang.plugins import Plugin, PluginFault, Plugins
from ledstang.settings import SettingsFault

Offers = dict[str, list[tuple[str, Any]]]
"""What was answered: hook → (plugin, thing), in the order of the plugins."""

OF_THEIR_OWN = frozenset({"register_settings", "register_commands"})


def gather(plugins: Plugins, host_for: Callable[[Plugin], Any]) -> Offers:
    """Ask each plugin all its hooks. A plugin that raises or answers with the wrong things is put aside, whole."""
    offers: Offers = {}
    for plugin in list(plugins.found.values()):
        answers = {}
        for hook in plugin.hooks:
            if hook not in OF_THEIR_OWN:
                fault = _ask(plugins, plugin, hook, host_for, answers)
                if fault:
                    plugins.refuse(fault)
                    break
        else:
            for hook, things in answers.items():
                offers.setdefault(hook, []).extend((plugin.name, thing) for thing in things)
    return offers


def fit_settings(plugins: Plugins, instance: Instance) -> dict[str, msgspec.Struct]:
    """Hold `[plugins.<name>]` against what each plugin says it must fit. Raises SettingsFault."""
    fitted = {}
    for plugin in list(plugins.found.values()):
        shape = _shape(plugins, plugin)
        if shape:
            data = instance.settings.plugins.get(plugin.name, {})
            below = ("plugins", plugin.name)
            fitted[plugin.name] = settings.fit(data, shape, instance.folder / FILE, instance.text, below)
    gone = {fault.plugin for fault in plugins.faults} | set(instance.settings.disabled)
    for name in instance.settings.plugins:
        if name not in fitted and name not in gone:
            line = settings.locate(instance.text, ("plugins", name))
            why = f"There are settings for a plugin `{name}` that "
            why += "takes none." if name in plugins.found else "is not installed."
            raise SettingsFault(instance.folder / FILE, line, why, "Remove the table, or correct its name.")
    return fitted


def _shape(plugins: Plugins, plugin: Plugin) -> type[msgspec.Struct] | None:
    if "register_settings" not in plugin.hooks:
        return None
    shape = plugins.ask(plugin, "register_settings")
    if inspect.isclass(shape) and issubclass(shape, msgspec.Struct):
        return msgspec.defstruct(shape.__name__, [], bases=(shape,), frozen=True, forbid_unknown_fields=True)
    plugins.refuse(_wrong(plugin, "register_settings", shape, "a msgspec.Struct class"))
    return None


def _ask(
    plugins: Plugins, plugin: Plugin, hook: str, host_for: Callable[[Plugin], Any], answers: dict[str, list[Any]]
) -> PluginFault | None:
    wanted = plugins.specified()[hook].spec.argnames
    arguments = {"host": host_for(plugin)} if "host" in wanted else {}
    try:
        answer = plugins.ask(plugin, hook, **arguments)
    except (Exception, SystemExit) as fault:
        why = f"raised {type(fault).__name__} in `{hook}`: {fault}"
        return PluginFault(plugin.name, plugin.origin, why, "Mend it, or put the plugin in `disabled`.")
    kinds = _answers(hook)
    if not isinstance(answer, list):
        return _wrong(plugin, hook, answer, "a list")
    for thing in answer:
        if kinds and not isinstance(thing, kinds):
            return _wrong(plugin, hook, thing, " or ".join(kind.__name__ for kind in kinds))
    answers[hook] = answer
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
    why = f"answers `{hook}` with {type(answer).__name__} where {wanted} is wanted"
    return PluginFault(plugin.name, plugin.origin, why, f"See `{hook}` in platform/README.md.")
