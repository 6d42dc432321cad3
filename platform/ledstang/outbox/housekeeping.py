"""What the host itself does by the clock: it forgets what nobody asks for any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from ledstang.database import Database
from ledstang.outbox.jobs import Every, Job
from ledstang.outbox.outbox import Outbox
from ledstang.signin.rescue import RescuedTexts
from ledstang.signin.sessions import Sessions

HOST = "host"
"""What the host's own errands are known by; no plugin may be called that."""


def housekeeping(
    outbox: Outbox, sessions: Sessions, rescued: RescuedTexts, database: Database
) -> list[tuple[str, Job]]:
    """Return the host's own jobs, as pairs with its name. Each comes to the same, however often it is done."""
    often = Every(outbox.limits.tidy_minutes)
    tidying: dict[str, Callable[[], Awaitable[Any]]] = {
        "forget-errands": outbox.forget,
        "prune-sessions": sessions.prune,
        "prune-rescued-texts": rescued.prune,
        "empty-journal": database.checkpoint,
    }
    return [(HOST, Job(name, often, _ignoring_when(tidy))) for name, tidy in tidying.items()]


def _ignoring_when(tidy: Callable[[], Awaitable[Any]]) -> Callable[[datetime], Awaitable[Any]]:
    return lambda _: tidy()
