"""Where a request comes from: what a proxy says is believed of our own only, and other hosts are refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ledstang.fitting import SettingsFault
from ledstang.reading import read
from ledstang.web.origin import OriginMiddleware, corner_of


async def seen(headers: list[tuple[str, str]], peer: str = "10.0.0.5", **settings: Any) -> dict[str, Any]:
    """Send a request from a peer and return its answer's status and what the app was told."""
    told: dict[str, Any] = {"status": None}

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        told.update(client=scope["client"][0], scheme=scope["scheme"], corner=corner_of(scope))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(OriginMiddleware(app, **settings), client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://vard.example") as client:
        told["status"] = (await client.get("/", headers=headers)).status_code
    return told


FORWARDED = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]


async def test_v5_4_1_3_what_anybody_forwards_is_ignored() -> None:
    """Without a proxy in the settings, or from somebody who is not it, the headers say nothing."""
    for proxies in ((), ("192.0.2.1",)):
        told = await seen(FORWARDED, proxies=proxies)
        assert (told["client"], told["scheme"]) == ("10.0.0.5", "http")


async def test_our_own_proxy_is_believed() -> None:
    """Then the client and the scheme are what it says."""
    told = await seen(FORWARDED, proxies=("10.0.0.0/8",))
    assert (told["client"], told["scheme"]) == ("203.0.113.9", "https")


async def test_v5_4_1_3_what_stands_before_our_proxy_s_word_is_ignored() -> None:
    """A client that writes the header itself gets no other address by it: only the last stranger counts."""
    told = await seen([("X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.0.0.7")], proxies=("10.0.0.0/8",))
    assert told["client"] == "203.0.113.9"


@pytest.mark.parametrize("value", ["", "unknown", "203.0.113.9:80, x", "å", "1.2.3.4.5", "\x7f"])
async def test_rubbish_leaves_the_proxy_s_own_address(value: str) -> None:
    """What cannot be read is not believed."""
    headers = [(b"X-Forwarded-For", value.encode("latin-1")), (b"X-Forwarded-Proto", b"javascript")]
    told = await seen(headers, proxies=("10.0.0.5",))
    assert (told["client"], told["scheme"], told["status"]) == ("10.0.0.5", "http", 200)


@pytest.mark.parametrize(
    ("peer", "corner"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", "nowhere"),
    ],
)
async def test_a_corner_of_the_network_is_no_address(peer: str, corner: str) -> None:
    """Its last part is cut off before anything is counted."""
    assert (await seen([], peer=peer))["corner"] == corner


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("vard.example", 200),
        ("VARD.example:8443", 200),
        ("evil.example", 400),
        ("vard.example.evil.example", 400),
        ("", 400),
        ("x@vard.example", 400),
    ],
)
async def test_v5_13_4_5_other_hosts_are_refused(host: str, status: int) -> None:
    """Only by its own names is the instance answered for; the port says nothing."""
    assert (await seen([("Host", host)], hosts=("vard.example",)))["status"] == status


def test_a_proxy_that_is_no_address_is_told_with_its_line(tmp_path: Any) -> None:
    """A misspelt network stops the start, in one sentence."""
    file = tmp_path / "ledstang.toml"
    file.write_text('title = "Test"\nproxies = ["10.0.0.0/8", "10.0.0"]\n', encoding="utf-8")
    with pytest.raises(SettingsFault, match=r"ledstang.toml:2: The proxy `10.0.0` is neither"):
        read(file)
