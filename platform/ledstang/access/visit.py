"""A visit: who acts, for whom, on what ground. Made once for each request, from current facts."""

from __future__ import annotations

import msgspec

from ledstang.access.facts import Fact
from ledstang.people.assignments import Assignment
from ledstang.people.persons import Person
from ledstang.signin.session import Session

STAFF = "staff"
"""The ground of whoever works: for nobody, at a unit, in an assignment."""


class Visit(msgspec.Struct, frozen=True):
    """What a handler is given instead of ids from the address.

    `actor` is who is signed in and `subject` whose things it is about; they are one person when the ground is `self`.
    `region` is the id of the region where the subject lives, None when this instance serves none there; `unit` is the
    care unit that staff act for, and `assignment` in what capacity; `facts` are what
    was decided for the subject apart from the policy tables; `purpose` is why, for the access log. `handed_over` says that
    the actor has handed their device over to the subject, who sees one thing on it. Only what the host does by itself, such
    as a simulation, has no session.
    """

    actor: Person
    subject: Person
    ground: str
    unit: str | None
    purpose: str
    region: str | None
    session: Session | None
    language: str
    assignment: Assignment | None = None
    facts: tuple[Fact, ...] = ()
    handed_over: bool = False

    def at_work(self, assignment: Assignment) -> Visit:
        """Return the visit of the same person in an assignment of theirs: it is about nothing of their own."""
        return msgspec.structs.replace(
            self, subject=self.actor, ground=STAFF, unit=assignment.unit, purpose="care", region=assignment.region,
            assignment=assignment, facts=(),
        )  # fmt: skip

    @classmethod
    def of(
        cls,
        person: Person,
        *,
        region: str | None = None,
        session: Session | None = None,
        language: str = "sv",
        facts: tuple[Fact, ...] = (),
    ) -> Visit:
        """Return the visit of somebody who acts for themselves."""
        return cls(person, person, "self", None, "own", region, session, language, facts=facts)
