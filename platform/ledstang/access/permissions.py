"""Permissions: the actions that plugins have, who may do them by default, and what may still stand against it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal
from uuid import UUID

import msgspec

from ledstang.access.visit import Visit


async def no_objection(_visit: Visit | None, _resource: Any) -> bool | None:
    """Leave the decision to the default."""
    return None


class Permission(msgspec.Struct, frozen=True):
    """An action and who may do it. `title` is a message id; `action` is `<service>.<what>`, as policy tables name it.

    `who` is `self` (the person whose the resource is, from the age that the policies say), `anyone` (signed in or not)
    or `staff`: whoever works at the resource's `unit` and has one of the `roles` there; or `system`: a care system that has
    one of the `roles` as a scope, about somebody whom systems may ask about. `check` may still deny by
    returning False; True and None leave it at that. One that raises or hangs denies.
    Several permissions for one action must all allow it. What a citizen has blocked stops staff, but where
    `despite_blocks` says that it is no care of theirs: locking an account, looking over the access log. With `by_name`
    nobody does it for another on the strength of what is said of all services at once: the policy row, or the exception,
    must name this one.
    """

    action: str
    title: str
    who: Literal["self", "anyone", "staff", "system"] = "self"
    check: Callable[[Visit | None, Any], Awaitable[bool | None]] = no_objection
    roles: tuple[str, ...] = ()
    despite_blocks: bool = False
    by_name: bool = False


class Own(msgspec.Struct, frozen=True):
    """Stands for something of a person's that is about to be made: the resource of a question about beginning."""

    person: UUID


class Whole(msgspec.Struct, frozen=True):
    """Stands for all of a person's that is from a unit, or from none: the resource of a question about handing it out."""

    person: UUID
    unit: str | None


class AtUnit(msgspec.Struct, frozen=True):
    """Stands for something that is about to be made at a unit: the resource of a question about staff."""

    unit: str


class Decision(msgspec.Struct, frozen=True):
    """The answer of `may`. `reason` is one of the words below, for tests and logs; a page shows a denial as not found.

    allowed · unknown-action · not-signed-in · no-owner · not-owner · unknown-ground · outside-ages · denied · failed ·
    log-full · no-assignment · wrong-role · other-unit · no-system · nothing-there ·
    blocked, excepted, objected (see `access.facts`)
    """

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True, "allowed")
