"""Everything below `/api/v1/`: one router, without cookies and forms of people, and the document that describes it."""

from __future__ import annotations

from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, OAuthFlow, OAuthFlows, SecurityScheme, Server

from ledstang.api.callers import caller_of
from ledstang.api.granting import granting
from ledstang.api.limits import CHANGES, CONTACT
from ledstang.api.persons import SCHEME, persons_api
from ledstang.api.proofs import TOKEN_PATH

if TYPE_CHECKING:
    from ledstang.house import House

ROOT = "/api/v1"
BODY_LIMIT = 32_000
"""The most bytes of a request: a proof and what belongs to it, and nothing that takes long to read."""
SCOPES = {CONTACT: "Find somebody, and read how to reach them", CHANGES: "List who has changed"}
DESCRIPTION = "For care systems: how people want to be reached, as they have said it themselves. Errors are RFC 9457."
AnyRequest = Request[Any, Any, Any]


def api_router(house: House) -> Router:
    """Return all that systems are served."""
    document = cache(partial(_document, house))

    @get("/openapi.json", name="api-document", include_in_schema=False, sync_to_thread=True)
    def described() -> Response[bytes]:
        """Describe all that systems are served (OpenAPI 3.1)."""
        return Response(document(), media_type=MediaType.JSON, headers={"Cache-Control": "public, max-age=300"})

    return _router(house, [*_handlers(house), described])


def _handlers(house: House) -> list[BaseRouteHandler]:
    return [*granting(house), *persons_api(house)]


def _router(house: House, handlers: list[BaseRouteHandler]) -> Router:
    return Router(
        ROOT,
        route_handlers=handlers,
        before_request=_readable,
        request_max_body_size=BODY_LIMIT,
        dependencies={"caller": Provide(_caller(house))},
    )


def _caller(house: House) -> Any:
    async def caller(request: AnyRequest) -> Any:
        return await caller_of(house, request)

    return caller


async def _readable(request: AnyRequest) -> None:
    """Refuse what is in no characters. Raises HTTPException with 400."""
    try:
        request.scope["query_string"].decode()
        (await request.body()).decode()
    except UnicodeError:
        raise HTTPException(status_code=400, detail="the address or the body is not UTF-8") from None


def _document(house: House) -> bytes:
    flow = OAuthFlow(token_url=TOKEN_PATH, scopes=SCOPES)
    scheme = SecurityScheme(
        type="oauth2",
        description="Client credentials with a signed proof (`private_key_jwt`, RFC 7523). There are no secrets.",
        flows=OAuthFlows(client_credentials=flow),
    )
    address = house.instance.settings.api.address
    config = OpenAPIConfig(
        title=house.instance.title,
        version=version("ledstang"),
        description=DESCRIPTION,
        servers=[Server(url=address or "/")],
        components=Components(security_schemes={SCHEME: scheme}),
        use_handler_docstrings=True,
        create_examples=False,
    )
    app = Litestar([_router(house, _handlers(house))], openapi_config=config, logging_config=None)
    return msgspec.json.encode(app.openapi_schema.to_schema())
