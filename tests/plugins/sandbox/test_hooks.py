"""What the sandbox adds to other plugins' pages and to the command line."""

from __future__ import annotations

import re

from click.testing import CliRunner
from ledstang.cli import ledstang
from ledstang.testing import Town
from ledstang_sandbox.persons import read_cast


def test_register_panels_in_a_demo(town: Town) -> None:
    """Beside a programme stands the way to the clock, in the reader's language; outside a demo there is none."""
    for demo in (True, False):
        with town.instance(demo=demo) as place:
            dag = town.person("Dag", born="1985-03-14")
            panels = [
                place.run(place.house.panels("participant", place.visit(dag, language=to), None)) for to in ("sv", "en")
            ]
            ours = [str(markup) for shown in panels for title, markup in shown if title == "The demo's clock"]
            swedish = '<p><a href="/sandbox/clock">Flytta demons klocka</a></p>'
            english = '<p><a href="/sandbox/clock">Move the demo&#39;s clock</a></p>'
            assert ours == ([swedish, english] if demo else [])


def test_register_commands_lists_the_persons() -> None:
    """Each person stands on a line: number, age, name and region; the numbers are those that one signs in by."""
    result = CliRunner().invoke(ledstang, ["persons"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len(lines) == len(read_cast().persons)
    numbers = {person.identity.number for person in read_cast().persons}
    for line in lines:
        told = re.fullmatch(r"(\d{12})  ( {0,2}\d{1,3})  ([\w ]+), (Region [\w ]+ \(demo\))", line)
        assert told
        assert told[1] in numbers
        assert 0 <= int(told[2]) < 120
