"""A provider that does whatever a test tells it to: a real server on loopback that signs with joserfc."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from ledstang.testing import Browser, Place

NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
KEYS = [RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig"}) for number in range(2)]


class Hostile:
    """One provider. `claims` and `header` are laid over what an honest one would sign; None takes a claim away.

    `forge(header, claims)` makes the whole token, `fault` is a status that every answer has, a `silent` one hangs up,
    `asked` is what was asked for. What is asked at the path `drips` it answers rightly, a byte at a time.
    """

    def __init__(self) -> None:
        self.person = ""
        self.reset()
        self.place: Place | None = None
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def reset(self) -> Hostile:
        """Be honest again, and remember nothing."""
        self.key = KEYS[0]
        self.published = [KEYS[0]]
        self.claims: dict[str, Any] = {NUMBER: self.person} if self.person else {}
        self.header: dict[str, Any] = {}
        self.beside: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
        self.fault = 0
        self.silent = False
        self.drips = ""
        self.says: dict[str, Any] = {}
        self.garbage: bytes | None = None
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        return self

    def stop(self) -> None:
        """Close the door, and let go of whom it keeps waiting."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def now(self) -> int:
        """The instant, as the instance has it."""
        return int(self.place.clock.now().timestamp())

    def answer(self, location: str, **changes: str) -> str:
        """Return the path that the browser comes back by, for the address that it was sent to."""
        asked = dict(parse_qsl(urlsplit(location).query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        given = {"code": code, "state": asked["state"], "iss": self.issuer, **changes}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({k: v for k, v in given.items() if v})}"

    def logout_token(self, **changes: Any) -> str:
        """Sign a message that somebody has signed out."""
        claims = {"iss": self.issuer, "aud": "ledstang", "iat": self.now(), "exp": self.now() + 120}
        claims |= {"events": {LOGOUT: {}}, "sid": "sid-1", "sub": "subject-1", "jti": secrets.token_hex(8)}
        return self.sign(_without_none(claims | changes))

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign claims, or forge them."""
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return self.forge(header, claims) if self.forge else jwt.encode(header, claims, self.key)

    def _token(self, code: str) -> str:
        asked = self.codes[code]
        now = self.now()
        claims = {"iss": self.issuer, "aud": "ledstang", "sub": "subject-1", "sid": "sid-1", "nonce": asked["nonce"]}
        claims |= {"iat": now, "exp": now + 300, "auth_time": now, "acr": LOA3, "name": "Dag Test"}
        return self.sign(_without_none(claims | self.claims))

    def _exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.forms.append(form)
        asked = self.codes.get(form.get("code", ""))
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self._token(form["code"]), "access_token": "access", "token_type": "Bearer"}

    def _answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
            addresses = {name: f"{self.issuer}/{end}" for name, end in (ends | {"userinfo_endpoint": "me"}).items()}
            told = {"issuer": self.issuer, "authorization_response_iss_parameter_supported": True, **addresses}
            return 200, told | self.says
        if path == "/jwks":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/me":
            return 200, {"sub": "subject-1", **self.beside}
        return self._exchange(form)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                form = dict(parse_qsl(self.rfile.read(length).decode()))
                provider.asked.append(urlsplit(self.path).path)
                if provider.silent:
                    return
                status, told = provider._answer(urlsplit(self.path).path, form)
                body = provider.garbage if provider.garbage is not None else json.dumps(told).encode()
                sent, self.wfile = self.wfile, BytesIO()
                self.send_response(provider.fault or status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                said, self.wfile = self.wfile.getvalue() + body, sent
                if urlsplit(self.path).path == provider.drips:
                    self._drip(said)
                else:
                    sent.write(said)

            do_POST = do_GET

            def _drip(self, said: bytes) -> None:
                for byte in said:
                    try:
                        self.wfile.write(bytes([byte]))
                    except OSError:  # whoever asked has gone
                        return
                    provider.over.wait(0.05)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def begin(browser: Browser, path: str = "/oidc/ett") -> str:
    """Press the button on the sign-in page, and return where the browser is sent."""
    sent = browser.get(path, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def signed_in(browser: Browser) -> bool:
    """Whether the browser has a session."""
    return browser.get("/signin/sessions", follow_redirects=False).status_code == 200


def _without_none(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not None}
