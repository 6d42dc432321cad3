"""The demo's persons: invented, in the test series, of the ages and regions that the scenarios need."""

from __future__ import annotations

from datetime import date

from ledstang.people.numbers import is_coordination, is_test_number, read_number
from ledstang_sandbox.persons import read_cast
from personnummer.personnummer import Personnummer

TODAY = date(2026, 11, 22)


def test_every_number_is_a_right_one_of_the_test_series() -> None:
    """Nobody living has any of the numbers, and an independent library agrees that they are numbers."""
    numbers = [person.identity.number for person in read_cast().persons]
    assert len(set(numbers)) == len(numbers) >= 8
    for number in numbers:
        assert is_test_number(number)
        assert read_number(number, TODAY) == number
        assert Personnummer(number).format(long_format=True) == number


def test_dag_is_forty_one_and_lives_in_the_north() -> None:
    """Scenario S1's participant is there."""
    dag = next(person for person in read_cast().persons if person.name.startswith("Dag "))
    assert dag.age(TODAY) == 41
    assert dag.county == "24"


def test_the_ages_that_rules_turn_on_are_there() -> None:
    """A seventeen-year-old, a thirteen-year-old and grown-ups up to eighty; one has a coordination number."""
    cast = read_cast()
    ages = sorted(person.age(TODAY) for person in cast.persons)
    assert {13, 17, 24, 80} <= set(ages)
    assert sum(is_coordination(person.identity.number) for person in cast.persons) == 1


def test_two_regions_have_residents() -> None:
    """Rules about residence can be tried from both sides."""
    cast = read_cast()
    assert {person.county for person in cast.persons} == set(cast.counties) == {"12", "24"}
