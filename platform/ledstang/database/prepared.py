"""Prepared queries: build a query's text once, then only bind its arguments.

With plain Piccolo nearly half of a page's time goes to building query strings. The mechanism is that of Piccolo's own
`Query.freeze()`, which cannot take arguments; tests/platform/database/test_piccolo_contract.py holds what we use of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from inspect import signature
from typing import Any
from uuid import UUID

from piccolo.query.base import Query

from ledstang.database.blanks import Blank, PreparedFault, refuse_computed, refuse_shaped
from ledstang.database.statements import Kind, kind_of
from ledstang.database.workers import Row

_PLAIN = frozenset({UUID, bytes, str, int, bool, float, Decimal, date, time, timedelta, type(None)})


class Bound:
    """A prepared query with its arguments: `await` it, or hand several to `db.together()`."""

    __slots__ = ("arguments", "form")

    def __init__(self, form: Form, arguments: Sequence[Any]) -> None:
        self.form = form
        self.arguments = arguments

    @property
    def sql(self) -> str:
        """The text, with a place for each argument."""
        return self.form.sql

    def __await__(self) -> Generator[Any, None, list[Row]]:
        return self.form.table._meta.db.run(self.form.sql, self.arguments).__await__()


class Form:
    """The built text of a query and where its arguments go; `constants` are what the builder itself wrote in."""

    __slots__ = ("_constants", "_order", "engine_type", "reads", "sql", "table")

    def __init__(self, query: Query[Any, Any], sql: str, values: Sequence[Any]) -> None:
        self.table = query.table
        self.engine_type = query.engine_type
        self.sql = sql
        self.reads = kind_of(sql) is Kind.READ
        self._constants = list(values)
        self._order = [(place, value.number) for place, value in enumerate(values) if type(value) is Blank]

    def fill(self, arguments: Sequence[Any]) -> list[Any]:
        """Put the arguments into their places."""
        filled = self._constants.copy()
        for place, number in self._order:
            filled[place] = arguments[number]
        return filled


class Prepared:
    """What `prepared()` returns: `await it(person, now)` for the rows, `it.bind(person, now)` for a `Bound`."""

    def __init__(self, build: Callable[..., Query[Any, Any]], takes: int | None = None) -> None:
        self._build = build
        names = signature(build).parameters if takes is None else (f"argument {number}" for number in range(takes))
        self._names = tuple(names)
        self._forms: dict[tuple[bool, ...], Form] = {}
        self._all_given = (True,) * len(self._names)

    async def __call__(self, *arguments: Any) -> list[Row]:
        """Run the query. Raises `PreparedFault` for an argument that cannot be bound."""
        return await self.bind(*arguments)

    def bind(self, *arguments: Any) -> Bound:
        """Bind the arguments without running. Raises `PreparedFault` for an argument that cannot be bound."""
        if len(arguments) != len(self._names):
            raise self._fault(f"it takes {len(self._names)} arguments and was given {len(arguments)}")
        for position, argument in enumerate(arguments):
            kind = type(argument)
            if kind not in _PLAIN:
                self._check(position, argument)
        # None is another query: Piccolo writes IS NULL for it, where "= NULL" would never be true.
        given = tuple([argument is not None for argument in arguments]) if None in arguments else self._all_given
        form = self._forms.get(given)
        if form is None or form.engine_type != form.table._meta.db.engine_type:
            form = self._make(given)
        return Bound(form, form.fill(arguments))

    def _check(self, position: int, argument: Any) -> None:
        if isinstance(argument, UUID):  # PostgreSQL's driver has a quicker one of its own
            return
        name = self._names[position]
        if not isinstance(argument, datetime):
            kind = type(argument).__name__
            raise self._fault(
                f"{name!r} is of type {kind}, which cannot be bound: give its plain value (an id, a code)"
            )
        if argument.tzinfo is None:
            raise self._fault(f"{name!r} is a datetime without a time zone: give an aware one, as clock.now() does")

    def _make(self, given: tuple[bool, ...]) -> Form:
        query = self._build(
            *[
                Blank(number, name) if there else None
                for number, (name, there) in enumerate(zip(self._names, given, strict=True))
            ]
        )
        refuse_shaped(query)
        refuse_computed(query)
        query._validate()
        querystrings = query.querystrings
        if len(querystrings) != 1:
            raise self._fault("it becomes several statements; write them one by one")
        sql, values = querystrings[0].compile_string(engine_type=query.engine_type)
        form = self._forms[given] = Form(query, sql, values)
        return form

    def _fault(self, why: str) -> PreparedFault:
        code = self._build.__code__
        return PreparedFault(f"The query prepared in {code.co_filename}:{code.co_firstlineno}: {why}.")


def prepared(build: Callable[..., Query[Any, Any]], takes: int | None = None) -> Prepared:
    """Prepare a query: `prepared(lambda person, now: Booking.select(Booking.id).where(Booking.person == person))`.

    The function is called the first time that the query is asked (its tables must be bound by then), with blanks in the
    place of the arguments; later calls only bind. It may be a select, insert, update, delete or raw query; the answer
    is always the plain rows. Arguments are UUID, str, bytes, int, bool, None, an aware datetime, date, time, timedelta,
    float and Decimal. Not for `limit`, JSON columns, nor for a column whose default is computed unless that column is
    given as an argument. How many values an `is_in` has is part of the text: prepare one for each number of them, with a
    builder of `*arguments` that `takes` so many.
    """
    return Prepared(build, takes)
