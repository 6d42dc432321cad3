"""The outbox of a whole instance: what /health says of it, the host's own jobs, and the command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ledstang.cli import ledstang
from ledstang.signin.tables import RescuedText, Session
from ledstang.testing import TOML, Place, Town

BREAKS = """
from ledstang import Host, Listener, ModuleCompleted, Visit, hookimpl
from litestar import get

mended = False

@hookimpl
def register_listeners():
    async def hear(event, once):
        if not mended:
            raise LookupError("secret")

    return [Listener("ear", ModuleCompleted, hear)]

@hookimpl
def register_routes(host: Host):
    @get("/")
    async def finish(visit: Visit) -> str:
        await host.emit(ModuleCompleted(person=visit.subject.id, participation=visit.subject.id, module="one"))
        return "finished"

    return [finish]
"""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""The command goes by the real clock: what was emitted then is due."""
TRIES = f"{TOML}\n[work]\ntries = 1\n"


@pytest.fixture
def breaks(tmp_path: Path) -> Path:
    """A plugin whose listener fails."""
    path = tmp_path / "breaks.py"
    path.write_text(BREAKS, encoding="utf-8")
    return path


def health(place: Place) -> dict[str, Any]:
    """Ask as a load balancer does."""
    answer = place.browser().get("/health")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def emit(town: Town, place: Place) -> None:
    """Make the plugin emit an event."""
    assert place.sign_in(town.person("Dag", born="1985-03-14")).get("/breaks/").text == "finished"


def test_what_was_given_up_shows(town: Town, breaks: Path) -> None:
    """An errand that is dead makes the instance degraded, until it has been tried again with success."""
    with town.instance(plugins=breaks, toml=TRIES) as place:
        assert (health(place)["status"], health(place)["outbox"]) == ("ok", {"dead": 0, "late": 0})
        emit(town, place)
        place.work()
        assert (health(place)["status"], health(place)["outbox"]) == ("degraded", {"dead": 1, "late": 0})
        place.house.plugins.found["breaks"].module.mended = True
        place.run(place.house.outbox.retry())
        place.work()
        assert health(place)["status"] == "ok"


def test_what_nobody_carries_out_shows(town: Town, breaks: Path) -> None:
    """Without a worker the instance is degraded after a while."""
    with town.instance(plugins=breaks) as place:
        emit(town, place)
        place.clock.move(minutes=16)
        assert (health(place)["status"], health(place)["outbox"]) == ("degraded", {"dead": 0, "late": 1})


def test_the_host_tidies_up(town: Town) -> None:
    """Sessions that died, texts that nobody came back for and errands that were done go, by the clock."""
    with town.instance() as place:
        dag = town.person("Dag", born="1985-03-14")
        place.sign_in(dag)
        rescued = place.client.app.state.rescued
        place.run(rescued.keep(place.visit(dag).subject.id, "/somewhere", [("text", "what was written")]))
        place.work()
        assert (place.run(Session.count()), place.run(RescuedText.count())) == (1, 1)
        place.clock.move(days=2)
        place.work()
        assert (place.run(Session.count()), place.run(RescuedText.count())) == (0, 0)
        for _ in range(place.instance.settings.work.keep_days + 3):
            place.clock.move(days=1)
            place.work()
        kept = timedelta(days=place.instance.settings.work.keep_days)
        rows = place.run(place.house.outbox._database.engine.run("SELECT min(done) AS first FROM outbox", ()))
        assert str(rows[0]["first"])[:10] >= str(place.clock.now() - kept - timedelta(days=1))[:10]


def ran(*arguments: str) -> tuple[int, str]:
    """Run `ledstang work` and return its exit code and what it printed."""
    result = CliRunner().invoke(ledstang, ["work", *arguments])
    return result.exit_code, result.output


def test_work_once_and_see_what_died(town: Town, breaks: Path) -> None:
    """`--once` carries out what is due; `--dead` lists what was given up, without a word of anybody's; `--retry` revives it."""
    with town.instance(plugins=breaks, toml=TRIES, at=LONG_AGO) as place:
        emit(town, place)
        folder = str(place.instance.folder)
    code, said = ran(folder, "--once")
    assert (code, said.endswith("errands carried out.\n")) == (0, True)
    code, said = ran(folder, "--dead")
    assert code == 1
    assert "breaks.ear  1 tries  LookupError at breaks.py:" in said
    assert "secret" not in said
    assert ran(folder, "--retry") == (0, "1 errands will be tried again.\n")
    assert ran(folder, "--dead") == (0, "No errand was given up.\n")


def test_one_thing_at_a_time(town: Town) -> None:
    """Two of the choices together are misuse."""
    assert ran("--once", "--dead")[0] == 2
