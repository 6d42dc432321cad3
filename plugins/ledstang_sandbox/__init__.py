"""Invented test persons to sign in as, and a clock to move: for trying out, under `--demo` only."""

from __future__ import annotations

from ledstang import Host, SignInMethod, hookimpl
from litestar.handlers import BaseRouteHandler

from ledstang_sandbox.pages import pages


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
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the list of persons and the clock."""
    return pages(host) if host.instance.demo else []
