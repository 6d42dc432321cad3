"""Where a page comes too late to be saved as it is: nothing that somebody wrote is dropped without a word."""

from __future__ import annotations

from typing import Any

from ledstang import OWN_GROUNDS, Host, Taken, answering_ground, whose
from litestar import Request, Response
from litestar.response import Redirect

from ledstang_programmes.loading import Loaded


def conflict(host: Host, request: Request[Any, Any, Any], loaded: Loaded, taken: Taken, action: str) -> Response[Any]:
    """Show both answers where another device has been before, or somebody else, for whoever writes to choose."""
    visit, ground = loaded.visit, answering_ground(loaded.visit)
    theirs = {clash.name: whose(visit, ground, clash.conflict.author, OWN_GROUNDS) for clash in taken.conflicts}
    context = {"loaded": loaded, "action": action, "conflicts": taken.conflicts, "whose": theirs}
    return host.page(request, "programmes/conflict.html", status=409, **context)


def too_late(
    host: Host, request: Request[Any, Any, Any], loaded: Loaded, rows: list[tuple[str, str]], onwards: str
) -> Response[Any]:
    """Show what was written where it can no longer be saved; send on at once when there is nothing to lose.

    `rows` are the questions with what was written, `onwards` the address to go to.
    """
    if "application/json" in request.headers.get("accept", ""):
        return Taken(late=True).answer()
    if not rows:
        return Redirect(onwards, status_code=303)
    context = {"loaded": loaded, "rows": rows, "onwards": onwards}
    return host.page(request, "programmes/late.html", status=409, **context)
