"""Ports of what a region sends by: text messages, e-mail and letters. What is sent says nothing that others may not read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

import msgspec


class Message(msgspec.Struct, frozen=True):
    """What is to be sent `to` an address: a phone number in E.164, or an e-mail address; `subject` is empty for the former.

    A letter goes to a personal or coordination number: whoever prints it asks the register of addresses where that is.

    `once` is the same text each time that the same message is sent again, for whoever can tell a double by it.
    """

    to: str
    text: str
    once: str
    subject: str = ""

    def __repr__(self) -> str:
        return "Message()"


class Undeliverable(Exception):
    """Raised by a messenger for what will never reach anybody there: sending it again is of no use."""


class NotSent(Exception):
    """Raised by a messenger that has certainly not sent a message, and should be asked again later."""


@runtime_checkable
class Messenger(Protocol):
    """What sends. Anything else that `send` raises means that nobody can tell whether the message was sent."""

    async def send(self, message: Message) -> str:
        """Hand a message over, and return what it is known by there. Raises Undeliverable and NotSent."""
        ...

    async def receipts(self, references: Collection[str]) -> dict[str, bool]:
        """Return, of those messages of which it is known, whether they have arrived. Where nobody can tell: nothing."""
        ...
