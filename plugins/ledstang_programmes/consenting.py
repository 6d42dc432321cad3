"""Guardians' consent to a child's programme: how many have to say yes, who has, and what staff write down of a spoken one.

Each yes is kept among the child's answers, sealed, with who gave it or wrote it down, at a place of its own. What a yes says
of itself is for staff; a guardian is told only that another has said it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec
from ledstang import Filled, Form, Host, Person, Visit

from ledstang_programmes import receipts
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.document import Consent, Programme
from ledstang_programmes.series import BETWEEN, Viewer, box_of, mark_of, split

PLACE = "@consent"
ASKED = {"none": 0, "one": 1, "both": 2}
SPOKEN = ("name", "day", "note")
"""What is kept of a yes that was given orally, beside the version of the text: whose, when, and what staff noted."""


class Consents(msgspec.Struct, frozen=True):
    """How it stands with guardians' consent: how many are needed, how many there are, and whether one is the viewer's."""

    needed: int = 0
    given: int = 0
    mine: bool = False

    @property
    def waiting(self) -> bool:
        """Say whether the programme waits for somebody to say yes."""
        return self.given < self.needed


def consents(
    programme: Programme,
    visit: Visit,
    viewer: Viewer,
    participation: UUID,
    responses: Mapping[str, Filled],
    *,
    goes_on: bool,
) -> Consents:
    """Return how it stands, for a viewer. Where the register names one guardian only, one is enough.

    What `goes_on` already, or has ended, waits for nobody.
    """
    asked, needed = programme.consent, asked_of(programme, visit.subject)
    if asked is None or not needed or goes_on or begun(responses):
        return Consents()
    marks = {split(stored)[1] for stored in _given(asked, responses)}
    own = {viewer.mark, spoken_mark(participation, visit.actor.name)}
    return Consents(needed, len(marks), viewer.role == "guardian" and not own.isdisjoint(marks))


def asked_of(programme: Programme, child: Person) -> int:
    """Return how many guardians of a child have to say yes."""
    asked = programme.consent if programme.audience in ANSWERERS else None
    return min(ASKED[asked.guardians], max(1, len(child.guardians))) if asked else 0


def begun(responses: Iterable[str]) -> bool:
    """Say whether anything but consent has been written: what goes on already waits for nobody."""
    return any(box_of(split(stored)[0]) != PLACE for stored in responses)


async def say_yes(host: Host, visit: Visit, participation: UUID, programme: Programme) -> None:
    """Keep the yes of the guardian who is signed in. Saying it twice, also orally before, is saying it once."""
    consent, mark = programme.consent, mark_of(participation, visit.actor.id)
    if consent is None:
        return

    async def work() -> None:
        given = _given(consent, await _responses(host, participation))
        if f"{PLACE}{BETWEEN}{spoken_mark(participation, visit.actor.name)}" not in given:
            await _keep(host, visit, participation, visit.subject, mark, programme, {})

    await host.database.write(work)


async def write_down(
    host: Host,
    visit: Visit,
    participation: UUID,
    child: Person,
    programme: Programme,
    *,
    name: str,
    day: date,
    note: str,
) -> None:
    """Keep a yes that a guardian gave orally, as staff write it down. The same name is the same guardian."""
    told = {"name": name, "day": day.isoformat(), "note": note}

    async def work() -> None:
        await _keep(host, visit, participation, child, spoken_mark(participation, name), programme, told)

    await host.database.write(work)


def spoken_mark(participation: UUID, name: str) -> str:
    """Return what a yes that was given orally goes by: the name alone tells whose it was."""
    return uuid5(participation, " ".join(name.casefold().split())).hex[:16]


async def _keep(
    host: Host, visit: Visit, participation: UUID, child: Person, mark: str, programme: Programme, told: dict[str, str]
) -> None:
    """Keep a yes, in the transaction that runs; with the last one the programme waits no more."""
    consent = programme.consent
    if consent is None:
        return
    form = Form("consent", consent.title, (), version=consent.version, hash=consent.version)
    where: dict[str, Any] = {
        "person": child.id, "owner": participation, "place": f"{PLACE}{BETWEEN}{mark}", "form": form,
    }  # fmt: skip
    values = {"version": consent.version, **told}
    await host.answers.save(
        actor=visit.actor.id, ground=visit.ground, values=values, revisions={}, sent_is_closed=True, **where
    )
    await host.answers.complete(scores={}, **where)
    if len(_given(consent, await _responses(host, participation))) >= asked_of(programme, child):
        await receipts.waits_no_more(host, participation)


async def _responses(host: Host, participation: UUID) -> dict[str, Filled]:
    return host.answers.responses(await host.answers.statements(participation)[0])


def _given(consent: Consent, responses: Mapping[str, Filled]) -> list[str]:
    """Return the places of the yeses to this version of the text."""
    return [
        stored
        for stored, one in responses.items()
        if box_of(split(stored)[0]) == PLACE and one.completed and one.form_hash == consent.version
    ]
