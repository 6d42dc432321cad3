"""One running instance: everything that `create_app` makes, in one place. Plugins see it through `Host` only."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Iterable
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
from ledstang.database import Database
from ledstang.database.sealed import Keys
from ledstang.gathering import Offers
from ledstang.instance import Instance
from ledstang.offers import Link, Task
from ledstang.plugins import Plugins
from ledstang.switches import Switches
from ledstang.web.pages import Pages

log = logging.getLogger("ledstang")
T = TypeVar("T")
SOMETIME = datetime.max.replace(tzinfo=UTC)


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
    offers: Offers = field(default_factory=dict)
    ready: bool = False
    keys: Keys = field(init=False)
    published: Published = field(init=False)
    access: Access = field(init=False)
    answers: Answers = field(init=False)
    pages: Pages = field(init=False)
    switches: Switches = field(init=False)
    sign_in: Any = field(init=False)

    def offered(self, hook: str, visit: Visit) -> Iterable[tuple[str, Any]]:
        """Return what the plugins that are on for a visit's region offer to a hook."""
        for plugin, thing in self.offers.get(hook, []):
            if self.switches.on(plugin, visit.region):
                yield plugin, thing

    async def panels(self, slot: str, visit: Visit, subject: Any) -> list[tuple[str, Markup]]:
        """Render the panels of a slot: pairs of plugin's title and markup; a broken one gives a visible notice."""
        shown = []
        for plugin, panel in self.offered("register_panels", visit):
            if panel.slot == slot:
                markup = await alone(plugin, panel.render(visit, subject))
                if isinstance(markup, Gap):
                    markup = self.pages.gap(visit.language, plugin)
                if markup is not None:
                    shown.append((panel.title, markup))
        return shown

    async def box(self, visit: Visit, box: Box, subject: Any, fields: Any = None) -> Markup:
        """Submit (with fields) and render a plugin's box; a broken one gives a visible notice."""
        plugin, block = next((owner, one) for owner, one in self.offers["register_blocks"] if one.name == box.name)
        if fields is not None and block.submit:
            await alone(plugin, block.submit(visit, box, fields))
        markup = await alone(plugin, block.render(visit, box, subject))
        return self.pages.gap(visit.language, plugin) if isinstance(markup, Gap) else markup

    async def links(self, visit: Visit) -> list[Link | Gap]:
        """Return the services that a visit sees."""
        seen: list[Link | Gap] = []
        for plugin, link in self.offered("register_links", visit):
            shown = await alone(plugin, link.shown(visit))
            if isinstance(shown, Gap):
                seen.append(shown)
            elif shown:
                seen.append(link)
        return seen

    async def tasks(self, visit: Visit) -> list[Task | Gap]:
        """Return what needs the person, by deadline. The statements of all sources share one round trip."""
        sources = list(self.offered("register_tasks", visit))
        bound = [(number, source.statement(visit)) for number, (_, source) in enumerate(sources) if source.statement]
        asked = [(number, statement) for number, statement in bound if statement is not None]
        answers = await self.database.together(*(statement for _, statement in asked))
        rows = {number: answer for (number, _), answer in zip(asked, answers, strict=True)}
        found: list[Task | Gap] = []
        for number, (plugin, source) in enumerate(sources):
            tasks = await alone(plugin, source.tasks(visit, rows.get(number, [])))
            found.extend([tasks] if isinstance(tasks, Gap) else tasks)
        return sorted(found, key=lambda task: (isinstance(task, Gap), getattr(task, "due", None) or SOMETIME))


async def alone(plugin: str, work: Awaitable[T]) -> T | Gap:
    """Await one plugin's work. What it raises costs its own box on the page and a line in the log, nothing else."""
    try:
        return await work
    except (Exception, SystemExit) as fault:
        frame = traceback.extract_tb(fault.__traceback__)[-1]
        # The message of an exception may hold what a person wrote: the log gets its type and place only.
        log.error("the plugin `%s` failed: %s at %s:%s", plugin, type(fault).__name__, frame.filename, frame.lineno)
        return Gap(plugin)
