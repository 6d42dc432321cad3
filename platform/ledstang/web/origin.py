"""Where a request comes from: the outermost layer, which believes what a proxy says only when the proxy is ours."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from ledstang.web.errors import WRONG_HOST

PREFIXES = {4: 24, 6: 48}
"""How many bits of an address count as one corner of the network."""

ANY_HOST = frozenset({"/health", "/ready", "/metrics"})
"""What a load balancer asks by the machine's own address."""

Address = IPv4Address | IPv6Address


class OriginMiddleware:
    """Puts the real client and scheme into the scope, and refuses hosts that are not this instance's.

    `proxies` are the addresses or networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; from anybody
    else they are ignored. `hosts` are the names that this instance goes by; with none, any name does.
    """

    def __init__(self, app: ASGIApp, *, proxies: Sequence[str] = (), hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._proxies = [ip_network(proxy, strict=False) for proxy in proxies]
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            if self._hosts and scope["path"] not in ANY_HOST and _host_of(scope) not in self._hosts:
                await _refuse(send)
                return
            if self._proxies and self._ours(_address(scope["client"][0] if scope["client"] else "")):
                self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Any) -> None:
        """Take the last address that none of our proxies has: everything before it anybody may have written."""
        for told in reversed(_header(scope, b"x-forwarded-for").split(",")):
            address = _address(told.strip())
            if address is None:
                break
            scope["client"] = (str(address), 0)
            if not self._ours(address):
                break
        scheme = _header(scope, b"x-forwarded-proto").strip().lower()
        if scheme in ("http", "https"):
            scope["scheme"] = scheme

    def _ours(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)


def corner_of(scope: Scope) -> str:
    """Return the corner of the network that a request comes from: an address without its last part."""
    client = scope.get("client")
    address = _address(client[0]) if client else None
    if address is None:
        return "nowhere"
    return str(ip_network((address, PREFIXES[address.version]), strict=False))


def _host_of(scope: Scope) -> str:
    host = _header(scope, b"host").lower()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def _header(scope: Any, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for header, value in scope["headers"] if header == name)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])  # a zone says only which cable
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": WRONG_HOST, "more_body": False})
