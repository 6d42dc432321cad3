"""Where to go after signing in: only ever to a page of our own."""

from __future__ import annotations

import re
from urllib.parse import quote

from litestar.types import Scope

FRONT = "/"
LONGEST = 500

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def safe_next(path: object) -> str:
    """Return a path of this site unchanged, and `/` for everything else.

    Refused are other origins in all their spellings, backslashes, spaces and control characters, what is not ASCII
    (a path is percent-encoded), and what is too long.
    """
    if isinstance(path, str) and len(path) <= LONGEST and _PATH.fullmatch(path):
        return path
    return FRONT


def signin_href(path: str) -> str:
    """Return the address of the sign-in page that leads back to a path."""
    return f"/signin?next={quote(safe_next(path), safe='/')}"


def again_href(path: str) -> str:
    """Return the address of the sign-in page for somebody who is signed in and has to prove once more who they are."""
    return f"{signin_href(path)}&again=1"


def path_of(scope: Scope) -> str:
    """Return the path and query of a request as the browser wrote them, or `/` when that is no safe path."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    query = scope.get("query_string", b"")
    path = raw.partition(b"?")[0]
    return safe_next((path + b"?" + query if query else path).decode("latin-1"))
