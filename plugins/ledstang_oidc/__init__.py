"""Sign in with an OpenID Connect provider: one or several, named in the settings."""

from __future__ import annotations

import msgspec
from ledstang import Check, Host, Job, SignInMethod, hookimpl
from litestar.handlers import BaseRouteHandler

from ledstang_oidc.attempts import Attempts
from ledstang_oidc.settings import Settings

# What speaks with providers is loaded only where one is named: its libraries cost every other process 16 MB.


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_signin(host: Host) -> list[SignInMethod]:
    """Offer each provider on the sign-in page, by the title that the region gives it."""
    return [
        SignInMethod(name=one.name, title=one.title, href=f"/oidc/{one.name}", description=one.description)
        for one in host.settings(Settings).providers
    ]


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the way there, the way back and the provider's own message, for each provider. None is asked at start."""
    settings = host.settings(Settings)
    if not settings.providers:
        return []
    from ledstang_oidc.pages import pages
    from ledstang_oidc.providers import clients

    attempts = Attempts(host, settings)
    return [handler for client in clients(host) for handler in pages(host, client, attempts)]


@hookimpl
def register_checks(host: Host) -> list[Check]:
    """Ask each provider what it says of itself, and for its keys."""
    if not host.settings(Settings).providers:
        return []
    from ledstang_oidc.providers import check_of, clients

    return [check_of(client) for client in clients(host)]


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Forget the sign-ins that never came back, and the messages that were heard long ago."""
    return [Attempts(host, host.settings(Settings)).job()]
