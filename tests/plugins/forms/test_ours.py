"""The forms that come along: without a fault, and careful with whoever needs help now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ledstang_forms
import pytest
from ledstang import Form, evaluate
from ledstang.content.forms.kind import compile_form
from ledstang.content.kinds import Library

CONTENT = Path(ledstang_forms.__file__).parent / "content"
KEYS = [path.stem for path in sorted(CONTENT.glob("*.md"))]


def compiled(key: str) -> Form:
    found = compile_form(CONTENT / f"{key}.md", Library())
    assert found.diagnostics == ()
    return found.document  # type: ignore[no-any-return]


@pytest.mark.parametrize("key", KEYS)
def test_it_says_whom_to_call_and_whose_it_is(key: str) -> None:
    """Crisis help that is a tap away, an owner, somebody responsible, a licence, and not a warning from the compiler."""
    form = compiled(key)
    assert all(number in form.safety for number in ("112", "1177", "90101"))
    assert form.offer
    assert form.owner
    assert form.responsible
    assert form.licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("key", "answers", "shown", "flags"),
    [
        ("halsodeklaration-vuxna", {"akut": ["brost"]}, "ring-112", "larm-akut"),
        ("halsodeklaration-vuxna", {"akut": ["svaghet", "feber"]}, "ring-112", "larm-akut"),
        ("halsodeklaration-vuxna", {"trygg": "nej"}, "inte-trygg", "larm-trygg"),
        ("halsodeklaration-barn", {"akut": ["utslag"]}, "ring-112", "larm-akut"),
        ("halsodeklaration-barn", {"akut": ["dricka"]}, "ring-1177", "larm-dricka"),
        ("halsodeklaration-barn", {"trygg": "kanske"}, "otrygg", "larm-trygg"),
        ("infor-ditt-besok", {"sedan": "dagar", "samre": True}, "vanta-inte", None),
    ],
)
def test_what_cannot_wait_is_answered_at_once(key: str, answers: dict[str, Any], shown: str, flags: str | None) -> None:
    """The person reads whom to call, and staff are told, from that one answer alone."""
    result = evaluate(compiled(key), answers)
    assert shown in result.shown
    assert flags is None or flags in result.flags


@pytest.mark.parametrize("key", KEYS)
def test_nobody_is_told_anything_without_reason(key: str) -> None:
    """Whoever has answered nothing meets no alarm, and raises none."""
    result = evaluate(compiled(key), {})
    assert result.shown == ()
    assert result.flags == ()
