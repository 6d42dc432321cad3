"""Stands in for the population register: families, and a page to change what holds for them, in a demo only."""

from __future__ import annotations

from typing import Any

import msgspec
from ledstang import Host, RegisteredPerson
from litestar import Request, Response, get, post
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang_sandbox.persons import read_cast

AnyRequest = Request[Any, Any, Any]


class Unreachable(Exception):
    """The register is down, because somebody has said so on its page."""


class SandboxRegister:
    """What a region's connector would be. It forgets all changes when the process ends."""

    def __init__(self) -> None:
        self.at_first = read_cast().registered()
        self.persons = dict(self.at_first)
        self.down = False

    async def person(self, number: str) -> RegisteredPerson | None:
        """Return who has a number. Raises Unreachable while it is down."""
        if self.down:
            raise Unreachable
        return self.persons.get(number)

    def change(self, number: str, what: str) -> None:
        """Change what holds for somebody. Raises KeyError for a change that there is not."""
        one = self.persons[number]
        changes: dict[str, dict[str, Any]] = {
            "protect": {"protection": "confidentiality-marking"},
            "unprotect": {"protection": "none"},
            "end-custody": {"guardians": one.guardians[:-1]},
            "restore": {"guardians": self.at_first[number].guardians},
        }
        self.persons[number] = msgspec.structs.replace(one, **changes[what])


def register_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the page of the register, and what changes it. Where another register is connected, there is no such page."""

    def connected() -> SandboxRegister:
        register = host.connector("PersonRegister")
        if not isinstance(register, SandboxRegister):
            raise NotFoundException
        return register

    @get("/register")
    async def shown(request: AnyRequest) -> Response[Any]:
        """Show what the register says of everybody."""
        register = connected()
        people, names = register.persons.values(), {one.number: one.name for one in register.persons.values()}
        rows = [{"one": one, "guardians": [names[number] for number in one.guardians]} for one in people]
        return host.page(request, "sandbox/register.html", rows=rows, down=register.down)

    @post("/register")
    async def change(request: AnyRequest) -> Response[Any]:
        """Change what the register says, and have the host told, as a real one would."""
        register, form = connected(), await request.form()
        number, what = str(form.get("number", "")), str(form.get("what"))
        if what in ("down", "up"):
            register.down = what == "down"
            return Redirect("/sandbox/register", status_code=303)
        if number not in register.persons:
            raise NotFoundException
        try:
            register.change(number, what)
        except KeyError:
            raise HTTPException(status_code=400, detail="the register can do what its page offers") from None
        if not register.down:
            await host.people.changed(number)
        return Redirect("/sandbox/register", status_code=303)

    return [shown, change]
