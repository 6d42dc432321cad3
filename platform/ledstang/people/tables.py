"""The register of those who have signed in."""

from __future__ import annotations

from piccolo.columns import UUID, Date, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody who has signed in, as the latest sign-in told it. `number` is twelve digits, `county` two."""

    id = UUID(primary_key=True, default=None)
    number = Varchar(12, unique=True, null=False)
    name = Varchar(200, null=False)
    born = Date(default=None, null=False)
    county = Varchar(2, default=None, null=True)
    updated = Timestamptz(default=None, null=False)
