"""An empty page, made three ways: by a bare ASGI function, by a bare Litestar handler, and by us."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ledstang.app import create_app
from ledstang.instance import open_instance
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.signin.cookies import DEVELOPMENT
from litestar import Litestar, MediaType, Request, Response, get

from contenders.asgi import Looped, Scope, ask, scope_of
from contenders.instance import SETTINGS
from contenders.page import Visitor

PLUGIN, PAGE, BYTES = "plugins/empty/__init__.py", "/empty/page", "/empty/bytes"
TOKEN = "token"
SOURCE = '''"""A plugin whose pages have nothing on them."""

from ledstang import Host, Visit, hookimpl
from litestar import MediaType, Request, Response, get

@hookimpl
def register_routes(host: Host) -> list:
    @get("/page")
    async def page(request: Request) -> Response:
        return host.page(request, "empty/page.html")

    @get("/bytes")
    async def bare() -> Response:
        return Response(b"", media_type=MediaType.HTML)

    return [page, bare]
'''
TEMPLATE = '{% extends "host/layout.html" %}{% block title %}Empty{% endblock %}{% block main %}{% endblock %}'


def settle(folder: Path) -> None:
    """Write an instance with the plugin in it."""
    (folder / SETTINGS).write_text('title = "Region Norra"\n', encoding="utf-8")
    for name, text in ((PLUGIN, SOURCE), ("plugins/empty/templates/page.html", TEMPLATE)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


class Asked(Looped):
    """Asks `app` for the address that it is given."""

    app: Any

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, DEVELOPMENT))


class Ours(Asked):
    """The real application. When it starts it signs somebody in, and leaves the token in the folder."""

    async def start(self, folder: Path) -> None:
        self.app = create_app(open_instance(folder))
        self.lifespan = self.app.lifespan()  # kept, or it would end when it is forgotten
        await self.lifespan.__aenter__()
        born = date(1985, 3, 14)
        token, _, _ = await self.app.state.sessions.begin(Identity(make_test_number(born, 0), "Dag", born, "24"))
        (folder / TOKEN).write_text(token, encoding="utf-8")


class Raw(Asked):
    """The limit: the same bytes from a function that does nothing else."""

    async def start(self, folder: Path) -> None:
        html = (folder / "page.html").read_bytes()

        async def app(scope: Scope, receive: Any, send: Any) -> None:  # noqa: ARG001
            body = html if scope["path"] == PAGE else b""
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})

        self.app = app


class BareLitestar(Asked):
    """What we stand on, without anything of ours."""

    async def start(self, folder: Path) -> None:
        html = (folder / "page.html").read_bytes()

        @get("/empty/page")
        async def page(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
            return Response(html, media_type=MediaType.HTML)

        self.app = Litestar([page], openapi_config=None, logging_config=None)
