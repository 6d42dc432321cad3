"""The inbox's pages: what lies there, what was put away, one item, and a search in one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from ledstang import DELIVERED, Attached, Host, InboxItem, InboxPlace, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_inbox.waiting import READ, open_to

AnyRequest = Request[Any, Any, Any]
PAGE = 50
"""Items on a page."""
LONGEST = 100
"""The most letters that are searched for."""


class Mine(msgspec.Struct, frozen=True):
    """The inbox of `person`, all of it: the resource of a question about the list."""

    person: UUID


def inbox_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers. Whoever acts for a child meets the child's inbox here, and never their own beside it."""

    async def admit(visit: Visit) -> None:
        if not await host.may(visit, READ, Mine(visit.subject.id)):
            raise NotFoundException

    async def mine(visit: Visit, id_: UUID) -> InboxItem:
        """Return an item of the visit's. Raises NotFoundException for another's, as for one that there is not."""
        return (await with_files(visit, id_))[0]

    async def with_files(visit: Visit, id_: UUID) -> tuple[InboxItem, list[Attached]]:
        reader, attached = host.inbox.reader, host.inbox.files
        found, files = await host.database.together(reader.statement(visit, id_), attached.statement(DELIVERED, id_))
        items = reader.items(found)
        if not items or not await host.may(visit, READ, items[0]):
            raise NotFoundException
        return items[0], attached.read(visit, files)

    async def listed(request: AnyRequest, visit: Visit, *, archived: bool) -> Response[bytes]:
        await admit(visit)
        before = request.query_params.get("before", "")
        found = await host.inbox.reader.page(visit, InboxPlace.read(before), PAGE + 1, archived=archived)
        rows = found[:PAGE]
        older = str(InboxPlace(rows[-1].delivered, rows[-1].id)) if len(found) > PAGE else ""
        theirs = open_to(host, visit, rows)
        return host.page(
            request, "inbox/list.html", rows=theirs, archived=archived, older=older, later=bool(before), sought=None,
            longest=LONGEST, more=False,
        )  # fmt: skip

    @get("/")
    async def lying(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show what lies in the inbox, the latest first."""
        return await listed(request, visit, archived=False)

    @get("/archive")
    async def archive(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show what has been put away."""
        return await listed(request, visit, archived=True)

    @post("/search", status_code=200)
    async def search(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Look for words in one's own items: they go in the body, since addresses are kept in many places."""
        await admit(visit)
        sought = str((await request.form()).get("words", "")).strip()[:LONGEST]
        if not sought:
            return Redirect("/inbox/", status_code=303)
        found, more = await host.inbox.reader.search(visit, sought, PAGE)
        return host.page(
            request, "inbox/list.html", rows=open_to(host, visit, found), archived=False, older="", later=False,
            sought=sought, longest=LONGEST, more=more,
        )  # fmt: skip

    @get("/{id_:uuid}")
    async def item(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show an item; it has been read then, unless a browser only looked ahead."""
        one, files = await with_files(visit, id_)
        if "prefetch" not in request.headers.get("sec-purpose", ""):
            await host.inbox.reader.opened(visit, one)
        return host.page(request, "inbox/item.html", one=one, files=files)

    @post("/{id_:uuid}/archive")
    async def put_away(visit: Visit, id_: FromPath[UUID]) -> Redirect:
        """Put an item away, for oneself."""
        await host.inbox.reader.archive(visit, await mine(visit, id_), archived=True)
        return Redirect("/inbox/", status_code=303)

    @post("/{id_:uuid}/return")
    async def take_back(visit: Visit, id_: FromPath[UUID]) -> Redirect:
        """Put an item back from where it was put away."""
        await host.inbox.reader.archive(visit, await mine(visit, id_), archived=False)
        return Redirect("/inbox/archive", status_code=303)

    return [lying, archive, search, item, put_away, take_back]
