"""What somebody has chosen: by which channels they are told, whether at night too, and in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Host, prepared

from ledstang_notices.tables import Choice

LANGUAGES = "sv", "en"


class Chosen(msgspec.Struct, frozen=True):
    """What somebody has chosen. Whoever has chosen nothing is told by all that they have confirmed, and by day."""

    email: bool = True
    sms: bool = True
    letter: bool = True
    at_night: bool = False
    language: str = "sv"

    def by(self, channel: str) -> bool:
        """Say whether they are told by a channel: `email`, `sms` or `letter`."""
        return {"email": self.email, "sms": self.sms, "letter": self.letter}[channel]


async def chosen(host: Host, person: UUID) -> Chosen:
    """Return what somebody has chosen."""
    rows = await _of(person)
    usual = host.instance.settings.language
    if not rows:
        return Chosen(language=usual)
    row = rows[0]
    return Chosen(row["email"], row["sms"], row["letter"], row["at_night"], row["language"] or usual)


async def choose(host: Host, person: UUID, form: Mapping[str, Any]) -> None:
    """Keep what somebody has chosen on the page. A box that is not ticked is a no."""
    language = next((one for one in LANGUAGES if one == form.get("language")), "")
    told = {name: form.get(name) == "yes" for name in ("email", "sms", "letter", "at_night")}
    now = host.clock.now()
    row = Choice(person=person, language=language, changed=now, **told)

    async def work() -> None:
        columns = [Choice.email, Choice.sms, Choice.letter, Choice.at_night, Choice.language, Choice.changed]
        await Choice.insert(row).on_conflict(target=Choice.person, action="DO UPDATE", values=columns)

    await host.database.write(work)


async def export(person: UUID) -> list[dict[str, Any]]:
    """Return what is kept of a choice."""
    return await _of(person)


async def erase(person: UUID, _why: str = "") -> int:
    """Forget what somebody has chosen."""
    return len(await Choice.delete().where(Choice.person == person).returning(Choice.person))


_of = prepared(
    lambda person: Choice.select(
        Choice.email, Choice.sms, Choice.letter, Choice.at_night, Choice.language, Choice.changed
    ).where(Choice.person == person)
)  # fmt: skip
