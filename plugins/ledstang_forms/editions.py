"""Forms on paper: an edition to print, and one in plain text, that ask and score what the page does."""

from __future__ import annotations

from typing import Any

from ledstang import Form, Host, paper_of, plain_edition
from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledstang_forms.offers import Offers


def edition_pages(host: Host, offers: Offers) -> list[HTTPRouteHandler]:
    """Return the handlers: both are public, and hold nobody's answers. What only care sends may be printed too."""

    def known(key: str) -> Form:
        found = offers.get(key, chosen=False)
        if found is None:
            raise NotFoundException
        return found[0]

    @get("/{key:str}/print")
    async def printed(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        """Show the form to print."""
        form = known(key)
        return host.page(request, "forms/paper.html", form=form, paper=paper_of(form))

    @get("/{key:str}/plain")
    async def plain(key: FromPath[str]) -> Response[str]:
        """Send the form as plain text."""
        return Response(plain_edition(paper_of(known(key))), media_type=MediaType.TEXT)

    return [printed, plain]
