"""Work out an expression over answers. Never raises for what people answer, never guesses: unknown stays unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from ledstang.content.expressions.comparing import compare, compare_code
from ledstang.content.expressions.faults import ExpressionError
from ledstang.content.expressions.numbers import exact, plain
from ledstang.content.expressions.parsing import parse
from ledstang.content.expressions.scope import Kind, Scope
from ledstang.content.expressions.tree import (
    Call,
    Comparison,
    Expression,
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
from ledstang.content.expressions.values import (
    ABSENT,
    UNKNOWN,
    Chosen,
    Several,
    Ticked,
    Unknown,
    Value,
    add,
    every,
    number,
    opposite,
    some,
    typed,
)
from ledstang.content.expressions.words import WORDS

Read = Callable[[Name], Any]
"""Tells the stored answer of a name, None when unanswered, ABSENT when the path leads past it."""


class Context(msgspec.Struct, frozen=True):
    """What a condition may know besides the answers at hand.

    `age` is in whole years; `day` is 1 on the local day of the start; `weekday` is 1 on a Monday. `forms` goes from the
    key of another form to its answers and scores by id, and `kinds` to what kinds those are: `scope_of(...).forms`.
    """

    age: int | None = None
    day: int | None = None
    weekday: int | None = None
    forms: Mapping[str, Mapping[str, Any]] = {}
    kinds: Mapping[str, Mapping[str, Kind]] = {}


def evaluate(
    expression: Expression | str, scope: Scope, answers: Mapping[str, Any] | Read, context: Context | None = None
) -> Any:
    """Return the value of an expression: True, False, a number, a text, or UNKNOWN.

    `answers` maps ids to stored answers, or is a function that tells them. Raises ExpressionError when a text is no
    expression; an expression that `check` found fault with is unknown where the fault lies.
    """
    root = (parse(expression) if isinstance(expression, str) else expression).root
    read = answers if callable(answers) else lambda name: answers.get(name.id)
    value = _Evaluation(scope, read, context or Context()).value(root)
    if isinstance(value, Unknown):
        return UNKNOWN
    return plain(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else value


def evaluate_truth(
    expression: Expression | str, scope: Scope, answers: Mapping[str, Any] | Read, context: Context | None = None
) -> bool | Unknown:
    """Return whether a condition holds: True, False or UNKNOWN. A text that is no expression is unknown."""
    try:
        value = evaluate(expression, scope, answers, context)
    except ExpressionError:
        return UNKNOWN
    if isinstance(value, Several):
        return some(each if isinstance(each, bool) else UNKNOWN for each in value.values)
    return value if isinstance(value, bool) else UNKNOWN


class _Evaluation:
    def __init__(self, scope: Scope, read: Read, context: Context) -> None:
        self.scope, self.read, self.context = scope, read, context

    def value(self, node: Node) -> Value:
        match node:
            case Number():
                return exact(node.text)
            case Text():
                return node.value
            case Name():
                return self.named(node)
            case Call():
                return self.called(node)
            case Terms():
                return self.chain(node)
            case Negative():
                inner = number(self.value(node.value))
                return inner if isinstance(inner, Unknown) else -inner
            case _:
                return self.truth(node)

    def truth(self, node: Node) -> bool | Unknown:
        match node:
            case Logic():
                parts = [self.truth(part) for part in node.parts]
                return every(parts) if node.operator == "and" else some(parts)
            case Not():
                return opposite(self.truth(node.value))
            case Comparison():
                return self.compared(node)
            case _:
                value = self.value(node)
        if isinstance(value, Several):
            return some(each if isinstance(each, bool) else UNKNOWN for each in value.values)
        return value if isinstance(value, bool) else UNKNOWN

    def compared(self, node: Comparison) -> bool | Unknown:
        left, code = self.value(node.left), self.scope.code(node.left, node.right)
        kind = self.scope.kind(node.left) if code is not None and isinstance(node.left, Name) else None
        if code is None or kind is None:
            return compare(node.operator, left, self.value(node.right))
        if kind.name == "yes/no":
            return compare(node.operator, left, WORDS.truth.get(code, UNKNOWN))
        if isinstance(node.left, Name) and self.scope.fact(node.left) == "weekday":
            return compare(node.operator, number(left), WORDS.weekdays.get(code, UNKNOWN))
        return compare_code(node.operator, left, code)

    def named(self, name: Name) -> Value:
        fact = self.scope.fact(name)
        if fact:
            value = getattr(self.context, fact)
            if value is None:
                return UNKNOWN
            return Chosen("", Fraction(value)) if fact == "weekday" else int(value)
        kind = self.scope.kind(name)
        if kind is None:
            return UNKNOWN
        raw = self.context.forms.get(name.form, {}).get(name.id) if name.form else self.read(name)
        return typed(kind, raw)

    def chain(self, node: Terms) -> Value:
        total = number(self.value(node.first))
        for sign, term in node.rest:
            part = number(self.value(term))
            if isinstance(total, Unknown) or isinstance(part, Unknown) or (sign == "/" and part == 0):
                return UNKNOWN
            total = _SIGNS[sign](total, part)
        return total

    def called(self, node: Call) -> Value:
        values = [value for argument in node.arguments for value in self.spread(argument)]
        if node.function == "answered":
            return every(not isinstance(value, Unknown) for value in values)
        if node.function == "count":
            return _count(values) if all(self.countable(argument) for argument in node.arguments) else UNKNOWN
        parts = [number(value) for value in values if value is not ABSENT]
        total = add(parts)
        if isinstance(total, Unknown) or not parts:
            return UNKNOWN
        function = _FUNCTIONS.get(node.function or "")
        return function(parts) if function else UNKNOWN

    def spread(self, node: Node) -> Iterator[Value]:
        """Yield the values of an argument: many for a range and for a question that is answered several times over."""
        if isinstance(node, Span):
            for name in self.scope.within(node):
                yield from self.spread(name)
            return
        value = self.value(node)
        if isinstance(value, Several):
            yield from value.values or (UNKNOWN,)
        else:
            yield value

    def countable(self, node: Node) -> bool:
        """Tell whether an argument's count is known: that of a condition and of ticks is not before they are."""
        if isinstance(node, Span):
            return all(self.countable(name) for name in self.scope.within(node))
        kind = self.scope.kind(node) if isinstance(node, Name) else None
        if kind is not None and kind.name not in ("yes/no", "truth", "choices"):
            return True
        return all(value is not UNKNOWN for value in self.spread(node))


def _count(values: list[Value]) -> Value:
    """Count what holds, what is ticked and what is answered."""
    total = 0
    for value in values:
        if isinstance(value, Ticked):
            total += len(value.options)
        elif isinstance(value, bool):
            total += value
        elif not isinstance(value, Unknown):
            total += 1
    return total


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: Fraction(left) / right,
}
_FUNCTIONS: dict[str, Callable[[list[Any]], Fraction | int]] = {
    "sum": lambda parts: sum(parts, Fraction(0)),
    "mean": lambda parts: sum(parts, Fraction(0)) / len(parts),
    "max": max,
    "min": min,
}
