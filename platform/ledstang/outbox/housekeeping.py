"""What the host itself does by the clock: it forgets what nobody asks for any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ledstang.attachments.left import LeftFiles
from ledstang.outbox.jobs import Daily, Every, Job
from ledstang.problems.problems import Problems
from ledstang.rights.retention import Retentions
from ledstang.signin.sessions import Sessions
from ledstang.signin.written_for import WrittenForOthers

if TYPE_CHECKING:
    from ledstang.house import House

HOST = "host"
"""What the host's own errands are known by; no plugin may be called that."""


def housekeeping(
    house: House, sessions: Sessions, written: WrittenForOthers, left: LeftFiles, problems: Problems
) -> list[tuple[str, Job]]:
    """Return the host's own jobs, as pairs with its name. Each comes to the same, however often it is done."""
    settings = house.instance.settings
    tidying: dict[str, Callable[[], Awaitable[Any]]] = {
        "forget-errands": house.outbox.forget,
        "prune-sessions": sessions.prune,
        "prune-rescued-texts": written.prune,
        "forget-problems": problems.forget,
        "prune-codes": house.codes.prune,
        "prune-tokens": house.tokens.prune,
        "empty-journal": house.database.checkpoint,
        "forget-access-log": house.log.forget,
        "forget-copies": house.copies.forget,
        "forget-drafts-of-files": left.prune,
    }
    often = Every(settings.work.tidy_minutes)
    jobs = [Job(name, often, _ignoring_when(tidy)) for name, tidy in tidying.items()]
    jobs += _of_the_log(house)
    jobs.append(Job("reseal", Every(settings.rotation.minutes), _ignoring_when(house.resealing.run)))
    jobs.append(Job("look-through-files", Every(1), _ignoring_when(house.checking_files.run)))
    jobs.append(Job("retain", Every(settings.retention.minutes), _ignoring_when(Retentions(house).run)))
    return [(HOST, job) for job in jobs]


def _of_the_log(house: House) -> list[Job]:
    """Return what is done for the access log: its queue, its anchors, and the spot checks of the day before."""
    kept, today, sink = house.instance.settings.access_log, house.clock.today, house.log.sink

    async def spot_checks(_: datetime) -> None:
        await house.log.reviews.draw(today(), ["", *(region.id for region in house.instance.regions)])

    return [
        Job("drain-access-log", Every(1), _ignoring_when(house.log.writer.drain)),
        Job("anchor-access-log", Every(kept.anchor_minutes), _ignoring_when(house.log.anchor)),
        *([Job("send-access-log", Every(1), _ignoring_when(sink.send))] if sink and sink.is_connected else []),
        Job("spot-checks", Daily(kept.spot_checks_at), spot_checks),
    ]


def _ignoring_when(tidy: Callable[[], Awaitable[Any]]) -> Callable[[datetime], Awaitable[Any]]:
    return lambda _: tidy()
