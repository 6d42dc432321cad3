"""Personal numbers: what is read, what is refused, and that tests only ever make numbers of the test series."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.people.numbers import (
    NotANumber,
    born_of,
    check_digit,
    is_coordination,
    is_test_number,
    make_test_number,
    read_number,
)
from personnummer.personnummer import Personnummer, PersonnummerException

TODAY = date(2026, 11, 22)
births = st.dates(date(1890, 1, 1), TODAY)


def oracle(text: str) -> bool:
    """Ask the library from PyPI."""
    try:
        Personnummer(text)
    except (PersonnummerException, ValueError):
        return False
    return True


@given(births, st.integers(0, 19), st.booleans())
def test_made_numbers_are_read_back_and_the_oracle_agrees(born: date, index: int, coordination: bool) -> None:
    """Every number that we make is right, is of the test series, and carries its date."""
    number = make_test_number(born, index, coordination=coordination)
    assert read_number(number, TODAY) == number
    assert oracle(number)
    assert is_test_number(number)
    assert born_of(number) == born
    assert is_coordination(number) == coordination


@given(births, st.integers(0, 19), st.integers(2, 11), st.integers(1, 9))
def test_one_wrong_digit_is_refused_as_the_oracle_refuses_it(born: date, index: int, place: int, add: int) -> None:
    """A single mistyped digit never passes: the check digit catches all of them."""
    number = make_test_number(born, index)
    wrong = number[:place] + str((int(number[place]) + add) % 10) + number[place + 1 :]
    assert not oracle(wrong)
    with pytest.raises(NotANumber):
        read_number(wrong, TODAY)


@given(st.dates(date(1927, 1, 1), TODAY), st.sampled_from(["", "-"]))
def test_short_forms_below_a_hundred_years(born: date, sign: str) -> None:
    """Two digits of the year and a minus, or nothing, mean the latest century that fits."""
    number = make_test_number(born)
    assert read_number(number[2:8] + sign + number[8:], TODAY) == number


@given(st.dates(date(1827, 1, 1), date(1926, 12, 31)))
def test_plus_means_a_hundred_years_or_more(born: date) -> None:
    """The plus is used from the year in which the person turns a hundred."""
    number = make_test_number(born)
    assert read_number(f"{number[2:8]}+{number[8:]}", TODAY) == number


def test_the_long_form_with_a_sign() -> None:
    """The form with hyphen that people copy from letters is read."""
    number = make_test_number(date(1985, 5, 6))
    assert read_number(f"{number[:8]}-{number[8:]}", TODAY) == number


@pytest.mark.parametrize(
    "spoil",
    [
        lambda n: n + "\n",
        lambda n: " " + n,
        lambda n: n + " ",
        lambda n: n.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
        lambda n: n.translate({ord(str(d)): chr(0x0660 + d) for d in range(10)}),
        lambda n: n[:8] + "–" + n[8:],
        lambda n: n[:8] + "--" + n[8:],
        lambda n: n[:-1],
        lambda n: n + "0",
        lambda n: n[1:],
        lambda n: "",
        lambda n: n[:4] + "-" + n[4:],
        lambda n: n + "\x00",
    ],
)
def test_forms_that_libraries_let_through_are_refused(spoil) -> None:
    """Full-width and Arabic digits, line ends, spaces and odd signs are not a personal number."""
    number = make_test_number(date(1985, 5, 6))
    with pytest.raises(NotANumber):
        read_number(spoil(number), TODAY)


@pytest.mark.parametrize(
    "date_part", ["20260230", "20261301", "20260001", "20260100", "20260192", "20260160", "00000101"]
)
def test_dates_that_do_not_exist_are_refused(date_part: str) -> None:
    """A right check digit does not save a date that no calendar has."""
    digits = date_part + "980"
    with pytest.raises(NotANumber):
        read_number(digits + check_digit(digits[2:]), TODAY)


def test_tomorrow_is_refused_today_is_not() -> None:
    """A newborn has a number on its day of birth and not before."""
    assert read_number(make_test_number(TODAY), TODAY)
    tomorrow = make_test_number(TODAY + timedelta(days=1))
    with pytest.raises(NotANumber, match="future"):
        read_number(tomorrow, TODAY)
    assert read_number(tomorrow, TODAY + timedelta(days=1))


def test_serial_000_is_refused() -> None:
    """000 is never given out, whatever its check digit says."""
    digits = "19850506000"
    with pytest.raises(NotANumber, match="serial"):
        read_number(digits + check_digit(digits[2:]), TODAY)


def test_the_message_never_repeats_what_was_written() -> None:
    """What somebody typed into the wrong field does not end in a log."""
    for text in ("198505069999", "my secret", "19850230-1234"):
        with pytest.raises(NotANumber) as fault:
            read_number(text, TODAY)
        assert text not in str(fault.value)


@pytest.mark.parametrize("index", [-1, 20])
def test_each_day_has_twenty_test_numbers(index: int) -> None:
    """There is no twenty-first: it would leave the series and might belong to somebody."""
    assert len({make_test_number(TODAY, i) for i in range(20)}) == 20
    with pytest.raises(IndexError):
        make_test_number(TODAY, index)


def test_the_numbers_that_the_plan_names() -> None:
    """Numbers published as examples of the series come out of our function."""
    assert make_test_number(date(1890, 1, 1)) == "189001019802"
    assert make_test_number(date(1970, 1, 1)) == "197001019806"
    assert make_test_number(date(2015, 6, 12)) == "201506129806"
