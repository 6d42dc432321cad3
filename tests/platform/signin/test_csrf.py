"""Posted forms: only from our own pages, and only with the token of the session that posts."""

from __future__ import annotations

import pytest


async def test_the_right_token_is_let_through(place) -> None:
    """A form of our own page arrives, and so does a script's request with the token in its header."""
    dag = await place.signed_in()
    token = await dag.token()
    assert (await dag.post("/note", data={"_csrf": token, "text": "a"})).status_code == 201
    assert (await dag.post("/note", data={"text": "b"}, headers={"x-csrf-token": token})).status_code == 201
    assert place.notes == [("Dag Test", "a"), ("Dag Test", "b")]


@pytest.mark.parametrize("token", [None, "", "wrong", "å", "\ud83d\ude00", "日本", "\x00", "a" * 100_000])
async def test_v5_3_5_1_missing_wrong_and_non_ascii_tokens_are_403(place, token: str | None) -> None:
    """Whatever stands in the token's place, the answer is 403, never 500, and nothing is saved."""
    dag = await place.signed_in()
    fields = {"text": "x"} | ({} if token is None else {"_csrf": token})
    assert (await dag.post("/note", data=_safe(fields))).status_code == 403
    assert place.notes == []


def _safe(fields: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-16", "surrogatepass").decode("utf-16") for name, value in fields.items()}


async def test_a_non_ascii_token_in_the_header_is_403(place) -> None:
    """Bytes above ASCII in the header are compared, not choked on."""
    dag = await place.signed_in()
    headers = [(b"x-csrf-token", b"\xc3\xa5\xff")]
    assert (await dag.post("/note", data={"text": "x"}, headers=headers)).status_code == 403


async def test_a_file_in_the_token_s_place_is_403(place) -> None:
    """An uploaded file is no token."""
    dag = await place.signed_in()
    assert (
        await dag.post("/note", data={"text": "x"}, files={"_csrf": ("x.txt", b"x", "text/plain")})
    ).status_code == 403


@pytest.mark.parametrize("header", [True, False], ids=["token in the header", "token in the form"])
@pytest.mark.parametrize(
    "part", [b"; charset=utf-8\r\n\r\n\xff", b"; charset=nosuch\r\n\r\nx"], ids=["bytes", "charset"]
)
async def test_a_part_in_other_characters_than_it_says_is_400(place, header: bool, part: bytes) -> None:
    """What cannot be read is refused with a sentence, never a fault of ours, and nothing is saved."""
    dag = await place.signed_in()
    token = await dag.token()
    named = b'--a\r\nContent-Disposition: form-data; name="text"\r\nContent-Type: text/plain' + part + b"\r\n"
    if not header:
        named += b'--a\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n' + token.encode() + b"\r\n"
    sent = {"content-type": "multipart/form-data; boundary=a"} | ({"x-csrf-token": token} if header else {})
    assert (await dag.post("/note", content=named + b"--a--\r\n", headers=sent)).status_code == 400
    assert place.notes == []


async def test_another_session_s_token_is_403(place) -> None:
    """A token is bound to its session: another person's is worth nothing, nor is one's own from another device."""
    dag, other_device, asta = await place.signed_in(), await place.signed_in(), await place.signed_in("asta")
    for browser in (other_device, asta):
        answer = await dag.post("/note", data={"_csrf": await browser.token(), "text": "x"})
        assert answer.status_code == 403
    assert place.notes == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "https://test.example.evil.example"},
        {"origin": "https://evil.example/test.example"},
        {"origin": "https://test.example:8443"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "nonsense"},
        {"origin": "https://test.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "none"},
    ],
)
async def test_v5_3_5_1_other_sites_are_403_even_with_the_token(place, headers: dict[str, str]) -> None:
    """A form that the browser says comes from elsewhere is refused, whoever is signed in and whatever it carries."""
    dag = await place.signed_in()
    token = await dag.token()
    assert (await dag.post("/note", data={"_csrf": token, "text": "x"}, headers=headers)).status_code == 403
    assert (await place.browser().post("/login", headers=headers)).status_code == 403
    assert place.notes == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://test.example"},
        {"origin": "https://test.example", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
async def test_our_own_forms_are_let_through(place, headers: dict[str, str]) -> None:
    """Also the null origin that browsers write on our own forms, because our pages send no referrer."""
    dag = await place.signed_in()
    answer = await dag.post("/note", data={"_csrf": await dag.token(), "text": "x"}, headers=headers)
    assert answer.status_code == 201


async def test_login_csrf_is_refused(place) -> None:
    """Another site cannot sign somebody in as somebody else: no session begins."""
    browser = place.browser()
    answer = await browser.post("/login", data={"who": "asta"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not browser.cookies


async def test_reading_needs_no_token(place) -> None:
    """A link from another site to a page of ours works."""
    dag = await place.signed_in()
    answer = await dag.get("/me", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_form_with_a_million_fields_is_refused_unread(place, signed_in: bool) -> None:
    """Nobody, signed in or not, can make everybody wait for the reading of fields that no form of ours has."""
    browser = await place.signed_in() if signed_in else place.browser()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if signed_in:
        headers["x-csrf-token"] = await browser.token()
    answer = await browser.post("/note", content=b"text=x&" + b"a=&" * 1_000_000, headers=headers)
    assert answer.status_code == 413
    assert (await browser.post("/note", content=b"text=x" + b"&a=" * 9_000, headers=headers)).status_code < 400
