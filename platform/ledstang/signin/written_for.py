"""What was kept of a session that died while somebody acted for another, when the ground has ended before they were back."""

from __future__ import annotations

from ledstang.access.proxies import Proxies
from ledstang.database import Database
from ledstang.outbox.events import ProxyEnded
from ledstang.people.register import Register
from ledstang.signin.rescue import Rescued, RescuedTexts
from ledstang.signin.withheld import WithheldTexts


class WrittenForOthers:
    """Puts such texts before the unit, like what somebody was writing at that very moment. Their writer is told so."""

    def __init__(
        self, database: Database, rescued: RescuedTexts, withheld: WithheldTexts, proxies: Proxies, register: Register
    ) -> None:
        self._database, self._rescued, self._withheld = database, rescued, withheld
        self._proxies, self._register = proxies, register

    async def ended(self, told: ProxyEnded, _once: str) -> None:
        """Hand over what was written for somebody in a relation that has ended."""
        for text in await self._rescued.written_for(told.person, told.relation):
            await self._hand_over(text)

    async def prune(self) -> None:
        """Forget the texts that nobody came back for in time, but for those that their writers might not send any more."""
        for text in await self._rescued.late():
            if not await self._stands(text):
                await self._hand_over(text)
        await self._rescued.prune()

    async def _stands(self, text: Rescued) -> bool:
        writer, whose = await self._register.find(text.person), text.whose
        if writer is None or whose.acting_for is None:
            return False
        return await self._proxies.subject(writer, whose.acting_for, whose.ground) is not None

    async def _hand_over(self, text: Rescued) -> None:
        whose = text.whose
        if whose.acting_for is None:
            return
        subject, wrote = whose.acting_for, whose.acting_for if whose.locked_to else text.person

        async def work() -> None:
            await self._withheld.keep(subject, wrote, text.path, text.fields, whose.unit, id_=text.id)
            await self._rescued.drop(text.id, text.person)

        await self._database.write(work)
