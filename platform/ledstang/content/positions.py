"""From an offset in a paragraph's text back to the line and column where the author wrote it."""

from __future__ import annotations

from bisect import bisect_right

from markdown_it.token import Token

from ledstang.content.nodes import Place


class Positions:
    """Finds places in one inline token. Each line of it is searched for in the source once, however many ask."""

    def __init__(self, inline: Token, lines: list[str], file: str) -> None:
        self._file = file
        self._first = (inline.map or [0, 0])[0]
        self._parts = inline.content.split("\n")
        self._starts = [0]
        for part in self._parts[:-1]:
            self._starts.append(self._starts[-1] + len(part) + 1)
        self._lines = lines
        self._shifts: dict[int, int] = {}

    def at(self, offset: int) -> Place:
        """Return the place of an offset. Where the parser changed the line too much, the column is that of its text."""
        number = bisect_right(self._starts, offset) - 1
        return Place(self._file, self._first + number + 1, self._shift(number) + offset - self._starts[number] + 1)

    def _shift(self, number: int) -> int:
        if number not in self._shifts:
            row = self._first + number
            source = self._lines[row] if row < len(self._lines) else ""
            self._shifts[number] = max(source.find(self._parts[number]), 0)
        return self._shifts[number]
