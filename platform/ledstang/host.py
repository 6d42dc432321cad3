"""What a plugin is handed: the narrow host. It grows only with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from litestar import Request, Response
from markupsafe import Markup

from ledstang.access.permissions import Decision
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.content.answers import Answers
from ledstang.content.nodes import Box
from ledstang.content.versions import Editions
from ledstang.database import Database
from ledstang.delivery.inbox import PluginInbox
from ledstang.instance import Instance
from ledstang.outbox.events import Event
from ledstang.people.people import People
from ledstang.people.persons import Identity
from ledstang.signin.origins import NOWHERE, Origin, marks_of

if TYPE_CHECKING:
    from ledstang.house import House

S = TypeVar("S", bound=msgspec.Struct)


class Host:
    """The host as one plugin sees it. Made once for each plugin at start; safe to keep."""

    __slots__ = ("_house", "plugin")

    def __init__(self, house: House, plugin: str) -> None:
        self._house, self.plugin = house, plugin

    @property
    def instance(self) -> Instance:
        """The folder, its settings, regions and units."""
        return self._house.instance

    @property
    def clock(self) -> Clock:
        """The only clock: `now()` is UTC, `today()` the Swedish day."""
        return self._house.clock

    @property
    def database(self) -> Database:
        """`await database.write(work)` for a transaction, `await database.together(…)` for several reads at once."""
        return self._house.database

    @property
    def answers(self) -> Answers:
        """The host's store of answers to forms: sealed, with revisions."""
        return self._house.answers

    def settings(self, shape: type[S]) -> S:
        """Return this plugin's settings, as its `register_settings` described them."""
        return msgspec.convert(msgspec.to_builtins(self._house.settings[self.plugin]), shape)

    def content(self, kind: str) -> Editions:
        """Return what is published of a kind: by key the newest, and `await ….version(hash)` for any older one."""
        return self._house.published.of(kind)

    def page(
        self, request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any
    ) -> Response[bytes]:
        """Render a template of this plugin (`"programmes/step.html"`) as a page with the theme around it."""
        return self._house.pages.render(request, template, status=status, **context)

    async def may(self, visit: Visit | None, action: str, resource: Any = None) -> Decision:
        """Ask the one question. Turn a denial into `NotFoundException`: not found and not allowed are the same."""
        return await self._house.access.may(visit, action, resource)

    async def panels(self, slot: str, visit: Visit, subject: Any) -> list[tuple[str, Markup]]:
        """Render what other plugins hang in a slot of your page: pairs of title and markup. Each fails alone."""
        return await self._house.panels(slot, visit, subject)

    async def box(self, visit: Visit, box: Box, subject: Any, fields: Any = None) -> Markup:
        """Render another plugin's box on your page; with the fields of a posted form, hand them to it first."""
        return await self._house.box(visit, box, subject, fields)

    async def sign_in(
        self, request: Request[Any, Any, Any], identity: Identity, next: str = "/start", origin: Origin | None = None
    ) -> Response[Any]:
        """End a sign-in: the person is looked up, a new session begins, and the browser is sent on.

        `origin` is where it came from and when the person proved who they are; of it only keyed hashes are kept.
        """
        marks = marks_of(self._house.keys, self.plugin, origin) if origin else NOWHERE
        return await self._house.sign_in(request, identity, next, marks)

    def sign_in_again(
        self, request: Request[Any, Any, Any], *, within_minutes: float, next: str
    ) -> Response[Any] | None:
        """Return None when the person proved who they are within so many minutes, else what sends them to prove it."""
        return self._house.sign_in_again(request, timedelta(minutes=within_minutes), next)

    async def end_sessions(self, origin: Origin) -> int:
        """End the sessions that this plugin began with an origin, and return how many: its session's, or its person's."""
        return await self._house.end_sessions(self.plugin, origin)

    @property
    def people(self) -> People:
        """The population register, and those for whom somebody acts: `await host.people.entry(number)`, `….act_for(…)`."""
        return People(self._house)

    @property
    def inbox(self) -> PluginInbox:
        """The one inbox of all services: `await host.inbox.deliver(Delivery(…), once=…)`, `….answered(…)`, `….withdraw(…)`.

        `host.inbox.files` are the files at your own things: see `register_attachments`.
        """
        return PluginInbox(self._house, self.plugin)

    def connector(self, port: str) -> Any:
        """Return what serves a port of the host's, such as `PersonRegister`, or None where nothing does."""
        found = self._house.connected.get(port)
        return found.service if found else None

    async def emit(self, event: Event, *, once: str | None = None, due: datetime | None = None) -> None:
        """Tell the listeners of other plugins. Inside `database.write` the event is kept or lost with the rest.

        `once` names what is told only once, however often it is emitted; `due` is when it is to be heard, if not now.
        """
        await self._house.outbox.emit(event, once and f"{self.plugin}:{once}", due)

    async def call_off(self, event: type[Event], once: str) -> None:
        """Take back an event of yours that nobody has heard yet: what it told of is over."""
        await self._house.outbox.call_off(event, f"{self.plugin}:{once}")

    def ask(self, hook: str) -> list[tuple[str, Any]]:
        """Return what plugins have answered to a hook of your own, as pairs of plugin and thing."""
        return self._house.offers.get(hook, [])
