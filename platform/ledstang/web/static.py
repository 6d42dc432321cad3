"""Static files: read once at start, so that a path in a request is looked up and never joined to a folder."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
"""What we serve, and as what. A file of any other kind is left where it lies."""

FOREVER = "public, max-age=31536000, immutable"
AGAIN = "public, max-age=0, must-revalidate"
LARGEST = 5_000_000
SQUEEZED = (".css", ".js", ".mjs", ".svg", ".txt", ".vtt", ".json", ".webmanifest")


class StaticFile(msgspec.Struct, frozen=True):
    """One file as it is served. `squeezed` is its gzip, or None where that gains nothing."""

    content: bytes
    squeezed: bytes | None
    media_type: str
    hash: str


class StaticFileTooLarge(Exception):
    """A file in a `static/` folder that is larger than pages should carry. Media belong to their programme."""


class StaticFiles:
    """The static files of an instance, by owner (`host`, `theme`, a plugin's name) and path."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], StaticFile] = {}

    def add(self, owner: str, folder: Path) -> None:
        """Take all files of a folder of which the kind is known. Raises StaticFileTooLarge, OSError."""
        root = folder.resolve()
        for file in sorted(root.rglob("*")):
            inside = file.resolve().is_relative_to(root)
            if file.is_file() and inside and file.suffix.lower() in TYPES:
                if file.stat().st_size > LARGEST:
                    raise StaticFileTooLarge(f"{file} is larger than {LARGEST // 1_000_000} MB.")
                self.put(owner, file.relative_to(root).as_posix(), file.read_bytes())

    def put(self, owner: str, path: str, content: bytes) -> None:
        """Take a file that lies nowhere, such as a theme's stylesheet."""
        suffix = Path(path).suffix.lower()
        squeezed = gzip.compress(content, 9, mtime=0) if suffix in SQUEEZED else None
        if squeezed is not None and len(squeezed) >= len(content):
            squeezed = None
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        self._files[owner, path] = StaticFile(content, squeezed, TYPES[suffix], digest)

    def get(self, owner: str, path: str) -> StaticFile | None:
        """Return a file, or None."""
        return self._files.get((owner, path))

    def href(self, name: str) -> str:
        """Return the address of `owner/path`, with the hash that lets browsers keep it. Raises KeyError."""
        owner, _, path = name.partition("/")
        return f"/static/{owner}/{path}?v={self._files[owner, path].hash}"

    def handler(self) -> HTTPRouteHandler:
        """Return the handler of `/static/<owner>/<path>`."""

        @route(
            "/static/{owner:str}/{path:path}",
            http_method=[HttpMethod.GET, HttpMethod.HEAD],
            name="static",
            sync_to_thread=False,
            include_in_schema=False,
        )
        def static(request: Request[Any, Any, Any], owner: FromPath[str], path: FromPath[str]) -> Response[bytes]:
            """Send one file."""
            found = self.get(owner, path.removeprefix("/"))
            if found is None:
                return Response(b"", status_code=404, media_type="text/plain", headers={"cache-control": "no-store"})
            return _answer(found, request.headers, request.query_params.get("v"))

        return static


def _answer(file: StaticFile, asked: Mapping[str, str], version: str | None) -> Response[bytes]:
    tag = f'"{file.hash}"'
    headers = {
        "cache-control": FOREVER if version == file.hash else AGAIN,
        "etag": tag,
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }
    if file.media_type == "image/svg+xml":
        # An SVG opened on its own is a document: it must not run anything.
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if asked.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    if file.squeezed is not None and "gzip" in asked.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(file.squeezed, headers=headers, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)
