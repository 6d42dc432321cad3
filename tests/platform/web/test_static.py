"""Static files: only what was found at start is ever sent, as what it is, and kept as long as it stays the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang.web.static import AGAIN, FOREVER, LARGEST, StaticFiles, StaticFileTooLarge
from litestar import Litestar
from litestar.testing import TestClient


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    folder = tmp_path / "static"
    (folder / "deep").mkdir(parents=True)
    (folder / "page.css").write_text("body { color: red }" * 50, encoding="utf-8")
    (folder / "deep" / "mark.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "secret.toml").write_text("key = 1", encoding="utf-8")
    (tmp_path / "outside.css").write_text("x", encoding="utf-8")
    (folder / "link.css").symlink_to(tmp_path / "outside.css")
    found = StaticFiles()
    found.add("mine", folder)
    return found


@pytest.fixture
def client(files: StaticFiles) -> Iterator[TestClient[Any]]:
    with TestClient(Litestar([files.handler()], openapi_config=None)) as made:
        yield made


@pytest.mark.parametrize(
    "path",
    [
        "mine/../outside.css", "mine/%2e%2e/outside.css", "mine/..%2foutside.css", "mine//etc/passwd", "mine/link.css",
        "mine/secret.toml", "mine/deep", "mine/", "other/page.css", "mine/page.css%00.svg", "mine/....//outside.css",
    ],
)  # fmt: skip
def test_nothing_outside_is_sent(client: TestClient[Any], path: str) -> None:
    """No spelling of a path reaches a file that was not taken in at start: not above, not through a link, not unknown kinds."""
    assert client.get(f"/static/{path}").status_code == 404


def test_right_hash_is_kept_forever(client: TestClient[Any], files: StaticFiles) -> None:
    """The address that pages use may be kept for good; with another hash, or none, the browser has to ask again."""
    assert client.get(files.href("mine/page.css")).headers["cache-control"] == FOREVER
    for address in ("/static/mine/page.css", "/static/mine/page.css?v=0"):
        assert client.get(address).headers["cache-control"] == AGAIN


def test_changed_file_has_another_address(files: StaticFiles) -> None:
    """The hash in the address follows the content."""
    before = files.href("mine/page.css")
    files.put("mine", "page.css", b"changed")
    assert files.href("mine/page.css") != before


def test_kind_and_sniffing(client: TestClient[Any]) -> None:
    """Each file goes out as its kind, never to be guessed at; a picture that could run scripts is put in a sandbox."""
    css, svg = client.get("/static/mine/page.css"), client.get("/static/mine/deep/mark.svg")
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert css.headers["x-content-type-options"] == svg.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in svg.headers["content-security-policy"]


def test_squeezed_for_those_who_can(client: TestClient[Any]) -> None:
    """Text goes out as gzip to those who accept it, plain to others, and caches are told that it differs."""
    plain = client.get("/static/mine/page.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/static/mine/page.css", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content


def test_known_file_is_not_sent_again(client: TestClient[Any]) -> None:
    """Who has the file already is told so with an empty answer."""
    tag = client.get("/static/mine/page.css").headers["etag"]
    again = client.get("/static/mine/page.css", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_only_reading(client: TestClient[Any]) -> None:
    """A file can be asked for and nothing else; HEAD answers without a body."""
    assert client.post("/static/mine/page.css").status_code == 405
    head = client.head("/static/mine/page.css")
    assert (head.status_code, head.content) == (200, b"")


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    """A film in a static folder stops the start with a sentence, since all of these are kept in memory."""
    (tmp_path / "film.png").write_bytes(b"0" * (LARGEST + 1))
    with pytest.raises(StaticFileTooLarge, match=r"film\.png is larger than 5 MB"):
        StaticFiles().add("mine", tmp_path)
