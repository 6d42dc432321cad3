"""An instance with people who have come to the second module of a programme and have written all along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

from ledstang.content.answers import Answers
from ledstang.content.forms import questions_of
from ledstang.content.forms.document import Form, Question
from ledstang.host import Host
from ledstang.house import House
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.signin.cookies import DEVELOPMENT
from ledstang.signin.sessions import Sessions
from ledstang_programmes import participation
from ledstang_programmes.document import FormPart, Module, Programme, Step
from ledstang_programmes.participation import Part

from contenders.page import Page, Visitor, take_apart

PROGRAMME = "hantera-oro"
VISITORS = 20  # as many as the test series has numbers for one birthday
MODULE = 1  # counted from 0
BORN = date(1985, 3, 14)

Texts = dict[str, str]


def steps_of(module: Module) -> list[Step]:
    """Return the steps of a module in order."""
    return [step for section in module.sections for step in section.steps]


def measured_step(programme: Programme) -> Step:
    """Return the step to measure: the module's first worksheet that quotes what was written earlier."""
    return next(
        step
        for step in steps_of(programme.modules[MODULE])
        if any(isinstance(part, FormPart) and "{{" in part.html for part in step.parts)
    )


def answer_to(question: Question, name: str, number: int) -> Any:
    """Return what one person answers: something else than the next person, where that changes nothing on the page."""
    if question.type in ("choice", "yes/no"):
        code = question.options[number % 2].code if question.options else ""
        return number % 2 == 0 if question.type == "yes/no" else code
    if question.type == "choices":
        return [option.code for option in question.options[number % 2 :: 2]]
    if question.type in ("integer", "decimal", "scale"):
        return int(question.low or 0) + number % 3
    if question.type == "date":
        return "2026-11-20"
    # Jinja and Django escape quotes differently, and everything else alike.
    return f"Person {number} worries most in the evening, and wrote of <{name}> in their own time & words."


class Seeding:
    """Fills the database of a running house."""

    def __init__(self, house: House, sessions: Sessions) -> None:
        self.host, self.sessions = Host(house, "programmes"), sessions
        self.answers: Answers = house.answers
        self.published = house.published.of("programmes")[PROGRAMME]
        self.programme: Programme = self.published.document
        self.step = measured_step(self.programme)

    async def visitor(self, number: int) -> tuple[Visitor, Texts]:
        """Sign somebody in and take them through the programme; return the texts that they wrote, with their names."""
        identity = Identity(make_test_number(BORN, number), f"Vera Provsson-{number:02}", BORN, "24")
        token, _, person = await self.sessions.begin(identity)
        id_ = await participation.begin(self.host, person.id, self.programme, self.published.hash)
        found = await self.host.database.together(*participation.statements(id_))
        part, texts = participation.part(found[0][0]), Texts()
        if key := self.programme.measure_before:
            form = self.programme.forms[key]
            await self._answer(part, "@before", form, number, texts)
            await self.answers.complete(person=person.id, owner=id_, place="@before", form=form, scores={"sum": 9})
        for order, (module, step) in enumerate(self._way()):
            for worksheet in (one for one in step.parts if isinstance(one, FormPart)):
                place = f"{worksheet.id}/1" if worksheet.block == "diary" else worksheet.id
                await self._answer(part, place, worksheet.form, number, texts)
            skipped = module is self.programme.modules[MODULE] and (order + number) % 4 == 0
            if not skipped:
                await participation.mark(self.host, part, module.key, step.id, f"{module.key}/{step.id}")
        for module in self.programme.modules[:MODULE]:
            await participation.mark(self.host, part, module.key, "", "")
        path = f"/programmes/mine/{id_}/module/{self.programme.modules[MODULE].key}/{self.step.id}"
        return Visitor(str(id_), person.name, path, token), texts

    def _way(self) -> Iterator[tuple[Module, Step]]:
        for module in self.programme.modules[: MODULE + 1]:
            for step in steps_of(module):
                yield module, step
                if step is self.step:
                    return

    async def _answer(self, part: Part, place: str, form: Form, number: int, texts: Texts) -> None:
        values = {one.id: answer_to(one, f"{place}.{one.id}", number) for one in questions_of(form)}
        texts |= {value: f"{place}.{item}" for item, value in values.items() if isinstance(value, str)}
        who = {"person": part.person, "actor": part.person, "owner": part.id}
        await self.answers.save(**who, place=place, form=form, values=values, revisions={})


async def seed(house: House, sessions: Sessions, ask: Any) -> Page:
    """Fill the database and take the page apart. `ask` gives our answer to a visitor as bytes."""
    seeding = Seeding(house, sessions)
    people = [await seeding.visitor(number) for number in range(VISITORS)]
    visitors = [visitor for visitor, _ in people]
    html = (await ask(visitors[0])).decode()
    texts = {escape(text, quote=False): name for text, name in people[0][1].items()}
    return take_apart(html, seeding.programme.modules[MODULE].key, visitors, DEVELOPMENT, texts)
