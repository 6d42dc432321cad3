"""A participation with all that a page needs of it, read in one round trip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from ledstang import (
    OWN_GROUNDS,
    STOCKHOLM,
    Context,
    Form,
    Given,
    Host,
    Result,
    Saved,
    Value,
    Visit,
    answering_ground,
    evaluate,
    evaluate_truth,
    is_withheld,
    page_questions,
)
from litestar.exceptions import NotFoundException

from ledstang_programmes import occasions, participation, unsent
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.consenting import Consents, consents
from ledstang_programmes.course import Course
from ledstang_programmes.document import Answerer, FormPart, Programme
from ledstang_programmes.index import AFTER, BEFORE, Index
from ledstang_programmes.participation import Part
from ledstang_programmes.series import ANYBODY, Series, Viewer, box_of, divide
from ledstang_programmes.tables import home

TAKE_PART, READ_CHILD = "programmes.take-part", "programmes.read-child"
LATE = 100_000
"""A day of the course that lies after every day that an author may have meant."""


class Loaded:
    """One participation, its programme and the rows of its answers; unseals only what is asked for."""

    def __init__(
        self,
        host: Host,
        visit: Visit,
        part: Part,
        programme: Programme,
        index: Index,
        done: Mapping[tuple[str, str], datetime],
        series: Series,
        answers: list[dict[str, Any]],
        viewer: Viewer,
        consents: Consents,
        *,
        reads_child: bool = False,
    ) -> None:
        self.host, self.visit, self.part, self.programme, self.index = host, visit, part, programme, index
        self.path = home(part.id)
        self.responses, self.elsewhere, self._answers = series.own, series.elsewhere, answers
        self.viewer, self.consents, self._reads_child = viewer, consents, reads_child
        self._given: dict[str, dict[str, Given]] = {}
        self._results: dict[str, Result] = {}
        self._held: dict[str, bool | None] = {}
        now = host.clock.now()
        days = (now.astimezone(STOCKHOLM).date() - part.started.astimezone(STOCKHOLM).date()).days
        self.context = Context(
            age=visit.subject.age(host.clock.today()),
            day=days + 1,
            weekday=host.clock.local().isoweekday(),
            forms=_Elsewhere(self),
            kinds=index.scope.forms,
        )
        self.course = Course(
            index.outline, part, done, self.responses, now, self, viewer, self.elsewhere, shut=consents.waiting
        )

    @property
    def family(self) -> bool:
        """Say whether several of a family may take part: then nobody is told that it was they who did something."""
        return self.programme.audience in ANSWERERS

    @property
    def others(self) -> bool:
        """Say whether the child has another guardian than the one before the page."""
        return self.viewer.role == "guardian" and len(self.visit.subject.guardians) > 1

    def may_answer(self, place: str) -> bool:
        """Say whether it is this viewer who answers at a place."""
        return self.viewer.may_answer(self._by(place))

    def may_read(self, place: str) -> bool:
        """Say whether this viewer may read what stands at a place."""
        told = self._reads_child and box_of(place) in self.index.told
        return self.viewer.may_read(self._by(place), guardian_reads=told)

    def is_shared(self, place: str) -> bool:
        """Say whether guardians may read what stands at a place too."""
        return ANYBODY.may_read(self._by(place), guardian_reads=box_of(place) in self.index.told)

    def withheld(self, given: Given) -> bool:
        """Say whether an answer is not shown here: on a device that is lent, what stood there before it was handed over."""
        return is_withheld(self.visit, given)

    def kept_at(self, place: str) -> str:
        """Return where what this viewer writes at a place is kept: of what each guardian answers, in their own series."""
        return self.viewer.place(place, self._by(place))

    def _by(self, place: str) -> Answerer:
        return self.index.by.get(box_of(place), "participant")

    def given(self, place: str, form: Form) -> dict[str, Given]:
        """Return the answers given at a place to the questions of a form."""
        if place not in self._given:
            ids = [question.id for question in page_questions(form.pages)]
            self._given[place] = self._read(place, ids)
        return self._given[place]

    def _read(self, place: str, ids: list[str]) -> dict[str, Given]:
        return self.host.answers.given(self._answers, self.part.id, self.kept_at(place), ids)

    def result(self, place: str, form: Form) -> Result:
        """Return what a form's rules make of the answers at a place: path, scores, texts and flags."""
        if place not in self._results:
            self._results[place] = self.result_with(place, form, {})
        return self._results[place]

    def result_with(self, place: str, form: Form, instead: Mapping[str, Value | None]) -> Result:
        """Return what the rules would make of the answers at a place if some of them were others."""
        standing = {id_: one.value for id_, one in self.given(place, form).items()}
        return evaluate(form, standing | dict(instead), self.context)

    async def save(
        self,
        place: str,
        form: Form,
        values: Mapping[str, Value | None],
        revisions: Mapping[str, int],
        *,
        sent_is_closed: bool,
    ) -> Saved:
        """Keep what this viewer has written at a place."""
        return await self.host.answers.save(
            person=self.visit.subject.id,
            actor=self.visit.actor.id,
            ground=answering_ground(self.visit),
            owner=self.part.id,
            place=self.kept_at(place),
            form=form,
            values=values,
            revisions=revisions,
            sent_is_closed=sent_is_closed,
        )

    def place(self, part: FormPart) -> str:
        """Return where what is written now belongs: a diary has a place for each note, a schedule for each occasion."""
        if part.schedule is not None:
            current = self.course.occasions(part).current
            return occasions.place_of(part.id, current.number if current else 0)
        if part.block != "diary":
            return part.id
        sent = [place for place in self.places(part) if self.sent(place)]
        return f"{part.id}/{len(sent) + 1}"

    def places(self, part: FormPart) -> list[str]:
        """Return the places of a part that something has been written at, in order."""
        if part.block != "diary" and part.schedule is None:
            return [part.id]
        notes = [place for place in self.responses if place.startswith(f"{part.id}/")]
        return sorted(notes, key=lambda place: int(place.rpartition("/")[2]))

    def place_in(self, part: FormPart, names: Iterable[str]) -> str:
        """Return where a posted page's fields belong: to the note they were written in, also when it was closed since."""
        if part.block == "diary":
            posted = re.compile(rf"(?:_revision\.)?({re.escape(part.id)}/[1-9][0-9]{{0,5}})\.")
            found = {match[1] for match in map(posted.match, names) if match} & {*self.places(part), self.place(part)}
            return max(found, default=self.place(part))
        return part.id

    def sent(self, place: str) -> bool:
        """Say whether what stands at a place has been sent and is closed."""
        response = self.responses.get(place)
        return bool(response and response.completed)

    def holds(self, expression: str) -> bool | None:
        """Work out a condition of a module or a box over all earlier answers; None when it is unknown."""
        if expression not in self._held:
            self._held[expression] = self._truth(expression, self.context)
        return self._held[expression]

    def may_hold(self, expression: str) -> bool:
        """Say whether a condition comes to hold by itself, as the days go, if no answer changes."""
        later = [msgspec.structs.replace(self.context, day=LATE, weekday=weekday) for weekday in range(1, 8)]
        return any(self._truth(expression, context) for context in later)

    def _truth(self, expression: str, context: Context) -> bool | None:
        value = evaluate_truth(expression, self.index.scope, {}, context)
        return value if isinstance(value, bool) else None

    def place_of(self, key: str) -> str:
        """Return the place where the answers to a form's key are: of a measure or a diary, the latest."""
        notes = [place for place in self.responses if place.startswith(f"{key}/")]
        if notes:
            return max(notes, key=lambda place: int(place.rpartition("/")[2]))
        if key in (self.programme.measure_before, self.programme.measure_after) and key not in self.responses:
            return AFTER if key == self.programme.measure_after and self.sent(AFTER) else BEFORE
        return key

    def answer(self, key: str, id_: str) -> Any:
        """Return one answer or score of another worksheet or form, for `{{…}}`; None when there is none that counts."""
        if id_ not in self.index.always(key):
            return self.context.forms.get(key, {}).get(id_)
        place = self.place_of(key)
        found = self._given.get(place) or self._read(place, [id_])
        return found[id_].value if id_ in found else None

    def answered(self, key: str) -> dict[str, Any]:
        """Return answers and scores of another worksheet or form by id, for conditions and for `{{…}}`."""
        form = self.index.forms.get(key)
        if form is None:
            return {}
        place = self.place_of(key)
        given, result = self.given(place, form), self.result(place, form)
        known = {id_: given[id_].value for id_ in result.path if id_ in given}
        return known | {id_: score.value for id_, score in result.scores.items()}


class _Elsewhere(Mapping[str, Mapping[str, Any]]):
    """The answers of all other forms, each unsealed when a condition first asks for it."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._known: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        if key not in self._loaded.index.forms:
            raise KeyError(key)
        if key not in self._known:
            self._known[key] = {}
            self._known[key] = self._loaded.answered(key)
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded.index.forms)

    def __len__(self) -> int:
        return len(self._loaded.index.forms)


class Loader:
    """Reads participations. Keeps the index of each version that it has met."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._indexes: dict[str, Index] = {}

    def index(self, programme: Programme, version: str) -> Index:
        """Return the index of a version."""
        if version not in self._indexes:
            self._indexes[version] = Index(programme)
        return self._indexes[version]

    async def load(self, visit: Visit, id_: UUID) -> Loaded:
        """Read a participation for a visit. Raises NotFoundException when there is none, or it is not theirs to see."""
        host = self._host
        found, steps, responses, answers = await host.database.together(
            *participation.statements(id_), *host.answers.statements(id_)
        )
        part = participation.part(found[0]) if found else None
        decision = await host.may(visit, TAKE_PART, part)
        if part is None or not decision.allowed:
            raise NotFoundException
        programme, version = await self.version(part)
        index, viewer = self.index(programme, version), Viewer.of(visit, id_)
        done, kept = participation.steps(steps), host.answers.responses(responses)
        answers = await self._not_withheld(visit, part, programme, index, done, kept, answers)
        reads = bool(index.told) and viewer.role == "guardian" and bool(await host.may(visit, READ_CHILD, part))
        return Loaded(
            host,
            visit,
            part if version == part.version else participation.on(part, version),
            programme,
            index,
            done,
            divide(kept, viewer, index.each),
            answers,
            viewer,
            consents(programme, visit, viewer, id_, kept, goes_on=bool(steps) or part.ended is not None),
            reads_child=reads,
        )

    async def _not_withheld(self, visit: Visit, part: Part, programme: Programme, *kept: Any) -> list[dict[str, Any]]:
        """Return the answers, but for those that somebody had begun who may act no longer: the participant never sees them.

        `kept` is what `unsent.begun_by` takes: the index, the steps gone on from, the responses, and the answers.
        """
        answers: list[dict[str, Any]] = kept[-1]
        grounds = {row["ground"] for row in answers} - OWN_GROUNDS if visit.ground == "self" else set()
        shut = {ground for ground in grounds if self._host.people.is_shut(visit, ground, TAKE_PART)}
        begun = unsent.begun_by(shut, *kept)
        await unsent.withhold(self._host, begun, home(part.id), programme)
        return [row for row in answers if row not in begun]

    async def version(self, part: Part) -> tuple[Programme, str]:
        """Return the version that a participation follows: the newest of its major that keeps all that it began with."""
        pinned: Programme = await self._host.content("programmes").version(part.version)
        current = self._host.content("programmes").get(part.programme)
        if part.ended or current is None or current.hash == part.version:
            return pinned, part.version
        newest: Programme = current.document
        agreed = (newest.consent and newest.consent.version) == (pinned.consent and pinned.consent.version)
        same = agreed and newest.version.partition(".")[0] == pinned.version.partition(".")[0]
        if same and self.index(newest, current.hash).keys >= self.index(pinned, part.version).keys:
            return newest, current.hash
        return pinned, part.version
