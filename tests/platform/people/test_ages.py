"""Ages: attained on the birthday, on 1 March for the leap day; and a person who never shows in a log."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity, Person, age, attained


def test_thirteen_on_the_birthday_and_not_the_day_before() -> None:
    """An age is reached on the birthday itself."""
    born = date(2017, 1, 1)
    assert age(born, date(2029, 12, 31)) == 12
    assert age(born, date(2030, 1, 1)) == 13
    assert attained(born, 13) == date(2030, 1, 1)


def test_the_leap_day_is_reached_on_the_first_of_march() -> None:
    """Born on 29 February, eighteen on 1 March in a year without that day, and on the day in a year with it."""
    born = date(2012, 2, 29)
    assert attained(born, 18) == date(2030, 3, 1)
    assert age(born, date(2030, 2, 28)) == 17
    assert age(born, date(2030, 3, 1)) == 18
    assert attained(born, 20) == date(2032, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 100))
def test_age_and_attained_agree(born: date, years: int) -> None:
    """The day on which an age is attained is the first on which one has it."""
    day = attained(born, years)
    assert age(born, day) == years
    assert age(born, day - timedelta(days=1)) == years - 1


def test_a_person_shows_neither_name_nor_number() -> None:
    """What a log or a traceback prints of a person is an id."""
    number = make_test_number(date(1985, 5, 6))
    person = Person(uuid4(), number, "Dag Test", date(1985, 5, 6), "24")
    identity = Identity(number, "Dag Test", date(1985, 5, 6))
    for text in (repr(person), str(person), repr([person]), repr(identity)):
        assert number not in text
        assert "Dag" not in text
        assert "1985" not in text
