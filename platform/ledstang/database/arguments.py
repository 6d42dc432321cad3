"""What may be handed to a query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any


def checked(arguments: Sequence[Any]) -> Sequence[Any]:
    """Return the arguments, or raise `ValueError` for a datetime without a time zone: Piccolo would take it as UTC."""
    for argument in arguments:
        if type(argument) is datetime and argument.tzinfo is None:
            raise ValueError(
                f"{argument!r} has no time zone: give an aware datetime, as clock.now() does. "
                "A naive one would be stored as if it were UTC."
            )
    return arguments
