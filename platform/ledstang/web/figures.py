"""`/metrics`: figures for those who run the house, and for nobody else."""

from __future__ import annotations

import hmac
import ipaddress
from pathlib import Path
from time import perf_counter
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from ledstang.house import House

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""With one of these a proxy stands between, and where the connection comes from says nothing of who asks."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def figures(house: House) -> HTTPRouteHandler:
    """Return the handler of `/metrics`. Whoever may not read them finds nothing there."""
    allowed = house.instance.settings.metrics
    networks = [ipaddress.ip_network(network, strict=False) for network in allowed.networks]
    token = _token(house.instance.path(allowed.token_file)) if allowed.token_file else ""

    @get("/metrics", name="metrics")
    async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Tell of requests, plugins and the database. No label holds an address or anything of a person."""
        if not (_is_near(request, networks) or _has(request, token)):
            raise NotFoundException
        began = perf_counter()
        try:
            await house.switches.look()
            house.metrics.database.set(perf_counter() - began)
        except Exception:  # figures are wanted most when the database is gone
            house.metrics.database.set(float("nan"))
        return Response(house.metrics.text(), media_type=PROMETHEUS, headers={"cache-control": "no-store"})

    return metrics


def _token(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _has(request: Request[Any, Any, Any], token: str) -> bool:
    given = request.headers.get("authorization", "")
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())


def _is_near(request: Request[Any, Any, Any], networks: list[Any]) -> bool:
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    return any(address in network for network in networks)
