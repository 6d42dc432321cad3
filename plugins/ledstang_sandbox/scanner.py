"""Stands in for a scanner of harmful files: it finds the one text that all of them find by agreement, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ledstang import Verdict

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class SandboxScanner:
    """What a region's connector would be, in a demo only."""

    async def scan(self, content: AsyncIterator[bytes], size: int) -> Verdict:  # noqa: ARG002 - the port has it
        """Say of a file whether that text is in it."""
        before = b""
        async for part in content:
            if EICAR in before + part:
                return "infected"
            before = part[-len(EICAR) :]
        return "clean"
