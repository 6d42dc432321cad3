"""Pages are put together from pieces that are kept: each person's page is the one that would be drawn for them alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ledstang.web.kept import Kept

PROGRAMMES = (
    """
=== programme.md
program: prova
titel: Prova

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #namn text
Vad heter din plats?
:::

::: fråga #kort lång text
Berätta kort.
:::

::: fråga #antal heltal
Hur många gånger?
:::

::: fråga #har ja/nej
Har du ett djur?
:::

::: fråga #vilket enval
Vilket djur?

- ( ) Katt {#katt}
- ( ) Annat: ____ {#annat}
:::

::: fråga #hur skala 0–10
Hur går det?
:::
:::

## Sedan

Du är på {{blad.namn}}.
""",
)
ANSWERS = (
    {},
    {"blad.namn": "Utö", "blad.kort": '100 % "säker" <b>', "blad.antal": "3", "blad.har": "ja", "blad.hur": "4"},
    {
        "blad.namn": "%s {{x}}",
        "blad.kort": "",
        "blad.antal": "3",
        "blad.har": "nej",
        "blad.vilket": "katt",
        "blad.hur": "0",
    },
    {
        "blad.namn": "Mörkö",
        "blad.antal": "12",
        "blad.vilket": "annat",
        "blad.vilket.free": "Ett lamm",
        "blad.hur": "10",
    },
)
ONCE = re.compile(r'nonce="[^"]*"')


def test_everybody_has_the_page_that_is_drawn_for_them_alone(village: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four persons with answers of their own, each page read when all its pieces are kept, and then drawn anew."""
    paths = ("module/ett/blad", "module/ett/sedan")
    devices = []
    for answers in ANSWERS:
        device = village.begins("prova")
        device.open(paths[0]).submit(answers)
        devices.append(device)
    kept = [ONCE.sub("", device.open(path).html) for _ in range(2) for device in devices for path in paths]
    monkeypatch.setattr(Kept, "__call__", lambda self, key, *values, caller: caller(*values))
    drawn = [ONCE.sub("", device.open(path).html) for device in devices for path in paths]
    assert kept == drawn * 2
    assert "Ett lamm" in kept[6]
    assert "Ett lamm" not in "".join(kept[:6])
