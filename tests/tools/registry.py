"""A register for the tests, and one to begin from: it serves persons and units by the protocol of ledstang_registry.

python registry.py PORT CREDENTIAL; prints "ready" when it answers. What it says is put in, whole, by POST /edit:
{"persons": [...], "units": [...]}, each as the protocol has it. It keeps nothing when it ends.
"""

from __future__ import annotations

import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATUS = {"protocol": "ledstang-registry", "version": 1}


class Registry(ThreadingHTTPServer):
    """What is registered, and how often each thing was asked for."""

    daemon_threads = True

    def __init__(self, port: int, credential: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.credential = credential
        self.said: dict[str, list[dict[str, Any]]] = {"persons": [], "units": []}

    def person(self, number: str) -> dict[str, Any] | None:
        """Return who has a number, or once had it."""
        return next((one for one in self.said["persons"] if number in (one["number"], *one["earlier"])), None)


class Handler(BaseHTTPRequestHandler):
    """Answers one question."""

    server: Registry

    def do_GET(self) -> None:
        """Answer what is asked without a body."""
        if self.path == "/v1/status":
            self._answer(STATUS)
        elif self.path == "/v1/units":
            self._answer({"units": self.server.said["units"]})
        else:
            self._refuse(404)

    def do_POST(self) -> None:
        """Answer about the person whose number is in the body, which no log of ours ever sees; or be edited."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            asked = json.loads(body)
            if self.path == "/v1/person":
                self._answer({"person": self.server.person(asked["number"])})
            elif self.path == "/edit":
                self.server.said |= asked
                self._answer({})
            else:
                self._refuse(404)
        except (ValueError, KeyError, TypeError):
            self._refuse(400)

    def _answer(self, said: dict[str, Any]) -> None:
        given = self.headers.get("authorization", "").encode()
        if hmac.compare_digest(given, f"Bearer {self.server.credential}".encode()):
            self._send(200, said)
        else:
            self._refuse(401)

    def _refuse(self, status: int) -> None:
        self._send(status, {"error": "see the protocol"})

    def _send(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with Registry(int(sys.argv[1]), sys.argv[2]) as server:
        print("ready", flush=True)
        server.serve_forever()
