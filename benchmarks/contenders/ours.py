"""Ours: the real application of an instance, asked over ASGI."""

from __future__ import annotations

from pathlib import Path

from ledstang.app import create_app
from ledstang.instance import open_instance
from ledstang.signin.cookies import DEVELOPMENT

from contenders.asgi import Looped, ask, scope_of
from contenders.page import FILE, Visitor
from contenders.seeding import seed


class Ours(Looped):
    """Makes the instance too, since it is the first to be opened."""

    async def start(self, folder: Path) -> None:
        self.app = create_app(open_instance(folder))
        self.lifespan = self.app.lifespan()  # kept, or it would end when it is forgotten
        await self.lifespan.__aenter__()
        if not (folder / FILE).exists():
            page = await seed(self.app.state.house, self.app.state.sessions, self.page)
            page.keep(folder)

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, DEVELOPMENT))
