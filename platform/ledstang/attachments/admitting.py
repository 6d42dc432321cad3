"""Who may come to a file: asked anew at each request, of the thing that it is attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar.exceptions import NotFoundException

from ledstang.access.visit import Visit
from ledstang.attachments.attachments import Spot, is_ones_own
from ledstang.attachments.statements import Attached
from ledstang.attachments.uses import AttachmentUse
from ledstang.isolation import Gap

if TYPE_CHECKING:
    from ledstang.house import House


async def thing_of(
    house: House, visit: Visit, name: str, item: UUID, *, switched_off: bool = False
) -> tuple[AttachmentUse, Any]:
    """Return a use and its thing. Raises NotFoundException where either is not there for this visit.

    With `switched_off` it is there too where its plugin is off: what is kept stays somebody's, whatever is offered.
    """
    plugin, use = house.attachments.uses.get(name, ("", None))
    if use is None or not (switched_off or house.on(plugin, visit)):
        raise NotFoundException
    patience = house.isolation.patience.may_ms
    hook = f"register_attachments {name}"
    thing = await house.isolation.ask(plugin, hook, use.find, visit, item, milliseconds=patience, forgiving=True)
    if thing is None or isinstance(thing, Gap) or not isinstance(getattr(thing, "person", None), UUID):
        raise NotFoundException
    return use, thing


async def spot_for(house: House, visit: Visit, name: str, item: UUID) -> Spot:
    """Return where a visit may add a file. Raises NotFoundException where it may not, or there is no such place."""
    await house.switches.refresh()
    use, thing = await thing_of(house, visit, name, item)
    action = use.adding(visit)
    if not action or not await house.access.may(visit, action, thing):
        raise NotFoundException
    unit = getattr(thing, "unit", None)
    return Spot(use, item, thing.person, unit if isinstance(unit, str) else "", visit.actor.id, visit.ground)


async def own_draft(house: House, visit: Visit, id_: UUID) -> Attached:
    """Return a file that a visit itself has added, and may add still. Raises NotFoundException for any other."""
    one = await _found(house, id_)
    if not one.is_draft or not is_ones_own(visit, one):
        raise NotFoundException
    await spot_for(house, visit, one.use, one.item)
    return one


async def readable(house: House, visit: Visit, id_: UUID) -> Attached:
    """Return a file that a visit may have. Raises NotFoundException for any other, and for one that nobody may have yet."""
    await house.switches.refresh()
    one = await _found(house, id_)
    use, thing = await thing_of(house, visit, one.use, one.item)
    action = use.reading(visit)
    if not action or not await house.access.may(visit, action, thing):
        raise NotFoundException
    if thing.person != one.subject or (one.is_draft and not is_ones_own(visit, one)) or not one.href:
        raise NotFoundException
    return one


async def _found(house: House, id_: UUID) -> Attached:
    try:
        return await house.attachments.find(id_)
    except LookupError:
        raise NotFoundException from None
