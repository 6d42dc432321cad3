"""What plugins tell each other, without knowing each other: the host's catalogue of events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened to a `person`. Events hold ids: who hears one reads what is true by then."""

    person: UUID


class ParticipationStarted(Event, frozen=True, kw_only=True):
    """Somebody has begun a programme. `participation` is its id."""

    participation: UUID


class ModuleCompleted(Event, frozen=True, kw_only=True):
    """Somebody has finished a module. `module` is the author's key of it."""

    participation: UUID
    module: str


class ParticipationEnded(Event, frozen=True, kw_only=True):
    """A participation has ended: `completed`, or ended early."""

    participation: UUID
    completed: bool


class FormCompleted(Event, frozen=True, kw_only=True):
    """Somebody has sent a form that stands on its own. `sending` is its id, `form` the author's key of it.

    Where a plugin had asked for it, `kind` and `about` are what it belongs to, as that plugin said: a correction says so too.
    """

    sending: UUID
    form: str
    kind: str = ""
    about: UUID | None = None


class ProxyEnding(Event, frozen=True, kw_only=True):
    """Those who act for somebody in a `relation` will soon lose something: on a Swedish day, when the person is `age`.

    Told as long before as the settings of whoever tells it say, and so perhaps several times for a day.
    """

    relation: str
    on: date
    age: int


class ProxyEnded(Event, frozen=True, kw_only=True):
    """Nobody acts for somebody in a `relation` any more: they have grown out of it, object to it, or are protected."""

    relation: str


class PersonProtected(Event, frozen=True, kw_only=True):
    """The register says from now on that somebody's identity is protected. What others hold of them ends, for good."""


class NoticeWanted(Event, frozen=True, kw_only=True):
    """Somebody is to be told that there is something to see, in words that tell nobody else anything.

    `reason` is why: something `waits` for them, or something that they can read `ends` soon. The channel has the words.
    Whoever acts for the person may be told instead, but for those in `spared`: what waits does not wait for them. What is
    the person's `alone` nobody else is told of, and of what is `for_proxies` only those who act for the person, not they.
    `path` is where it is, once somebody has signed in: a page of the instance's, with ids at the most. Where the person
    acts for another, `about` is whom it is about, and `ground` on what ground they act. Whoever passes a notice on says
    with what `once` they heard it as `cause`: when that is called off, nobody is told any more. From `until` on nobody
    needs to know: a channel that could not tell before tells nobody then.
    """

    reason: Literal["waits", "ends"]
    spared: tuple[UUID, ...] = ()
    alone: bool = False
    for_proxies: bool = False
    path: str = "/start"
    about: UUID | None = None
    ground: str = ""
    cause: str = ""
    until: datetime | None = None


class ItemDelivered(Event, frozen=True, kw_only=True):
    """Something lies in somebody's inbox that was not there before. `item` is its id."""

    item: UUID


class ContactChanged(Event, frozen=True, kw_only=True):
    """How somebody is to be reached has changed, or was confirmed. `holder` is who wrote it: the person, or a guardian."""

    holder: UUID


class PersonChanged(Event, frozen=True, kw_only=True):
    """Something has changed that others go by: protection, death, custody or who else may act for somebody, where they
    live, or a lock on signing in.
    """


class CodeWanted(Event, frozen=True, kw_only=True):
    """A code is to go to an address of somebody's, to confirm that it is theirs: `await host.people.code(code)` has both.

    The channel's words tell nobody else anything: not who sends it, nor of what.
    """

    code: UUID


Teller = Callable[[Event], Awaitable[None]]
"""What takes an event of the host's own; inside a transaction it is kept or lost with the rest."""


async def nobody(_event: Event) -> None:
    """Tell nobody."""


E = TypeVar("E", bound=Event)


class Listener(msgspec.Struct, Generic[E], frozen=True):
    """What hears an event: `hear(event, once)` is awaited after what happened is safe in the database.

    It may be asked again when it failed, or when the machine died under it: `once` is the same text each time, to be
    kept unique with the effect, or handed to whoever carries it out. One that returns an instant is asked again then,
    unless what happened is called off before. `name` tells a plugin's listeners apart, and stays.
    """

    name: str
    event: type[E]
    hear: Callable[[E, str], Awaitable[Any]]
