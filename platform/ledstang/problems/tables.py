"""What people have reported of pages."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class Problem(Table, tablename="problem"):
    """One report. Who wrote it stands nowhere: `words` is sealed, with the way to answer if one was given.

    `page` is an address with all that names somebody left out, `version` that of the platform.
    """

    id = UUID(primary_key=True, default=None)
    page = Varchar(300, null=False)
    version = Varchar(40, null=False)
    words = Bytea(default=None, null=False)
    created = Timestamptz(default=None, null=False, index=True)
    handled = Timestamptz(default=None, null=True, index=True)
