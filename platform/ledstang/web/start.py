"""The host's own pages: the front, the start page of those who are signed in, and what machines ask of us."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from ledstang.access.visit import Visit
from ledstang.house import Gap, House


def start_pages(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers of `/`, `/start`, `/health` and `/ready`."""

    @get("/", name="front")
    async def front(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Tell what this place is, and what is open to everybody."""
        await house.switches.refresh()
        links = [
            link
            for plugin, link in house.offers.get("register_links", [])
            if link.public and house.switches.on(plugin, None)
        ]
        return house.pages.render(request, "host/front.html", open_links=links)

    @get("/start", name="start")
    async def start(request: Request[Any, Any, Any], visit: Visit) -> Response[bytes]:
        """Show what needs the person now, and the services."""
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
            gaps=sorted(house.called(plugin, visit.language) for plugin in gaps),
        )

    @get("/health", name="health", sync_to_thread=False)
    def health() -> dict[str, Any]:
        """Say whether the process can serve, and which plugins it had to put aside.

        Anybody may ask: of why only the kind is told, for what an exception said may hold an address or a password.
        """
        faults = house.plugins.faults
        plugins = [{"name": plugin.name, "state": "on"} for plugin in house.plugins.found.values()]
        plugins += [
            {"name": fault.plugin, "state": "quarantined", "why": fault.why.partition(":")[0]} for fault in faults
        ]
        return {"status": "degraded" if faults else "ok", "plugins": plugins}

    @get("/ready", name="ready", sync_to_thread=False)
    def ready() -> Response[dict[str, str]]:
        """Say whether traffic may come."""
        status = "ready" if house.ready else "not ready"
        return Response({"status": status}, status_code=200 if house.ready else 503)

    return [front, start, health, ready]
