"""The blanks that stand for a prepared query's arguments, and the queries that cannot be prepared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from piccolo.columns import Column
from piccolo.columns.defaults.base import Default
from piccolo.query import Insert, Objects, Update
from piccolo.query.base import Query


class PreparedFault(TypeError):
    """A query that cannot be prepared, or an argument that cannot be bound."""


class Blank:
    """Stands for one argument while Piccolo builds the text; it must come out again among the query's values."""

    __slots__ = ("name", "number")

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name

    def __iter__(self) -> Iterator[Any]:
        raise PreparedFault(
            f"A prepared query cannot take a list for {self.name!r}: the number of values is part of its text. "
            "Ask a plain query, or join."
        )

    def __format__(self, _: str) -> str:
        raise PreparedFault(f"A prepared query cannot write {self.name!r} into its text: it only binds values.")

    __str__ = __repr__ = lambda self: format(self)


def refuse_shaped(query: Any) -> None:
    """Refuse what does not answer plain rows: objects, `first()`, lists, nested or JSON output."""
    output = getattr(getattr(query, "output_delegate", None), "_output", None)
    shaped = output and (output.nested or output.load_json or output.as_list or output.as_json)
    if not isinstance(query, Query) or isinstance(query, Objects) or shaped:
        raise PreparedFault(
            f"A prepared query answers plain rows, which {type(query).__name__} does not: "
            "prepare a select() without first(), output() or objects(), and shape the rows yourself."
        )


def refuse_computed(query: Query[Any, Any]) -> None:
    """Refuse an insert or update whose computed values (uuid4, now) would be computed once for ever."""
    if isinstance(query, Insert):
        for row in query.add_delegate._add:
            for column in row._meta.columns:
                if _is_computed(column) and type(row[column._meta.name]) is not Blank:
                    raise _computed(column)
    if isinstance(query, Update):
        for column, value in query.values_delegate._values.items():
            if column._meta.auto_update is not ... and type(value) is not Blank:
                raise _computed(column)


def _is_computed(column: Column) -> bool:
    default = getattr(column, "default", None)
    return callable(default) or isinstance(default, Default)


def _computed(column: Column) -> PreparedFault:
    name = f"{column._meta.table._meta.tablename}.{column._meta.name}"
    return PreparedFault(
        f"The value of {name} is computed anew for each row, but a prepared query is built once: "
        f"give {column._meta.name} as an argument."
    )
