"""Where there is no demo there is no sandbox. A file of its own: tables are bound to one instance of a process at a time."""

from __future__ import annotations

import pytest
from ledstang_sandbox.persons import read_cast

NUMBER = read_cast().persons[0].identity.number


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/sandbox/"), ("POST", "/sandbox/signin"), ("GET", "/sandbox/clock"), ("POST", "/sandbox/clock")],
)
def test_without_a_demo_there_is_nothing(plain, method: str, path: str) -> None:
    """No page, no way in, no clock to move; and the sign-in page says that there is no way in."""
    answer = plain.request(method, path, data={"number": NUMBER, "days": "1"} if method == "POST" else None)
    assert answer.status_code == 404
    assert "/sandbox/" not in plain.get("/signin").text
