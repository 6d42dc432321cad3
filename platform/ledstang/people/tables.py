"""The register of those who have signed in, and how they want to be reached."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody who has signed in, as the latest sign-in told it.

    `facts` is who it is, sealed and written in base64; `number_index` finds somebody by their exact number
    and tells nothing without the instance's key. Only `people.register` reads and writes them. `county` is two digits.
    `checked` is when the population register was last asked, `locked` since when nobody may sign in as this person.
    """

    id = UUID(primary_key=True, default=None)
    number_index = Varchar(80, unique=True, null=False)
    facts = Varchar(2000, null=False)
    born = Date(default=None, null=False)
    county = Varchar(2, default=None, null=True)
    updated = Timestamptz(default=None, null=False)
    checked = Timestamptz(default=None, null=True)
    locked = Timestamptz(default=None, null=True)


class Assignment(Table, tablename="assignment"):
    """Somebody's work at one unit: who, where, as what, from when, and who has said so.

    `staff` and `unit` are HSA-ids in capitals, `roles` some of `ROLES` with a space between. `valid_from`, `valid_to`,
    `absent_from` and `absent_to` are first and last days. `substitute` is who has the roles while the person is absent,
    in an assignment of their own at the same unit. `appointed_by` is nobody where it was the command line.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    staff = Varchar(40, null=False, index=True)
    title = Varchar(100, null=False)
    unit = Varchar(40, null=False, index=True)
    roles = Varchar(200, null=False)
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)
    absent_from = Date(default=None, null=True)
    absent_to = Date(default=None, null=True)
    substitute = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    appointed_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    at = Timestamptz(default=None, null=False)
    ended = Timestamptz(default=None, null=True)


class PersonContact(Table, tablename="person_contact"):
    """How to reach somebody about `subject`, as `holder` wants it: the person, or each who acts for them, a row each.

    `details` is sealed. `version` grows by one with each change, which is how two devices are told apart.
    `actor` is who changed it last, and `ground` on what ground. The id follows from the two persons. `phone_verified` and
    `email_verified` are when the holder showed that what is sent there reaches them; none since it was changed.
    """

    id = UUID(primary_key=True, default=None)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    holder = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    details = Bytea(default=None, null=False)
    version = Integer(default=1, null=False)
    changed = Timestamptz(default=None, null=False)
    actor = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    ground = Varchar(40, default="self", null=False)
    phone_verified = Timestamptz(default=None, null=True)
    email_verified = Timestamptz(default=None, null=True)


class AccountLock(Table, tablename="account_lock"):
    """That somebody's account was locked, or unlocked: by `actor`, who worked at `unit`, and why, sealed."""

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    locked = Boolean(default=True, null=False)
    actor = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    unit = Varchar(40, null=False)
    reason = Bytea(default=None, null=False)
    at = Timestamptz(default=None, null=False)


class ContactCode(Table, tablename="contact_code"):
    """A code that was sent to a phone number or an address of `contact`. The code itself stands nowhere: see `people.codes`.

    `kind` is phone or email, `address` a keyed hash of where it went, `tries` how often somebody has guessed.
    """

    id = UUID(primary_key=True, default=None)
    contact = UUID(default=None, null=False, index=True)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    holder = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    kind = Varchar(8, null=False)
    address = Varchar(64, null=False)
    tries = Integer(default=0, null=False)
    ends = Timestamptz(default=None, null=False, index=True)
