"""Conditions and formulas in words, for a form on paper: questions by their numbers, answers by what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledstang.content.expressions.faults import ExpressionError
from ledstang.content.expressions.parsing import parse
from ledstang.content.expressions.scope import TRUTH_CODES
from ledstang.content.expressions.tree import (
    Call,
    Comparison,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
    Terms,
    Text,
)
from ledstang.content.forms.document import Form, Question
from ledstang.content.forms.scope import scope_of
from ledstang.content.forms.walking import questions_of
from ledstang.content.texts import text

COMPARED = {
    "=": "%(left)s is %(right)s",
    "!=": "%(left)s is not %(right)s",
    "<": "%(left)s is less than %(right)s",
    "<=": "%(left)s is at most %(right)s",
    ">": "%(left)s is more than %(right)s",
    ">=": "%(left)s is at least %(right)s",
}
TICKED = {"=": "%(right)s is ticked in %(left)s", "!=": "%(right)s is not ticked in %(left)s"}
CALLED = {
    "sum": "the sum of %(of)s",
    "mean": "the mean of %(of)s",
    "count": "how many of %(of)s are answered",
    "max": "the highest of %(of)s",
    "min": "the lowest of %(of)s",
    "answered": "%(of)s is answered",
}
FACTS = {"age": "the age in years", "day": "the day of the course", "weekday": "the day of the week"}


class Wording:
    """Puts the expressions of one form into words of a language. `numbers` are those of its questions on the paper."""

    def __init__(self, form: Form, numbers: Mapping[str, int], language: str) -> None:
        self._numbers, self._language = numbers, language
        self._scope = scope_of(form)
        self._questions: dict[str, Question] = {one.id: one for one in questions_of(form)}
        self._sums = {one.id: one.label for one in form.sums}

    def of(self, expression: str) -> str:
        """Return an expression in words; one that cannot be read as its author wrote it."""
        try:
            return self._node(parse(expression).root)
        except ExpressionError:
            return expression

    def _say(self, message: str, **values: str) -> str:
        return text(message, self._language) % values

    def _node(self, node: Node) -> str:
        match node:
            case Number():
                return node.text if self._language == "en" else node.text.replace(".", ",")
            case Text():
                return self._quoted(node.value)
            case Name():
                return self._name(node)
            case Span():
                return self._asked(self._scope.within(node))
            case Call():
                return self._call(node)
            case Terms():
                rest = (f" {'−' if sign == '-' else sign} {self._inner(term)}" for sign, term in node.rest)
                return self._inner(node.first) + "".join(rest)
            case Negative():
                return f"−{self._inner(node.value)}"
            case Comparison():
                return self._compared(node)
            case Not():
                return self._say("not so that %(what)s", what=self._node(node.value))
            case Logic():
                return self._say(" and " if node.operator == "and" else " or ").join(map(self._inner, node.parts))

    def _inner(self, node: Node) -> str:
        """Return a node as part of another: in parentheses where its own parts could be taken for the other's."""
        return f"({self._node(node)})" if isinstance(node, Logic | Terms) else self._node(node)

    def _name(self, name: Name) -> str:
        if name.form is None and name.id in self._numbers:
            return self._say("question %(number)s", number=str(self._numbers[name.id]))
        if name.form is None and name.id in self._sums:
            return self._quoted(self._sums[name.id])
        fact = self._scope.fact(name)
        return self._say(FACTS[fact]) if fact in FACTS else str(name)

    def _call(self, call: Call) -> str:
        names = [name for one in call.arguments for name in self._names(one)]
        of = self._asked(names) if names else ", ".join(map(self._node, call.arguments))
        return self._say(CALLED[call.function], of=of) if call.function in CALLED else call.word

    def _names(self, node: Node) -> Sequence[Name]:
        if isinstance(node, Span):
            return self._scope.within(node)
        return [node] if isinstance(node, Name) else []

    def _asked(self, names: Sequence[Name]) -> str:
        """Return several questions: `questions 1–9` where they follow each other, each by itself where they don't."""
        numbers = [self._numbers.get(name.id, 0) if name.form is None else 0 for name in names]
        run = all(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if run and len(numbers) > 1:
            return self._say("questions %(first)s–%(last)s", first=str(numbers[0]), last=str(numbers[-1]))
        return ", ".join(map(self._name, names))

    def _compared(self, node: Comparison) -> str:
        code = self._scope.code(node.left, node.right)
        left = self._node(node.left)
        question = self._questions.get(node.left.id) if isinstance(node.left, Name) and not node.left.form else None
        if code is not None and question is not None and question.type == "choices" and node.operator in TICKED:
            return self._say(TICKED[node.operator], left=left, right=self._quoted(self._option(question, code)))
        if code is not None and question is not None:
            return self._say(COMPARED[node.operator], left=left, right=self._quoted(self._option(question, code)))
        if question is not None and question.options:
            left = self._say("the points of %(question)s", question=left)
        return self._say(COMPARED[node.operator], left=left, right=self._inner(node.right))

    def _option(self, question: Question, code: str) -> str:
        if question.type == "yes/no" and code in TRUTH_CODES:
            yes, no = question.options
            return (yes if TRUTH_CODES[code] else no).text
        return next((option.text for option in question.options if option.code == code), code)

    def _quoted(self, words: str) -> str:
        return f"“{words}”" if self._language == "en" else f"”{words}”"
