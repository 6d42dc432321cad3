"""The register of those who have signed in."""

from __future__ import annotations

from piccolo.columns import UUID, Date, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody who has signed in, as the latest sign-in told it.

    `facts` is who it is, sealed and written in base64; `number_index` finds somebody by their exact number
    and tells nothing without the instance's key. Only `people.register` reads and writes them. `county` is two digits.
    `checked` is when the population register was last asked, `locked` since when nobody may sign in as this person.
    """

    id = UUID(primary_key=True, default=None)
    number_index = Varchar(80, unique=True, null=False)
    facts = Varchar(2000, null=False)
    born = Date(default=None, null=False)
    county = Varchar(2, default=None, null=True)
    updated = Timestamptz(default=None, null=False)
    checked = Timestamptz(default=None, null=True)
    locked = Timestamptz(default=None, null=True)
