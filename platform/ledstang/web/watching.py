"""Around every request: it is counted, timed and logged, refused when there are too many, and never ends the host."""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ledstang.logs import REQUEST, requests
from ledstang.metrics import Metrics
from ledstang.operating import Load
from ledstang.web.context import context_of
from ledstang.web.errors import METHODS, UNKNOWN, busy, last_resort, tell

EXEMPT = ("/health", "/ready", "/metrics", "/signout")
"""What is answered however many there are: whoever wants to leave may, and machines must learn how it goes."""


class WatchingMiddleware:
    """Stands inside the headers, so that a refusal has them too, and outside all else."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, load: Load) -> None:
        self._app, self._metrics, self._load = app, metrics, load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        context, metrics, began, status = context_of(scope), self._metrics, perf_counter(), 0
        REQUEST.set(context.id)
        metrics.in_flight += 1

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if metrics.in_flight > self._load.in_flight and scope["path"] not in EXEMPT:
                metrics.shed.inc()
                await busy(send_and_see, self._load.retry_seconds)
            else:
                await self._app(scope, receive, send_and_see)
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as fault:  # a SystemExit too is one page's, not the host's
            tell(scope, fault)
            if not status:
                await last_resort(send_and_see, context.id)
        finally:
            metrics.in_flight -= 1
            self._count(scope, status, perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = str(scope.get("path_template") or UNKNOWN)
        self._metrics.answered(method, route, status, seconds)
        if status >= 500 and status != 503:
            self._metrics.faults.inc()
        if requests.isEnabledFor(logging.INFO):
            about = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            requests.info("request", extra=about)
