"""The inbox: everything that care has sent to a person, from all services, in one place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import (
    DELIVERED,
    AttachmentUse,
    Bound,
    Host,
    InboxItem,
    Link,
    Permission,
    Task,
    TaskSource,
    Visit,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_inbox.pages import inbox_pages
from ledstang_inbox.waiting import READ, open_to, tasks_of


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the inbox and what lies in it."""
    return inbox_pages(host)


@hookimpl
def register_links() -> list[Link]:
    """Lead to the inbox from the start page."""
    return [Link("Inbox", "/inbox/", "Messages, forms and answers from care.", needs=READ)]


@hookimpl
def register_permissions() -> list[Permission]:
    """Everybody reads their own, and whoever acts for somebody what the rules let them."""
    return [Permission(READ, "Read the inbox")]


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
