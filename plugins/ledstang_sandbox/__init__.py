"""Invented test persons to sign in as, and a clock to move: for trying out, under `--demo` only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ledstang import Connector, ContentFolder, ContentKind, Host, Listener, Panel, PersonalData, SignInMethod, hookimpl
from litestar.handlers import BaseRouteHandler

from ledstang_sandbox.commands import persons
from ledstang_sandbox.pages import pages
from ledstang_sandbox.panels import clock_panel
from ledstang_sandbox.register import SandboxRegister, register_pages
from ledstang_sandbox.scanner import SandboxScanner
from ledstang_sandbox.sending import Nowhere, listeners, sent_data, sent_pages

ONLY_FOR_TRIALS = True
CONTENT = Path(__file__).parent / "content"


@hookimpl
def register_signin(host: Host) -> list[SignInMethod]:
    """Offer the invented persons on the sign-in page."""
    if not host.instance.demo:
        return []
    return [
        SignInMethod(
            name="sandbox",
            title="Sign in as a test person",
            href="/sandbox/",
            description="For trying out. The persons are invented, and no password is needed.",
        )
    ]


@hookimpl
def register_content(host: Host) -> list[ContentKind | ContentFolder]:
    """Bring a programme for a family, and what one can write to the demo's care centre about."""
    return (
        [ContentFolder(kind, CONTENT / kind) for kind in ("programmes", "cases", "texts")] if host.instance.demo else []
    )


@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    """Stand in for the population register, for what sends, and for a scanner of files."""
    if not host.instance.demo:
        return []
    nowhere = Nowhere()
    return [
        Connector("PersonRegister", SandboxRegister()),
        *(Connector(port, nowhere) for port in ("TextMessages", "Mail", "Letters")),
        Connector("FileScanner", SandboxScanner()),
    ]


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the list of persons, the register's page, the clock and what was sent."""
    if not host.instance.demo:
        return []
    return [*pages(host), *register_pages(host), *sent_pages(host)]


@hookimpl
def register_panels(host: Host) -> list[Panel]:
    """Put the way to the clock beside a programme, where one wants to see what happens next week."""
    return [clock_panel()] if host.instance.demo else []


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Hear what is to be sent, and what other systems are told."""
    return listeners(host) if host.instance.demo else []


@hookimpl
def register_personal_data() -> list[PersonalData]:
    """Hand out and forget what was sent."""
    return [sent_data()]


@hookimpl
def register_commands() -> list[click.Command]:
    """List the invented persons on the command line, for those who script a demo."""
    return [persons]
