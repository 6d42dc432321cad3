"""The sign-ins that have been begun and not yet come back, and the messages that have been heard."""

from __future__ import annotations

from piccolo.columns import Boolean, Timestamptz, Varchar
from piccolo.table import Table


class Attempt(Table, tablename="oidc_attempt"):
    """One sign-in that was begun. `id` is the SHA-256 of its state, `browser` that of the cookie that the browser has.

    Nonce and verifier are made of the cookie and the state, and stand nowhere: who reads this table can finish nothing.
    """

    id = Varchar(64, primary_key=True, default=None)
    browser = Varchar(64, null=False)
    provider = Varchar(40, null=False)
    next = Varchar(500, null=False)
    again = Boolean(null=False, default=False)
    created = Timestamptz(null=False, default=None, index=True)


class Heard(Table, tablename="oidc_heard"):
    """A message that somebody signed out. `id` is the SHA-256 of its provider and its own id; it counts until `until`."""

    id = Varchar(64, primary_key=True, default=None)
    until = Timestamptz(null=False, default=None, index=True)
