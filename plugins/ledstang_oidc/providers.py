"""From settings to providers that can be asked: what is wrong with one is told at start, before anybody signs in."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from ledstang import Check, Host

from ledstang_oidc.client import Client
from ledstang_oidc.refusing import ProviderAway
from ledstang_oidc.secretfiles import BadProvider, ClientKey, read_key, read_secret
from ledstang_oidc.settings import Provider, Settings


def clients(host: Host) -> list[Client]:
    """Return the providers of an instance, in the settings' order. Raises BadProvider; none of them is asked."""
    settings = host.settings(Settings)
    names = [provider.name for provider in settings.providers]
    for provider in settings.providers:
        if names.count(provider.name) > 1:
            raise BadProvider(f"Two providers are called `{provider.name}`. Rename one.")
        _check_issuer(provider, production=host.instance.settings.production)
    return [Client(provider, settings, host.clock, _proof(host, provider)) for provider in settings.providers]


def check_of(client: Client) -> Check:
    """Return how `ledstang doctor` looks at a provider."""
    name, issuer = client.provider.name, client.provider.issuer

    async def look() -> str:
        try:
            await client.ready()
        except ProviderAway as fault:
            why = f"Nobody can sign in with the provider `{name}` at {issuer}: {fault.why}."
            return f"{why} See that this machine reaches it, and ask those who run it."
        return ""

    return Check(f"oidc {name}", f"The provider `{name}` answers at {issuer}.", look)


def _proof(host: Host, provider: Provider) -> str | ClientKey:
    if bool(provider.secret_file) == bool(provider.key_file):
        raise BadProvider(f"The provider `{provider.name}` needs a secret_file or a key_file, and not both. Name one.")
    if provider.key_file:
        return read_key(host.instance.path(provider.key_file), provider)
    return read_secret(host.instance.path(provider.secret_file), provider.name)


def _check_issuer(provider: Provider, *, production: bool) -> None:
    parts = urlsplit(provider.issuer)
    local = parts.scheme == "http" and _is_loopback(parts.hostname or "") and not production
    if (parts.scheme != "https" and not local) or not parts.hostname or parts.query or parts.fragment:
        why = f"The issuer of the provider `{provider.name}` must be an https:// address without a query"
        raise BadProvider(f"{why}: whoever stands between could be anybody else. Correct it.")


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
