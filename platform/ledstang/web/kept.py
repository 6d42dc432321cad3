"""Markup that is the same for many people: rendered once with holes in it, and filled for each page.

A page of a programme is mostly the author's: the same questions, the same list of steps. In a template:

    {% call(value, revision) kept(("question", question, name), value, revision) %}…{{ value }}…{% endcall %}

What is inside is rendered when its key is new, with a mark where each hole is; afterwards the marks alone are replaced,
escaped. **All that the inside depends on is either in the key or a hole.** What one person has written or is called is
always a hole: it never stays here. A hole can only be written out: its value cannot be asked about inside.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
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
        piece = self._pieces.get(key)
        if piece is None:
            nobody = whom.set("")  # a piece is everybody's: no name may stay in it
            try:
                piece = self._pieces[key] = _taken_apart(str(caller(*MARKS[: len(values)])))
            finally:
                whom.reset(nobody)
            if len(self._pieces) > MOST:
                self._pieces.popitem(last=False)
        else:
            self._pieces.move_to_end(key)
        texts, order = piece
        filled = texts.copy()
        for place, number in order:
            filled[place] = written(values[number])
        return Markup("".join(filled))  # noqa: S704 - escaped here


def _taken_apart(html: str) -> Piece:
    """Return the texts of a piece, empty where a hole is, and the place of each hole with which value belongs there."""
    texts, order, end = [], [], 0
    for found in HOLE.finditer(html):
        texts += [html[end : found.start()], ""]
        order.append((len(texts) - 1, MARKS.index(found[0])))
        end = found.end()
    return [*texts, html[end:]], order
