"""Fill in a form from typed answers, as `ledstang try` and golden cases give them, and tell all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ledstang.content.diagnostics import Diagnostic
from ledstang.content.expressions import Context
from ledstang.content.expressions.faults import nearest
from ledstang.content.expressions.words import WORDS
from ledstang.content.forms.answers import AnswerFault, take_answer, take_rows
from ledstang.content.forms.document import Form, Group, Question
from ledstang.content.forms.evaluating import Result, evaluate, unanswered
from ledstang.content.forms.scope import scope_of
from ledstang.content.forms.scoring import Score
from ledstang.content.forms.walking import parts_of, questions_of


class Trial(msgspec.Struct, frozen=True):
    """What a form came to. `errors` has warnings too: what ended unknown, which is neither shown nor raised."""

    path: tuple[str, ...] = ()
    scores: dict[str, Score] = {}
    flags: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    errors: tuple[Diagnostic, ...] = ()


def run(form: Form, answers: Mapping[str, Any], forms: Mapping[str, Form], file: str) -> Trial:
    """Fill in a form. `file` names it in the errors; `forms` are those that its conditions may refer to."""
    trial = _Trial(form, file)
    taken = trial.take(answers)
    context = trial.context({key: value for key, value in answers.items() if key not in trial.questions}, forms)
    result = evaluate(form, taken, context)
    trial.incomplete(result)
    return Trial(result.path, result.scores, result.flags, result.shown, result.unknown, tuple(trial.errors))


class _Trial:
    def __init__(self, form: Form, file: str) -> None:
        self.form, self.file, self.errors = form, file, list[Diagnostic]()
        self.questions = {question.id: question for question in questions_of(form)}
        self.rows = {
            part.id
            for part, within in parts_of(form)
            if isinstance(part, Question) and any(isinstance(each, Group) and each.repeats for each in within)
        }

    def take(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that can be read; the others are told."""
        taken = {}
        for id_, value in answers.items():
            question = self.questions.get(id_)
            if question is None:
                continue
            try:
                read = take_rows(question, value) if id_ in self.rows else take_answer(question, value, complete=False)
            except AnswerFault as fault:
                tip = "This is the answer to “{id}”."
                self.tell(
                    question.line or None, f"answer-{fault.code}", fault.sentence, tip, {**fault.values, "id": id_}
                )
            else:
                taken[id_] = read
        return taken

    def context(self, others: Mapping[str, Any], forms: Mapping[str, Form]) -> Context:
        """Read what is no answer to this form: facts, and answers and scores of other forms."""
        facts: dict[str, int] = {}
        elsewhere: dict[str, dict[str, Any]] = {}
        kinds = scope_of(None, forms).forms
        for word, value in others.items():
            form, _, id_ = word.partition(".")
            if word in WORDS.facts and isinstance(value, int) and not isinstance(value, bool):
                facts[WORDS.facts[word]] = value
            elif form in kinds and id_ in kinds[form]:
                elsewhere.setdefault(form, {})[id_] = value
            else:
                self.stray(word)
        return Context(**facts, forms=elsewhere, kinds=kinds)

    def stray(self, word: str) -> None:
        near = nearest(word, self.questions)
        tip = "Did you mean “{near}”?" if near else "Remove it from the answers."
        sentence = "The form has no question “{id}”."
        self.tell(None, "answer-unknown", sentence, tip, {"id": word[:60], "near": near})

    def incomplete(self, result: Result) -> None:
        """Tell which required questions are unanswered, and what ended unknown."""
        for question in unanswered(self.form, result):
            sentence, tip = "“{id}” is required and not answered.", "Give it an answer."
            self.tell(question.line or None, "answer-required", sentence, tip, {"id": question.id})
        for id_ in result.unknown:
            sentence = "“{id}” ended unknown, because something it reads is not answered."
            tip = "What is unknown is not shown, not raised and has no score."
            self.tell(None, "unknown", sentence, tip, {"id": id_}, "warning")

    def tell(
        self, line: int | None, code: str, sentence: str, tip: str, values: dict[str, Any], severity: Any = "error"
    ) -> None:
        column = None if line is None else 1
        self.errors.append(Diagnostic(self.file, line, column, code, severity, sentence, tip, values))
