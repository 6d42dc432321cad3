"""What a form's answers tell staff (`larm`), how pressing that is, and by when somebody is to have acted on it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from ledstang import Flag, Form, Host, PageByPage, act_by

from ledstang_forms.settings import Settings
from ledstang_forms.statements import LEVELS, NOTHING


class Raised(msgspec.Struct, frozen=True):
    """A flag that answers raised, and by when somebody is to have acted on it, None where that is not said."""

    flag: Flag
    by: datetime | None


def raised_by(host: Host, form: Form, filling: PageByPage, sent: datetime) -> list[Raised]:
    """Return what staff are to be told of answers that were sent at an instant, the most pressing first.

    Of a red flag that says no time limit, the unit's own setting is the limit.
    """
    red = sent + timedelta(hours=host.settings(Settings).red_hours)
    flags = sorted(
        (one for one in form.flags if one.id in filling.result.flags), key=lambda one: LEVELS.index(one.level)
    )
    return [Raised(one, act_by(one, sent) or (red if one.level == "red" else None)) for one in flags]


def rank_of(raised: list[Raised]) -> int:
    """Return how pressing the most pressing of them is, as in `LEVELS`."""
    return min((LEVELS.index(one.flag.level) for one in raised), default=NOTHING)


def first_by(raised: list[Raised]) -> datetime | None:
    """Return by when somebody is to have acted on the first of them."""
    return min((one.by for one in raised if one.by), default=None)
