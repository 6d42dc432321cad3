"""deploy/systems.md is true: what it shows to those who build a system runs as it stands there."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from ledstang.api.limits import ApiLimits
from ledstang.api.mounting import BODY_LIMIT
from ledstang.api.problem import DETAILS
from ledstang.clock import Clock
from ledstang.people.numbers import make_test_number
from ledstang.testing import Town

from .conftest import ADDRESS, SETTINGS, write

GUIDE = (Path(__file__).parents[3] / "deploy" / "systems.md").read_text(encoding="utf-8")


def test_the_program_that_the_guide_shows_finds_reads_and_follows_somebody(town: Town, keys: dict[str, Any]) -> None:
    """From a proof to a number, what stands there, that nothing changed, that something did, and that they are gone."""
    program: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", GUIDE, re.S)[0], program)
    token, find, read, changed = (program[name] for name in ("token", "find", "read", "changed"))
    with town.instance(toml=SETTINGS, at=Clock().now()) as place:
        dag = town.person("Dag Nordin", born="1985-03-14")
        town.registry.put(dag)
        write(place, dag, phone="+46701740605")
        headers = token(place.client, ADDRESS, "journal", keys["journal"])
        id_ = find(place.client, headers, dag.number)
        assert find(place.client, headers, town.person("Asta", born="1988-03-03").number) is None
        kept = read(place.client, headers, id_, {})
        assert kept["own"]["phone"] == "+46701740605"
        assert read(place.client, headers, id_, kept) is kept
        found, cursor = changed(place.client, headers, None)
        write(place, dag, phone="+46701740606")
        found, cursor = changed(place.client, headers, cursor)
        assert found == [{"id": id_, "state": "changed"}]
        assert read(place.client, headers, id_, kept)["own"]["phone"] == "+46701740606"
        town.registry.put(dag, protection="protected-registration")
        place.run(place.house.checking.changed(dag.number))
        assert read(place.client, headers, id_, kept) is None


def test_the_settings_and_figures_of_the_guide_are_so() -> None:
    """The example fits, has every key, and its numbers are the defaults; each status of the table is one we answer."""
    told = tomllib.loads(re.findall(r"```toml\n(.*?)```", GUIDE, re.S)[0])["api"]
    limits = msgspec.convert(told, ApiLimits)
    assert set(told["clients"][0]) == set(limits.clients[0].__struct_fields__)
    assert (limits.proof_minutes, limits.leeway_seconds, limits.algorithms) == (5, 30, ("PS256", "ES256"))
    assert f"{BODY_LIMIT // 1000} kB" in GUIDE
    assert {int(status) for status in re.findall(r"^\| (\d{3}) \|", GUIDE, re.M)} == DETAILS.keys() - {405, 500}
    assert make_test_number(date(1985, 5, 6)) in GUIDE
