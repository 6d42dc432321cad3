"""Files in pieces, by the open protocol tus 1.0 (core, creation, expiration): what was cut off goes on where it stopped.

A script asks for an address with POST, then sends piece by piece with PATCH. After a cut it asks with HEAD how much has come.
A piece is kept whole or not at all, and is no larger than any other form of ours.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from ledstang.access.visit import Visit
from ledstang.attachments.admitting import own_draft, spot_for
from ledstang.attachments.attachments import NotTaken
from ledstang.attachments.statements import RECEIVING

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
ALWAYS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
STATUS = {"large": 413, "many": 409, "ended": 409}


def resuming_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers that a script speaks to."""
    files = house.attachments

    @route("/attachments/uploads/{use:str}/{item:uuid}", http_method=[HttpMethod.POST], name="tus_create")
    async def create(request: AnyRequest, visit: Visit, use: FromPath[str], item: FromPath[UUID]) -> Response[None]:
        """Give an address to send a file to."""
        spot = await spot_for(house, visit, use, item)
        _speaks(request)
        try:
            one = await files.begin(spot, _name(request), _number(request, "upload-length"))
        except NotTaken as fault:
            return _answer(STATUS[fault.reason], **{"X-Reason": fault.reason})
        return _answer(201, Location=f"/attachments/uploads/{one.id}", **_expires(one.expires))

    @route("/attachments/uploads/{id_:uuid}", http_method=[HttpMethod.HEAD], name="tus_head")
    async def head(visit: Visit, id_: FromPath[UUID]) -> Response[None]:
        """Tell how much of a file has come."""
        one = await own_draft(house, visit, id_)
        return _answer(
            200, **{"Upload-Offset": str(one.received), "Upload-Length": str(one.length)}, **_expires(one.expires)
        )

    @route("/attachments/uploads/{id_:uuid}", http_method=[HttpMethod.PATCH], name="tus_patch")
    async def patch(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[None]:
        """Take in a piece, where the last one ended. The last piece is answered when the file has been looked through."""
        one = await own_draft(house, visit, id_)
        _speaks(request)
        if request.headers.get("content-type") != PIECE:
            return _answer(415)
        if one.state != RECEIVING or _number(request, "upload-offset") != one.received:
            return _answer(409)
        try:
            one = await files.append(one, await request.body())
        except NotTaken as fault:
            return _answer(STATUS[fault.reason])
        if one.received == one.length:
            await files.complete(one)
            await house.checking_files.soon(one.id)
        return _answer(204, **{"Upload-Offset": str(one.received)}, **_expires(one.expires))

    return [create, head, patch]


def _speaks(request: AnyRequest) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise ClientException(status_code=412, detail="another version of the protocol is spoken here")


def _number(request: AnyRequest, name: str) -> int:
    given = request.headers.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise ClientException(detail=f"{name} is no number of bytes")
    return int(given)


def _name(request: AnyRequest) -> str:
    """Return the name that the metadata tell, whatever else they tell."""
    for pair in request.headers.get("upload-metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode(errors="replace")
            except binascii.Error:
                break
    return ""


def _expires(when: Any) -> dict[str, str]:
    return {"Upload-Expires": when.strftime("%a, %d %b %Y %H:%M:%S GMT")} if when else {}


def _answer(status: int, **headers: str) -> Response[None]:
    return Response(None, status_code=status, headers=ALWAYS | headers)
