"""What an expression may refer to: the kinds of a document's own ids, of other forms' ids, and the facts of the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from ledstang.content.expressions.tree import Name, Node, Span, Text
from ledstang.content.expressions.words import WORDS

KindName = Literal["number", "choice", "choices", "yes/no", "text", "date", "time", "datetime", "file", "truth"]


class Kind(msgspec.Struct, frozen=True):
    """What values an id or a part of an expression can have.

    `codes` maps each code of a choice to its score, or to None where it has none. `low` and `high` bound a number and
    `whole` says that it has no decimals. `many` means that it is answered several times over. `item` tells a question
    from a calculation: a range takes questions only.
    """

    name: KindName
    codes: Mapping[str, float | None] = {}
    low: float | None = None
    high: float | None = None
    whole: bool = False
    many: bool = False
    item: bool = True


TRUTH_CODES: dict[str, float | None] = {word: float(meaning) for word, meaning in WORDS.truth.items()}
WEEKDAY_CODES: dict[str, float | None] = {word: float(number) for word, number in WORDS.weekdays.items()}
FACTS = {
    "age": Kind("number", low=0, high=150, whole=True, item=False),
    "day": Kind("number", low=1, whole=True, item=False),
    "weekday": Kind("choice", codes=WEEKDAY_CODES, item=False),
}


class Scope(msgspec.Struct, frozen=True):
    """Everything that can be named. `names` is in document order; `forms` goes from a form's key to its names."""

    names: Mapping[str, Kind] = {}
    forms: Mapping[str, Mapping[str, Kind]] = {}

    def kind(self, name: Name) -> Kind | None:
        """Return what a name stands for, or None. A document's own id goes before a fact of the same word."""
        if name.form:
            return self.forms.get(name.form, {}).get(name.id)
        own = self.names.get(name.id)
        return own if own or name.quoted else FACTS.get(WORDS.facts.get(name.id, ""))

    def fact(self, name: Name) -> str | None:
        """Return `age`, `day` or `weekday` when that is what a name stands for."""
        plain = not name.form and not name.quoted and name.id not in self.names
        return WORDS.facts.get(name.id) if plain else None

    def within(self, span: Span) -> tuple[Name, ...]:
        """Return the questions of a range in document order; none where it has no end or runs backwards."""
        names = self.forms.get(span.first.form, {}) if span.first.form else self.names
        order = [known for known, kind in names.items() if kind.item]
        if span.first.form != span.last.form or span.first.id not in order or span.last.id not in order:
            return ()
        chosen = order[order.index(span.first.id) : order.index(span.last.id) + 1]
        return tuple(Name(known, span.column, span.first.form, True) for known in chosen)

    def code(self, beside: Node, node: Node) -> str | None:
        """Return the code that `node` is when it stands to the right of `beside`: a bare word or a text of a choice."""
        kind = self.kind(beside) if isinstance(beside, Name) else None
        if kind is None or kind.name not in ("choice", "choices", "yes/no"):
            return None
        word = _bare(node)
        if word is None or (word not in kind.codes and isinstance(node, Name) and self.kind(node)):
            return None
        return word

    def known(self) -> Iterator[str]:
        """Yield every name as an author would write it, for tips."""
        yield from self.names
        yield from (f"{form}.{own}" for form, names in self.forms.items() for own in names)
        yield from WORDS.facts


def _bare(node: Node) -> str | None:
    if isinstance(node, Name):
        return None if node.form else node.id
    return node.value if isinstance(node, Text) else None
