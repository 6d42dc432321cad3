"""Two workers that send the same notice at the very same moment, because the lease of the first ended while it was slow."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from ledstang import Host
from ledstang.clusters import Cluster
from ledstang.testing import Place, Town
from ledstang_notices import kept
from ledstang_notices.tables import Sent

from .conftest import Mailbox, Telling, toml_with


def waiting(place: Place) -> Sent:
    """Return what is to be sent to somebody."""
    person = place.visit(Town(Path()).person("Dag Test", born="1985-03-14")).subject.id
    now = place.clock.now()
    return Sent(id=uuid4(), person=person, channel="sms", kind="waits", state=kept.SENDING, at=now, changed=now)


@pytest.mark.parametrize("tried", [False, True], ids=["for the first time", "after it could not be sent"])
def test_both_send_and_the_row_says_so(
    tmp_path: Path, mailbox: Mailbox, texting: Path, postgres_server: Cluster, eventually: Any, tried: bool
) -> None:
    """Neither leaves it to the other, who may be killed before it sends; and nobody is told twice unmarked."""
    address = postgres_server.database()
    with Town(tmp_path, address).instance(plugins=texting, toml=toml_with(mailbox)) as place:
        row, host = waiting(place), Host(place.house, "notices")
        begun, go = asyncio.Event(), asyncio.Event()
        if tried:
            place.run(kept.begin(host, row))
            place.run(kept.end(host, row.id, kept.WAITING))

        async def slowly() -> bool:
            async def work() -> bool:
                answer = await kept.begin(host, row)
                begun.set()
                await go.wait()
                return answer

            return bool(await host.database.write(work))

        async def let_go() -> None:
            go.set()

        first = place.client.blocking_portal.start_task_soon(slowly)
        place.run(begun.wait())
        second = place.client.blocking_portal.start_task_soon(kept.begin, host, row)
        stuck = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: postgres_server.ask(address.rpartition("/")[2], stuck).strip() == "1")
        place.run(let_go())
        assert (first.result(), second.result()) == (True, True)
        (found,) = place.run(kept.by_id(row.id))
        assert (found["state"], found["twice"]) == (kept.SENDING, True)


def test_what_one_could_not_send_and_the_other_could_was_sent(telling: Telling) -> None:
    """The slow one's *not sent* comes after the other's *sent*, and does not stand."""
    row, host = waiting(telling.place), Host(telling.place.house, "notices")
    telling.place.run(kept.begin(host, row))
    for state in (kept.ACCEPTED, kept.WAITING):
        telling.place.run(kept.end(host, row.id, state, "ref"))
    (found,) = telling.place.run(kept.by_id(row.id))
    assert found["state"] == kept.ACCEPTED
    assert telling.place.run(kept.begin(host, row)) is False
