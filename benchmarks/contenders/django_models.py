"""The tables of an instance as a Django project would describe them. Ids are texts with hyphens, as SQLite stores them."""

from __future__ import annotations

from django.db import models


class Id(models.CharField):
    """A UUID as SQLite holds it here; on PostgreSQL the driver hands over its own."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=36, **{"primary_key": True} | options)


class Person(models.Model):
    id = Id()
    facts = models.CharField(max_length=2000)
    born = models.DateField()
    county = models.CharField(max_length=2, null=True)

    class Meta:
        managed = False
        db_table = "person"


class Session(models.Model):
    id = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    csrf = models.CharField(max_length=64)
    created = models.DateTimeField()
    seen = models.DateTimeField()
    auth_at = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "session"


class Participation(models.Model):
    id = Id()
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    programme = models.CharField(max_length=200)
    version = models.CharField(max_length=64)
    started = models.DateTimeField()
    active = models.DateTimeField()
    place = models.CharField(max_length=400)
    ended = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "programmes_participation"


class StepDone(models.Model):
    id = Id()
    participation = models.ForeignKey(Participation, models.PROTECT, db_column="participation", related_name="steps")
    module = models.CharField(max_length=200)
    step = models.CharField(max_length=200)
    done = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "programmes_step_done"


class Response(models.Model):
    id = Id()
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    owner = Id(primary_key=False)
    place = models.CharField(max_length=200)
    form = models.CharField(max_length=200)
    form_hash = models.CharField(max_length=64)
    started = models.DateTimeField()
    completed = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "response"


class Answer(models.Model):
    id = Id()
    response = models.ForeignKey(Response, models.PROTECT, db_column="response")
    owner = Id(primary_key=False)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person")
    item = models.CharField(max_length=200)
    value = models.BinaryField()
    revision = models.IntegerField()
    changed = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "answer"
