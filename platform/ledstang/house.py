"""One running instance: everything that `create_app` makes, in one place. Plugins see it through `Host` only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup

from ledstang.access.barring import Barring
from ledstang.access.deciding import Deciding
from ledstang.access.keeping import KeptFacts, facts_data
from ledstang.access.log.log import AccessLog
from ledstang.access.log.reading import log_data
from ledstang.access.may import Access
from ledstang.access.policies import SELF
from ledstang.access.proxies import Proxies
from ledstang.access.visit import Visit
from ledstang.api.clients import Client
from ledstang.api.subjects import Subjects
from ledstang.api.tokens import Tokens
from ledstang.attachments.attachments import Attachments
from ledstang.attachments.checking import Checking
from ledstang.attachments.personal_data import attachment_data
from ledstang.attachments.uses import WITHHELD
from ledstang.clock import Clock
from ledstang.connectors import Connected
from ledstang.content.answers import Answers
from ledstang.content.nodes import Box
from ledstang.content.versions import Published
from ledstang.database import Database
from ledstang.database.sealed import Keys
from ledstang.delivery.inbox import Inbox
from ledstang.delivery.personal_data import inbox_data
from ledstang.fitting import SettingsFault
from ledstang.gathering import Offers, withdraw
from ledstang.importing import PluginFault
from ledstang.instance import Instance
from ledstang.isolation import Gap, Isolation
from ledstang.metrics import Metrics
from ledstang.offers import Link, Task, always
from ledstang.outbox.events import CodeWanted, Event
from ledstang.outbox.outbox import Outbox
from ledstang.outbox.worker import Worker
from ledstang.people.checking import RegisterCheck
from ledstang.people.codes import KINDS, SENT_BY, ContactCodes
from ledstang.people.contacts import Contacts, contact_data
from ledstang.people.locks import Locks, lock_data
from ledstang.people.personal_data import PersonalData
from ledstang.people.register import Register, register_data
from ledstang.people.staff import Staff, staff_data
from ledstang.people.units import Units
from ledstang.plugins import Plugins
from ledstang.rights.copies import COPY, Copies, copy_data
from ledstang.rights.tasks import copy_tasks
from ledstang.sealing.resealing import Resealing
from ledstang.sealing.rollover import Rollover
from ledstang.signin.personal_data import signin_data
from ledstang.signin.withheld import WithheldTexts, withheld_data
from ledstang.switches import Switches
from ledstang.tasks import Tasks
from ledstang.web.pages import Pages
from ledstang.work_lists import WorkLists


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
    isolation: Isolation = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)
    keys: Keys = field(init=False)
    rollover: Rollover = field(init=False)
    resealing: Resealing = field(init=False)
    register: Register = field(init=False)
    contacts: Contacts = field(init=False)
    inbox: Inbox = field(init=False)
    attachments: Attachments = field(init=False)
    checking_files: Checking = field(init=False)
    codes: ContactCodes = field(init=False)
    published: Published = field(init=False)
    access: Access = field(init=False)
    log: AccessLog = field(init=False)
    answers: Answers = field(init=False)
    pages: Pages = field(init=False)
    switches: Switches = field(init=False)
    outbox: Outbox = field(init=False)
    worker: Worker = field(init=False)
    sign_in: Any = field(init=False)
    sign_in_again: Any = field(init=False)
    end_sessions: Any = field(init=False)
    act_for: Any = field(init=False)
    hand_over: Any = field(init=False)
    rescued: Any = field(init=False)
    units: Units = field(init=False)
    staff: Staff = field(init=False)
    proxies: Proxies = field(init=False)
    facts: KeptFacts = field(init=False)
    locks: Locks = field(init=False)
    barring: Barring = field(init=False)
    work_lists: WorkLists = field(init=False)
    deciding: Deciding = field(init=False)
    withheld: WithheldTexts = field(init=False)
    copies: Copies = field(init=False)
    connected: dict[str, Connected] = field(default_factory=dict)
    checking: RegisterCheck = field(init=False)
    clients: dict[str, Client] = field(default_factory=dict)
    tokens: Tokens = field(init=False)
    subjects: Subjects = field(init=False)

    def __post_init__(self) -> None:
        self.isolation = Isolation(self.instance.settings.patience)
        self.metrics.watch(self)
        self.units = Units(self.instance, self.clock, self.isolation)

    def refuse(self, fault: PluginFault) -> None:
        """Put a plugin aside after it has been asked: nothing that it offers is used."""
        self.plugins.refuse(fault)
        withdraw(self.offers, fault.plugin)

    async def keep_up(self) -> None:
        """Learn what has changed outside: of the keys, and of the units. At most times that costs nothing."""
        await self.rollover.refresh()
        await self.units.refresh()

    async def tell(self, event: Event) -> None:
        """Tell those who listen to an event of the host's own."""
        await self.outbox.emit(event)

    @property
    def sends_codes(self) -> tuple[str, ...]:
        """The kinds of address that codes are sent to: those for which there is a messenger, where there is any at all.

        Where no plugin sends codes, none. One that does without our messengers sends to all.
        """
        if not any(listener.event is CodeWanted for _, listener in self.offers.get("register_listeners", [])):
            return ()
        return tuple(kind for kind in KINDS if SENT_BY[kind] in self.connected) or KINDS

    def services(self, visit: Visit) -> Iterable[tuple[str, Link]]:
        """Return the services that are on for a visit, by plugin, and of which the rules leave it anything.

        Those for oneself are only for those who act for themselves.
        """
        for plugin, link in self.offered("register_links", visit):
            if link.action or (link.own and visit.ground != SELF):
                continue
            if not link.needs or self.access.rules.opens(visit, link.needs):
                yield plugin, link

    async def staff_links(self, visit: Visit, own: Iterable[Link] = ()) -> list[Link]:
        """Return the services, the host's `own` and those of plugins, that somebody at work may use at their unit."""
        offered = [*own, *(link for _, link in self.offered("register_links", visit) if link.action)]
        return [link for link in offered if await self.access.leads(visit, link.action)]

    def on(self, plugin: str, visit: Visit | None) -> bool:
        """Say whether a plugin is switched on where a visit is."""
        return self.switches.on(plugin, scope_of(visit))

    def offered(self, hook: str, visit: Visit) -> Iterable[tuple[str, Any]]:
        """Return what the plugins that are on for a visit offer to a hook."""
        for plugin, thing in self.offers.get(hook, []):
            if self.on(plugin, visit):
                yield plugin, thing

    def personal_data(self) -> list[tuple[str, PersonalData]]:
        """Return all that is kept of persons, in the order to forget it: who somebody is goes last."""
        most = self.instance.settings.access_log.export_rows
        systems = {id_: one.told.name for id_, one in self.clients.items()}
        own = [
            *signin_data(self.database, self._drop_left), contact_data(self.contacts, self.register),
            attachment_data(self), inbox_data(self), staff_data(self.database), facts_data(), lock_data(), copy_data(self.copies),
            log_data(most, self.access.titles), self.subjects.data(systems), register_data(self.register, COPY),
        ]  # fmt: skip
        return [*self.offers.get("register_personal_data", []), *(("host", data) for data in own)]

    async def _drop_left(self, id_: UUID) -> None:
        await self.attachments.drop(WITHHELD, id_)

    def growing_old(self) -> list[tuple[str, PersonalData]]:
        """Return the kinds of data that a period of retention may be about."""
        own = (withheld_data(self.database), inbox_data(self))
        return [*self.offers.get("register_personal_data", []), *(("host", data) for data in own)]

    def called(self, plugin: str, language: str) -> str:
        """Return what people call a plugin: the title of its first service, else its name."""
        offered = self.offers.get("register_links", [])
        title = next((link.title for owner, link in offered if owner == plugin), None)
        return self.pages.templates.gettext(language, title) if title else plugin.replace("_", " ")

    async def panels(self, slot: str, visit: Visit, subject: Any) -> list[tuple[str, Markup]]:
        """Render the panels of a slot: pairs of plugin's title and markup; a broken one gives a visible notice."""
        shown = []
        for plugin, panel in self.offered("register_panels", visit):
            if panel.slot == slot:
                markup = await self._markup(plugin, f"register_panels {slot}", panel.render, visit, subject)
                if isinstance(markup, Gap):
                    markup = self.pages.gap(visit.language, self.called(plugin, visit.language))
                if markup is not None:
                    shown.append((panel.title, markup))
        return shown

    async def box(self, visit: Visit, box: Box, subject: Any, fields: Any = None) -> Markup:
        """Submit (with fields) and render a plugin's box; a broken or missing one gives a visible notice."""
        offered = self.offered("register_blocks", visit)
        plugin, block = next(((owner, one) for owner, one in offered if one.name == box.name), ("", None))
        gap = self.pages.gap(visit.language, self.called(plugin, visit.language) if plugin else box.word)
        if block is None or block.render is None:
            return gap
        if fields is not None and block.submit:
            given, patience = (visit, box, fields), self.isolation.patience.submit_ms
            taken = await self.isolation.ask(
                plugin,
                f"register_blocks {box.name} submit",
                block.submit,
                *given,
                milliseconds=patience,
                forgiving=True,
            )
            if isinstance(taken, Gap):
                return gap
        markup = await self._markup(plugin, f"register_blocks {box.name}", block.render, visit, box, subject)
        return markup if isinstance(markup, Markup) else gap

    async def _markup(self, plugin: str, hook: str, render: Any, *given: Any) -> Markup | Gap | None:
        """Ask for markup. Anything else, or more of it than a page can bear, is a failure."""
        most = self.isolation.patience.markup

        async def rendered() -> Markup | None:
            markup = await render(*given)
            if markup is not None and (not isinstance(markup, Markup) or len(markup) > most):
                raise TypeError("what is rendered is markup, and no more than a page can bear")
            return markup

        return await self.isolation.ask(plugin, hook, rendered, milliseconds=self.isolation.patience.box_ms)

    async def links(self, visit: Visit) -> list[Link | Gap]:
        """Return the services that a visit sees."""
        seen: list[Link | Gap] = []
        for plugin, link in self.services(visit):
            hook = f"register_links {link.href}"
            shown = link.shown is always or await self.isolation.ask(plugin, hook, _shown, link, visit)
            if isinstance(shown, Gap):
                seen.append(shown)
            elif shown:
                seen.append(link)
        return seen

    async def tasks(self, visit: Visit) -> list[Task | Gap]:
        """Return what needs the person, by deadline."""
        offered = (*self.offered("register_tasks", visit), ("host", copy_tasks(self)))
        sources = [
            (plugin, one) for plugin, one in offered if not one.needs or self.access.rules.opens(visit, one.needs)
        ]
        return await Tasks(self.isolation, self.database).of(visit, sources)


def scope_of(visit: Visit | None) -> str | None:
    """Return what a plugin is switched on or off for: the unit that somebody acts for, else the region, else nothing."""
    return (visit.unit or visit.region) if visit else None


async def _shown(link: Link, visit: Visit) -> bool:
    shown = await link.shown(visit)
    if not isinstance(shown, bool):
        raise TypeError("a link is shown or it is not")
    return shown
