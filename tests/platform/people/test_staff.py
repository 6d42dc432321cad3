"""Assignments as they are kept: what holds of them, and that they can be handed out and forgotten."""

from __future__ import annotations

from uuid import UUID

import pytest
from ledstang.people.assignments import ROLE_TITLES, ROLES
from ledstang.people.staff import staff_data
from ledstang.testing import Place, Town

UNIT = "SE2321000016-1003"


def test_every_role_is_called_something() -> None:
    """Each has words of its own."""
    assert tuple(ROLE_TITLES) == ROLES
    assert len(set(ROLE_TITLES.values())) == len(ROLES)


@pytest.mark.parametrize(
    "wrong", [{"roles": ("king",)}, {"roles": ()}, {"roles": ("treater", "king")}, {"unit": "SE2321000016-9999"}]
)
def test_an_assignment_that_cannot_be_is_refused(town: Town, wrong: dict[str, object]) -> None:
    """A role or a unit that there is not makes no row."""
    with town.instance() as place:
        person = place.visit(town.person("Eva Test", born="1980-01-01")).actor.id
        given = {"staff": "SE1", "title": "t", "unit": UNIT, "roles": ("treater",), **wrong}
        with pytest.raises(ValueError, match="an assignment is at a unit"):
            place.run(place.house.staff.appoint(person, **given))
        assert place.run(place.house.staff.at(UNIT)) == []


def test_no_assignment_is_anybody_else_s(town: Town) -> None:
    """Whoever names another's assignment works in none, and nothing shows whose it is."""
    with town.instance() as place:
        eva, gun = (place.visit(town.person(name, born="1980-01-01")).actor for name in ("Eva Test", "Gun Test"))
        work = place.run(place.house.staff.appoint(eva.id, staff="se1", title="t", unit=UNIT, roles=("treater",)))
        assert place.run(place.house.staff.acting(work, eva.id)).unit == UNIT
        assert place.run(place.house.staff.acting(work, gun.id)) is None
        assert "Eva" not in repr(place.run(place.house.staff.acting(work, eva.id)))
        assert "Eva" not in repr(place.run(place.house.staff.at(UNIT)))


def both(place: Place, town: Town) -> tuple[UUID, UUID]:
    """Let Gun stand in for Eva, and return their ids."""
    eva, gun = (place.visit(town.person(name, born="1980-01-01")).actor.id for name in ("Eva Test", "Gun Test"))
    staff, given = place.house.staff, {"staff": "se1", "title": "t", "unit": UNIT, "roles": ("treater",)}
    work = place.run(staff.appoint(eva, **given))
    place.run(staff.appoint(gun, **given))
    place.run(staff.absent(work, place.clock.today(), None, gun))
    return eva, gun


def test_assignments_are_handed_out_and_forgotten(town: Town) -> None:
    """One's own, and nobody else's; who stood in for whom goes with the one who did."""
    with town.instance() as place:
        eva, gun = both(place, town)
        data = staff_data(place.house.database)
        assert [row["unit"] for row in place.run(data.export(gun))] == [UNIT]
        assert "person" not in place.run(data.export(gun))[0]
        assert place.run(data.erase(gun, "asked for")) == 1
        assert place.run(data.export(gun)) == []
        assert len(place.run(data.export(eva))) == 1
        assert [one.substitute for one in place.run(place.house.staff.at(UNIT))] == [None]
