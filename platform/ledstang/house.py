"""One running instance: everything that `create_app` makes, in one place. Plugins see it through `Host` only."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from markupsafe import Markup

from ledstang.access.may import Access
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.content.answers import Answers
from ledstang.content.nodes import Box
from ledstang.content.versions import Published
from ledstang.database import Bound, Database
from ledstang.database.sealed import Keys
from ledstang.gathering import Offers, withdraw
from ledstang.importing import PluginFault
from ledstang.instance import Instance
from ledstang.offers import Link, Task, TaskSource
from ledstang.people.personal_data import PersonalData
from ledstang.people.register import Register, register_data
from ledstang.plugins import Plugins
from ledstang.settings import SettingsFault
from ledstang.signin.personal_data import signin_data
from ledstang.switches import Switches
from ledstang.web.pages import Pages

log = logging.getLogger("ledstang")
T = TypeVar("T")
SOMETIME = datetime.max.replace(tzinfo=UTC)
PATIENCE, LONGER = 0.3, 2.0
"""Seconds that one plugin may take for its part of the start page, and for a box or panel on the page of another."""


class Gap(msgspec.Struct, frozen=True):
    """Something of a plugin that could not be shown; the page says so instead of being silent."""

    plugin: str


@dataclass(slots=True)
class House:
    """The parts of a running instance. `panels`, `tasks` and `links` ask the plugins, each alone."""

    instance: Instance
    clock: Clock
    plugins: Plugins
    database: Database
    settings: dict[str, msgspec.Struct] = field(default_factory=dict)
    settings_faults: list[SettingsFault] = field(default_factory=list)
    offers: Offers = field(default_factory=dict)
    ready: bool = False
    keys: Keys = field(init=False)
    register: Register = field(init=False)
    published: Published = field(init=False)
    access: Access = field(init=False)
    answers: Answers = field(init=False)
    pages: Pages = field(init=False)
    switches: Switches = field(init=False)
    sign_in: Any = field(init=False)

    def refuse(self, fault: PluginFault) -> None:
        """Put a plugin aside after it has been asked: nothing that it offers is used."""
        self.plugins.refuse(fault)
        withdraw(self.offers, fault.plugin)

    def offered(self, hook: str, visit: Visit) -> Iterable[tuple[str, Any]]:
        """Return what the plugins that are on for a visit offer to a hook."""
        for plugin, thing in self.offers.get(hook, []):
            if self.switches.on(plugin, scope_of(visit)):
                yield plugin, thing

    def personal_data(self) -> list[tuple[str, PersonalData]]:
        """Return all that is kept of persons, in the order to forget it: who somebody is goes last."""
        own = [*signin_data(self.database), register_data(self.register)]
        return [*self.offers.get("register_personal_data", []), *(("host", data) for data in own)]

    async def panels(self, slot: str, visit: Visit, subject: Any) -> list[tuple[str, Markup]]:
        """Render the panels of a slot: pairs of plugin's title and markup; a broken one gives a visible notice."""
        shown = []
        for plugin, panel in self.offered("register_panels", visit):
            if panel.slot == slot:
                markup = await alone(plugin, panel.render, visit, subject, seconds=LONGER)
                if isinstance(markup, Gap):
                    markup = self.pages.gap(visit.language, plugin)
                if markup is not None:
                    shown.append((panel.title, markup))
        return shown

    async def box(self, visit: Visit, box: Box, subject: Any, fields: Any = None) -> Markup:
        """Submit (with fields) and render a plugin's box; a broken or missing one gives a visible notice."""
        offered = self.offered("register_blocks", visit)
        plugin, block = next(((owner, one) for owner, one in offered if one.name == box.name), (box.word, None))
        if block is None or block.render is None:
            return self.pages.gap(visit.language, plugin)
        if fields is not None and block.submit:
            taken = await alone(plugin, block.submit, visit, box, fields, seconds=None)
            if isinstance(taken, Gap):
                return self.pages.gap(visit.language, plugin)
        markup = await alone(plugin, block.render, visit, box, subject, seconds=LONGER)
        return self.pages.gap(visit.language, plugin) if isinstance(markup, Gap) else markup

    async def links(self, visit: Visit) -> list[Link | Gap]:
        """Return the services that a visit sees."""
        seen: list[Link | Gap] = []
        for plugin, link in self.offered("register_links", visit):
            shown = await alone(plugin, link.shown, visit)
            if isinstance(shown, Gap):
                seen.append(shown)
            elif shown:
                seen.append(link)
        return seen

    async def tasks(self, visit: Visit) -> list[Task | Gap]:
        """Return what needs the person, by deadline. The statements of all sources share one round trip."""
        sources = list(self.offered("register_tasks", visit))
        rows = await self._rows([(plugin, source) for plugin, source in sources], visit)
        found: list[Task | Gap] = []
        for (plugin, source), given in zip(sources, rows, strict=True):
            tasks = given if isinstance(given, Gap) else await alone(plugin, _tasks, source, visit, given)
            found.extend([tasks] if isinstance(tasks, Gap) else tasks)
        return sorted(found, key=lambda task: (isinstance(task, Gap), getattr(task, "due", None) or SOMETIME))

    async def _rows(self, sources: list[tuple[str, TaskSource]], visit: Visit) -> list[list[dict[str, Any]] | Gap]:
        """Return each source's rows. When one of the statements fails they are asked one by one, to spare the others."""
        bound = [await alone(plugin, _statement, source, visit) for plugin, source in sources]
        try:
            answers = iter(await self.database.together(*(one for one in bound if isinstance(one, Bound))))
            return [next(answers) if isinstance(one, Bound) else one or [] for one in bound]
        except Exception:
            return [
                await alone(plugin, self._row, one) if isinstance(one, Bound) else one or []
                for (plugin, _), one in zip(sources, bound, strict=True)
            ]

    async def _row(self, bound: Bound) -> list[dict[str, Any]]:
        return (await self.database.together(bound))[0]


def scope_of(visit: Visit | None) -> str | None:
    """Return what a plugin is switched on or off for: the unit that somebody acts for, else the region, else nothing."""
    return (visit.unit or visit.region) if visit else None


async def alone(
    plugin: str, ask: Callable[..., Awaitable[T]], *given: Any, seconds: float | None = PATIENCE
) -> T | Gap:
    """Ask one plugin. What it raises, or does not answer in time, costs its own box on the page and a line in the log."""
    try:
        async with asyncio.timeout(seconds):
            return await ask(*given)
    except (Exception, SystemExit) as fault:
        frame = traceback.extract_tb(fault.__traceback__)[-1]
        # The message of an exception may hold what a person wrote: the log gets its type and place only.
        log.error("the plugin `%s` failed: %s at %s:%s", plugin, type(fault).__name__, frame.filename, frame.lineno)
        return Gap(plugin)


async def _statement(source: TaskSource, visit: Visit) -> Bound | None:
    bound = source.statement(visit) if source.statement else None
    if not isinstance(bound, Bound | None):
        raise TypeError("a statement is a bound prepared query")
    return bound


async def _tasks(source: TaskSource, visit: Visit, rows: list[dict[str, Any]]) -> list[Task]:
    return msgspec.convert(await source.tasks(visit, rows), list[Task])
