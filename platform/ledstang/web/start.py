"""The host's own pages: the front, the start page of those who are signed in, and what machines ask of us."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from ledstang.access.visit import STAFF, Visit
from ledstang.house import Gap, House
from ledstang.outbox.outbox import State
from ledstang.people.contact_page import KEEP

log = logging.getLogger("ledstang")


def start_pages(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers of `/`, `/start`, `/health` and `/ready`."""

    @get("/", name="front")
    async def front(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Tell what this place is, and what is open to everybody."""
        await house.switches.refresh()
        links = [
            link
            for plugin, link in house.offers.get("register_links", [])
            if link.public and not link.action and house.switches.on(plugin, None)
        ]
        return house.pages.render(request, "host/front.html", open_links=links)

    @get("/start", name="start")
    async def start(request: Request[Any, Any, Any], visit: Visit) -> Response[Any]:
        """Show what needs the person now, and the services; to whoever works, their lists."""
        if visit.ground == STAFF:
            return Redirect("/staff/", status_code=303)
        await house.switches.refresh()
        tasks = await house.tasks(visit)
        links = await house.links(visit)
        gaps = {thing.plugin for thing in (*tasks, *links) if isinstance(thing, Gap)}
        gaps |= {fault.plugin for fault in house.plugins.faults}
        return house.pages.render(
            request,
            "host/start.html",
            tasks=[task for task in tasks if not isinstance(task, Gap)],
            services=[link for link in links if not isinstance(link, Gap)],
            reachable=house.access.rules.opens(visit, KEEP),
            gaps=sorted(house.called(plugin, visit.language) for plugin in gaps),
        )

    @get("/health", name="health")
    async def health() -> dict[str, Any]:
        """Say whether the process can serve, which plugins it had to put aside, and whether the outbox is worked off.

        Anybody may ask: of why only the kind is told, for what an exception said may hold an address or a password.
        """
        faults = house.plugins.faults
        failing = {plugin for plugin, _ in house.isolation.resting()}
        plugins = [{"name": name, "state": "failing" if name in failing else "on"} for name in house.plugins.found]
        plugins += [
            {"name": fault.plugin, "state": "quarantined", "why": fault.why.partition(":")[0]} for fault in faults
        ]
        outbox = await _outbox_state(house)
        await house.rollover.refresh()
        keys = house.rollover.fault
        degraded = faults or failing or keys or outbox is None or outbox.dead or outbox.late
        told = {"state": "fault", "why": f"{Path(keys.where).name}: {keys.why}"} if keys else {"state": "ok"}
        return {"status": "degraded" if degraded else "ok", "plugins": plugins, "outbox": outbox, "keys": told}

    @get("/ready", name="ready")
    async def ready() -> Response[dict[str, str]]:
        """Say whether traffic may come: not to a process that cannot open what the others seal."""
        await house.rollover.refresh()
        is_ready = house.ready and house.rollover.ready
        return Response({"status": "ready" if is_ready else "not ready"}, status_code=200 if is_ready else 503)

    return [front, start, health, ready]


async def _outbox_state(house: House) -> State | None:
    """Return how the outbox stands, or None while it cannot be read."""
    try:
        return await house.outbox.state()
    except Exception as fault:
        log.error("the outbox cannot be read: %s", type(fault).__name__)
        return None
