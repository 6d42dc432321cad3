"""What a plugin with rows about persons promises: that it can hand them out, and that it can forget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec


class PersonalData(msgspec.Struct, frozen=True):
    """One kind of data that is kept of persons. `title` is a message id.

    `export(person)` returns what is kept, one dict of plain values for each thing, readable by the person it is about.
    `erase(person, why)` forgets what may be forgotten and returns how many rows went; what the law says must stay
    stays, and is not counted.
    """

    title: str
    export: Callable[[UUID], Awaitable[list[dict[str, Any]]]]
    erase: Callable[[UUID, str], Awaitable[int]]
