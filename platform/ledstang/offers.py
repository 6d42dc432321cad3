"""What plugins return from their hooks for the host's own pages: links, panels and tasks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup

from ledstang.access.visit import Visit
from ledstang.database import Bound


async def always(_visit: Visit) -> bool:
    """Show to everybody who is signed in."""
    return True


class Link(msgspec.Struct, frozen=True):
    """A service on the start page. `title` and `description` are message ids; `shown` says whether this visit sees it.

    One with a `shown` of its own is on the start page only, where it is asked, and not in the menu of every page.
    `needs` is the action that one must be allowed to take with the subject's things, at any unit at all, to meet the service.
    A `public` one also stands on the front page, for those who have not signed in; an `own` one is for those who act for
    themselves, and nobody meets it while they act for another. One with an `action` is for staff: it stands on their
    start page, `/staff/`, before whoever may do that at the unit where they work, and nowhere else.
    """

    title: str
    href: str
    description: str = ""
    shown: Callable[[Visit], Awaitable[bool]] = always
    public: bool = False
    own: bool = False
    action: str = ""
    needs: str = ""


class Panel(msgspec.Struct, frozen=True):
    """A box on another plugin's page, found by the name of its slot.

    `render` is given the visit and what the page is about (the slot's documentation says what that is) and answers with
    safe markup, or None to show nothing.
    """

    slot: str
    title: str
    render: Callable[[Visit, Any], Awaitable[Markup | None]]


class Task(msgspec.Struct, frozen=True):
    """One thing that needs the person now. `due` is an aware instant in UTC, or None when there is no hurry."""

    title: str
    href: str
    due: datetime | None = None
    description: str = ""


class TaskSource(msgspec.Struct, frozen=True):
    """Where tasks come from.

    `statement` gives a bound prepared query over our own database, or None: the host runs the statements of a page in
    one round trip and hands each source its rows. A source over a foreign system leaves `statement` out, is given no
    rows, and is awaited alone. `needs` is as with `Link`: whoever may not is told of no tasks.
    """

    tasks: Callable[[Visit, list[dict[str, Any]]], Awaitable[list[Task]]]
    statement: Callable[[Visit], Bound | None] | None = None
    needs: str = ""


class WorkRow(msgspec.Struct, frozen=True):
    """One thing on a list of the staff's. `title` is a message id, or the name of what it is about.

    `about` is what `may` is asked about before the row is shown, with the list's action; its `person` is whose it is,
    and the host puts that person's name before the title. `since` is how long it has waited and `due` until when it may,
    both aware instants in UTC.
    """

    title: str
    href: str
    about: Any = None
    since: datetime | None = None
    due: datetime | None = None


class WorkList(msgspec.Struct, frozen=True):
    """A list of the staff's, at `/staff/`. `name` tells a plugin's lists apart in addresses: small letters and hyphens.

    It is there for whoever may do `action` at the unit where they work. `statement` gives a bound prepared query over our
    own database, or None, with the person of each row as `person`; the host runs the statements of a page in one round
    trip and hands each list its rows. A list over a foreign system leaves `statement` out, is given no rows, and is
    awaited alone. What needs somebody first comes first.
    """

    name: str
    title: str
    action: str
    rows: Callable[[Visit, list[dict[str, Any]]], Awaitable[list[WorkRow]]]
    statement: Callable[[Visit], Bound | None] | None = None
    description: str = ""
