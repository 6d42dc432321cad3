"""The tables of the inbox, the units' lists and the access log as a Django project would describe them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from contenders.django_models import Id, Person

EMERGENCY = timedelta(hours=1)


def _other(**options: Any) -> Any:
    return Id(primary_key=False, **options)


def _text(length: int = 200, **options: Any) -> Any:
    return models.CharField(max_length=length, **options)


class Assignment(models.Model):
    """In what capacity somebody works at a unit."""

    id = Id()
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    staff, title, unit, roles = _text(), _text(), _text(), _text()
    valid_from, valid_to = models.DateField(), models.DateField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "assignment"


class WorkSession(models.Model):
    """A session, with the assignment that somebody works in."""

    id = _text(64, primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    seen, ended = models.DateTimeField(), models.DateTimeField(null=True)
    assignment = models.ForeignKey(Assignment, models.PROTECT, db_column="assignment", null=True)

    class Meta:
        managed = False
        db_table = "session"


class Item(models.Model):
    """What lies in an inbox."""

    id = Id()
    subject, audience, unit = _other(), _text(), _text()
    words, asks = models.BinaryField(), models.BooleanField()
    delivered, answered = models.DateTimeField(), models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "delivered_item"


class Reading(models.Model):
    """That somebody has read it."""

    id = Id()
    item = models.ForeignKey(Item, models.PROTECT, db_column="item", related_name="readings")
    reader = _other()
    read, archived = models.DateTimeField(), models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "delivered_reading"


class Case(models.Model):
    """What somebody has written to a unit."""

    id = Id()
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    unit, roles, desk = _text(), _text(), _text(null=True)
    assigned = _other(null=True)
    moved, due = models.DateTimeField(), models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "inbox_case"

    def is_for(self, work: Assignment) -> bool:
        """Say whether somebody at work is one of those who answer it."""
        return self.unit == work.unit and not set(self.roles.split()).isdisjoint(work.roles.split())


class Fact(models.Model):
    """What a citizen has decided: here, whom they block."""

    id = Id()
    subject, person = _other(), _other(null=True)
    kind, relation, unit = _text(), _text(), _text(null=True)
    since, until = models.DateField(), models.DateField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "access_fact"

    def holds(self, today: date, work: Assignment) -> bool:
        """Say whether it shuts somebody at work out."""
        theirs = self.unit in (None, work.unit) and self.person in (None, work.person_id)
        return theirs and self.relation in ("*", "staff") and self.since <= today <= (self.until or today)


class Review(models.Model):
    """That staff have opened what was blocked, in an emergency."""

    id = Id()
    cause, unit = _text(), _text()
    subject, actor = _other(), _other()
    drawn = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "access_review"

    @classmethod
    def opened(cls, work: Assignment, now: datetime) -> Any:
        """Return those of somebody at work that are in force."""
        return cls.objects.filter(actor=work.person_id, unit=work.unit, cause="emergency", drawn__gt=now - EMERGENCY)


class Entry(models.Model):
    """An entry of the access log."""

    id = Id()
    at, chain = models.DateTimeField(), _text()
    sequence, key = models.BigIntegerField(), models.IntegerField()
    subject, actor = _other(null=True), _other()
    who, ground, staff, title = _text(), _text(), _text(default=""), _text(default="")
    assignment = _other(null=True)
    unit, unit_name, provider, provider_name = (_text(default="") for _ in range(4))
    purpose, action, kind = _text(default=""), _text(), _text(default="")
    resource = _other(null=True)
    plugin, outcome = _text(default=""), _text()
    behalf = _other(null=True)
    previous, mac = _text(default=""), _text()

    class Meta:
        managed = False
        db_table = "access_log_entry"


SIGNED = [field.attname for field in Entry._meta.fields if field.attname != "mac"]


class Chain(models.Model):
    """The end of a chain of entries."""

    id = _text(80, primary_key=True)
    day, sequence = models.DateField(), models.BigIntegerField()
    mac, sent = _text(), models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "access_log_chain"
