"""The inbox: everything that passes between a person and care, from all services, in one place."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

import msgspec
from ledstang import (
    DELIVERED,
    AttachmentUse,
    Bound,
    ContentKind,
    Daily,
    Host,
    InboxItem,
    Job,
    Link,
    Listener,
    Permission,
    PersonalData,
    Task,
    TaskSource,
    Visit,
    WorkList,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_inbox import ended
from ledstang_inbox.care import care_pages
from ledstang_inbox.case_types import CASE_TYPES
from ledstang_inbox.cases import Cases
from ledstang_inbox.correcting import correcting_pages
from ledstang_inbox.desk import work_lists
from ledstang_inbox.desk_pages import desk_pages
from ledstang_inbox.doors import ANSWER, ANSWERING, WRITING
from ledstang_inbox.keeping import kept_data, prune
from ledstang_inbox.pages import inbox_pages
from ledstang_inbox.settings import Settings
from ledstang_inbox.unit_texts import TEXTS
from ledstang_inbox.waiting import READ, open_to, tasks_of
from ledstang_inbox.writing import writing_pages


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_content() -> list[ContentKind]:
    """Let units say in Markdown what one can write to them about, and keep texts that they send often."""
    return [CASE_TYPES, TEXTS]


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the inbox, what lies in it, and where one writes to care."""
    cases = Cases(host)
    return [
        *inbox_pages(host),
        *writing_pages(host, cases),
        *care_pages(host, cases),
        *desk_pages(host, cases),
        *correcting_pages(host, cases),
    ]


@hookimpl
def register_links() -> list[Link]:
    """Lead to the inbox from the start page, and staff to where they write first."""
    return [
        Link("Inbox", "/inbox/", "Messages, forms and answers from care.", needs=READ),
        Link("Write to a citizen", "/inbox/desk/begin", "Begin a case with somebody, by their number.", action=ANSWER),
    ]


@hookimpl
def register_permissions() -> list[Permission]:
    """Everybody reads and writes for themselves, and for somebody what the rules let them; a unit's staff answer."""
    return [Permission(READ, "Read the inbox"), WRITING, ANSWERING]


@hookimpl
def register_work_lists(host: Host) -> list[WorkList]:
    """Let nobody lie unanswered: what is new, what is one's own, what is overdue, and all that is open."""
    return work_lists(host, Cases(host))


@hookimpl
def register_attachments(host: Host) -> list[AttachmentUse]:
    """Services attach files to what they deliver; whoever may read an item may fetch its files."""

    async def item(visit: Visit, id_: UUID) -> InboxItem | None:
        return await host.inbox.reader.one(visit, id_)

    return [AttachmentUse(DELIVERED, item, READ, "/inbox/{item}")]


@hookimpl
def register_tasks(host: Host) -> list[TaskSource]:
    """Tell what is to be done, and how much has not been read."""

    def statement(visit: Visit) -> Bound:
        return host.inbox.reader.waiting(visit)

    async def tasks(visit: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        return tasks_of(open_to(host, visit, host.inbox.reader.items(rows)), visit.language)

    return [TaskSource(tasks=tasks, statement=statement, needs=READ)]


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Remove the drafts that nobody goes on with."""

    async def tidy(_due: datetime) -> None:
        await prune(host, host.settings(Settings).draft_days)

    return [Job("prune-drafts", Daily(time(3)), tidy)]


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Hear that nobody acts for somebody any more."""
    return [ended.listener(host)]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    """Hand out what was written, and forget what was never sent."""
    return kept_data(host, Cases(host))
