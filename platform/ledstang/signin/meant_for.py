"""The unit that a posted form was meant for, where its handler can tell: `unit_of` among its options."""

from __future__ import annotations

from typing import Any

from litestar import Request


async def meant_for(request: Request[Any, Any, Any]) -> str | None:
    """Return the unit's HSA-id; None where the handler cannot tell, or fails to."""
    unit_of = request.route_handler.opt.get("unit_of")
    if unit_of is None:
        return None
    plugin = request.scope["path"].strip("/").partition("/")[0]
    answer = await request.app.state.house.isolation.ask(plugin, "unit_of", unit_of, request)
    return answer if isinstance(answer, str) else None
