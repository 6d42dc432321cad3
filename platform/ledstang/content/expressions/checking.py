"""Check an expression against the ids and types of its document, before anybody is asked anything."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledstang.content.expressions import numbers
from ledstang.content.expressions.comparability import compare_faults
from ledstang.content.expressions.faults import ExpressionError, Fault, fault, unknown
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
from ledstang.content.expressions.words import WORDS

TRUTH = Kind("truth", item=False)
Wanted = Literal["condition", "number"]


class Checked(msgspec.Struct, frozen=True):
    """What a check found: the faults, and what values the expression has (None when a fault hides that)."""

    faults: tuple[Fault, ...]
    kind: Kind | None


def check(expression: Expression | str, scope: Scope, wanted: Wanted | None = None) -> list[Fault]:
    """Return every fault of an expression; a text that is no expression has its one syntax fault.

    `wanted` says what the place asks for: a condition (`when`) or a number (`formula`).
    """
    return list(examine(expression, scope, wanted).faults)


def examine(expression: Expression | str, scope: Scope, wanted: Wanted | None = None) -> Checked:
    """Check an expression and tell what values it can have."""
    try:
        root = (parse(expression) if isinstance(expression, str) else expression).root
    except ExpressionError as error:
        return Checked((error.fault,), None)
    checker = _Checker(scope)
    kind = checker.kind(root)
    if kind is not None and wanted == "condition":
        checker.want_condition(root, kind)
    if kind is not None and wanted == "number":
        kind = checker.want_number(root, kind)
    return Checked(tuple(sorted(checker.faults, key=lambda each: each.column)), kind)


class _Checker:
    """Walks a tree and gives each part its kind; None where a fault was found, so that one fault is told once."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.faults = scope, list[Fault]()

    def kind(self, node: Node) -> Kind | None:
        match node:
            case Number():
                value = float(node.text)
                return Kind("number", low=value, high=value, whole=value.is_integer(), item=False)
            case Text():
                return Kind("text", item=False)
            case Name():
                return self.named(node)
            case Call():
                return self.called(node)
            case Terms():
                return self.chain(node)
            case Negative():
                inner = self.number(node.value)
                return inner and numbers.negate(inner)
            case Span():
                self.outside(node)
                return None
            case _:
                return self.logical(node)

    def logical(self, node: Comparison | Logic | Not) -> Kind:
        if isinstance(node, Comparison):
            self.compared(node)
            return TRUTH
        for part in node.parts if isinstance(node, Logic) else (node.value,):
            kind = self.kind(part)
            if kind is not None:
                self.want_condition(part, kind)
        return TRUTH

    def outside(self, node: Span) -> None:
        tip = "Put it in a function: sum(q1..q9)."
        self.faults.append(fault(node.column, "range-outside", "A range stands within a function.", tip))

    def named(self, name: Name) -> Kind | None:
        found = self.scope.kind(name)
        if found is not None:
            return found
        if name.form and name.form not in self.scope.forms:
            sentence, known = "There is no form “{word}”.", list(self.scope.forms)
            self.faults.append(unknown(name.column, "unknown-form", sentence, name.form, known))
        elif name.form:
            sentence, known = "The form “{form}” has no id “{word}”.", list(self.scope.forms[name.form])
            told = unknown(name.column, "unknown-id", sentence, name.id, known)
            self.faults.append(msgspec.structs.replace(told, values={**told.values, "form": name.form}))
        else:
            self.faults.append(self.lost(name))
        return None

    def lost(self, name: Name) -> Fault:
        """Tell an unknown id from a subtraction without spaces."""
        parts = name.id.split("-")
        for cut in range(1, len(parts)):
            left, right = "-".join(parts[:cut]), "-".join(parts[cut:])
            if left in self.scope.names and (right in self.scope.names or right.isdigit()):
                sentence, tip = "There is no id “{word}”.", "For a subtraction, put spaces around the hyphen: {right}."
                return fault(name.column, "unknown-id", sentence, tip, word=name.id, right=f"{left} - {right}")
        return unknown(name.column, "unknown-id", "There is no id “{word}”.", name.id, self.scope.known())

    def number(self, node: Node) -> Kind | None:
        kind = self.kind(node)
        return None if kind is None else self.want_number(node, kind)

    def want_number(self, node: Node, kind: Kind) -> Kind | None:
        found = None if kind.name == "truth" else numbers.numeric(kind)
        if found is None:
            sentence = "This is no number and has no scores."
            tip = "Give its options scores, such as (0) and (1), or leave it out."
            self.faults.append(fault(node.column, "wrong-type", sentence, tip))
        return found

    def want_condition(self, node: Node, kind: Kind) -> None:
        if kind.name not in ("truth", "yes/no"):
            sentence, tip = "This is no condition.", "Compare it with something: q9 >= 1, or answered(q9)."
            self.faults.append(fault(node.column, "wrong-type", sentence, tip))

    def chain(self, node: Terms) -> Kind | None:
        total = self.number(node.first)
        for sign, term in node.rest:
            part = self.number(term)
            if part is not None and sign == "/" and part.low == part.high == 0:
                sentence, tip = "Nothing can be divided by 0.", "Divide by another number."
                self.faults.append(fault(term.column, "divides-by-zero", sentence, tip))
            total = _joined(sign, total, part) if total is not None and part is not None else None
        return total

    def compared(self, node: Comparison) -> None:
        left = self.kind(node.left)
        code = self.scope.code(node.left, node.right)
        if left is not None and code is not None:
            weekday = isinstance(node.left, Name) and self.scope.fact(node.left) == "weekday"
            self.faults.extend(compare_faults(node, left, code, ordered=weekday))
            return
        lost = isinstance(node.right, Name) and self.scope.kind(node.right) is None
        if left is not None and left.name == "text" and lost:
            sentence, tip = "There is no id “{word}”.", "A text to compare with stands within quotes: “{word}”."
            self.faults.append(fault(node.right.column, "unknown-id", sentence, tip, word=str(node.right)))
            return
        if left is None and lost and not getattr(node.right, "form", None):
            return  # it may be a code of the question that is not known
        right = self.kind(node.right)
        if left is not None and right is not None:
            self.faults.extend(compare_faults(node, left, right))

    def called(self, node: Call) -> Kind | None:
        if node.function is None:
            sentence = "There is no function “{word}”."
            self.faults.append(unknown(node.column, "unknown-function", sentence, node.word, WORDS.functions))
            return None
        if not node.arguments:
            sentence, tip = "“{word}” has nothing to work on.", "Write ids in the parentheses: {word}(q1..q9)."
            self.faults.append(fault(node.column, "no-arguments", sentence, tip, word=node.word))
            return None
        return self.applied(node, node.function)

    def applied(self, node: Call, function: str) -> Kind | None:
        parts = [(part, self.kind(part)) for argument in node.arguments for part in self.spread(argument)]
        if function == "answered":
            return self.asked(parts)
        if function == "count":
            return Kind("number", low=0, whole=True, item=False)
        scored = [self.want_number(part, kind) for part, kind in parts if kind is not None]
        known = [kind for kind in scored if kind is not None]
        if not known or len(known) < len(parts):
            return None
        return numbers.add(known) if function == "sum" else numbers.hull(known, whole=function != "mean")

    def asked(self, parts: list[tuple[Node, Kind | None]]) -> Kind:
        for part, _ in parts:
            if not isinstance(part, Name):
                sentence, tip = "Only a question can be answered.", "Write its id: answered(q1)."
                self.faults.append(fault(part.column, "wrong-type", sentence, tip))
        return TRUTH

    def spread(self, node: Node) -> tuple[Node, ...]:
        """Return the questions of a range, or the argument itself; a range that is none is a fault."""
        if not isinstance(node, Span):
            return (node,)
        ends = [self.kind(node.first), self.kind(node.last)]
        within = self.scope.within(node)
        if not within and None not in ends:
            sentence = "“{first}..{last}” is no range of questions."
            tip = "Both ends are questions of one form, and the first stands before the last."
            values = {"first": str(node.first), "last": str(node.last)}
            self.faults.append(Fault(node.column, "range-broken", sentence, tip, values))
        return within


def _joined(sign: str, left: Kind, right: Kind) -> Kind:
    match sign:
        case "+":
            return numbers.add([left, right])
        case "-":
            return numbers.add([left, numbers.negate(right)])
        case "*":
            return numbers.multiply(left, right)
        case _:
            return numbers.divide(left, right)
