"""The doors that plugins offer to sign in by: whoever knocks too often waits, for each knock is a row, or a question asked."""

from __future__ import annotations

from typing import Any

from litestar import Request

from ledstang.access.rates import RateLimiter
from ledstang.signin.methods import SignInMethod
from ledstang.web.origin import corner_of


async def count(request: Request[Any, Any, Any]) -> None:
    """Count what somebody reads at a door, or below it, for their corner of the network. Raises TooOften."""
    methods: list[SignInMethod] = request.app.state.signin_methods
    path = request.scope["path"]
    if any(f"{path}/".startswith(f"{method.href.partition('?')[0].rstrip('/')}/") for method in methods):
        rates: RateLimiter = request.app.state.rates
        await rates.admit("doors", corner_of(request.scope))
