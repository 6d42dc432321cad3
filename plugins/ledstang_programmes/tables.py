"""What the programmes plugin keeps: who takes part in what, and how far they have come. Never what they wrote."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Participation(Table, tablename="programmes_participation"):
    """One person's way through one programme, pinned to the version it began with.

    `running` is `<person>/<programme>` while it runs and null afterwards: unique, so that nobody runs the same
    programme twice at once, however often a button is pressed. `reminded` is the `active` that somebody was last
    reminded of. `unit` is the HSA-id, in capitals, of the care unit whose treaters follow it; empty where nobody does.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    programme = Varchar(200, null=False)
    version = Varchar(64, null=False)
    consent = Varchar(80, null=False, default="")
    running = Varchar(300, null=True, default=None, unique=True)
    started = Timestamptz(null=False, default=None)
    active = Timestamptz(null=False, default=None)
    place = Varchar(400, null=False, default="")
    ended = Timestamptz(null=True, default=None)
    reason = Varchar(40, null=False, default="")
    reminded = Timestamptz(null=True, default=None)
    unit = Varchar(40, null=False, default="", index=True)


class StepDone(Table, tablename="programmes_step_done"):
    """A step that the participant has gone on from; with an empty `step`, a module that was finished."""

    id = UUID(primary_key=True, default=None)
    participation = ForeignKey(Participation, on_delete=OnDelete.restrict, null=False, index=True)
    module = Varchar(200, null=False)
    step = Varchar(200, null=False, default="")
    done = Timestamptz(null=False, default=None)


class Ending(Table, tablename="programmes_ending"):
    """A day on which those who act for a participant lose something, noted for the `unit` that owns the programme.

    `unit` is an HSA-id in capitals; `on` a Swedish day, on which the participant is `age`.
    """

    id = UUID(primary_key=True, default=None)
    participation = ForeignKey(Participation, on_delete=OnDelete.restrict, null=False, index=True)
    unit = Varchar(40, null=False, index=True)
    on = Date(default=None, null=False)
    age = Integer(default=0, null=False)


def home(participation: object) -> str:
    """Return where a participation's own page is."""
    return f"/programmes/mine/{participation}"
