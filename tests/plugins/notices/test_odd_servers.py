"""Mail servers as nobody would wish them: silent, rude, babbling, forgetful, or not who they say they are."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from aiosmtplib import SMTPException
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ledstang import Message, NotSent, Undeliverable
from ledstang_notices.settings import Smtp
from ledstang_notices.smtp import SmtpMail

MAIL = Message("dag@example.se", "Hej", "once-1", "Något nytt")
CANARY = "kanariefågel"
SILENCE, HANG_UP, BABBLE = b"silence", b"hang up", b"babble"
USUAL = {
    "greeting": b"220 odd\r\n", "EHLO": b"250 odd\r\n", "HELO": b"250 odd\r\n", "MAIL": b"250 OK\r\n", "RCPT": b"250 OK\r\n",
    "DATA": b"354 go on\r\n", ".": b"250 OK\r\n", "QUIT": b"221 bye\r\n", "AUTH": b"535 no\r\n", "RSET": b"250 OK\r\n",
}  # fmt: skip


class Odd:
    """A server that answers each step as usual, but for what it was told. `heard` are the lines that it was sent."""

    def __init__(self, says: dict[str, bytes], tls: ssl.SSLContext | None = None) -> None:
        self._says, self._tls = {**USUAL, **says}, tls
        self.heard: list[str] = []
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Meet one client, in a thread of its own, until that is gone."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
            thread = threading.Thread(target=self._meet, args=(door,))
            thread.start()
            yield
            await asyncio.to_thread(thread.join, 20)
            assert not thread.is_alive()

    def _meet(self, door: socket.socket) -> None:
        line, _ = door.accept()
        with suppress(OSError), line:  # the client may hang up in the middle of what is said
            self._talk(line, "greeting")

    def _talk(self, line: socket.socket, step: str) -> None:
        with line.makefile("rb") as sent:
            while self._answer(line, step):
                if step == "STARTTLS" and self._tls:
                    with self._tls.wrap_socket(line, server_side=True) as sealed:
                        return self._talk(sealed, "NOOP")
                step = self._next(sent, ends=b".\r\n" if step == "DATA" and self._says[step][:1] == b"3" else b"\n")
                if not step:
                    return None
            sent.read() if self._says.get(step) == SILENCE else None
        return None

    def _next(self, sent: BinaryIO, ends: bytes) -> str:
        for one in sent:
            self.heard.append(one.decode("latin-1"))
            if one.endswith(ends) and (ends == b"\n" or one == ends):
                return one.split()[0].decode("latin-1").upper() if one.split() else "nothing"
        return ""

    def _answer(self, line: socket.socket, step: str) -> bool:
        said = self._says.get(step, b"500 what?\r\n")
        if said in (SILENCE, HANG_UP):
            return False
        line.sendall(b"250-" + b"x" * 100_000 if said == BABBLE else said)
        return True


def mail_at(port: int, **more: object) -> SmtpMail:
    settings = {"security": "none", "seconds": 0.3} | more
    return SmtpMail(Smtp("127.0.0.1", "Regionen <no-reply@example.se>", port=port, **settings), CANARY)


async def sent_to(odd: Odd, **more: object) -> str:
    """Send by an odd server, and return what its fault says."""
    async with odd.serving():
        return await mail_at(odd.port, **more).send(MAIL)


BEFORE = {
    "greeting": (b"554 go away\r\n", b"421 not now\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\x00\xff\xfe\r\n",
                 b"\xc3\x28 \xff\r\n", b"220", b"\r\n" * 50, SILENCE, HANG_UP, BABBLE),
    "EHLO": (b"550 nobody\r\n", SILENCE, HANG_UP, b"250-a\r\n999 b\r\n"),
    "MAIL": (b"451 later\r\n", b"550 not you\r\n", b"530 sign in first\r\n", b"-1 what\r\n", SILENCE, HANG_UP),
    "RCPT": (b"451 greylisted\r\n", b"421 closing\r\n", SILENCE, HANG_UP, b"hello\r\n"),
    "DATA": (b"451 later\r\n", b"421 closing\r\n"),
}  # fmt: skip
"""What goes wrong before anything was handed over."""


@pytest.mark.parametrize(("step", "said"), [(step, said) for step, each in BEFORE.items() for said in each])
async def test_what_was_never_handed_over_is_not_sent(step: str, said: bytes) -> None:
    """Nobody's address is spoilt by it, and the fault names neither the address nor the password."""
    odd = Odd({step: said} | ({"HELO": said} if step == "EHLO" else {}))
    with pytest.raises(NotSent) as told:
        await sent_to(odd)
    assert "dag@" not in str(told.value)
    assert CANARY not in str(told.value)


@pytest.mark.parametrize(("step", "said"), [("RCPT", b"550 no\r\n"), ("RCPT", b"553 no\r\n"), (".", b"554 spam\r\n")])
async def test_what_is_refused_never_arrives(step: str, said: bytes) -> None:
    """The recipient or the mail, and not the server that is out of order."""
    with pytest.raises(Undeliverable):
        await sent_to(Odd({step: said}))


@pytest.mark.parametrize("said", [SILENCE, HANG_UP, b"hello\r\n", b"\xff\xfe\r\n", BABBLE])
async def test_what_was_handed_over_without_an_answer_is_neither(said: bytes) -> None:
    """It may have been taken: it is tried again, and told to be perhaps there twice."""
    with pytest.raises(Exception) as told:  # noqa: PT011 - which it is, is what is asked
        await sent_to(Odd({".": said}))
    assert isinstance(told.value, SMTPException)
    assert not isinstance(told.value, NotSent | Undeliverable)


async def test_what_was_taken_is_sent() -> None:
    """The same server in its right mind, so that the others fail for what they are told to do."""
    assert (await sent_to(Odd({}))).endswith("@example.se>")


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    """The certificate of somebody whom nobody vouches for."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    return context


Make = Callable[[ssl.SSLContext], Odd]


@pytest.mark.parametrize(
    "make",
    [
        lambda _: Odd({}),
        lambda _: Odd({"EHLO": b"250-odd\r\n250 STARTTLS\r\n", "STARTTLS": b"454 not now\r\n"}),
        lambda _: Odd({"EHLO": b"250-odd\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go on\r\nnot TLS at all\r\n"}),
        lambda tls: Odd({"EHLO": b"250-odd\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", "STARTTLS": b"220 go on\r\n"}, tls),
    ],
    ids=["offers none", "not now", "no TLS", "a stranger's certificate"],
)
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_where_nobody_vouches_for_the_line_nothing_is_said(
    make: Make, security: str, stranger: ssl.SSLContext
) -> None:
    """No password, no address, no mail in the open, nor to a stranger: it is not sent, and tried again."""
    odd = make(stranger)
    with pytest.raises(NotSent):
        await sent_to(odd, security=security, username="ledstang", seconds=1)
    assert not [line for line in odd.heard if line.startswith(("AUTH", "MAIL", "RCPT", "DATA"))]


async def test_a_password_that_is_refused_spoils_nobody_s_address() -> None:
    """It is the operator's to mend: nothing is handed over, and all is tried again."""
    odd = Odd({"EHLO": b"250-odd\r\n250 AUTH PLAIN LOGIN\r\n"})
    with pytest.raises(NotSent) as told:
        await sent_to(odd, username="ledstang")
    assert CANARY not in str(told.value)
    assert not [line for line in odd.heard if line.startswith("RCPT")]
