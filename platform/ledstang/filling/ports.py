"""The port by which a plugin asks for a form: about a booking, a summons, an order, or any other thing of its own."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

import msgspec

Why = Literal["form", "unit", "person", "died", "too-young", "too-old", "elsewhere", "no-guardian", "past"]


class FormAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What a form belongs to: a thing of the asking plugin's, of a `kind` such as `booking`, by the plugin's own id.

    `title` is a message id of that plugin's, the same for everybody: it is kept open, and tells nothing of a person.
    `path` is where the person finds the thing, and `staff_path` where those at work do: pages of the instance's.
    """

    kind: str
    id: UUID
    title: str
    path: str = ""
    staff_path: str = ""


class FormWanted(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody is to answer a form, by its author's key, until a Swedish day is over; `unit` reads the answers.

    `words` are what the inbox says that it is for, as plain text in a language that the person reads. They are sealed.
    """

    person: UUID
    form: str
    unit: str
    last: date
    about: FormAbout
    words: str = ""


class FormRefused(ValueError):
    """A form cannot be asked for. `why` is a code, the message a sentence for whoever looks after the asking plugin."""

    def __init__(self, why: Why, sentence: str) -> None:
        self.why = why
        super().__init__(sentence)


@runtime_checkable
class Forms(Protocol):
    """What asks people to answer forms: `host.connector("Forms")`, None where no plugin does."""

    async def want(self, wanted: FormWanted) -> UUID:
        """Ask for a form, and return the id that `FormCompleted.sending` has. Inside `database.write` it is kept or lost.

        Of one thing each form is asked for once. The same again changes nothing but the last day, while it is not
        answered. Raises FormRefused.
        """
        ...

    async def unwant(self, kind: str, id: UUID) -> int:
        """Take back what was asked for about a thing, but for what is answered; return how many forms that were."""
        ...
