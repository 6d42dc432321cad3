"""All the SQL of the outbox. Whoever changes an errand must be its owner: one whose lease was lost changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from piccolo.query.base import Query

from ledstang.database import prepared
from ledstang.outbox.jobs import EPOCH
from ledstang.outbox.tables import OutboxRow as Row

CLAIM = """
WITH next AS MATERIALIZED (
  SELECT one.id AS chosen FROM outbox AS one
  WHERE one.due <= {} AND (one.lease IS NULL OR one.lease <= {}) AND (one.key = '' OR NOT EXISTS (
    SELECT 1 FROM outbox AS earlier WHERE earlier.key = one.key AND earlier.id < one.id AND earlier.due IS NOT NULL))
  ORDER BY one.due, one.id LIMIT {} %s)
UPDATE outbox SET owner = {}, lease = {}, tries = tries + 1 FROM next WHERE id = chosen
RETURNING id, kind, dedupe, payload, tries
"""


def _claim(owner: str, lease: datetime, now: datetime, most: int) -> Query[Any, Any]:
    # On SQLite the one writer is the lock.
    locked = "FOR UPDATE OF one SKIP LOCKED" if Row._meta.db.engine_type == "postgres" else ""
    return Row.raw(CLAIM % locked, now, now, most, owner, lease)


free = prepared(
    lambda longest: Row.raw(
        "UPDATE outbox SET owner = NULL, lease = NULL WHERE due > {} AND lease > {}", EPOCH, longest
    )
)
hasten = prepared(
    lambda now, latest: Row.raw(
        "UPDATE outbox SET due = {} WHERE due > {} AND ((added > {} AND due <= added) OR (tries > 0 AND due > {}))",
        now, now, now, latest,
    )
)  # fmt: skip
anything_due = prepared(
    lambda now: Row.select(Row.id).where((Row.due <= now) & (Row.lease.is_null() | (Row.lease <= now))).limit(1)
)
claim = prepared(_claim)
renew = prepared(
    lambda lease, id_, owner: (
        Row.update({Row.lease: lease}).where((Row.id == id_) & (Row.owner == owner)).returning(Row.id)
    )
)
finish = prepared(
    lambda done, id_, owner: (
        Row.update({Row.done: done, Row.due: None, Row.owner: None, Row.lease: None, Row.error: ""})
        .where((Row.id == id_) & (Row.owner == owner))
        .returning(Row.id)
    )
)
put_off = prepared(
    lambda due, error, id_, owner: (
        Row.update({Row.due: due, Row.error: error, Row.owner: None, Row.lease: None})
        .where((Row.id == id_) & (Row.owner == owner))
        .returning(Row.id)
    )
)
bury = prepared(
    lambda dead, error, id_, owner: (
        Row.update({Row.dead: dead, Row.due: None, Row.error: error, Row.owner: None, Row.lease: None})
        .where((Row.id == id_) & (Row.owner == owner))
        .returning(Row.id)
    )
)
give_back = prepared(
    lambda tries, id_, owner: Row.update({Row.tries: tries, Row.owner: None, Row.lease: None}).where(
        (Row.id == id_) & (Row.owner == owner)
    )
)
wait = prepared(
    lambda due, tries, id_, owner: Row.update(
        {Row.due: due, Row.tries: tries, Row.key: "", Row.owner: None, Row.lease: None}
    ).where((Row.id == id_) & (Row.owner == owner))
)
call_off = prepared(lambda once: Row.delete().where((Row.dedupe == once) & Row.due.is_not_null() & Row.owner.is_null()))
mark_called_off = prepared(
    lambda error, once: Row.update({Row.error: error}).where((Row.dedupe == once) & Row.done.is_not_null())
)
error_of = prepared(lambda once: Row.select(Row.error).where(Row.dedupe == once))
count_dead = prepared(lambda: Row.count().where(Row.dead.is_not_null()))
count_late = prepared(lambda late: Row.count().where(Row.due < late))
dead = prepared(
    lambda: (
        Row.select(Row.id, Row.kind, Row.dead, Row.tries, Row.error)
        .where(Row.dead.is_not_null())
        .order_by(Row.dead, ascending=False)
        .limit(100)
    )
)
retry = prepared(
    lambda now: Row.update({Row.due: now, Row.dead: None, Row.tries: 0}).where(Row.dead.is_not_null()).returning(Row.id)
)
forget = prepared(lambda before: Row.delete().where(Row.done < before).returning(Row.id))
