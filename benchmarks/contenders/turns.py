"""A contender in a process of its own, which works only when it is its turn.

sqlite3's converters and the garbage collector are shared by all that a process holds, so in one process each contender
would pay for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from contenders.page import Visitor

_context = get_context("spawn")


class Contender:
    """The other end: `one` for a page, `many` and `crowd` for the CPU seconds of a batch. Ends with the `with` block."""

    def __init__(self, module: str, name: str, folder: Path) -> None:
        self._pipe, theirs = _context.Pipe()
        self._process = _context.Process(target=_serve, args=(theirs, module, name, folder), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe.recv()

    def one(self, visitor: Visitor) -> bytes:
        """Return the page as it is given to one visitor."""
        return self._ask("one", visitor)

    def many(self, visitors: Sequence[Visitor]) -> float:
        """Return the CPU seconds of the visitors' pages, one after the other."""
        return self._ask("many", visitors)

    def crowd(self, visitors: Sequence[Visitor]) -> float:
        """Return the CPU seconds of the visitors' pages, all at once; for those only that can."""
        return self._ask("crowd", visitors)

    def __enter__(self) -> Contender:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(10)

    def _ask(self, what: str, argument: Any) -> Any:
        self._pipe.send((what, argument))
        return self._pipe.recv()


def _serve(pipe: Connection, module: str, name: str, folder: Path) -> None:
    contender = getattr(import_module(module), name)(folder)
    pipe.send("ready")
    while True:
        try:
            what, argument = pipe.recv()
        except EOFError:
            return
        pipe.send(getattr(contender, what)(argument))
