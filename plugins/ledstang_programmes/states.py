"""How the modules of a course stand: open, done or closed, and why; and what is asked of the conditions that decide it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from ledstang_programmes.document import Module

State = Literal["done", "open", "closed"]


class Closed(msgspec.Struct, frozen=True):
    """Why a module is closed: `after` another (its title), `at` an instant, by a `treater`, or a `measure` is to be answered.
    Before that, guardians are to `consent`.

    `when` a condition comes to hold with time, and `never` unless the participant's answers change.
    """

    code: str
    title: str = ""
    at: datetime | None = None


class ModuleState(msgspec.Struct, frozen=True):
    """One module as the participant meets it now."""

    module: Module
    state: State
    done: int
    of: int
    closed: Closed | None = None


class Conditions(Protocol):
    """What a course asks of the conditions that authors have set over earlier answers."""

    def holds(self, expression: str) -> bool | None:
        """Say whether a condition holds; None while it is unknown."""

    def may_hold(self, expression: str) -> bool:
        """Say whether it comes to hold by itself, as the days go."""
