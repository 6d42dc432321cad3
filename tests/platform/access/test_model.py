"""The question of who may act for whom, against a model of its own: births, custody, protection, death, outage, time.

The model is written from the rules (domain.md 2), not from the code: the two must agree after whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from ledstang.access.permissions import Own
from ledstang.access.visit import Visit
from ledstang.clock import STOCKHOLM
from ledstang.host import Host
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.people.tables import Person as PersonTable
from ledstang.testing import Place, Town

FRESH = timedelta(minutes=60)
LAST_AGE = 12
TAKE_PART = "programmes.take-part"
START = datetime(2029, 12, 20, 10, tzinfo=UTC)
BIRTHDAYS = [date(2017, 1, 1), date(2016, 12, 31), date(2016, 2, 29), date(2029, 12, 19), date(2012, 6, 1)]


@dataclass
class Told:
    """What the register says of one person, and what the host last heard."""

    identity: Identity
    guardians: set[str] = field(default_factory=set)
    protected: bool = False
    dead: bool = False
    heard: tuple[frozenset[str], bool, bool] = (frozenset(), False, False)
    checked: datetime | None = None

    def hear(self, now: datetime) -> None:
        self.heard, self.checked = (frozenset(self.guardians), self.protected, self.dead), now


class Families(RuleBasedStateMachine):
    """One child and two adults, of whom either may be a guardian, and all that may happen to them."""

    town: Town
    place: Place

    @initialize(born=st.sampled_from(BIRTHDAYS))
    def move_in(self, born: date) -> None:
        """Begin anew: nobody is known, and nothing has happened."""
        self.place.run(_forget_all())
        self.place.clock.set(START)
        self.town.registry.down = False
        self.town.registry.persons.clear()
        self.place.house.isolation.breakers.clear()
        births = {"child": born, "asta": date(1988, 3, 3), "bo": date(1986, 9, 12)}
        self.people = {
            name: Told(Identity(make_test_number(day), name.title(), day, "24")) for name, day in births.items()
        }
        self.ids = {}
        for name, one in self.people.items():
            self._write(name)
            self.ids[name] = self.place.run(self.place.house.checking.signed_in(one.identity)).id
            one.hear(START)
        self.links: set[str] = set()

    def _write(self, name: str) -> None:
        one = self.people[name]
        self.town.registry.put(
            one.identity,
            guardians=tuple(sorted(self.people[who].identity.number for who in one.guardians)),
            protection="protected-registration" if one.protected else "none",
            deceased=date(2029, 12, 1) if one.dead else None,
        )

    def _changed(self, name: str) -> None:
        """Write a change, and tell the host as a register's event does: in vain while it is down."""
        self._write(name)
        one = self.people[name]
        if not self.town.registry.down:
            self.place.run(self.place.house.checking.changed(one.identity.number))
            one.hear(self.place.clock.now())

    @rule(who=st.sampled_from(["asta", "bo"]))
    def custody(self, who: str) -> None:
        self.people["child"].guardians ^= {who}
        self._changed("child")

    @rule(name=st.sampled_from(["child", "asta", "bo"]))
    def protection(self, name: str) -> None:
        self.people[name].protected = not self.people[name].protected
        self._changed(name)

    @rule(name=st.sampled_from(["child", "asta", "bo"]), chance=st.integers(0, 5))
    def death(self, name: str, chance: int) -> None:
        if chance == 0:
            self.people[name].dead = True
            self._changed(name)

    @rule()
    def outage(self) -> None:
        self.town.registry.down = not self.town.registry.down
        self.place.house.isolation.breakers.clear()

    @rule(minutes=st.sampled_from([1, 10, 59, 60, 61, 600, 1440]))
    def time(self, minutes: int) -> None:
        self.place.clock.move(minutes=minutes)

    @rule(who=st.sampled_from(["asta", "bo"]))
    def link(self, who: str) -> None:
        from ledstang_guardian import links

        host, ids = Host(self.place.house, "guardian"), self.ids
        if who in self.links:
            row = self.place.run(links.of_two(links.id_of(ids[who], ids["child"])))[0]
            self.place.run(links.end(host, links.link(row), links.REMOVED))
        else:
            self.place.run(links.add(host, ids[who], ids["child"]))
        self.links ^= {who}

    def _fit(self, name: str, now: datetime) -> bool:
        """The rule for each side: neither protected nor dead, by a word that is not too old."""
        one = self.people[name]
        if one.heard[1] or one.heard[2]:
            return False
        if one.checked is None or now - one.checked >= FRESH:
            if self.town.registry.down:
                return False
            one.hear(now)
        return not one.heard[1] and not one.heard[2]

    def _admitted(self, who: str) -> bool:
        """The rules, in the words of the law and the national services."""
        now = self.place.clock.now()
        if not (self._fit(who, now) and self._fit("child", now)):
            return False
        today, born = now.astimezone(STOCKHOLM).date(), self.people["child"].identity.born
        turned = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return turned <= LAST_AGE and who in self.links and who in self.people["child"].heard[0]

    @invariant()
    def agrees(self) -> None:
        """Both say the same of both adults, of going over, and of taking part in a programme for the child."""
        if not hasattr(self, "links"):
            return
        for who in ("asta", "bo"):
            admitted = self._admitted(who)
            self.place.house.isolation.breakers.clear()
            actor = self.place.run(self.place.house.register.find(self.ids[who]))
            child = self.place.run(self.place.house.proxies.subject(actor, self.ids["child"], "guardian"))
            assert (child is not None) == admitted, (who, admitted)
            if child is not None:
                visit = msgspec.structs.replace(Visit.of(actor, region="norra"), subject=child, ground="guardian")
                may = self.place.house.access.may
                assert self.place.run(may(visit, TAKE_PART, Own(child.id)))
                assert not self.place.run(may(visit, TAKE_PART, Own(actor.id)))


async def _forget_all() -> None:
    """Empty the tables that the machine fills."""
    from ledstang_guardian.tables import Link

    await Link.delete(force=True)
    await PersonTable.delete(force=True)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Families]]:
    """The machine with a running instance under it."""
    town = Town(Path(tmp_path_factory.mktemp("families")))
    with town.instance(at=START) as place:
        yield type("Running", (Families,), {"town": town, "place": place})


def run(machine: type[Families], examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    """Take so many steps, again and again from the beginning."""
    some = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=phases,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=some)


def test_no_disagreement_in_ten_thousand_steps(machine: type[Families]) -> None:
    """Whatever happens, and in whatever order, the host and the rules agree on who may act for the child."""
    run(machine, 200, 50)


@pytest.mark.parametrize("clause", ["protection", "death", "freshness", "age", "custody", "link"])
def test_a_clause_that_is_left_out_is_noticed(
    machine: type[Families], monkeypatch: pytest.MonkeyPatch, clause: str
) -> None:
    """Each clause of the decision, taken away, disagrees with the rules before long."""
    house = machine.place.house
    proxies, register = house.proxies, house.register
    if clause in ("protection", "death"):
        blind = {"protected": False} if clause == "protection" else {"deceased": None}
        seen, fresh = type(register).person, type(house.checking).fresh

        def unseeing(one: Any, row: Any) -> Any:
            return msgspec.structs.replace(seen(one, row), **blind)

        async def unknowing(one: Any, person: Any) -> Any:
            known = await fresh(one, person)
            return known and msgspec.structs.replace(known, **blind)

        monkeypatch.setattr(type(register), "person", unseeing)
        monkeypatch.setattr(type(house.checking), "fresh", unknowing)
    elif clause == "freshness":

        async def trusting(_: Any, person: Any) -> Any:
            return person

        monkeypatch.setattr(type(house.checking), "fresh", trusting)
    elif clause == "age":
        monkeypatch.setattr(type(proxies._access.rules), "opens_any", lambda *_: True)
    else:
        from ledstang_guardian import links

        plugin, ground = proxies._grounds["guardian"]

        async def without(actor: Any, subject: Any, rows: Any) -> bool:
            linked, custody = any(row["ended"] is None for row in rows), actor.number in subject.guardians
            return linked if clause == "custody" else custody

        assert ground.stands is links.GROUND.stands
        monkeypatch.setitem(proxies._grounds, "guardian", (plugin, msgspec.structs.replace(ground, stands=without)))
    with pytest.raises(AssertionError):
        run(machine, 600, 40, (Phase.generate,))
