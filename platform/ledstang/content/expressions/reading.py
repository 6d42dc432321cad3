"""Which ids an expression reads."""

from __future__ import annotations

from ledstang.content.expressions.faults import ExpressionError
from ledstang.content.expressions.parsing import parse
from ledstang.content.expressions.scope import Scope
from ledstang.content.expressions.tree import Comparison, Expression, Name, Node, Span, children


def names_of(expression: Expression, scope: Scope) -> tuple[Name, ...]:
    """Return the names that an expression reads, ranges spread out, codes and facts left out, each once, in order."""
    found: dict[tuple[str | None, str], Name] = {}
    for name in _walk(expression.root, scope):
        if scope.kind(name) is not None and scope.fact(name) is None:
            found.setdefault((name.form, name.id), name)
    return tuple(found.values())


def names_in(text: str, scope: Scope) -> tuple[Name, ...]:
    """Return the names that a text reads; none when it is no expression."""
    try:
        return names_of(parse(text), scope)
    except ExpressionError:
        return ()


def _walk(node: Node, scope: Scope) -> list[Name]:
    if isinstance(node, Name):
        return [node]
    if isinstance(node, Span):
        return list(scope.within(node))
    if isinstance(node, Comparison) and scope.code(node.left, node.right) is not None:
        return _walk(node.left, scope)
    return [name for child in children(node) for name in _walk(child, scope)]
