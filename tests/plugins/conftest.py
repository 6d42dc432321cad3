"""What tests of several plugins ask for."""

from __future__ import annotations

from typing import Any

import pytest
from ledstang.database.workers import Worker


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The round trips to the database's threads since the list was last cleared."""
    made: list[str] = []
    submit = Worker.submit

    def counted(self: Worker, call: Any, *arguments: Any) -> Any:
        made.append(call.__name__)
        return submit(self, call, *arguments)

    monkeypatch.setattr(Worker, "submit", counted)
    return made
