"""Where one lands after signing in: a page of ours, always."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.signin.next import safe_next, signin_href

EVIL = [
    None,
    "",
    "e",
    "//e",
    "///e",
    "/\\e",
    "/a\\e",
    "\\/e",
    "\\\\e",
    "/\t/e",
    "/\n/e",
    "\t//e",
    " //e",
    "/ /e",
    "https:e",
    "https://e",
    "http:/e",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/a\r\nSet-Cookie: x=1",
    "/a\nb",
    "/a\x00b",
    "/a\x7f",
    "/å",
    "/\u2028e",
    "/\ufeff/e",
    "\ufeff//e",
    "/" + "a" * 500,
    "@e",
    ".e",
    "?e",
    "#e",
    7,
    b"/e",
]


@pytest.mark.parametrize("path", EVIL)
def test_v5_3_7_2_what_is_no_path_of_ours_becomes_the_front_page(path: object) -> None:
    """Other origins in all their spellings, line ends, and what is too long all lead to `/`."""
    assert safe_next(path) == "/"


@pytest.mark.parametrize("path", ["/", "/start", "/a/b?c=d&e=%C3%A5#f", "/@e", "/a//b", "/" + "a" * 499, "/a:b"])
def test_paths_of_ours_stay_as_they_are(path: str) -> None:
    """A path with its query and percent-encoding is handed back unchanged."""
    assert safe_next(path) == path


@given(st.text(alphabet="/\\:@.?#%ae \t\n\r\x00å", max_size=12))
def test_no_text_at_all_leads_to_another_host(text: str) -> None:
    """Read as a browser would read it, with tabs and line ends dropped and backslashes turned, there is no host."""
    path = safe_next(text)
    as_browser = path.translate({9: None, 10: None, 13: None}).replace("\\", "/")
    parts = urlsplit(as_browser)
    assert not parts.netloc
    assert not parts.scheme
    assert path.startswith("/")


def test_the_sign_in_address_carries_the_path() -> None:
    """The query of the page one came from survives as one value."""
    assert signin_href("/a?b=c&d=e") == "/signin?next=/a%3Fb%3Dc%26d%3De"
    assert signin_href("//evil") == "/signin?next=/"


@pytest.mark.parametrize("path", [path for path in EVIL if isinstance(path, str)])
async def test_the_sign_in_itself_trusts_no_path(place, path: str) -> None:
    """A plugin may hand on whatever it was given: the redirect stays at home."""
    answer = await place.browser().post("/login", data={"next": path})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "x=1" not in answer.headers.get("set-cookie", "")


async def test_a_page_that_needs_somebody_leads_there_and_back(place) -> None:
    """From a closed page to signing in, and to that very page afterwards."""
    browser = place.browser()
    answer = await browser.get("/me?a=b&c=%C3%A5")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=/me%3Fa%3Db%26c%3D%25C3%25A5"
    shown = await browser.get(answer.headers["location"])
    assert "/login?next=/me%3Fa%3Db%26c%3D%25C3%25A5" in shown.text


async def test_a_path_of_two_slashes_does_not_lead_out(place) -> None:
    """`//evil.example` as a path of ours is not handed on as an address of another host."""
    answer = await place.browser().get("https://test.example//evil.example/me")
    assert "evil" not in answer.headers.get("location", "")


async def test_a_script_is_told_401(place) -> None:
    """What a script asks for is answered so that a script understands it."""
    answer = await place.browser().get("/me", headers={"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"})
    assert answer.status_code == 401
    assert answer.json() == {"signin": "/signin?next=/me"}


async def test_the_sign_in_page_sends_on_those_who_are_signed_in(place) -> None:
    """Nobody signs in twice; and the sign-in page never sends on to itself."""
    dag = await place.signed_in()
    assert (await dag.get("/signin?next=/me")).headers["location"] == "/me"
    assert (await dag.get("/signin?next=//evil")).headers["location"] == "/"
    assert (await dag.get("/signin?next=/signin")).headers["location"] == "/start"
    assert (await dag.get("/signin")).headers["location"] == "/start"
