"""The systems in the settings: each fault is told with its line and what to do, before anybody is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from ledstang.api.clients import read_clients
from ledstang.fitting import SettingsFault
from ledstang.instance import FILE, open_instance

from .conftest import SETTINGS, write_keys

REGISTER = '''
"""A register that knows nobody."""
from __future__ import annotations
from ledstang import Connector, Host, RegisteredPerson, hookimpl

class Nobody:
    async def person(self, number: str) -> RegisteredPerson | None:
        return None

@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    return [Connector("PersonRegister", Nobody())]
'''


@pytest.fixture
def folder(tmp_path: Path, pairs: dict[str, Any]) -> Path:
    """An instance's folder with the keys of both systems."""
    write_keys(tmp_path, pairs)
    return tmp_path


def faults(folder: Path, toml: str = SETTINGS) -> list[str]:
    """Return what is wrong with an instance."""
    (folder / FILE).write_text(toml, "utf-8")
    return [str(fault) for fault in read_clients(open_instance(folder))[1]]


def test_what_is_right_is_no_fault(folder: Path) -> None:
    """Two systems, and none."""
    assert faults(folder) == []
    assert faults(folder, 'title = "A"') == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('address = "http://127.0.0.1"', "", "is missing"),
        ('address = "http://127.0.0.1"', 'address = "http://example.se"', "https://"),
        ('address = "http://127.0.0.1"', 'address = "https://example.se/"', "more, or less"),
        ('address = "http://127.0.0.1"', 'address = "https://"', "more, or less"),
        ('id = "kallelser"', 'id = "journal"', "Two systems"),
        ('regions = ["norra"]', 'regions = ["vastra"]', "`vastra` is not in this file"),
        ("clients/journal.json", "clients/nobody.json", "cannot be read"),
    ],
)
def test_a_fault_is_told_with_its_line(folder: Path, before: str, after: str, said: str) -> None:
    """One fault, one sentence, at the key."""
    toml = SETTINGS.replace(before, after)
    (fault,) = faults(folder, toml)
    assert said in fault
    number = int(fault.partition(f"{FILE}:")[2].partition(":")[0])
    line = toml.splitlines()[number - 1]
    assert after.partition(" =")[0] in line or "[api]" in line or after in line


def test_keys_that_are_none_are_told(folder: Path) -> None:
    """No JSON, no set, none in it, without a name, twice one name, a weak one, a secret, a private one."""
    ec, twin = ECKey.generate_key("P-256", {"kid": "a"}), ECKey.generate_key("P-256", {"kid": "a"})
    public = ec.as_dict(private=False)
    nameless = {name: value for name, value in public.items() if name != "kid"}
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = RSAKey.generate_key(1024, {"kid": "a"}).as_dict(private=False)
    cases: list[tuple[Any, str]] = [
        ("{", "not JSON"), ([], "no set of keys"), ({}, "no set of keys"), ({"keys": []}, "no set of keys"),
        ({"keys": ["a"]}, "no set of keys"), ({"keys": [{"kty": "EC"}]}, "no set of public keys"),
        ({"keys": [nameless]}, "without a `kid`"), ({"keys": [public, twin.as_dict(private=False)]}, "with the same"),
        ({"keys": [weak]}, "less than 2048"),
        ({"keys": [OctKey.generate_key(256, {"kid": "a"}).as_dict(private=True)]}, "holds a private key"),
        ({"keys": [ec.as_dict(private=True)]}, "holds a private key"),
    ]  # fmt: skip
    for content, said in cases:
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / "clients" / "journal.json").write_text(text, "utf-8")
        (fault,) = faults(folder)
        assert said in fault, content


def test_the_start_is_refused_and_check_tells_all(folder: Path) -> None:
    """`create_app` does not serve an API that nobody could ask, and `ledstang check` says each fault."""
    from click.testing import CliRunner
    from ledstang.app import create_app
    from ledstang.cli.check import command

    toml = SETTINGS.replace("clients/journal.json", "clients/a.json").replace(
        "clients/kallelser.json", "clients/b.json"
    )
    assert len(faults(folder, toml)) == 2
    with pytest.raises(SettingsFault, match=r"a\.json"):
        create_app(open_instance(folder))
    told = CliRunner().invoke(command, [str(folder), "--language", "en"])
    assert told.exit_code == 1
    assert "a.json" in told.output
    assert "b.json" in told.output


def test_the_doctor_says_that_nobody_can_tell_who_is_protected(folder: Path) -> None:
    """Where systems may ask and no register is connected; where there are none, nothing is said of them."""
    from click.testing import CliRunner
    from ledstang.cli.doctor import command

    (folder / FILE).write_text('title = "A"', "utf-8")
    assert "systems " not in CliRunner().invoke(command, [str(folder)]).output
    (folder / FILE).write_text(SETTINGS, "utf-8")
    assert "no population register is connected" in CliRunner().invoke(command, [str(folder)]).output
    (folder / "plugins").mkdir()
    (folder / "plugins" / "register.py").write_text(REGISTER, "utf-8")
    assert "2 care systems may ask." in CliRunner().invoke(command, [str(folder)]).output
