"""Verifying: go through the chains and tell what was changed, put in, taken out or cut off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from ledstang.access.log.anchoring import Anchor
from ledstang.access.log.entries import COLUMNS, mac_of
from ledstang.access.log.tables import AccessLogChain as Chain
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.access.log.tables import AccessReview as Review
from ledstang.database import prepared

PORTION = 1_000
"""Entries that are read in one statement."""

SENTENCES = {
    "altered": "Entry {sequence} is not what was written: it was changed, or put in by somebody without the keys.",
    "missing": "Entry {sequence} does not follow the one before it: something was taken out, or put in, between them.",
    "cut": "The chain should reach entry {sequence}, and does not: its end was cut off.",
    "replaced": "Entry {sequence} is another than the one that was anchored: the chain was written anew.",
    "unknown-key": "Entry {sequence} was made with key {key}, which is not at hand: put it back, also a retired one.",
    "no-reason": "Entry {sequence} is an emergency opening whose reason was taken away.",
}
Code = Literal["altered", "missing", "cut", "replaced", "unknown-key", "no-reason"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong with a chain, at an entry's number in it."""

    chain: str
    sequence: int
    code: Code
    key: int = 0

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return SENTENCES[self.code].format(sequence=self.sequence, key=self.key)


class Verified(msgspec.Struct, frozen=True):
    """What came of it: how many chains and entries were gone through, and what is wrong."""

    chains: int
    entries: int
    findings: list[Finding]


async def verify(keys: Mapping[int, bytes], anchors: Iterable[Anchor] = (), since: date | None = None) -> Verified:
    """Go through all chains since a day. `anchors` of older days are not asked for: their chains may be forgotten."""
    since = since or date.min
    wanted = [anchor for anchor in anchors if anchor.day >= since]
    heads = {row["id"]: row for row in await _chains(since)}
    names = sorted({*heads, *(anchor.chain for anchor in wanted), *await _unheaded(since)})
    entries, findings = 0, []
    for name in names:
        count, found = await _chain(name, keys, heads.get(name), [one for one in wanted if one.chain == name])
        entries, findings = entries + count, findings + found
    return Verified(len(names), entries, findings)


async def _chain(
    name: str, keys: Mapping[int, bytes], head: dict[str, Any] | None, anchors: list[Anchor]
) -> tuple[int, list[Finding]]:
    """Go through one chain, which need not have any entry left."""
    findings, count, sequence, previous = [], 0, 0, ""
    anchored = {one.sequence: one.mac for one in anchors}
    async for row in _rows(name):
        count += 1
        for code in _wrong(row, keys, sequence, previous, anchored):
            findings.append(Finding(name, row["sequence"], code, row["key"]))
        if row["outcome"] == "emergency" and not await _reason(row["id"]):
            findings.append(Finding(name, row["sequence"], "no-reason"))
        sequence, previous = row["sequence"], row["mac"]
    reaches = max([*anchored, head["sequence"] if head else 0])
    if reaches > sequence:
        findings.append(Finding(name, reaches, "cut"))
    elif head is None or (head["sequence"], head["mac"]) != (sequence, previous):
        findings.append(Finding(name, sequence, "altered"))
    return count, findings


def _wrong(
    row: dict[str, Any], keys: Mapping[int, bytes], sequence: int, previous: str, anchored: Mapping[int, str]
) -> Iterable[Code]:
    """Yield what is wrong with an entry that should come after another."""
    if row["key"] not in keys:
        yield "unknown-key"
    elif mac_of(row, keys[row["key"]]) != row["mac"]:
        yield "altered"
    if (row["sequence"], row["previous"]) != (sequence + 1, previous):
        yield "missing"
    if anchored.get(row["sequence"], row["mac"]) != row["mac"]:
        yield "replaced"


async def _rows(chain: str) -> AsyncIterator[dict[str, Any]]:
    """Yield a chain's entries in order, some at a time."""
    after = -1
    while rows := await _next(chain, after):
        for row in rows:
            yield row
        after = rows[-1]["sequence"]


async def _unheaded(since: date) -> set[str]:
    """Return the chains that have entries, also those whose end nobody knows: by skipping from one to the next."""
    found, after = set(), ""
    while (rows := await _first_after(after)) and (after := rows[0]["chain"] or ""):
        if after[:10] >= since.isoformat():
            found.add(after)
    return found


async def _reason(id_: Any) -> bool:
    rows = await _reviewed(id_)
    return bool(rows) and rows[0]["reason"] is not None


_chains = prepared(lambda since: Chain.select(Chain.id, Chain.sequence, Chain.mac).where(Chain.day >= since))
_first_after = prepared(
    lambda after: Row.raw("SELECT min(chain) AS chain FROM access_log_entry WHERE chain > {}", after)
)
_next = prepared(
    lambda chain, after: (
        Row.select(*[getattr(Row, name) for name in COLUMNS])
        .where((Row.chain == chain) & (Row.sequence > after))
        .order_by(Row.sequence)
        .limit(PORTION)
    )
)
_reviewed = prepared(lambda id_: Review.select(Review.reason).where(Review.id == id_))
