"""What is handed out of somebody's programmes, with the questions' own words; what is erased when asked, and what stays.

What was sent, and all that a treater follows, belongs to the patient record. What somebody wrote for themselves alone and
never sent is their own. Whoever acts for a child gets what guardians read in the programme anyway, and nothing that the
child answers by itself. What others had begun, and may act no longer, is withheld before anything is handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from ledstang import Ageing, Host, PersonalData, Question, present

from ledstang_programmes import participation
from ledstang_programmes.document import FormPart, Programme, parts_of
from ledstang_programmes.index import AFTER, BEFORE, Index
from ledstang_programmes.loading import TAKE_PART, Loader
from ledstang_programmes.participation import Part
from ledstang_programmes.series import ANYBODY, box_of, split
from ledstang_programmes.unsent import settle

SHARED, ALONE, UNSENT = "shared", "alone", "unsent"
"""What is answered: read by guardians too, by the participant only, and what was never sent."""
FOLLOWED = "treater-led"
SENT = ("form", "homework")
TITLES = {BEFORE: "measure_before", AFTER: "measure_after"}
WORDS = {
    "version": "Version",
    "started": "Started",
    "ended": "Ended",
    "reason": "Why it ended",
    "consent": "Version of the consent",
    "responses": "What you have written",
    "completed": "Sent",
    "answers": "Answers",
    "results": "Results",
    "points": "Points",
    "band": "What it means",
    "others": "Also written, on another device",
}
CODES = {"reason": {"completed": "You finished it", "ended_by_participant": "You chose to end it",
                    "ended_by_treater": "The care unit ended it"}}  # fmt: skip


def kept_data(host: Host, loader: Loader) -> list[PersonalData]:
    """Return the kinds of data: what belongs to the record, for guardians too or not, and what was never sent."""

    async def told(person: UUID, kind: str) -> list[dict[str, Any]]:
        await settle(host, loader, person, await host.people.shut_to(person, TAKE_PART))
        return [one async for one in _told(host, person, kind)]

    async def sent(person: UUID) -> list[dict[str, Any]]:
        return await told(person, SHARED)

    async def alone(person: UUID) -> list[dict[str, Any]]:
        return [one for one in await told(person, ALONE) if one["responses"]]

    async def unsent(person: UUID) -> list[dict[str, Any]]:
        return [one for one in await told(person, UNSENT) if one["responses"]]

    async def erase_nothing(_person: UUID, _why: str) -> int:
        return 0  # it goes with the participation

    async def erase(person: UUID, _why: str) -> int:
        return await participation.forget(host, person)

    async def erase_unsent(person: UUID, _why: str) -> int:
        async def work() -> int:
            gone = 0
            async for part, programme in _parts(host, person):
                if own := await _own(host, part, programme):
                    gone += await host.answers.forget_unsent(part.id, own)
            return gone

        return await host.database.write(work)

    async def remove(ids: list[UUID], before: datetime) -> int:
        return await participation.forget_old(host, ids, before)

    record = "Programmes that you take part in, and what you have sent there"
    ageing = Ageing(participation.ended_before, remove, "Programmes that have ended, with what was written in them")
    return [
        PersonalData(
            "What you have written and not sent", unsent, erase_unsent, "drafts", "own", WORDS, action=TAKE_PART
        ),
        PersonalData("What only you read of your programmes", alone, erase_nothing, "alone", "record", WORDS),
        PersonalData(record, sent, erase, "record", "record", WORDS, CODES, ageing, TAKE_PART),
    ]


async def _parts(host: Host, person: UUID) -> Any:
    """Yield a person's participations, each with the version of the programme that it follows."""
    for row in await participation.of_person(person):
        part = participation.part(row)
        yield part, await host.content("programmes").version(part.version)


async def _own(host: Host, part: Part, programme: Programme | None) -> frozenset[str]:
    """Return the places of what is the participant's alone as long as it is not sent.

    A form of one page is sent by going on from it. Of a programme that is not known any more nothing is told apart.
    """
    if programme is None or programme.sort == FOLLOWED:
        return frozenset()
    done = participation.steps(await participation.steps_of(part.id))
    gone_on = {
        one.id
        for module, step, one in parts_of(programme)
        if isinstance(one, FormPart) and one.block in SENT and (module.key, step.id) in done
    }
    places = (one["place"] for one in await host.answers.export(part.id) if not split(one["place"])[1])
    return frozenset(place for place in places if place.partition("/")[0] not in gone_on)


async def _told(host: Host, person: UUID, kind: str) -> Any:
    """Yield each participation with what is of one kind in it."""
    async for part, programme in _parts(host, person):
        index, mine = Index(programme) if programme else None, await _own(host, part, programme)
        written = await host.answers.export(part.id)
        kept = [one for one in written if kind == _kind(one, mine, index)]
        about = {"title": programme.title if programme else part.programme, "programme": part.programme}
        course = await _course(part, programme) if kind == SHARED else {}
        yield about | course | {"responses": [_response(_participant_s(one), programme, index) for one in kept]}


async def _course(part: Part, programme: Programme | None) -> dict[str, Any]:
    return {
        "version": programme.version if programme else "",
        "consent": part.consent,
        "started": part.started,
        "ended": part.ended,
        "reason": part.reason,
        "steps": await participation.steps_of(part.id),
    }


def _kind(one: dict[str, Any], own: frozenset[str], index: Index | None) -> str:
    """Return of what kind an answered form is. Of a programme that is not known any more guardians get nothing."""
    by = index.by.get(box_of(one["place"]), "participant") if index else "child"
    if not ANYBODY.may_read(by, guardian_reads=False):
        return ALONE
    return UNSENT if one["completed"] is None and one["place"] in own else SHARED


def _participant_s(one: dict[str, Any]) -> dict[str, Any]:
    """Return what was answered; of what each guardian keeps to themselves, and of their consents, only that it is there."""
    place, mark = split(one["place"])
    return one | {"place": place} | ({"scores": {}, "answers": [], "others": []} if mark else {})


def _response(one: dict[str, Any], programme: Programme | None, index: Index | None) -> dict[str, Any]:
    """Return one form with its questions in words; what its programme does not know is told by its id."""
    place = one["place"].partition("/")[0]
    key = getattr(programme, TITLES[place]) if place in TITLES and programme else place
    form = index.forms.get(key) if index else None
    asked = index.questions(key) if index else {}
    title = index.parts[key].title if index and key in index.parts else form.title if form else one["form"]
    return one | {
        "title": title,
        "answers": list(_answers(one["answers"], asked)),
        "others": list(_answers(one["others"], asked)),
        "results": [
            {"title": next((sum_.label for sum_ in form.sums if sum_.id == id_), id_) if form else id_,
             "points": score.get("value"), "band": score.get("band")}
            for id_, score in one["scores"].items()
        ],
    }  # fmt: skip


def _answers(rows: list[dict[str, Any]], asked: dict[str, Question]) -> Iterator[dict[str, Any]]:
    for row in rows:
        question = asked.get(row["item"])
        words = (question.label, present(question, row["value"])) if question else (row["item"], row["value"])
        yield {"question": words[0], "answer": words[1], **row}
