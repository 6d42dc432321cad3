"""Forms whose time is up: they close by themselves, and nobody is asked for them any more.

A clock that was ahead closes them too early. When it is right again they open by themselves, with all that stands in them.
"""

from __future__ import annotations

from datetime import datetime

from ledstang import Every, Host, Job

from ledstang_forms import sendings
from ledstang_forms.settings import Settings

MOST = 500
"""How many are ended at a time: what is left is ended the next time."""


def expiring_job(host: Host) -> Job:
    """Return the job. A page never waits for it: what has expired cannot be answered, job or no job."""

    async def end(_due: datetime) -> None:
        await sendings.expire(host, MOST)
        await sendings.reopen(host, MOST)

    return Job("expiring", Every(host.settings(Settings).closing_minutes), end)
