"""Fill in a form: which questions are met, what they come to, what staff and the person are to be told.

Answers that the path hides are never scored and never exported; what an author hides on purpose is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ledstang.content.expressions import ABSENT, UNKNOWN, Context, Name, Unknown, evaluate_truth, names_in
from ledstang.content.expressions.scope import Scope
from ledstang.content.expressions.values import every, typed
from ledstang.content.forms.answers import standing
from ledstang.content.forms.document import Form, Group, Question, Show, Text
from ledstang.content.forms.scope import plain_kinds
from ledstang.content.forms.scoring import Score, reckon
from ledstang.content.forms.walking import Part, inside, questions_of

Answers = Mapping[str, Any]


class Result(msgspec.Struct, frozen=True):
    """What a form's answers come to.

    `path` has the questions that are met and `shown` the `visa` texts, in document order; `flags` those raised.
    `unknown` has what could not be settled for want of answers: it is not shown, not raised, not scored.
    `answers` are those that count, to be kept and exported: those on the path and those of questions hidden on purpose.
    A question in a repeating group has a list there, None for a row where it is not met. `visible` has the ids of all
    parts that have something to render: pages, groups, matrices, questions, shown texts.
    """

    path: tuple[str, ...]
    scores: dict[str, Score]
    flags: tuple[str, ...]
    shown: tuple[str, ...]
    unknown: tuple[str, ...]
    answers: dict[str, Any]
    visible: frozenset[str]


def evaluate(form: Form, answers: Answers, context: Context | None = None) -> Result:
    """Evaluate a form over answers by question id. Never raises for what somebody answered.

    Conditions over other forms read `context.forms`, of the kinds in `context.kinds`.
    """
    walk = _Walk(form, answers, context or Context())
    for page in form.pages:
        walk.meet(page, True)
    scores = {sum_.id: reckon(sum_, walk.scope, walk.read, walk.context, walk.undecided) for sum_ in form.sums}
    walk.unknown += [id_ for id_, score in scores.items() if score.value is None and score.of]
    flags = tuple(flag.id for flag in form.flags if walk.holds(flag.when, flag.id) is True)
    path = tuple(question.id for question in questions_of(form) if question.id in walk.path)
    unknown = tuple(dict.fromkeys(walk.unknown))
    return Result(path, scores, flags, tuple(walk.shown), unknown, walk.kept, frozenset(walk.visible))


def unanswered(form: Form, result: Result) -> tuple[Question, ...]:
    """Return the questions on the path that are required and not answered."""
    met = set(result.path)
    return tuple(
        question
        for question in questions_of(form)
        if question.required and question.id in met and not _complete(result.answers.get(question.id))
    )


def _complete(answer: Any) -> bool:
    return answer not in (None, "", []) and not (isinstance(answer, list) and all(each is None for each in answer))


class _Walk:
    """One walk through a form in document order. `values` has what expressions may read of the questions passed."""

    def __init__(self, form: Form, answers: Answers, context: Context) -> None:
        self.form, self.given, self.context = form, answers, context
        self.scope = Scope(plain_kinds(form), context.kinds)
        self.sums = {sum_.id: sum_ for sum_ in form.sums}
        self.reckoning: set[str] = set()
        self.values: dict[str, Any] = {}
        self.row: dict[str, Any] | None = None
        self.row_number = 0
        self.undecided: set[str] = set()
        self.path: set[str] = set()
        self.visible: set[str] = set()
        self.kept: dict[str, Any] = {}
        self.shown: list[str] = []
        self.unknown: list[str] = []

    def read(self, name: Name) -> Any:
        """Tell an expression the answer to a question, or the value of a sum, as far as the walk has come."""
        if self.row is not None and name.id in self.row:
            return [self.row[name.id]]
        if name.id in self.values:
            return self.values[name.id]
        sum_ = self.sums.get(name.id)
        if sum_ is None or name.id in self.reckoning:
            return None
        self.reckoning.add(name.id)
        score = reckon(sum_, self.scope, self.read, self.context, self.undecided)
        self.reckoning.discard(name.id)
        return ABSENT if score.of == 0 and sum_.items else score.value

    def holds(self, condition: str | None, owner: str) -> bool | Unknown:
        """Tell whether a condition holds. One that only waits for what is not asked does not, and is settled."""
        if condition is None:
            return True
        held = evaluate_truth(condition, self.scope, self.read, self.context)
        if held is not UNKNOWN:
            return held
        names = names_in(condition, self.scope)
        past = any(not name.form and self.read(name) is ABSENT for name in names)
        if past and not any(self.waits(name) for name in names):
            return False
        self.unknown.append(owner)
        return UNKNOWN

    def waits(self, name: Name) -> bool:
        """Tell whether a name has no value although it may still get one."""
        kind = self.scope.kind(name)
        raw = self.context.forms.get(name.form, {}).get(name.id) if name.form else self.read(name)
        return kind is not None and raw is not ABSENT and typed(kind, raw) is UNKNOWN

    def meet(self, part: Part, outer: bool | Unknown) -> None:
        """Decide about a part, standing in others that are shown, not shown, or undecided."""
        if isinstance(part, Text):
            return
        condition = part.when if isinstance(part, Show) else part.shown_when
        settled = outer is False or condition is None
        inner = outer if settled else every([outer, self.holds(condition, part.id)])
        if isinstance(part, Question):
            self.ask(part, inner)
            return
        if isinstance(part, Show):
            if inner is True:
                self.shown.append(part.id)
                self.visible.add(part.id)
            return
        if isinstance(part, Group) and part.repeats:
            self.rows(part, inner)
        else:
            for item in inside(part):
                self.meet(item, inner)
        if inner is True and any(isinstance(item, Text) or item.id in self.visible for item in inside(part)):
            self.visible.add(part.id)

    def ask(self, question: Question, met: bool | Unknown) -> None:
        """Note what a question contributes: its answer, nothing yet, or nothing at all."""
        if met is True and not question.hidden:
            self.path.add(question.id)
            self.visible.add(question.id)
        if met is UNKNOWN:
            self.undecided.add(question.id)
        value = self.answer(question) if met is True else (ABSENT if met is False else None)
        if self.row is not None:
            self.row[question.id] = value
            return
        self.values[question.id] = value
        if met is True and value is not None:
            self.kept[question.id] = value

    def answer(self, question: Question) -> Any:
        given = self.given.get(question.id)
        if self.row is not None:
            rows = given if isinstance(given, list) else []
            given = rows[self.row_number] if self.row_number < len(rows) else None
        if given in (None, "") and question.hidden and question.default is not None:
            return standing(question)
        return None if given == "" else given

    def rows(self, group: Group, met: bool | Unknown) -> None:
        """Walk a group once for each of its rows; outside it, its questions have lists."""
        ids = [question.id for question in questions_of(group)]
        columns: dict[str, list[Any]] = {id_: [] for id_ in ids}
        for number in range(self.count(group, ids)):
            self.row, self.row_number = {}, number
            for item in group.items:
                self.meet(item, met)
            for id_ in ids:
                columns[id_].append(self.row.get(id_))
        self.row = None
        for id_, column in columns.items():
            asked = [value for value in column if value is not ABSENT]
            self.values[id_] = asked if asked else ABSENT
            if met is True and any(value is not None for value in asked):
                self.kept[id_] = [None if value is ABSENT else value for value in column]

    def count(self, group: Group, ids: Sequence[str]) -> int:
        low, high = group.repeats or (1, 1)
        given = [len(value) for id_ in ids if isinstance(value := self.given.get(id_), list)]
        return max(low, 1, min(high, max(given, default=0)))
