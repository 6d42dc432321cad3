"""Earlier answers in texts: those that count, and no more of what somebody wrote than is quoted."""

from __future__ import annotations

from typing import Any

import pytest
from ledstang.database import Keys

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
::: fråga #alltid text
Vad heter din plats?
:::

::: fråga #har ja/nej
Har du ett djur?
:::

::: fråga #djur text
visas när: har = ja

Vad heter djuret?
:::

::: fråga #mer lång text
Något mer?
:::
:::

## Platsen

Du är på {{blad.alltid}}.

## Djuret

Du har {{blad.djur}}.
""",
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables of what has been unsealed since the list was last cleared."""
    tables: list[str] = []
    unseal = Keys.unseal

    def counted(self: Keys, sealed: bytes, *, table: str, **place: Any) -> bytes:
        if table != "person":  # every page says who is signed in
            tables.append(table)
        return unseal(self, sealed, table=table, **place)

    monkeypatch.setattr(Keys, "unseal", counted)
    return tables


def written(village: Any) -> Any:
    """Somebody who has filled in the whole sheet."""
    device = village.begins("prova")
    device.open("module/ett/blad").submit({"blad.alltid": "Utö", "blad.har": "ja", "blad.mer": "Nej"})
    device.open("module/ett/blad").submit({"blad.djur": "Majsan"})
    return device


def test_answer_that_no_longer_counts_is_not_quoted(village: Any) -> None:
    """Who has no animal any more is not told what it was called; what does not depend on it is quoted all the same."""
    device = written(village)
    assert "Du har Majsan." in device.open("module/ett/djuret").text
    device.open("module/ett/blad").submit({"blad.har": "nej"})
    assert "Majsan" not in device.open("module/ett/djuret").text
    assert "Du är på Utö." in device.open("module/ett/platsen").text


def test_only_what_is_quoted_is_unsealed(village: Any, opened: list[str]) -> None:
    """A text that quotes an answer that depends on no other costs one unsealing, however long the sheet was."""
    device = written(village)
    opened.clear()
    device.open("module/ett/platsen")
    assert opened == ["answer"]
