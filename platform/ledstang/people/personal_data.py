"""What a plugin with rows about persons promises: that it can hand them out, that it can forget, and by what rule."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

ASKED = "asked"
"""Why something is erased when the person asked for it: then nothing goes that another has written for them."""

Kept = Literal["own", "passing", "record", "work", "log", "identity"]
"""On what ground something is kept.

`own`: the person chose it, and it is erased at once when they ask. `passing`: it goes by itself, soon. `record`: it
belongs to the patient record. `work`: it says who worked where. `log`: it says who has looked. `identity`: it is who
somebody is, and stays for as long as anything else does.
"""


class Ageing(msgspec.Struct, frozen=True):
    """What of it has been kept for long, for the retention that two people approve.

    `due(before, after, most)` returns at most `most` things to which nothing has happened since `before`, as pairs of the
    thing's id and its person's, in the order of their ids, and only such as come after the id `after`. `remove(ids,
    before)` removes those of them that are due still, in one transaction, and returns how many went. `title` is a message
    id: what those call the things who approve it, and whose they are not.
    """

    due: Callable[[datetime, UUID, int], Awaitable[list[tuple[UUID, UUID]]]]
    remove: Callable[[list[UUID], datetime], Awaitable[int]]
    title: str


class PersonalData(msgspec.Struct, frozen=True):
    """One kind of data that is kept of persons. `title` is a message id, `name` tells a plugin's kinds apart, and stays.

    `export(person)` returns what is kept, one dict of plain values for each thing, readable by the person it is about and
    without anybody else's name, number or words. `erase(person, why)` forgets what may be forgotten and returns how many
    rows went; what the law says must stay stays, and is not counted. When `why` is `ASKED`, the person asked for it.

    `kept` is the ground: only what is `own` is erased when somebody asks, everything else is answered with the rule.
    `words` gives each key of the export that a person reads the message id that stands before its value, and `codes`,
    by key, those that stand for its codes. A thing's `title` becomes its heading, and one with `question` and `answer` is
    read as such. A key with no words is in the file for programs only.

    `action` is what somebody who acts for the person must be allowed to do for it to be in the copy that they get: one
    that opens all that `export` returns to them. Without one only the person gets it.

    `files(person)` yields what lies beside it in the copy of everything: where in the archive, and the bytes, a part at a
    time.
    """

    title: str
    export: Callable[[UUID], Awaitable[list[dict[str, Any]]]]
    erase: Callable[[UUID, str], Awaitable[int]]
    name: str = ""
    kept: Kept = "record"
    words: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    ageing: Ageing | None = None
    action: str = ""
    files: Callable[[UUID], AsyncIterator[tuple[str, AsyncIterator[bytes]]]] | None = None


def key_of(plugin: str, data: PersonalData) -> str:
    """Return by what name settings, forms and files know a kind of data: `programmes.record`."""
    return f"{plugin}.{data.name}" if data.name else plugin
