"""The one question: denied unless somebody allows it, and one denial wins.

Each clause of `may` has a test here that goes red without it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from ledstang.access.barring import Standing
from ledstang.access.may import Access
from ledstang.access.permissions import Decision, Own, Permission
from ledstang.access.policies import PolicyRow
from ledstang.access.visit import Visit
from ledstang.clock import MovableClock
from ledstang.isolation import Isolation
from ledstang.patience import Patience
from ledstang.people.assignments import Assignment
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Person

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
FROM_13 = PolicyRow("*", "*", "self", 13, None, "practice")
ACTION = "programmes.take-part"


def person(born: date = date(1985, 5, 6), index: int = 0) -> Person:
    """Invent a person."""
    return Person(uuid4(), make_test_number(born, index), "Test", born, "24")


@dataclass
class Thing:
    """Something of a person's."""

    person: UUID | None


def access(*permissions: Permission, rows=(FROM_13,), at: datetime = NOON, may_ms: int = 2000) -> Access:
    """Make what decides, with one ordinary permission when none is named."""
    return Access(
        permissions or [Permission(ACTION, "t")], rows, MovableClock(at=at), Isolation(Patience(may_ms=may_ms))
    )


async def says(answer):
    """Make a check that always says the same, or raises it."""

    async def check(_visit, _resource):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return check


async def test_the_owner_may() -> None:
    """A grown person may do with their own things what a permission allows."""
    dag = person()
    decision = await access().may(Visit.of(dag), ACTION, Thing(dag.id))
    assert (decision.allowed, decision.reason) == (True, "allowed")
    assert decision
    assert await access().may(Visit.of(dag), ACTION, Own(dag.id))


async def test_what_nobody_registered_is_denied() -> None:
    """An unknown action is denied to the owner too, also one that only resembles a known one."""
    dag = person()
    for action in ("programmes.erase", "programmes", "", "programmes.take-part ", "Programmes.take-part"):
        decision = await access().may(Visit.of(dag), action, Thing(dag.id))
        assert (decision.allowed, decision.reason) == (False, "unknown-action")
    assert not await Access([], [FROM_13], MovableClock(at=NOON)).may(Visit.of(dag), ACTION, Thing(dag.id))


async def test_another_person_s_thing_is_denied() -> None:
    """Subject and owner must be one person."""
    dag, asta = person(), person(index=1)
    decision = await access().may(Visit.of(dag), ACTION, Thing(asta.id))
    assert (decision.allowed, decision.reason) == (False, "not-owner")


@pytest.mark.parametrize("resource", [None, Thing(None), object(), "text", {}])
async def test_a_thing_without_an_owner_is_nobody_s(resource: object) -> None:
    """What does not say whose it is, is denied: a forgotten argument opens no door."""
    decision = await access().may(Visit.of(person()), ACTION, resource)
    assert (decision.allowed, decision.reason) == (False, "no-owner")


async def test_an_owner_of_another_type_is_not_the_owner() -> None:
    """An id as text, as it comes from an address, is not taken for the id."""
    dag = person()
    assert not await access().may(Visit.of(dag), ACTION, Thing(str(dag.id)))


async def test_who_is_not_signed_in_is_denied() -> None:
    """No visit, no access to a person's things."""
    decision = await access().may(None, ACTION, Thing(uuid4()))
    assert (decision.allowed, decision.reason) == (False, "not-signed-in")


async def test_acting_for_another_needs_a_ground_that_we_know() -> None:
    """A visit whose actor is not its subject is denied, and so is one on an unknown ground."""
    dag, child = person(), person(date(2017, 1, 1))
    proxy = msgspec.structs.replace(Visit.of(child), actor=dag)
    assert (await access().may(proxy, ACTION, Thing(child.id))).reason == "unknown-ground"
    ground = msgspec.structs.replace(Visit.of(dag), ground="guardian")
    assert (await access().may(ground, ACTION, Thing(dag.id))).reason == "unknown-ground"


async def test_ages_are_those_of_the_day_in_sweden() -> None:
    """Thirteen from midnight in Stockholm on the birthday, which is an hour before it in UTC."""
    cilla = person(date(2017, 1, 1))
    before = datetime(2029, 12, 31, 22, 59, 59, tzinfo=UTC)
    after = datetime(2029, 12, 31, 23, 0, 0, tzinfo=UTC)
    young = await access(at=before).may(Visit.of(cilla), ACTION, Thing(cilla.id))
    assert (young.allowed, young.reason) == (False, "outside-ages")
    assert await access(at=after).may(Visit.of(cilla), ACTION, Thing(cilla.id))


async def test_without_a_policy_nobody_is_old_enough() -> None:
    """An empty table denies: ages are data, and the data must be there."""
    dag = person()
    assert (await access(rows=()).may(Visit.of(dag), ACTION, Thing(dag.id))).reason == "outside-ages"


async def test_a_row_for_nobody_admits_nobody() -> None:
    """It says that a gap is meant: a ground that took its name would open nothing by it."""
    child, dag = person(date(2017, 1, 1)), person()
    opening = access(rows=[msgspec.structs.replace(FROM_13, relation="nobody", from_age=0)])
    visit = msgspec.structs.replace(Visit.of(child), actor=dag, ground="nobody")
    assert not await opening.may(visit, ACTION, Thing(child.id))
    assert not opening.rules.opens_any("nobody", child, None, dag.id)


async def test_a_guardian_s_row_is_not_the_person_s_own() -> None:
    """Rows of other relations say nothing about acting for oneself."""
    dag = person()
    rows = (msgspec.structs.replace(FROM_13, relation="guardian"),)
    assert not await access(rows=rows).may(Visit.of(dag), ACTION, Thing(dag.id))


@pytest.mark.parametrize("answer", [True, None])
async def test_a_check_without_objection_leaves_it_at_that(answer: bool | None) -> None:
    """True and None let the default stand; they never widen it."""
    dag, asta = person(), person(index=1)
    allowing = access(Permission(ACTION, "t", "self", await says(answer)))
    assert await allowing.may(Visit.of(dag), ACTION, Thing(dag.id))
    assert not await allowing.may(Visit.of(dag), ACTION, Thing(asta.id))


@pytest.mark.parametrize("answer", [False, 0, "", "yes", 1, [], object()])
async def test_a_check_that_says_anything_else_denies(answer: object) -> None:
    """Only True and None allow: an answer of the wrong type is a denial."""
    dag = person()
    decision = await access(Permission(ACTION, "t", "self", await says(answer))).may(Visit.of(dag), ACTION, Own(dag.id))
    assert (decision.allowed, decision.reason) == (False, "denied")


@pytest.mark.parametrize("fault", [ZeroDivisionError("kanariefågel"), SystemExit(1), TimeoutError()])
async def test_a_check_that_raises_denies(fault: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """A broken plugin closes its own door, takes nothing else along, and what it says is not logged."""
    dag = person()
    broken = access(Permission(ACTION, "t", "self", await says(fault)))
    with caplog.at_level(logging.ERROR):
        decision = await broken.may(Visit.of(dag), ACTION, Own(dag.id))
    assert (decision.allowed, decision.reason) == (False, "failed")
    assert ACTION in caplog.text
    assert "kanariefågel" not in caplog.text


async def test_a_check_that_hangs_denies() -> None:
    """Nobody waits for ever for an answer."""

    async def hang(_visit, _resource):
        await asyncio.Event().wait()

    dag = person()
    hanging = access(Permission(ACTION, "t", "self", hang), may_ms=10)
    async with asyncio.timeout(2):
        assert (await hanging.may(Visit.of(dag), ACTION, Own(dag.id))).reason == "failed"


@pytest.mark.parametrize("order", [1, -1])
async def test_one_denial_wins(order: int) -> None:
    """Of two permissions for one action, from two plugins, both must allow it, in whatever order they came."""
    dag = person()
    both = [Permission(ACTION, "a", "self"), Permission(ACTION, "b", "anyone", await says(False))][::order]
    assert not await access(*both).may(Visit.of(dag), ACTION, Own(dag.id))


@pytest.mark.parametrize("order", [1, -1])
async def test_another_plugin_cannot_widen_a_permission(order: int) -> None:
    """A second permission that is open to anyone does not open the first."""
    dag, asta = person(), person(index=1)
    both = [Permission(ACTION, "a", "self"), Permission(ACTION, "b", "anyone")][::order]
    assert not await access(*both).may(Visit.of(dag), ACTION, Thing(asta.id))
    assert not await access(*both).may(None, ACTION, Thing(asta.id))


async def test_what_is_for_anyone_is_for_anyone() -> None:
    """A public action needs no visit, no owner and no age; its check may still deny."""
    public = access(Permission(ACTION, "t", "anyone"), rows=())
    assert await public.may(None, ACTION)
    assert await public.may(Visit.of(person(date(2017, 1, 1))), ACTION)
    assert not await access(Permission(ACTION, "t", "anyone", await says(False))).may(None, ACTION)


async def test_a_who_that_we_do_not_know_is_no_door() -> None:
    """A permission for a group that this version does not know is treated as a person's own."""
    strange = access(Permission(ACTION, "t", "everybody"))  # type: ignore[arg-type]
    assert not await strange.may(None, ACTION)


@dataclass(frozen=True)
class Case:
    """Something at a unit."""

    unit: object
    what: str


async def test_the_rows_of_a_list_are_decided_as_each_would_be_alone() -> None:
    """One that is at another unit, one that the check denies, and one that it fails at, cost themselves and no other."""

    async def check(_visit, resource):
        if resource.what == "fails":
            raise ZeroDivisionError
        return resource.what != "denied"

    visit = at_work()
    here = [Case("SE1-1", what) for what in ("fine", "denied", "fails")]
    rows = [*here, Case("se1-1", "fine"), Case("SE1-2", "fine"), Case(None, "fine"), *here]
    decided = await _listed(visit, check, rows)
    assert [one.reason for one in decided] == [
        *("allowed", "denied", "failed"), "allowed", "other-unit", "other-unit", *("allowed", "denied", "failed"),
    ]  # fmt: skip
    asked = access(Permission(ACTION, "t", "staff", check, roles=("treater",)))
    assert decided == [await asked.may(visit, ACTION, one) for one in rows]


def at_work() -> Visit:
    """Invent somebody at work."""
    eva = person()
    work = Assignment(
        uuid4(), eva.id, "SE1-A", "Läkare", "SE1-1", "Ett", "SE1-0", "Region", "norra", frozenset({"treater"})
    )
    return Visit.of(eva).at_work(work)


async def _listed(visit: Visit, check: object, rows: list[Case], **more: int) -> list[Decision]:
    asked = access(Permission(ACTION, "t", "staff", check, roles=("treater",)), **more)
    return await asked.may_list(visit, ACTION, [(one, Standing(None)) for one in rows])


async def test_a_list_is_denied_by_a_check_that_hangs() -> None:
    """Every row that it was asked about, and nobody waits for each of them."""

    async def hang(_visit, resource):
        if resource.what == "hangs":
            await asyncio.Event().wait()

    visit = at_work()
    async with asyncio.timeout(2):
        decided = await _listed(visit, hang, [Case("SE1-1", "hangs")] * 30, may_ms=10)
    assert [one.reason for one in decided] == ["failed"] * 30
