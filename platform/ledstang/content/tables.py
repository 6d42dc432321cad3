"""What the host keeps of forms that are filled in, and of content that was published."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class Response(Table, tablename="response"):
    """One form, or one worksheet, that one person has begun. `owner` is the thing of a plugin that it belongs to.

    `scores` is sealed and written when the person is done; `form_hash` names the rules that they were reckoned under.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    owner = UUID(default=None, null=False, index=True)
    place = Varchar(200, null=False)
    form = Varchar(200, null=False)
    form_hash = Varchar(64, null=False)
    started = Timestamptz(default=None, null=False)
    completed = Timestamptz(default=None, null=True)
    scores = Bytea(default=None, null=True)


class Answer(Table, tablename="answer"):
    """The answer to one question, sealed. `revision` grows by one with each change, which is how two devices are told apart.

    `person` is whose it is, `actor` who gave it, and `ground` on what ground.
    """

    id = UUID(primary_key=True, default=None)
    response = ForeignKey(Response, on_delete=OnDelete.restrict, null=False, index=True)
    owner = UUID(default=None, null=False, index=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    item = Varchar(200, null=False)
    value = Bytea(default=None, null=False)
    revision = Integer(default=1, null=False)
    changed = Timestamptz(default=None, null=False)
    actor = UUID(default=None, null=False)
    ground = Varchar(40, default="self", null=False)


class LostText(Table, tablename="lost_text"):
    """What somebody wrote that met a later answer from another device: kept sealed beside the one that stood."""

    id = UUID(primary_key=True, default=None)
    answer = ForeignKey(Answer, on_delete=OnDelete.restrict, null=False, index=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    value = Bytea(default=None, null=False)
    kept = Timestamptz(default=None, null=False)


class ContentVersion(Table, tablename="content_version"):
    """A published version of something that a region wrote. Never edited: participants may be pinned to it."""

    hash = Varchar(64, primary_key=True, default=None)
    kind = Varchar(100, null=False)
    key = Varchar(200, null=False, index=True)
    version = Varchar(20, null=False)
    document = Bytea(default=None, null=False)
    published = Timestamptz(default=None, null=False)
