"""What a statement is, by its first word: where it may run."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """Where a statement belongs."""

    READ = "on a reader"
    WRITE = "in a commit on the writer"
    ALONE = "on the writer, outside any transaction"
    CONTROL = "nowhere: transactions have their own methods"


_BY_WORD = {
    "SELECT": Kind.READ,
    "VALUES": Kind.READ,
    "EXPLAIN": Kind.READ,
    "PRAGMA": Kind.ALONE,
    "VACUUM": Kind.ALONE,
    "ATTACH": Kind.ALONE,
    "DETACH": Kind.ALONE,
    **dict.fromkeys(("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"), Kind.CONTROL),
}
_FIRST_WORD = re.compile(r"(?:\s|;|\(|--[^\n]*(?:\n|$)|/\*.*?\*/)*([A-Za-z]*)", re.DOTALL)


def kind_of(sql: str) -> Kind:
    """Tell the kind of a statement. What is not known (WITH may be either) goes to the writer, where all is allowed."""
    if sql.startswith("SELECT "):
        return Kind.READ
    word = _FIRST_WORD.match(sql)
    return _BY_WORD.get(word.group(1).upper(), Kind.WRITE) if word else Kind.WRITE
