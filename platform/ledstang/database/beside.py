"""Reads that stand beside another of the same round trip: about the persons that its rows name, whoever they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from piccolo.table import Table

from ledstang.database.prepared import Bound


class _Beside:
    """The text of such a read: what `Bound` wants to know of a form."""

    __slots__ = ("engine_type", "reads", "sql", "table")

    def __init__(self, table: type[Table], sql: str, engine_type: str) -> None:
        self.table, self.sql, self.engine_type, self.reads = table, sql, engine_type, True


def beside(bound: Bound, listed: str, table: type[Table], columns: Sequence[Any], by: Any, where: str = "") -> Bound:
    """Return the read of the rows of a table whose column `by` is what `bound` gives in its column `listed`.

    `where` is more that they must fulfil, in SQL of ours. The rows that `bound` reads are asked for again inside it, so
    keep that one short.
    """
    names = tuple(column._meta.db_column_name for column in columns)
    form = _form(bound.sql, listed, table, names, by._meta.db_column_name, where, table._meta.db.engine_type)
    return Bound(form, bound.arguments)  # type: ignore[arg-type]


@lru_cache(256)
def _form(
    sql: str, listed: str, table: type[Table], names: tuple[str, ...], by: str, where: str, engine_type: str
) -> _Beside:
    of_rows = f'SELECT listed."{listed}" FROM ({sql}) AS listed'  # noqa: S608 - statements of ours
    # PostgreSQL joins as it likes, over whole tables too, unless it is given an array to look up.
    among = f"IN ({of_rows})" if engine_type == "sqlite" else f"= ANY(ARRAY({of_rows}))"
    wanted = ", ".join(f'"{name}"' for name in names)
    also = f" AND {where}" if where else ""
    return _Beside(table, f'SELECT {wanted} FROM "{table._meta.tablename}" WHERE "{by}" {among}{also}', engine_type)  # noqa: S608
