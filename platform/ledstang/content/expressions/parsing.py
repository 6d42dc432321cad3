"""From text to tree. The parser is built once; texts and trees are bounded so that nothing can hang or overflow."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ledstang.content.expressions.faults import ExpressionError, Fault, fault
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
    depth,
)
from ledstang.content.expressions.words import WORDS

LONGEST = 2000
"""Characters: a long instrument's sum written out id by id has about 400."""

DEEPEST = 40
"""Levels of parentheses: beyond it nobody reads the expression, and Python's own stack is far away."""

FIGURES = 30
"""Figures in a number: far more than anything that is counted or measured."""

RIGHT = {"=>": ">=", "=<": "<=", "==": "=", "<>": "!=", "≥": ">=", "≤": "<=", "≠": "!="}
TYPOGRAPHIC = {"−": "-", "–": "-", "×": "*"}


def column(token: Token) -> int:
    return (token.start_pos or 0) + 1


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Makes nodes as the parser reduces, so that no second walk over a deep tree is needed."""

    def number(self, token: Token) -> Node:
        if len(token) > FIGURES:
            sentence, tip = "The number has too many figures.", "Write it with at most {most}."
            raise ExpressionError(fault(column(token), "number-too-long", sentence, tip, most=FIGURES))
        return Number(str(token), column(token))

    def comma_number(self, token: Token) -> Node:
        raise ExpressionError(
            fault(
                column(token),
                "decimal-comma",
                "“{text}” has a decimal comma.",
                "Write {right} with a decimal point; between two values, put a space after the comma.",
                text=str(token),
                right=str(token).replace(",", "."),
            )
        )

    def text(self, token: Token) -> Node:
        return Text(str(token)[1:-1], column(token))

    def reference(self, first: Token, second: Token | None = None) -> Node:
        form, own = (str(first).strip("`"), second) if second else (None, first)
        return Name(str(own).strip("`"), column(first), form, own.type == "QUOTED")

    def span(self, first: Name, _: Token, last: Name) -> Node:
        if first.form and not last.form:
            last = Name(last.id, last.column, first.form, last.quoted)
        return Span(first, last, first.column)

    def call(self, name: Token, *arguments: Node | None) -> Node:
        given = tuple(argument for argument in arguments if argument is not None)
        return Call(WORDS.functions.get(str(name).lower()), str(name), given, column(name))

    def negative(self, sign: Token, value: Node) -> Node:
        return Negative(value, column(sign))

    def negation(self, word: Token, value: Node) -> Node:
        return Not(value, column(word))

    def comparison(self, left: Node, operator: Token, right: Node) -> Node:
        return Comparison(str(operator), left, right, left.column)  # type: ignore[arg-type]

    def miswritten(self, _left: Node, operator: Token, _right: Node) -> Node:
        raise ExpressionError(
            fault(
                column(operator),
                "comparison-miswritten",
                "“{text}” is not a comparison.",
                "Write “{right}”.",
                text=str(operator),
                right=RIGHT[str(operator)],
            )
        )

    def terms(self, first: Node, *rest: Any) -> Node:
        pairs = zip(rest[::2], rest[1::2], strict=True)
        signed: Any = tuple((TYPOGRAPHIC.get(sign, str(sign)), term) for sign, term in pairs)
        return Terms(first, signed, first.column)

    factors = terms

    def conjunction(self, first: Node, *rest: Any) -> Node:
        return Logic("and", (first, *rest[1::2]), first.column)

    def disjunction(self, first: Node, *rest: Any) -> Node:
        return Logic("or", (first, *rest[1::2]), first.column)


def _operator(token: Token) -> Token:
    """Tell an operator such as `and` from an id: the words are data, so the grammar cannot hold them."""
    meaning = WORDS.operators.get(str(token).lower())
    return token.update(type=meaning.upper()) if meaning else token


_PARSER = Lark(
    files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="basic",  # a contextual lexer would not ask for a NAME where only an operator fits
    transformer=_Builder(),
    lexer_callbacks={"NAME": _operator},
    maybe_placeholders=True,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError, whose `fault` has the column and a tip."""
    if len(text) > LONGEST:
        raise ExpressionError(
            fault(
                LONGEST,
                "expression-too-long",
                "The expression has more than {most} characters.",
                "Divide it: a calculation may read other calculations.",
                most=LONGEST,
            )
        )
    if not text.strip():
        raise ExpressionError(
            fault(1, "expression-empty", "There is no expression here.", "Write one, such as q9 >= 1.")
        )
    try:
        root: Any = _PARSER.parse(unicodedata.normalize("NFC", text))
    except UnexpectedInput as problem:
        raise ExpressionError(_explain(problem, text)) from None
    if depth(root) > DEEPEST:
        raise ExpressionError(
            fault(
                1,
                "expression-too-deep",
                "The expression has more than {most} levels of parentheses.",
                "Divide it: a calculation may read other calculations.",
                most=DEEPEST,
            )
        )
    return Expression(text, root)


def _explain(problem: UnexpectedInput, text: str) -> Fault:
    """Say in an author's words what the parser stumbled on."""
    if isinstance(problem, UnexpectedCharacters):
        return _odd_character(text[problem.pos_in_stream or 0], (problem.pos_in_stream or 0) + 1)
    if isinstance(problem, UnexpectedToken) and problem.token.type != "$END":
        return _odd_token(problem.token)
    return fault(
        len(text.rstrip()) + 1,
        "expression-unfinished",
        "The expression ends too early.",
        "Something is missing after “{end}”: an id, a number or a closing parenthesis.",
        end=text.rstrip()[-12:],
    )


def _odd_character(character: str, at: int) -> Fault:
    meant = {"&": "and", "|": "or", "!": "not"}.get(character)
    words = [word for word, meaning in WORDS.operators.items() if meaning == meant]
    if words:
        tip = "Write one of the words {words}."
        return fault(
            at, "expression-syntax", "“{text}” cannot stand here.", tip, text=character, words=", ".join(words)
        )
    tip = "Expressions are made of ids, numbers, “texts”, comparisons and parentheses; other ids stand in backticks."
    return fault(at, "expression-syntax", "“{text}” cannot stand here.", tip, text=character)


def _odd_token(token: Token) -> Fault:
    tips = {
        "COMPARE": "Make two comparisons of it, with “and” between them.",
        "SPAN": "A range such as q1..q9 stands within a function: sum(q1..q9).",
        "RPAR": "There is a closing parenthesis too many, or nothing before it.",
    }
    tip = tips.get(token.type, "Something is missing before it: a comparison, “and”, “or” or a comma.")
    return fault(column(token), "expression-syntax", "“{text}” cannot stand here.", tip, text=str(token))
