"""What deploy/README.md says of figures, fields and settings is so; that its commands work, tests/drill/test_deploy.py shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledstang.cli import OURS
from ledstang.fitting import read_text
from ledstang.instance import Instance
from ledstang.logs import FIELDS
from ledstang.plugins import find
from ledstang.production import refusals
from ledstang.reading import read
from ledstang.testing import Town

DEPLOY = Path(__file__).parents[2] / "deploy"
README = (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_the_figures_that_one_watches_are_there(town: Town) -> None:
    """Each figure that the page names is one of /metrics', and each of those is named."""
    with town.instance() as place:
        place.browser().get("/urgent")
        told = place.house.metrics.text().decode()
    there = set(re.findall(r"^# TYPE (ledstang_\w+)", told, re.M))
    named = {re.sub(r"_(count|bucket)$", "", name) for name in re.findall(r"`(ledstang_\w+)`", README)}
    assert named == {name for name in there if not name.endswith("_created")}


def test_what_is_said_of_health_is_there(town: Town) -> None:
    """Each part of /health that the page explains is one that it has."""
    with town.instance() as place:
        health = place.browser().get("/health").json()
    part = README.partition("| in `/health`")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)", part, re.M))
    assert named == health.keys() - {"status"}
    assert {"dead", "late"} <= health["outbox"].keys()


def test_every_field_of_the_log_is_named() -> None:
    """And no other."""
    words = README.partition("Fields: ")[2].partition(". No line")[0]
    named = {name for group in re.findall(r"`([^`]+)`", words) for name in group.split()}
    assert named == {"time", "level", "logger", "event", *FIELDS}


def test_the_settings_may_serve_citizens() -> None:
    """Nothing is held against the example but that its keys have not been made."""
    instance = Instance(DEPLOY, read(DEPLOY / "ledstang.toml"), read_text(DEPLOY / "ledstang.toml"))
    assert {one.rule for one in refusals(instance, find([], instance.settings.disabled))} <= {"keys"}


def test_every_command_is_one_of_ours() -> None:
    """What the page calls `ledstang …` there is."""
    lines = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) + re.findall(r"`(ledstang [a-z][^`]*)`", README)
    named = {name for line in lines for name in re.findall(r"(?:bin/|as_|^)ledstang ([a-z]+)", line, re.M)}
    assert named <= set(OURS)
    assert {"keys", "check", "doctor", "restore"} <= named


@pytest.mark.parametrize("name", ["nginx.conf", "haproxy.cfg"])
def test_no_proxy_passes_on_what_a_visitor_says_of_themselves(name: str) -> None:
    """Where somebody comes from is set anew; and drafts, `/metrics` and `/health` are not for everybody."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert re.search(r"X-Forwarded-For (\$remote_addr|%\[src\])", text)
    assert "proxy_add_x_forwarded_for" not in text
    assert "option forwardfor" not in text
    assert "/metrics" in text
    assert "/health" in text
