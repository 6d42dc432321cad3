"""What was decided for one person: each kind has its own word, and every denial goes before a grant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.access import facts as module
from ledstang.access.facts import Fact, decide
from ledstang.access.may import Access
from ledstang.access.permissions import Own, Permission
from ledstang.access.policies import PolicyRow
from ledstang.access.visit import Visit
from ledstang.clock import MovableClock
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Person

DAY = date(2029, 10, 1)
BO, ASTA = UUID(int=1), UUID(int=2)
UNIT = "SE2321000016-1003"
GRANT = Fact("grant", DAY, DAY + timedelta(90), "guardian", None, "journal", "read", UNIT)
BLOCK = Fact("block", DAY, person=BO)
DENY = Fact("deny", DAY, relation="guardian", service="journal")
OBJECTION = Fact("objection", DAY, service="journal")


def said(*facts: Fact, action="journal.read", relation="guardian", actor=BO, on=DAY, unit=UNIT, may_object=True) -> str:
    """Ask about one thing that a guardian wants."""
    return decide(facts, action, relation, actor, on, unit, may_object=may_object)


CLAIMS: list[tuple[str, Callable[[], bool]]] = [
    ("each kind has its word", lambda: [said(f) for f in (BLOCK, DENY, OBJECTION, GRANT)]
     == ["blocked", "excepted", "objected", "granted"]),
    ("nothing decided, nothing said", lambda: said() == ""),
    ("a denial goes before a grant", lambda: said(GRANT, DENY) == "excepted" and said(GRANT, OBJECTION) == "objected"),
    ("not before its first day", lambda: said(BLOCK, on=DAY - timedelta(1)) == ""),
    ("on its last day, not after", lambda: said(GRANT, on=DAY + timedelta(90)) == "granted"
     and said(GRANT, on=DAY + timedelta(91)) == ""),
    ("one guardian's block leaves the other", lambda: said(BLOCK, actor=ASTA) == ""),
    ("a block is of everything", lambda: said(BLOCK, action="forms.answer", unit=None) == "blocked"
     and said(msgspec.structs.replace(BLOCK, service="journal", unit=UNIT), action="forms.answer", unit=None) == "blocked"),
    ("nobody is shut out from their own", lambda: said(BLOCK, relation="self") == ""
     and said(OBJECTION, relation="self") == ""),
    ("another relation", lambda: said(DENY, relation="appointed") == ""),
    ("another service", lambda: said(OBJECTION, action="forms.answer") == ""),
    ("another action", lambda: said(GRANT, action="journal.write") == ""),
    ("another unit, or none", lambda: said(GRANT, unit="SE2321000016-9999") == said(GRANT, unit=None) == ""),
    ("a unit in small letters", lambda: said(GRANT, unit=UNIT.lower()) == "granted"),
    ("an objection only where the rules let one object", lambda: said(OBJECTION, may_object=False) == ""),
    ("the rules of objecting do not hinder a block", lambda: said(BLOCK, may_object=False) == "blocked"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "holds"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_what_was_decided(claim: str, holds: Callable[[], bool]) -> None:
    """Each clause of `Fact.about` and `decide` by itself."""
    assert holds(), claim


MUTANTS = [
    ("self.since <= on", "True"),
    ("(self.until is None or on <= self.until)", "True"),
    ("on <= self.until", "on < self.until"),
    ("self.relation in (ANY, relation)", "True"),
    ("self.person in (None, actor)", "True"),
    ("(relation != SELF or self.kind not in (\"objection\", \"block\"))", "True"),
    ("(self.kind == \"block\" or (self.service", "(False or (self.service"),
    ("self.service in (ANY, service)", "True"),
    ("self.action in (ANY, what)", "True"),
    ("(self.kind == \"block\" or self.unit is None", "(self.unit is None"),
    ("self.unit == unit.upper()", "True"),
    ("unit.upper()", "unit"),
    ("unit is not None and ", "unit is None or "),
    (" and (fact.kind != \"objection\" or may_object)", ""),
    ("(fact.kind != \"objection\" or may_object)", "may_object"),
    ("\"objection\": \"objected\", \"grant\": GRANTED", "\"grant\": GRANTED, \"objection\": \"objected\""),
    ("\"block\": \"blocked\", ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "instead"), MUTANTS)
def test_mutants(clause: str, instead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one of its clauses, some claim above fails."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert source.count(clause) >= 1
    mutant: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source.replace(clause, instead), "mutant", "exec"), mutant)
    monkeypatch.setattr(Fact, "about", mutant["Fact"].about)
    monkeypatch.setitem(globals(), "decide", mutant["decide"])
    assert not all(holds() for _, holds in CLAIMS), f"nothing noticed {clause} → {instead}"


KINDS = st.builds(
    Fact,
    kind=st.sampled_from(["grant", "deny", "objection", "block"]),
    since=st.sampled_from([DAY - timedelta(1), DAY, DAY + timedelta(1)]),
    until=st.sampled_from([None, DAY - timedelta(1), DAY]),
    relation=st.sampled_from(["*", "guardian", "self"]),
    person=st.sampled_from([None, BO, ASTA]),
    service=st.sampled_from(["*", "journal"]),
    unit=st.sampled_from([None, UNIT]),
)


@given(st.lists(KINDS, max_size=6), st.sampled_from(["guardian", "self"]), st.booleans(), KINDS)
def test_one_more_denial_opens_nothing(facts: list[Fact], relation: str, may_object: bool, more: Fact) -> None:
    """Order means nothing, and whatever more is decided, only a grant ever turns a denial into an opening."""
    before = said(*facts, relation=relation, may_object=may_object)
    assert before == said(*facts[::-1], relation=relation, may_object=may_object)
    after = said(*facts, more, relation=relation, may_object=may_object)
    if before not in ("", "granted"):
        assert after not in ("", "granted")
    if more.kind != "grant":
        assert after != "granted" or before == "granted"


def person(born: date) -> Person:
    return Person(uuid4(), make_test_number(born, 0), "Test", born, "24")


async def test_may_takes_facts_into_account() -> None:
    """A grant opens what the tables leave shut, for that unit only; an objection counts where a row says that it may."""

    class Note(msgspec.Struct):
        person: UUID
        unit: str | None = None

    bo, child = person(date(1985, 5, 6)), person(date(2015, 1, 1))
    rows = (
        PolicyRow("*", "*", "guardian", 0, 12, "b"),
        PolicyRow("forms", "*", "guardian", 13, 17, "b", objection=True),
    )
    permissions = [Permission("journal.read", "t"), Permission("forms.answer", "t")]
    access = Access(permissions, rows, MovableClock(at=datetime(2029, 10, 1, 10, tzinfo=UTC)))

    def visit(*facts: Fact) -> Visit:
        return msgspec.structs.replace(Visit.of(child), actor=bo, ground="guardian", facts=facts)

    assert (await access.may(visit(), "journal.read", Note(child.id, UNIT))).reason == "outside-ages"
    assert await access.may(visit(GRANT), "journal.read", Note(child.id, UNIT))
    assert not await access.may(visit(GRANT), "journal.read", Note(child.id))
    objection = Fact("objection", DAY)
    assert await access.may(visit(), "forms.answer", Own(child.id))
    assert (await access.may(visit(objection), "forms.answer", Own(child.id))).reason == "objected"
    assert access.rules.opens_any("guardian", child, None, bo.id)
    assert not access.rules.opens_any("guardian", child, None, bo.id, (objection,))
    assert access.rules.opens_any("guardian", child, None, bo.id, (objection, GRANT))
    assert not access.rules.opens_any("guardian", child, None, bo.id, (Fact("block", DAY, person=bo.id), GRANT))
