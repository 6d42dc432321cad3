"""Whose it is: nobody reaches another's participation, by any route, and no form is taken from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

PROGRAMMES = (
    """
=== programme.md
program: min
titel: Min

=== 01-ett.md
modul: ett
titel: Ett

# Ett

::: övning #blad
::: fråga #text lång text
Vad tänker du?
:::
:::

::: formulär #langt
::: sida #s1
::: fråga #a text
Första?
:::
:::

::: sida #s2
::: fråga #b text
Andra?
:::
:::
:::
""",
)
VALUES = {"module": "ett", "step": "blad", "key": "langt", "number": "1"}
"""What stands in the places of an address. A route with a place that has no value here fails: give it one."""

BAD_IDS = ("x", "'; drop table answer --", "%00", "０" * 8)


OF_STAFF = "/programmes/participants/"
"""Where those at work see a participation: it is not the owner's."""


def routes(village: Any) -> Iterator[tuple[str, str]]:
    """Yield method and address of every route that a participation's id stands in; `{}` is where."""
    app = village.place.client.app
    for route in app.routes:
        if route.path.startswith("/programmes/") and "{id_" in route.path:
            path = re.sub(r"\{id_[^}]*\}", "{}", route.path)
            path = re.sub(r"\{(\w+)[^}]*\}", lambda place: VALUES[place[1]], path)
            yield from ((method, path) for method in sorted(route.methods) if method != "OPTIONS")


def ask(browser: Any, method: str, path: str, token: str) -> Any:
    """Send a request as a page of ours would, without following where it leads."""
    data = {"_csrf": token} if method == "POST" else None
    return browser._send(method, path, data=data, follow_redirects=False)


def test_the_routes_are_found(village: Any) -> None:
    """The list that the other tests go through is the app's own, reading and writing."""
    found = list(routes(village))
    assert len(found) >= 12
    assert {method for method, _ in found} >= {"GET", "POST"}


def test_the_owner_gets_in_everywhere(village: Any) -> None:
    """Each route that is the owner's answers, so that the refusals below are refusals; that of staff does not."""
    for method, path in routes(village):
        device = village.begins("min")
        answer = ask(device.browser, method, path.format(device.home[-36:]), device.browser.token())
        expected = (404,) if path.startswith(OF_STAFF) else (200, 303, 422)
        assert answer.status_code in expected, (method, path, answer.status_code)


def test_a_stranger_gets_in_nowhere(village: Any) -> None:
    """Another's id is a 404, reading and writing, and so is one that nobody has: they cannot be told apart."""
    owner, stranger = village.begins("min"), village.device()
    token = stranger.browser.token()
    for method, path in routes(village):
        for id_ in (owner.home[-36:], uuid4()):
            answer = ask(stranger.browser, method, path.format(id_), token)
            assert answer.status_code == 404, (method, path)
            assert "Min" not in answer.text
    assert village.rows("select id from answer where owner = ?", owner.home[-36:]) == []
    assert village.rows("select ended from programmes_participation where id = ?", owner.home[-36:]) == [
        {"ended": None}
    ]


def test_whoever_is_not_signed_in_learns_nothing(village: Any) -> None:
    """Without a session every id leads to signing in, one that there is like one that there is not."""
    owner = village.begins("min")
    for method, path in routes(village):
        answers = [ask(village.place.browser(), method, path.format(id_), "x") for id_ in (owner.home[-36:], uuid4())]
        assert {answer.status_code for answer in answers} == {303}, (method, path)
        assert all(answer.headers["location"].startswith("/signin") for answer in answers)


def test_what_is_no_id_is_not_found(village: Any) -> None:
    """An address whose id is none is a 404 for everybody, and never a fault of ours."""
    device = village.begins("min")
    known = (device.browser, device.browser.token()), (village.place.browser(), "x")
    for method, path in routes(village):
        for browser, token in known:
            for id_ in BAD_IDS:
                answer = ask(browser, method, path.format(id_), token)
                assert answer.status_code == 404, (method, path, id_, answer.status_code)


@pytest.mark.parametrize("token", ["", "another's", "å" * 32, "\U0001f600", "x" * 10_000])
def test_a_form_from_elsewhere_is_refused(village: Any, token: str) -> None:
    """Without a token, with another's, or with one that is not even ASCII, every post is a 403 and changes nothing."""
    device, other = village.begins("min"), village.device()
    given = other.browser.token() if token == "another's" else token
    for method, path in routes(village):
        if method == "POST":
            data = {"_csrf": given, "blad.text": "Inte jag"} if given else {"blad.text": "Inte jag"}
            answer = device.browser._send("POST", path.format(device.home[-36:]), data=data, follow_redirects=False)
            assert answer.status_code == 403, path
    assert village.rows("select id from answer where owner = ?", device.home[-36:]) == []
    assert village.rows("select ended from programmes_participation where id = ?", device.home[-36:]) == [
        {"ended": None}
    ]


def test_a_form_from_another_site_is_refused(village: Any) -> None:
    """Even with the right token: where it comes from is looked at too."""
    device = village.begins("min")
    page = device.open("module/ett/blad")
    fields = page.written({"blad.text": "Inte jag"})
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert device.browser.post(page.action, fields, headers=headers).status_code == 403


def test_beginning_needs_a_token_too(village: Any) -> None:
    """Nobody is made to begin a programme by a link or a form elsewhere."""
    device = village.device()
    assert device.browser._send("POST", "/programmes/min/begin", data={"_csrf": "å"}).status_code == 403
    assert device.open("/programmes/min/begin").status == 200
    assert "/programmes/mine/" not in device.open("/start").html
