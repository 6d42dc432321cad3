"""Where files may be attached: each use says to which things, and who may add and read them there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.visit import STAFF, Visit

DELIVERED = "delivered-item"
"""The use of files that a service attaches to what it puts into an inbox; the plugin that shows the inbox registers it."""

WITHHELD = "withheld"
"""The host's own use of files that somebody could not send any more, at a withheld text; no plugin's may be called that."""


class AttachmentUse(msgspec.Struct, frozen=True):
    """Things of a plugin's that files may be attached to.

    `name` stands in addresses: small letters, digits and hyphens. `find(visit, item)` returns the thing as `host.may`
    is asked about it, with its `person` and perhaps its `unit`, or None where there is none for this visit. Files there
    may be read by whoever may do `read` with the thing, and added by whoever may do `add`; those at work are asked about
    `staff_read` and `staff_add` instead. An action that is left out is nobody's: without any to add, only services add
    files. `page` is the page that shows the thing, with `{item}` for its id. `kinds`, `megabytes` and `most` narrow what
    the instance allows, never widen it.
    """

    name: str
    find: Callable[[Visit, UUID], Awaitable[Any]]
    read: str
    page: str
    add: str = ""
    kinds: tuple[str, ...] = ()
    megabytes: int | None = None
    most: int | None = None
    staff_read: str = ""
    staff_add: str = ""

    def reading(self, visit: Visit) -> str:
        """Return the action that a visit needs to read; empty where none would do."""
        return self.staff_read if visit.ground == STAFF else self.read

    def adding(self, visit: Visit) -> str:
        """Return the action that a visit needs to add; empty where none would do."""
        return self.staff_add if visit.ground == STAFF else self.add
