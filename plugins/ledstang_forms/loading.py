"""A sending with its form and its answers, read in one round trip: what somebody writes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from ledstang import (
    STOCKHOLM,
    Author,
    Context,
    Filled,
    Filler,
    Form,
    Given,
    Host,
    Offer,
    PageByPage,
    Person,
    Result,
    Saved,
    Value,
    Visit,
    answering_ground,
    evaluate,
    is_withheld,
    page_questions,
)
from litestar.exceptions import NotFoundException

from ledstang_forms import sendings, statements, unsent
from ledstang_forms.offers import LENDS, Refusal, others_answer
from ledstang_forms.sendings import form_of
from ledstang_forms.settings import Settings
from ledstang_forms.statements import ANSWER, ONGOING, PLACE, UNSENT, Sent


class Sheet:
    """One sending of `subject`, its form and the rows of its answers, as a visit meets them.

    `later` is the version that corrects it, if there is one.
    """

    def __init__(
        self,
        host: Host,
        visit: Visit,
        subject: Person,
        one: Sent,
        form: Form,
        responses: dict[str, Filled],
        answers: list[dict[str, Any]],
        later: Sent | None,
    ) -> None:
        self.host, self.visit, self.one, self.form = host, visit, one, form
        self._subject, self.later = subject, later
        self.path = f"/forms/mine/{one.id}"
        self.filled, self._answers = responses.get(PLACE), answers
        self.open = one.is_open(host.clock.now())
        self._given: dict[str, Given] | None = None
        self._result: Result | None = None

    @property
    def offer(self) -> Offer:
        """Return for whom the form is."""
        return self.form.offer or Offer("resident")

    @property
    def others(self) -> Refusal | None:
        """Say that somebody else of the family answers it, None where it is the visit's to answer."""
        return others_answer(self.offer, self.visit)

    @property
    def lendable(self) -> bool:
        """Say whether it is for a child to answer by itself, and open, before somebody who acts for the child."""
        return self.open and self.others is not None and self.others.code == LENDS

    @property
    def readable(self) -> bool:
        """Say whether the visit may read what has been answered: what a child answers by itself is the child's."""
        return self.offer.audience != "child" or self.others is None

    @property
    def unit(self) -> str:
        """Return the name of the unit that reads the answers; empty where nobody does."""
        unit = self.host.people.current(self.one.unit) if self.one.unit else None
        return unit.name if unit else ""

    @property
    def scores(self) -> dict[str, Any]:
        """Return the scores as they were kept when the form was sent."""
        return self.filled.scores if self.filled and self.filled.completed else {}

    @property
    def authors(self) -> tuple[Author, ...]:
        """Return who gave the answers, the latest first."""
        return self.host.answers.authors(self._answers, self.one.id, PLACE)

    def filling(self) -> PageByPage:
        """Return the form page by page."""
        return PageByPage(self, PLACE, self.form, self.path, Filler(self.form.language))

    # --- what `take_answers` asks of a paper ---

    def given(self, place: str, form: Form) -> Mapping[str, Given]:
        """Return the answers that stand."""
        if self._given is None:
            ids = [one.id for one in page_questions(form.pages)]
            self._given = self.host.answers.given(self._answers, self.one.id, place, ids)
        return self._given

    def withheld(self, given: Given) -> bool:
        """Say whether an answer is not shown: on a device that is lent, what stood there before it was handed over."""
        return is_withheld(self.visit, given)

    def result(self, place: str, form: Form) -> Result:
        """Return what the form's rules make of the answers."""
        if self._result is None:
            self._result = self.result_with(place, form, {})
        return self._result

    def result_with(self, place: str, form: Form, instead: Mapping[str, Value | None]) -> Result:
        """Return what the form's rules would make of the answers if some of them were others."""
        standing = {id_: one.value for id_, one in self.given(place, form).items()}
        on = (self.one.completed or self.host.clock.now()).astimezone(STOCKHOLM).date()
        context = Context(age=self._subject.age(on), day=1, weekday=on.isoweekday())
        return evaluate(form, standing | dict(instead), context)

    async def save(
        self,
        place: str,
        form: Form,
        values: Mapping[str, Value | None],
        revisions: Mapping[str, int],
        *,
        sent_is_closed: bool,
    ) -> Saved:
        """Keep what was written, and that the form can be gone on with for some time from now."""

        async def keep() -> Saved:
            return await self.host.answers.save(
                person=self.visit.subject.id,
                actor=self.visit.actor.id,
                ground=answering_ground(self.visit),
                owner=self.one.id,
                place=place,
                form=form,
                values=values,
                revisions=revisions,
                sent_is_closed=sent_is_closed,
            )

        saved: Saved = await sendings.went_on(self.host, self.one, self.one.state, self._expires(), keep)
        return saved

    def _expires(self) -> Any:
        """Return until when it can be answered: what one has chosen oneself, for some time after the last word."""
        if self.one.asked:
            return self.one.expires
        return self.host.clock.now() + timedelta(days=self.host.settings(Settings).draft_days)


class Loader:
    """Reads sendings."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def load(self, visit: Visit, id_: UUID) -> Sheet:
        """Read a sending for a visit. Raises NotFoundException when there is none, or it is not theirs to see."""
        host = self._host
        found, later, responses, answers = await host.database.together(
            statements.by_id.bind(id_), statements.correcting.bind(id_), *host.answers.statements(id_)
        )
        one = statements.sent(found[0]) if found else None
        if one is None or one.state in UNSENT or not await host.may(visit, ANSWER, one):
            raise NotFoundException
        if one.ended_early(host.clock.now()):
            await sendings.open_again(host, one)
            one = msgspec.structs.replace(one, state=ONGOING)
        form = await form_of(host, one)
        if visit.ground == "self" and one.completed is None:
            answers = await unsent.not_withheld(host, visit, one, form, answers)
        return Sheet(
            host, visit, visit.subject, one, form, host.answers.responses(responses), answers, sendings.later_of(later)
        )

    async def read(self, visit: Visit, id_: UUID, action: str) -> Sheet:
        """Read a sending for those at the unit that it belongs to. Raises NotFoundException."""
        host = self._host
        found, later, responses, answers = await host.database.together(
            statements.by_id.bind(id_), statements.correcting.bind(id_), *host.answers.statements(id_)
        )
        one = statements.sent(found[0]) if found else None
        if one is None or not one.unit or not await host.may(visit, action, one):
            raise NotFoundException
        subject = await host.people.person(one.person)
        if subject is None:
            raise NotFoundException
        return Sheet(
            host,
            visit,
            subject,
            one,
            await form_of(host, one),
            host.answers.responses(responses),
            answers,
            sendings.later_of(later),
        )
