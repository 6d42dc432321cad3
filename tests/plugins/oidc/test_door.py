"""The door to a provider: counted, as all doors are that plugins offer to sign in by."""

from __future__ import annotations

from ledstang.testing import Town
from ledstang_oidc.tables import Attempt

from .conftest import put_secret, toml
from .hostile import Hostile


def test_whoever_knocks_too_often_waits(town: Town, provider: Hostile) -> None:
    """The way there and the way back are counted: a page with a time to wait, no row, and nothing asked of the provider. Other
    pages are there all the same, and after the time one gets in."""
    put_secret(town.folder)
    text = toml(("ett", provider.issuer)).replace("doors = { times = 1000000", "doors = { times = 6")
    with town.instance(toml=text) as place:
        browser = place.browser()
        for path in ("/oidc/ett", "/oidc/ett/back?state=x") * 3:
            assert browser.get(path, follow_redirects=False).status_code in (303, 400)
        asked, rows = len(provider.asked), place.run(Attempt.count().run())
        for path in ("/oidc/ett", "/oidc/ett/back?state=x", "/oidc/ett?next=/start"):
            answer = browser.get(path, follow_redirects=False)
            assert answer.status_code == 429
            assert 0 < int(answer.headers["retry-after"]) <= 600
        assert (len(provider.asked), place.run(Attempt.count().run())) == (asked, rows)
        assert browser.get("/signin").status_code == 200
        place.clock.move(minutes=10)
        assert browser.get("/oidc/ett", follow_redirects=False).status_code == 303
