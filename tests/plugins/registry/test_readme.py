"""The page for those who connect a register is true: its examples are what the plugin sends and understands."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from ledstang.people.numbers import is_test_number
from ledstang_registry import protocol
from ledstang_registry.settings import Settings

README = Path(protocol.__file__).with_name("README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```json\n(.*?)^```", README, re.M | re.S)
SHAPES = [protocol.Status, protocol.PersonAnswer, protocol.PersonAnswer, protocol.UnitsAnswer]


@pytest.mark.parametrize(("example", "shape"), list(zip(EXAMPLES, SHAPES, strict=True)))
def test_every_answer_is_understood(example: str, shape: type[msgspec.Struct]) -> None:
    """Each example decodes to what the plugin reads, and nothing of it is lost."""
    assert json.loads(msgspec.json.encode(msgspec.json.decode(example, type=shape))) == json.loads(example)


def test_the_question_is_what_is_sent() -> None:
    """The body of the question about a person."""
    body = re.search(r"^POST /v1/person\n.*?\n\n(.*?)\n```", README, re.M | re.S)
    assert body
    assert json.loads(body[1]) == msgspec.to_builtins(msgspec.json.decode(body[1], type=protocol.Asked))
    assert all(map(is_test_number, re.findall(r"\b\d{12}\b", README)))


def test_what_may_be_told_is_what_is_heard() -> None:
    """The body by which a register tells of whom something has changed."""
    body = re.search(r"^POST /registry/changed\n.*?\n\n(.*?)\n```", README, re.M | re.S)
    assert body
    assert json.loads(body[1]) == json.loads(msgspec.json.encode(msgspec.json.decode(body[1], type=protocol.Changed)))


@pytest.mark.parametrize("shape", [protocol.WirePerson, protocol.WireUnit])
def test_every_field_and_word_is_explained(shape: type[msgspec.Struct]) -> None:
    """No field, and no word that may stand in one, is left for the reader to guess."""
    text = README.partition("## The protocol")[2]
    for field in msgspec.structs.fields(shape):
        assert f"`{field.name}`" in text or f'"{field.name}"' in text, field.name
    for word in ("confidentiality-marking", "protected-registration", "fictitious-data", "female", "male"):
        assert f'`"{word}"`' in text


def test_the_settings_fit() -> None:
    """What the page would have one write is taken."""
    (toml,) = re.findall(r"^```toml\n(.*?)^```", README, re.M | re.S)
    settings = msgspec.convert(tomllib.loads(toml)["plugins"]["registry"], Settings)
    assert settings.persons
    assert settings.units
    assert settings.changes
