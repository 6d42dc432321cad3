"""The host's open pages: urgent help, the accessibility statement, and in the demo the gallery of all parts."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from ledstang.web.context import context_of
from ledstang.web.gallery import gallery_context
from ledstang.web.language import choose_language
from ledstang.web.look import choose_look
from ledstang.web.statement import gates

if TYPE_CHECKING:
    from ledstang.web.pages import Pages

CONTENT = Path(__file__).parent / "content"
AnyRequest = Request[Any, Any, Any]


@cache
def content(name: str, language: str) -> dict[str, Any]:
    """Return the texts of one of our pages in a language, from `content/<name>.<language>.toml`."""
    return tomllib.loads((CONTENT / f"{name}.{language}.toml").read_text(encoding="utf-8"))


@get("/urgent", name="urgent", sync_to_thread=False)
def urgent(request: AnyRequest) -> Response[bytes]:
    """Say whom to call now."""
    return _page(request, "urgent")


@get("/accessibility", name="accessibility", sync_to_thread=False)
def accessibility(request: AnyRequest) -> Response[bytes]:
    """Show the accessibility statement that the law asks for, and what our own tests came to."""
    language, tested = context_of(request.scope).language, gates()
    rows = [(one[language], one["tool"], one["pages"], one["findings"]) for one in tested["gates"]]
    return _page(request, "accessibility", statement=request.app.state.statement, gates=tested, rows=rows)


@get("/gallery", name="gallery", sync_to_thread=False)
def gallery(request: AnyRequest, theme: FromQuery[str] = "", look: FromQuery[str] = "") -> Response[bytes]:
    """Show every part of a page in every state, in any theme, light, dark or on paper. Only in the demo."""
    if not request.app.state.demo:
        raise NotFoundException
    pages: Pages = request.app.state.house.pages
    return pages.render(request, "host/gallery.html", **gallery_context(pages, theme, look))


def public_pages() -> list[HTTPRouteHandler]:
    """Return the handlers. They look in `app.state` for `page`, `demo`, `house` and `statement`."""
    return [urgent, accessibility, gallery, choose_language, choose_look]


def _page(request: AnyRequest, name: str, **context: Any) -> Response[bytes]:
    texts = content(name, context_of(request.scope).language)
    page: Response[bytes] = request.app.state.page(request, f"host/{name}.html", texts=texts, **context)
    return page
