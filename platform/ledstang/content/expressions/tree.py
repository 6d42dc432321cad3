"""What an expression becomes: a small frozen tree. Every node knows the column, from 1, that it began at."""

from __future__ import annotations

from typing import Literal

import msgspec

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Sign = Literal["+", "-", "*", "/"]


class Number(msgspec.Struct, frozen=True):
    """A number as written, with a decimal point."""

    text: str
    column: int


class Text(msgspec.Struct, frozen=True):
    value: str
    column: int


class Name(msgspec.Struct, frozen=True):
    """An id, a code or a fact such as the age; `form` is set when it was written `form.id`."""

    id: str
    column: int
    form: str | None = None
    quoted: bool = False

    def __str__(self) -> str:
        return f"{self.form}.{self.id}" if self.form else self.id


class Span(msgspec.Struct, frozen=True):
    """All questions from `first` to `last`, both included, in document order."""

    first: Name
    last: Name
    column: int


class Call(msgspec.Struct, frozen=True):
    """`function` is the canonical name, or None when nobody knows `word`."""

    function: str | None
    word: str
    arguments: tuple[Node, ...]
    column: int


class Terms(msgspec.Struct, frozen=True):
    """A chain of one precedence, kept flat so that a long sum is not a deep one."""

    first: Node
    rest: tuple[tuple[Sign, Node], ...]
    column: int


class Negative(msgspec.Struct, frozen=True):
    value: Node
    column: int


class Comparison(msgspec.Struct, frozen=True):
    operator: Operator
    left: Node
    right: Node
    column: int


class Not(msgspec.Struct, frozen=True):
    value: Node
    column: int


class Logic(msgspec.Struct, frozen=True):
    operator: Literal["and", "or"]
    parts: tuple[Node, ...]
    column: int


Node = Number | Text | Name | Span | Call | Terms | Negative | Comparison | Not | Logic


class Expression(msgspec.Struct, frozen=True):
    """A parsed text. Documents keep `source` only: parsing is cached."""

    source: str
    root: Node


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node, from left to right."""
    match node:
        case Span():
            return (node.first, node.last)
        case Call():
            return node.arguments
        case Terms():
            return (node.first, *(term for _, term in node.rest))
        case Negative() | Not():
            return (node.value,)
        case Comparison():
            return (node.left, node.right)
        case Logic():
            return node.parts
        case _:
            return ()


def depth(root: Node) -> int:
    """Return how many levels a tree has, without recursion."""
    level: list[Node] = [root]
    deepest = 0
    while level:
        level = [child for node in level for child in children(node)]
        deepest += 1
    return deepest
