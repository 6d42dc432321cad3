"""What is told to people as it stands."""

from __future__ import annotations


class Told(Exception):
    """A fault whose text says who, where, why and what to do: the command line prints it, and never a traceback.

    `code` is what the command exits with: 1 for faults in what somebody has written, 2 for misuse.
    """

    code = 2
