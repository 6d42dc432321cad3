"""A register that says whatever a test tells it to: a real server on loopback, byte by byte if need be."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

Said = bytes | Iterator[bytes]


class Hostile:
    """One register. `says(number)` gives the bytes of an answer, in one piece or in several; `asked` is what came in."""

    def __init__(self) -> None:
        self.says: Callable[[str], Said] = lambda _: b""
        self.asked: list[bytes] = []
        self.over = threading.Event()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Close the door, and let go of whom it keeps waiting."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        register = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                head = b"".join(iter(self.rfile.readline, b"\r\n"))
                length = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
                body = self.rfile.read(length[0] if length else 0)
                register.asked.append(head + b"\r\n" + body)
                said = register.says(json.loads(body)["number"] if body else "")
                for part in (said,) if isinstance(said, bytes) else said:
                    try:
                        self.wfile.write(part)
                    except OSError:  # whoever asked has gone
                        return

        return Handler


def head(length: int, *more: str, status: str = "200 OK", kind: str | None = "application/json") -> bytes:
    """Return the head of an answer."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), f"Content-Length: {length}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def answer(body: Any, *more: str, **how: Any) -> bytes:
    """Return a whole answer: bytes as they are, anything else as JSON."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(len(body), *more, **how) + body


def person(number: str, /, **changes: Any) -> dict[str, Any]:
    """Return what the protocol has somebody be; with `name=...` a field is left out."""
    whole: dict[str, Any] = {
        "number": number,
        "name": "Kanarie Test",
        "born": "1985-03-14",
        "county": "24",
        "sex": None,
    }
    whole |= {"deceased": None, "protection": "none", "earlier": [], "guardians": []}
    return {name: value for name, value in (whole | changes).items() if value is not ...}
