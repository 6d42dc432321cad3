"""What is answered to a system when something is wrong: RFC 9457, the same words for all, and never about whom."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from litestar import Response
from litestar.openapi import ResponseSpec

API = "/api/"
"""What the addresses of systems begin with."""
MEDIA = "application/problem+json"


DETAILS = {
    400: "The request is not as the API's document says. Hold it against /api/v1/openapi.json, and send it again.",
    401: "There is no token, or it is over. Ask for one at /api/v1/token with a new proof.",
    403: "The token was not given for this. Ask for one with the scope that the API's document names.",
    404: "There is nothing here for you. Forget what you have kept of it.",
    405: "The address is not asked in this way. Ask in one of those that the header Allow names.",
    413: "The body is too long. Ask for one thing at a time.",
    429: "You ask too often. Come back after the seconds that the header Retry-After names.",
    500: "Something went wrong here. Quote the id to those who run this service.",
    503: "It cannot be told just now. Come back after the seconds that the header Retry-After names.",
}
"""What each status means, and what to do now: about no one request, so that nothing of anybody's comes back."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong. `detail` says what to do about it; `id`, of a fault of ours, is what to quote to us.

    All but the id follow from the status: two answers about different people are the same.
    """

    title: str
    status: int
    detail: str = ""
    type: str = "about:blank"
    id: str = ""


def problem(status: int, headers: Mapping[str, str] | None = None, id_: str = "") -> Response[bytes]:
    """Return the answer about a status."""
    told = Problem(HTTPStatus(status).phrase, status, DETAILS.get(status, ""), id=id_)
    return Response(
        msgspec.json.encode(told),
        status_code=status,
        media_type=MEDIA,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def told(*statuses: int) -> dict[int, ResponseSpec]:
    """Return what the document says of statuses that a handler may answer with."""
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=HTTPStatus(status).phrase, media_type=MEDIA)
        for status in statuses
    }
