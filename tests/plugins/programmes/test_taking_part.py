"""What the programmes plugin promises those who take part."""

from __future__ import annotations

from ledstang.testing import Town


def test_the_catalogue_is_public(town: Town) -> None:
    """Whoever comes by sees the programmes, without signing in."""
    with town.instance() as place:
        answer = place.browser().get("/programmes/")
        assert answer.status_code == 200
        assert "Hantera oro" in answer.text
