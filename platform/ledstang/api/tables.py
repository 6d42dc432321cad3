"""What is kept for systems that ask: their tokens, proofs that were used, and by which ids they know people."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class ApiToken(Table, tablename="api_token"):
    """A token that a system was given. `id` is its SHA-256: whoever reads the table cannot ask with it.

    `scopes` have a space between.
    """

    id = Varchar(64, primary_key=True, default=None)
    client = Varchar(60, null=False)
    scopes = Varchar(500, null=False)
    ends = Timestamptz(default=None, null=False, index=True)


class ApiProof(Table, tablename="api_proof"):
    """A proof that was used: no other process takes it again. `id` is the SHA-256 of whose it is and its own id."""

    id = Varchar(64, primary_key=True, default=None)
    ends = Timestamptz(default=None, null=False, index=True)


class ApiSubject(Table, tablename="api_subject"):
    """By which id one system knows one person: another's is another, and it tells nothing of either.

    `sequence` grows with each change, over all rows; none while nothing has changed. `person` is nobody once somebody was
    forgotten: the row stays, so that the system is told that they are gone.
    """

    id = UUID(primary_key=True, default=None)
    client = Varchar(60, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    sequence = BigInt(default=None, null=True, index=True)
    made = Timestamptz(default=None, null=False)
