"""The prepared queries of `cases`: a case, what was sent in it, and what changes it."""

from __future__ import annotations

from ledstang import prepared

from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.tables import Message as MessageTable
from ledstang_inbox.threads import Case

COLUMNS = tuple(getattr(CaseTable, name) for name in Case.__struct_fields__)
one = prepared(lambda id_: CaseTable.select(*COLUMNS).where(CaseTable.id == id_))
of_draft = prepared(lambda draft: CaseTable.select(*COLUMNS).where(CaseTable.draft == draft))
drafted = prepared(lambda draft: CaseTable.select(CaseTable.id).where(CaseTable.draft == draft))
of_person = prepared(
    lambda person, author: (
        CaseTable.select(*COLUMNS)
        .where((CaseTable.person == person) & (CaseTable.draft.is_null() | (CaseTable.author == author)))
        .order_by(CaseTable.moved, ascending=False)
        .limit(200)
    )
)
messages = prepared(
    lambda case: (
        MessageTable.select(
            MessageTable.id, MessageTable.author, MessageTable.ground, MessageTable.title, MessageTable.unit,
            MessageTable.kind, MessageTable.place, MessageTable.sent, MessageTable.read, MessageTable.corrected,
        )
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent)
    )
)  # fmt: skip
touch = prepared(
    lambda written, moved, id_: CaseTable.update({CaseTable.written: written, CaseTable.moved: moved}).where(
        (CaseTable.id == id_) & CaseTable.draft.is_not_null()
    )
)
asked = prepared(
    lambda now, due, promise, desk, id_: CaseTable.update(
        {
            CaseTable.draft: None,
            CaseTable.written: None,
            CaseTable.moved: now,
            CaseTable.due: due,
            CaseTable.promise: promise,
            CaseTable.desk: desk,
        }
    ).where(CaseTable.id == id_)
)
hurried = prepared(
    lambda due, promise, id_: CaseTable.update({CaseTable.due: due, CaseTable.promise: promise}).where(
        CaseTable.id == id_
    )
)
seen = prepared(
    lambda now, id_, place: MessageTable.update({MessageTable.read: now}).where(
        (MessageTable.id == id_) & (MessageTable.place == place) & MessageTable.read.is_null()
    )
)
correct = prepared(
    lambda new, now, id_, place: (
        MessageTable.update({MessageTable.place: new, MessageTable.corrected: now})
        .where((MessageTable.id == id_) & (MessageTable.place == place) & MessageTable.read.is_null())
        .returning(MessageTable.id)
    )
)
thread = prepared(
    lambda case: (
        MessageTable.select(MessageTable.id, MessageTable.kind)
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent)
    )
)
latest = prepared(
    lambda case: (
        MessageTable.select(MessageTable.sent)
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent, ascending=False)
        .limit(1)
    )
)
address = prepared(
    lambda audience, id_: CaseTable.update({CaseTable.audience: audience}).where(
        (CaseTable.id == id_) & CaseTable.draft.is_not_null()
    )
)
