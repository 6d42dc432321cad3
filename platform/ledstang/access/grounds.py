"""Proxies: on what ground somebody acts for another, and whether the ground stands at this moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from ledstang.database import Bound
from ledstang.people.persons import Person


class ProxyGround(msgspec.Struct, frozen=True):
    """A ground on which somebody may act for another. `name` is what policy tables call the relation.

    `statement(actor, subject)` is the bound prepared query of what this ground keeps about the two. The host runs it with
    its own and hands the rows to `stands(actor, subject, rows)`, which says whether the ground is there today; who has
    custody stands in `subject.guardians`, as the register said lately. Ages are the policies'; protection, death and an
    old register end every ground, whatever it says.

    `words` go from a language to how tables write the relation, where the host has no word for it: `{"sv": "god man"}`.
    Rows about such a relation, in tables that the plugin brings, count without a region having chosen them.
    """

    name: str
    statement: Callable[[UUID, UUID], Bound]
    stands: Callable[[Person, Person, list[Mapping[str, Any]]], Awaitable[bool]]
    words: dict[str, str] = {}


def relation_words(grounds: Iterable[ProxyGround]) -> dict[str, dict[str, str]]:
    """Return how policy tables write the relations of these grounds, as a table of words."""
    return {"relations": {word: one.name for one in grounds for word in (*one.words.values(), one.name)}}
