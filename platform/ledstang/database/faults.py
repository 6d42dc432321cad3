"""What can be wrong with a database, a key or a migration, as one clear sentence."""

from __future__ import annotations

import sqlite3

from ledstang.faults import Told

_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_SERVER = frozenset({"25006", "53", "57", "58"})
"""PostgreSQL's codes, or what they begin with: reading only, short of resources, stopped by hand, fault of the system."""


class DatabaseFault(Told):
    """A fault that an operator or a plugin's author can do something about.

    who: which part speaks ("database", "keys", "migrations of diary"); where: the file, folder or table;
    why: what is wrong; tip: what to do now. `str()` is the whole sentence.
    """

    def __init__(self, who: str, where: str, why: str, tip: str) -> None:
        super().__init__(who, where, why, tip)
        self.who = who
        self.where = where
        self.why = why
        self.tip = tip

    def __str__(self) -> str:
        return f"{self.who}: {self.where}: {self.why}. {self.tip}."


class WriterBusy(DatabaseFault):
    """Nobody gave the writer back in time: the load is too high, or a transaction waits for a write of its own."""

    def __init__(self, where: str, patience: float) -> None:
        super().__init__(
            "database",
            where,
            f"the one writing connection was not free within {patience:g} s",
            "Try again; if it happens without load, look for a transaction that awaits a write from another context",
        )


class DatabaseAway(DatabaseFault):
    """The database cannot be had just now. Nothing was committed; the same may succeed in a while."""

    def __init__(self, where: str) -> None:
        super().__init__("database", where, "it cannot be reached just now", "See that the server runs; we try again")


class OutcomeUnknown(DatabaseFault):
    """The connection was lost while a COMMIT was under way: nobody can know here whether it was made."""

    def __init__(self, where: str) -> None:
        why = "the connection was lost during a commit, which may have been made or not"
        super().__init__("database", where, why, "Look at what is there before doing the same again")


def is_passing(fault: BaseException | None) -> bool:
    """Say whether a fault is the place's rather than the code's: no room on the disk, no server, too many at once.

    The same may succeed, unchanged, when it has passed or somebody has seen to it.
    """
    if isinstance(fault, DatabaseAway | OutcomeUnknown | WriterBusy):
        return True
    state = str(getattr(fault, "sqlstate", None) or "")
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM or not _NO_SERVER.isdisjoint({state, state[:2]})
