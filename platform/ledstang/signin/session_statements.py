"""The prepared queries of `sessions`."""

from __future__ import annotations

from ledstang.access.keeping import BESIDE
from ledstang.database import prepared
from ledstang.signin.session import Session
from ledstang.signin.tables import Session as SessionRow

_OWN = (
    SessionRow.id,
    SessionRow.person,
    SessionRow.csrf,
    SessionRow.created,
    SessionRow.seen,
    SessionRow.auth_at,
    SessionRow.ended,
    SessionRow.acting_for,
    SessionRow.ground,
    SessionRow.assignment,
    SessionRow.locked_to,
    SessionRow.origin,
    SessionRow.origin_subject,
)
_COLUMNS = (
    *_OWN,
    SessionRow.person.facts.as_alias("facts"),
    SessionRow.person.born.as_alias("born"),
    SessionRow.person.county.as_alias("county"),
    SessionRow.person.checked.as_alias("checked"),
    SessionRow.person.locked.as_alias("locked"),
)
of_person = prepared(
    lambda person: (
        SessionRow.select(*_OWN)
        .where((SessionRow.person == person) & SessionRow.ended.is_null())
        .order_by(SessionRow.seen, ascending=False)
    )
)
by_id = prepared(lambda id_: SessionRow.select(*_COLUMNS).where(SessionRow.id == id_))
_wanted = ", ".join(f"s.{name}" for name in Session.__struct_fields__)
with_facts = prepared(
    lambda id_: SessionRow.raw(
        f"SELECT {_wanted}, p.facts, p.born, p.county, p.checked, p.locked, {BESIDE} FROM session s "  # noqa: S608
        "JOIN person p ON p.id = s.person "
        "LEFT JOIN access_fact f ON f.subject = s.person AND f.ended IS NULL WHERE s.id = {}",
        id_,
    )
)
by_token = prepared(lambda csrf: SessionRow.select(*_COLUMNS).where(SessionRow.csrf == csrf))
touch = prepared(
    lambda now, id_: SessionRow.update({SessionRow.seen: now}).where(
        (SessionRow.id == id_) & SessionRow.ended.is_null()
    )
)
end = prepared(
    lambda now, id_: SessionRow.update({SessionRow.ended: now}).where(
        (SessionRow.id == id_) & SessionRow.ended.is_null()
    )
)
end_all = prepared(
    lambda now, person: SessionRow.update({SessionRow.ended: now}).where(
        (SessionRow.person == person) & SessionRow.ended.is_null()
    )
)
end_origin = prepared(
    lambda now, mark: (
        SessionRow.update({SessionRow.ended: now})
        .where((SessionRow.origin == mark) & SessionRow.ended.is_null())
        .returning(SessionRow.id)
    )
)
end_subject = prepared(
    lambda now, mark: (
        SessionRow.update({SessionRow.ended: now})
        .where((SessionRow.origin_subject == mark) & SessionRow.ended.is_null())
        .returning(SessionRow.id)
    )
)
prune = prepared(
    lambda ended, signed_in: SessionRow.delete().where((SessionRow.ended < ended) | (SessionRow.auth_at < signed_in))
)
