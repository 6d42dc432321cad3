"""A participation with all that a page needs of it, read in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ledstang import (
    STOCKHOLM,
    Context,
    Filled,
    Form,
    Given,
    Host,
    Question,
    Result,
    Visit,
    evaluate,
    evaluate_truth,
    scope_of,
)
from litestar.exceptions import NotFoundException

from ledstang_programmes import participation
from ledstang_programmes.answering import questions
from ledstang_programmes.course import Course
from ledstang_programmes.document import FormPart, Programme
from ledstang_programmes.participation import Part

TAKE_PART = "programmes.take-part"
BEFORE, AFTER = "@before", "@after"


class Index:
    """Where in one version of a programme each form is: `boxes` by the id of the box, `forms` by the form's key too."""

    def __init__(self, programme: Programme) -> None:
        self.boxes: dict[str, Form] = {}
        self.forms: dict[str, Form] = dict(programme.forms)
        self.keys = {module.key for module in programme.modules}
        for module in programme.modules:
            for section in module.sections:
                for part in (part for step in section.steps for part in step.parts):
                    if isinstance(part, FormPart):
                        self.boxes[part.id] = self.forms[part.id] = part.form
                        self.keys |= {f"{part.id}.{question.id}" for question in questions(part.form.pages)}
        self.scope = scope_of(None, self.forms)
        self._questions: dict[str, dict[str, Question]] = {}

    def questions(self, place: str) -> dict[str, Question]:
        """Return the questions of a form by their ids."""
        if place not in self._questions:
            form = self.forms.get(place)
            self._questions[place] = {one.id: one for one in questions(form.pages)} if form else {}
        return self._questions[place]


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
        responses: Mapping[str, Filled],
        answers: list[dict[str, Any]],
    ) -> None:
        self.host, self.visit, self.part, self.programme, self.index = host, visit, part, programme, index
        self.responses, self._answers = responses, answers
        now = host.clock.now()
        days = (now.astimezone(STOCKHOLM).date() - part.started.astimezone(STOCKHOLM).date()).days
        self.context = Context(
            age=visit.subject.age(host.clock.today()),
            day=days + 1,
            weekday=host.clock.local().isoweekday(),
            forms=_Elsewhere(self),
            kinds=index.scope.forms,
        )
        rules = {module.opens.when for module in programme.modules if module.opens.when}
        self.course = Course(programme, part, done, responses, now, {rule: self.holds(rule) for rule in rules})

    @property
    def path(self) -> str:
        return f"/programmes/mine/{self.part.id}"

    def given(self, place: str, form: Form) -> dict[str, Given]:
        """Return the answers given at a place to the questions of a form."""
        ids = [question.id for question in questions(form.pages)]
        return self.host.answers.given(self._answers, self.part.id, place, ids)

    def result(self, form: Form, given: Mapping[str, Given]) -> Result:
        """Return what a form's rules make of answers: the path, the scores, the texts and the flags."""
        return evaluate(form, {id_: one.value for id_, one in given.items()}, self.context)

    def place(self, part: FormPart) -> str:
        """Return where what is written now belongs: a diary has a place for each note."""
        if part.block != "diary":
            return part.id
        sent = [place for place in self.places(part) if self.sent(place)]
        return f"{part.id}/{len(sent) + 1}"

    def places(self, part: FormPart) -> list[str]:
        """Return the places of a part that something has been written at, in order."""
        if part.block != "diary":
            return [part.id]
        notes = [place for place in self.responses if place.startswith(f"{part.id}/")]
        return sorted(notes, key=lambda place: int(place.rpartition("/")[2]))

    def sent(self, place: str) -> bool:
        """Say whether what stands at a place has been sent and is closed."""
        response = self.responses.get(place)
        return bool(response and response.completed)

    def opened(self, again: Loaded, part: FormPart) -> bool:
        """Say whether what was saved since, in `again`, brought something new that one should see before going on.

        That is a question that was hidden, a text to the person, or what a quiz says of an answer.
        """
        place = self.place(part)
        before, after = self.given(place, part.form), again.given(place, part.form)
        was, now = self.result(part.form, before), again.result(part.form, after)
        asked = [id_ for id_ in now.path if id_ not in was.path and (id_ not in after or after[id_].value is None)]
        told = set(now.shown) - set(was.shown)
        judged = any(id_ in after and before.get(id_) != after[id_] for id_ in part.choices)
        return bool(asked or told or judged)

    def shows(self, part: FormPart) -> bool:
        """Say whether a part's own condition holds; what ends unknown is not shown."""
        return part.shown_when is None or self.holds(part.shown_when) is True

    def holds(self, expression: str) -> bool | None:
        """Work out a condition of a module or a box over all earlier answers; None when it is unknown."""
        value = evaluate_truth(expression, self.index.scope, {}, self.context)
        return value if isinstance(value, bool) else None

    def place_of(self, key: str) -> str:
        """Return the place where the answers to a form's key are: of a measure or a diary, the latest."""
        notes = [place for place in self.responses if place.startswith(f"{key}/")]
        if notes:
            return max(notes, key=lambda place: int(place.rpartition("/")[2]))
        if key in (self.programme.measure_before, self.programme.measure_after) and key not in self.responses:
            return AFTER if self.course.measured("after") else BEFORE
        return key

    def answered(self, key: str) -> dict[str, Any]:
        """Return answers and scores of another worksheet or form by id, for conditions and for `{{…}}`."""
        form = self.index.forms.get(key)
        if form is None:
            return {}
        given = self.given(self.place_of(key), form)
        result = self.result(form, given)
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
        programme, version = await self._version(part)
        return Loaded(
            host,
            visit,
            part if version == part.version else participation.on(part, version),
            programme,
            self.index(programme, version),
            participation.steps(steps),
            host.answers.responses(responses),
            answers,
        )

    async def _version(self, part: Part) -> tuple[Programme, str]:
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
