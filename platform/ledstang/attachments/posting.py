"""Files from a plain form: read as they come, so that a large one is never in memory, nor on the disk in the clear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from litestar import Request, Response
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.response import Redirect
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from ledstang.access.visit import Visit
from ledstang.attachments.attachments import NotTaken, Spot
from ledstang.attachments.statements import RECEIVING, Attached
from ledstang.signin import acting, handing
from ledstang.signin.csrf import FIELD, is_token_of, refuse_other_sites
from ledstang.signin.next import signin_href
from ledstang.web.context import context_of

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
LONGEST_FIELD = 1_000
ONCE = "_once"
"""The field with the page's own name."""
MOST_PARTS = 50
DRAINED = 4
"""So many times as much as one file may have is read, and what is too much thrown away, so that a browser hears the answer."""


def before(house: House) -> Callable[[AnyRequest], Awaitable[Response[Any] | None]]:
    """Return what stands before the handler instead of what reads whole forms; the form's token is held against it later.

    Whoever is signed out comes to the page that the form was on, which tells them.
    """

    async def check(request: AnyRequest) -> Response[Any] | None:
        refuse_other_sites(request)
        context = context_of(request.scope)
        if context.away is not None:
            raise context.away
        if context.session is not None and handing.shuts(request):
            return handing.page_of_lock(request)
        if context.session is not None and context.lapsed is not None:
            return await acting.page_of_end(request, kept=False)
        if context.session is None or context.visit is None:
            page = _page(house, request)
            return Redirect(signin_href(page) if context.session is None else page, status_code=303)
        await request.app.state.rates.admit("posts", context.session.id)
        return None

    return check


async def receive(house: House, request: AnyRequest, visit: Visit, spot: Spot) -> str:
    """Take in the files of a form, and return the code of the first that was not taken, if any was not.

    Raises PermissionDeniedException where the session's token does not come before the first file.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        return ""  # a form without files: there is nothing to take in
    receiving = Receiving(house, context_of(request.scope).session, visit, spot)
    try:
        with PushMultipartParser(options["boundary"], max_segment_count=MOST_PARTS) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk):
                    await receiving.take(event)
    except MultipartError:
        raise ClientException(detail="the form cannot be read") from None
    finally:
        await receiving.leave()
    return receiving.trouble


class Receiving:
    """What has come of one form so far: its token, the file that is coming, and the trouble there was.

    A form that is sent twice adds its files once: the same page's same file, of as many bytes.
    """

    def __init__(self, house: House, session: Any, visit: Visit, spot: Spot) -> None:
        self._files, self._checking, self._session = house.attachments, house.checking_files, session
        self._visit, self._spot = visit, spot
        self._field, self._value, self._one = "", b"", None
        self._held, self._left = bytearray(), DRAINED * self._files.bytes_most(spot.use)
        self._whole = self._files.limits.part_kilobytes * 1_024
        self._vouched, self.trouble, self._page, self._count = False, "", "", 0
        self._before: Attached | None = None
        self._one: Attached | None

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """Take up a part's head, some of what is in it, or its end."""
        if isinstance(event, MultipartSegment):
            await self._begin(event)
        elif event:
            await self._more(bytes(event))
        else:
            await self._end()

    async def leave(self) -> None:
        """Remove what has come only in part."""
        if self._one is not None:
            await self._files.remove([self._one.id])

    async def _begin(self, head: MultipartSegment) -> None:
        self._field, self._value = head.name, b""
        if head.filename is None:
            return
        if not self._vouched:
            raise PermissionDeniedException(detail="the form's token is not that of this session")
        if not head.filename:
            return  # a field for files in which none was chosen
        self._field = ""
        self._count += 1
        id_ = uuid5(self._visit.actor.id, f"{self._spot.item}/{self._page}/{self._count}/{head.filename}")
        try:
            if self._page:
                self._one, self._before = await self._files.begin_once(self._spot, head.filename, id_)
            else:
                self._one = await self._files.begin(self._spot, head.filename)
        except NotTaken as fault:
            self.trouble = self.trouble or fault.reason

    async def _more(self, some: bytes) -> None:
        self._left -= len(some)
        if self._left < 0:
            raise ClientException(status_code=413, detail="the form is larger than any file may be")
        if self._field:
            self._value = (self._value + some)[:LONGEST_FIELD]
        elif self._one is not None:
            self._held += some
            if len(self._held) >= self._whole:
                await self._flush()

    async def _flush(self) -> None:
        if self._one is None:
            return
        held, self._held = bytes(self._held), bytearray()
        try:
            self._one = await self._files.append(self._one, held)
        except NotTaken as fault:
            self._one = None  # it is refused, and the list of files says why too
            self.trouble = self.trouble or fault.reason

    async def _end(self) -> None:
        if self._field == FIELD:
            given = self._value.decode(errors="replace")
            self._vouched = self._session is not None and is_token_of(self._session, given)
        if self._field == ONCE:
            self._page = self._value.decode(errors="replace")
        if self._one is None:
            return
        await self._flush()
        if (one := self._one) is not None and await self._has_come(one):
            await self._files.remove([one.id])
            self._one = None
        elif one is not None:
            await self._files.complete(one)
            self._one = None
            await self._checking.soon(one.id)
            now = await self._files.find(one.id)
            self.trouble = self.trouble or (now.reason if now.is_refused else "")

    async def _has_come(self, one: Attached) -> bool:
        """Say whether the same was taken in before: not only begun, since a browser that sends again breaks that off."""
        before = await self._files.known(self._before.id) if self._before else None
        return before is not None and before.state != RECEIVING and before.received == one.received


def _page(house: House, request: AnyRequest) -> str:
    found = house.attachments.uses.get(str(request.path_params.get("use")))
    item = request.path_params.get("item")
    if found is None or not isinstance(item, UUID):
        raise NotFoundException
    return found[1].page.replace("{item}", str(item))
