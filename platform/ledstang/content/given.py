"""What answers are, as they are read and saved: who gave one, what came of saving it, and a form as it was filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

Value = str | float | int | bool | list[str] | None


class Given(msgspec.Struct, frozen=True):
    """One answer as it stands. `revision` is what a page hands back to say which answer it was rendered with."""

    value: Value
    revision: int
    changed: datetime


class Author(msgspec.Struct, frozen=True):
    """Who gave an answer, and on what ground: `self`, that of a proxy, or one that tells who else was there."""

    actor: UUID
    ground: str


class Conflict(msgspec.Struct, frozen=True):
    """Two texts for one question: `mine` was sent now, `theirs` was saved `when` by another device or person.

    `author` is who saved theirs, and on what ground: a page says whether it was oneself, and never more than it may.
    """

    item: str
    mine: Value
    theirs: Value
    revision: int
    when: datetime
    author: Author | None = None


class Saved(msgspec.Struct, frozen=True):
    """What became of a save: the new revisions, and the questions where another answer stood already.

    `late` says that nothing was saved, since the response had been completed.
    """

    revisions: dict[str, int]
    conflicts: tuple[Conflict, ...] = ()
    late: bool = False


class Filled(msgspec.Struct, frozen=True):
    """One response: when it was begun and completed, and the scores that were reckoned then."""

    id: UUID
    place: str
    form: str
    form_hash: str
    started: datetime
    completed: datetime | None
    scores: dict[str, Any]
