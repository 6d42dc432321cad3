"""What belongs to one request: made by the outermost wrapper, filled by the session, read by every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from ledstang.access.log.trail import Trail

if TYPE_CHECKING:
    from uuid import UUID

    from ledstang.access.visit import Visit
    from ledstang.signin.session import Session

KEY = "ledstang"
LANGUAGES = ("sv", "en")


@dataclass(slots=True)
class RequestContext:
    """One request. `id` is what its lines in the log and its error page go by; `language` is `sv` or `en`.

    `nonce` is fresh each time and stands in the Content-Security-Policy.

    `left` is how long somebody who is signed in stays so without doing anything more.
    `lapsed` is for whom somebody can no longer act, in the first request that finds it.
    `off_duty` says that somebody chose to work in an assignment in which they may not at this moment.
    `away` is why nobody could look who it is. `posted` is the form that was sent, to hand back if it cannot be saved.
    `ended` is a session that died lately, whose text may still be rescued; `rescued` names a text that is sent again.
    `trail` is what the access log has been told already.
    """

    nonce: str
    id: str = field(default_factory=partial(token_hex, 4))
    language: str = "sv"
    visit: Visit | None = None
    session: Session | None = None
    ended: Session | None = None
    rescued: UUID | None = None
    left: timedelta = timedelta()
    lapsed: UUID | None = None
    off_duty: bool = False
    away: Exception | None = None
    posted: Any = None
    trail: Trail = field(default_factory=Trail)


def context_of(scope: Any) -> RequestContext:
    """Return the context of an ASGI scope. Raises KeyError where the wrappers were left out."""
    found: RequestContext = scope[KEY]
    return found
