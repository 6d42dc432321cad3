"""Have files scanned by ClamAV: asks a clamd, over its own protocol, whether a file is harmful."""

from __future__ import annotations

from typing import Annotated

import msgspec
from ledstang import Check, Connector, Host, hookimpl
from msgspec import Meta

from ledstang_clamd.asking import Clamd


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where clamd listens: `host:port`, or `unix:` and the path of its socket. Without an address nothing is asked."""

    address: Annotated[str, Meta(pattern=r"^(unix:/.+|[^\s:]+:[0-9]{1,5})$")] | None = None


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    """Take the address."""
    return Settings


@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    """Serve the port for a scanner, where there is an address to ask at."""
    address = host.settings(Settings).address
    return [Connector("FileScanner", Clamd(address))] if address else []


@hookimpl
def register_checks(host: Host) -> list[Check]:
    """Ask clamd whether it is there."""
    address = host.settings(Settings).address
    if not address:
        return []
    clamd = Clamd(address)

    async def answers() -> str:
        try:
            await clamd.ping()
        except (OSError, EOFError, ValueError) as fault:
            return f"clamd does not answer at {address} ({type(fault).__name__}): files stay in quarantine meanwhile."
        return ""

    return [Check("scanner", "clamd answers.", answers)]
