"""Markup that is the same for many people: rendered once with holes in it, and filled for each page.

A page of a programme is mostly the author's: the same questions, the same list of steps. In a template:

    {% call(value, revision) kept(("question", question, name), value, revision) %}…{{ value }}…{% endcall %}

    {{ kept_each("card", card, cards) }}

The second is for long lists: `card` is a macro, and each of the `cards` has two tuples, what it depends on and what is
written into it, which the macro is given one after the other.

What is inside is rendered when its key is new, with a mark where each hole is; afterwards the marks alone are replaced,
escaped. **All that the inside depends on is either in the key or a hole.** What one person has written or is called is
always a hole: it never stays here. A hole can only be written out: its value cannot be asked about inside.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from secrets import token_hex
from typing import Any

from markupsafe import Markup

from ledstang.web.calling import written
from ledstang.web.whom import whom

MOST = 4096
"""How many pieces are kept; the one that was used longest ago goes first."""

MARKS = tuple(f"{token_hex(8)}.{number}." for number in range(8))
"""What stands for the holes while a piece is made: no text can hold it, for it is new in each process."""

HOLE = re.compile("|".join(map(re.escape, MARKS)))

Piece = tuple[list[str], list[tuple[int, int]]]


class Kept:
    """The pieces of one environment."""

    def __init__(self) -> None:
        self._pieces: OrderedDict[Hashable, Piece] = OrderedDict()

    def __call__(self, key: Hashable, *values: Any, caller: Callable[..., str]) -> Markup:
        """Return the inside of the call block with the values in its holes. Called by templates."""
        return Markup(_filled(self._piece(key, caller, MARKS[: len(values)]), values))  # noqa: S704 - escaped there

    def each(
        self, name: str, inside: Callable[..., str], rows: Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]]
    ) -> Markup:
        """Return what a macro makes of each row, with the row's values in its holes. `name` is the macro's alone."""
        pieces = [
            _filled(self._piece((name, *key), inside, (*key, *MARKS[: len(values)])), values) for key, values in rows
        ]
        return Markup("".join(pieces))  # noqa: S704 - escaped there

    def _piece(self, key: Hashable, inside: Callable[..., str], given: tuple[Any, ...]) -> Piece:
        piece = self._pieces.get(key)
        if piece is not None:
            self._pieces.move_to_end(key)
            return piece
        nobody = whom.set("")  # a piece is everybody's: no name may stay in it
        try:
            piece = self._pieces[key] = _taken_apart(str(inside(*given)))
        finally:
            whom.reset(nobody)
        if len(self._pieces) > MOST:
            self._pieces.popitem(last=False)
        return piece


def _filled(piece: Piece, values: tuple[Any, ...]) -> str:
    texts, order = piece
    filled = texts.copy()
    for place, number in order:
        filled[place] = written(values[number])
    return "".join(filled)


def _taken_apart(html: str) -> Piece:
    """Return the texts of a piece, empty where a hole is, and the place of each hole with which value belongs there."""
    texts, order, end = [], [], 0
    for found in HOLE.finditer(html):
        texts += [html[end : found.start()], ""]
        order.append((len(texts) - 1, MARKS.index(found[0])))
        end = found.end()
    return [*texts, html[end:]], order
