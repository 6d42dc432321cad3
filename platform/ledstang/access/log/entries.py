"""Entries: what is written of one access, and the MAC that ties it to the one before."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from operator import itemgetter
from secrets import token_bytes
from types import NoneType
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.caller import SYSTEM, Caller
from ledstang.access.log.tables import AccessLogEntry
from ledstang.access.visit import Visit
from ledstang.clock import STOCKHOLM

COLUMNS: tuple[str, ...] = tuple(column._meta.name for column in AccessLogEntry._meta.columns)
SIGNED = ("at", *(name for name in COLUMNS if name not in ("at", "key", "mac")))
"""What a MAC is over, in this order; the key is told by the MAC itself."""

_LENGTHS = {column._meta.name: getattr(column, "length", None) for column in AccessLogEntry._meta.columns}
_SUB_MILLISECOND = 1 << 12
_signed = itemgetter(*SIGNED)
_canonical = msgspec.json.Encoder(enc_hook=str).encode  # a driver's UUID is a kind of its own


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One access, before it has its place in a chain. `AccessLogEntry` says what each part is, in the same order."""

    id: UUID
    at: datetime
    region: str
    subject: UUID | None
    actor: UUID
    who: str
    ground: str
    staff: str = ""
    title: str = ""
    assignment: UUID | None = None
    unit: str = ""
    unit_name: str = ""
    provider: str = ""
    provider_name: str = ""
    purpose: str
    action: str
    kind: str = ""
    resource: UUID | None = None
    plugin: str = ""
    outcome: str
    behalf: UUID | None = None

    @property
    def day(self) -> date:
        """The Swedish day on which it happened."""
        return _day_of(self.at)

    @property
    def chain(self) -> str:
        """The chain that it belongs to."""
        return chain_of(self.day, self.region)

    def __repr__(self) -> str:
        return f"Entry({self.id})"


@lru_cache(64)
def _day_of(at: datetime) -> date:
    """Return the Swedish day of an instant; the entries of a list are all of one."""
    return at.astimezone(STOCKHOLM).date()


def chain_of(day: date, region: str) -> str:
    """Return what the chain of a day and a region is called; a hyphen stands for no region."""
    return f"{day.isoformat()} {region or '-'}"


def who_of(visit: Visit | Caller) -> str:
    """Say who acts: a system, staff, somebody's proxy, or the person."""
    if isinstance(visit, Caller):
        return SYSTEM
    if visit.assignment is not None:
        return "staff"
    return "self" if visit.ground == "self" and visit.actor.id == visit.subject.id else "proxy"


def subject_of(visit: Visit | Caller, resource: Any) -> UUID | None:
    """Return whose the thing is; where the thing does not say, whom the visit is about; None for nobody else's."""
    owner = getattr(resource, "person", None)
    if isinstance(owner, UUID):
        return owner
    if isinstance(visit, Caller):
        return None
    return visit.subject.id if visit.subject.id != visit.actor.id else None


def entry_of(visit: Visit | Caller, action: str, resource: Any, outcome: str, now: datetime) -> Entry:
    """Make the entry of an access. What is too long for its column is cut: a directory must not stop the log."""
    return entries_of(visit, action, [resource], outcome, now)[0]


def entries_of(
    visit: Visit | Caller, action: str, resources: Iterable[Any], outcome: str, now: datetime
) -> list[Entry]:
    """Make the entries of an access to several things, in order; what is the same in all of them is put together once."""
    told = _of_system(visit) if isinstance(visit, Caller) else _of_visit(visit)
    told |= {"purpose": visit.purpose, "action": action, "plugin": action.partition(".")[0]}
    shared = {name: _fit(name, value) if isinstance(value, str) else value for name, value in told.items()}
    things = list(resources)
    return [
        Entry(
            id=id_, at=now, subject=subject_of(visit, one), kind=_kind(type(one)),
            resource=named if isinstance(named := getattr(one, "id", None), UUID) else None, outcome=outcome, **shared,
        )
        for one, id_ in zip(things, new_ids(now, len(things)), strict=True)
    ]  # fmt: skip


def _of_visit(visit: Visit) -> dict[str, Any]:
    work, who = visit.assignment, who_of(visit)
    at_work: dict[str, Any] = {} if work is None else {
        "staff": work.staff, "title": work.title, "assignment": work.id, "unit": work.unit,
        "unit_name": work.unit_name, "provider": work.provider, "provider_name": work.provider_name,
    }  # fmt: skip
    behalf = visit.subject.id if who == "proxy" else None
    acting = {"actor": visit.actor.id, "who": who, "ground": visit.ground, "behalf": behalf}
    return {"region": _region(visit), **acting, **at_work}


def _of_system(caller: Caller) -> dict[str, Any]:
    return {
        "region": caller.unit.region[:60], "actor": caller.id, "who": SYSTEM, "ground": SYSTEM, "title": caller.name,
        "unit": caller.unit.hsa_id, "unit_name": caller.unit.name, "provider": caller.unit.provider,
        "provider_name": caller.unit.provider_name,
    }  # fmt: skip


@cache
def _kind(kind: type) -> str:
    return "" if kind is NoneType else _fit("kind", kind.__name__.lower())


def rows_of(
    entries: Iterable[Entry], chain: str, sequence: int, previous: str, number: int, key: bytes
) -> list[tuple[Any, ...]]:
    """Give entries their places in a chain, after the one with `sequence` and the MAC `previous`: 0 and empty at first.

    Returns their rows, each with its values in the order of `COLUMNS`. `number` is that of the key.
    """
    keyed, rows = hmac.new(key, digestmod="sha256"), []
    for place, entry in enumerate(entries, sequence + 1):
        id_, at, _, *told = msgspec.structs.astuple(entry)
        mac = keyed.copy()  # with its key taken in already, which is most of the work
        mac.update(_text_of(at, id_, chain, place, *told, previous))
        rows.append((id_, at, chain, place, number, *told, previous, mac.hexdigest()))
        previous = rows[-1][-1]
    return rows


def mac_of(row: Mapping[str, Any], key: bytes) -> str:
    """Return the MAC of a row, whatever database it was read from."""
    return hmac.digest(key, _text_of(*_signed(row)), "sha256").hex()


def _text_of(at: datetime, *rest: Any) -> bytes:
    return _canonical([at.astimezone(UTC), *rest])


_last = [0]
_counting = threading.Lock()


def new_ids(now: datetime, many: int) -> list[UUID]:
    """Return ids that go by time (UUID version 7), and never before the one that this process made last."""
    millisecond = int(now.timestamp() * 1000)
    with _counting:
        first = max(_last[0] + 1, millisecond * _SUB_MILLISECOND)
        _last[0] = first + many - 1
    tails = memoryview(token_bytes(8 * many)).cast("Q")
    return [_id(order, tail) for order, tail in enumerate(tails, first)]


def _id(order: int, tail: int) -> UUID:
    milliseconds, within = divmod(order, _SUB_MILLISECOND)
    return UUID(int=milliseconds << 80 | 7 << 76 | within << 64 | 2 << 62 | tail & (1 << 62) - 1)


def _fit(name: str, value: str) -> str:
    return value.replace("\0", "")[: _LENGTHS.get(name)]


def _region(visit: Visit) -> str:
    region = visit.assignment.region if visit.assignment else visit.region
    return (region or "")[:60]
