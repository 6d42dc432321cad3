"""E-mail over SMTP: what the server says decides whether it was taken, never will be, or should be tried again."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Collection
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as USUAL
from email.utils import parseaddr
from pathlib import Path

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from email_validator import EmailNotValidError, validate_email
from ledstang import Message, NotSent, Undeliverable

from ledstang_notices.settings import Smtp

LINES = USUAL.clone(cte_type="7bit")
"""How a mail is written: as every server takes it, also one that only knows ASCII."""
REFUSED = 400
"""The first answer code of SMTP by which something is not taken; what is no answer has none."""
FOR_GOOD = 500
"""The first answer code of SMTP by which something never will be taken."""


class BadSmtp(ValueError):
    """Settings that cannot be used. The sentence says what is wrong, and what to do."""


class SmtpMail:
    """Serves the port `Mail`: one connection for each message, since notices come one by one."""

    def __init__(self, settings: Smtp, password: str) -> None:
        self._settings, self._password = settings, password
        name, address = parseaddr(settings.sender)
        self._sender = _in_ascii(address)
        self._from = Address(name, addr_spec=self._sender)

    async def send(self, message: Message) -> str:
        """Hand a message over, and return its Message-ID. Raises Undeliverable and NotSent."""
        to, client = _in_ascii(message.to), self._client()
        mail = self._mail(message, to)
        try:
            await self._reach(client)
            await self._hand_over(client, to, mail.as_bytes(policy=LINES))
        finally:
            client.close()
        return str(mail["Message-ID"])

    async def _reach(self, client: SMTP) -> None:
        """Come as far as a recipient's name. Whatever goes wrong until then is nobody's but the server's, or ours."""
        try:
            await client.connect()
            if self._settings.username:
                await client.login(self._settings.username, self._password)
            await client.mail(self._sender)
        except (SMTPException, OSError) as fault:
            raise NotSent(type(fault).__name__) from None

    async def _hand_over(self, client: SMTP, to: str, mail: bytes) -> None:
        """Name the recipient and hand over the mail. A server that is silent after that, or babbles, may have taken it."""
        try:
            await client.rcpt(to)
        except SMTPResponseException as fault:
            raise refused(fault) from None
        except (SMTPException, OSError) as fault:
            raise NotSent(type(fault).__name__) from None
        try:
            await client.data(mail)
        except SMTPResponseException as fault:
            if fault.code < REFUSED:
                raise
            raise refused(fault) from None

    async def receipts(self, _references: Collection[str]) -> dict[str, bool]:
        """Return nothing: a server that has taken an e-mail says no more of it."""
        return {}

    def _client(self) -> SMTP:
        one = self._settings
        return SMTP(
            hostname=one.host, port=one.port, timeout=one.seconds, use_tls=one.security == "tls",
            start_tls=one.security == "starttls", local_hostname=self._sender.partition("@")[2],
        )  # fmt: skip

    def _mail(self, message: Message, to: str) -> EmailMessage:
        mail = EmailMessage(policy=LINES)
        mail["From"], mail["To"], mail["Subject"] = self._from, to, message.subject
        known = hashlib.sha256(message.once.encode()).hexdigest()[:32]
        mail["Message-ID"] = f"<{known}@{self._sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{message.text}\n")
        return mail


def _in_ascii(address: str) -> str:
    """Return an address as every server takes it. Raises Undeliverable for what is none, or has a first part that is not ASCII.

    What is nearly an address is another's: of `a,b@example.se` a mail system reads the half. One that only a region's own
    server knows is an address.
    """
    try:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
        )  # fmt: skip
        return str(found.ascii_email)
    except EmailNotValidError:
        raise Undeliverable("no address") from None


def refused(fault: SMTPResponseException) -> Undeliverable | NotSent:
    """Return what an answer means that a server gave to a recipient or a message."""
    return Undeliverable(str(fault.code)) if fault.code >= FOR_GOOD else NotSent(str(fault.code))


def open_mail(settings: Smtp, folder: Path) -> SmtpMail:
    """Return what sends by a server. Raises BadSmtp."""
    if settings.security == "none" and settings.host not in ("127.0.0.1", "::1", "localhost"):
        raise BadSmtp(f"E-mail would go to {settings.host} unencrypted. Set `security` to `starttls` or `tls`.")
    password = _password(folder / settings.password_file) if settings.password_file else ""
    try:
        if settings.sender.isprintable():
            return SmtpMail(settings, password)
    except Undeliverable:
        pass
    sentence = 'No server takes e-mail from this `sender`. Write it as in: "Region North" <no-reply@example.se>'
    raise BadSmtp(sentence)


def _password(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSmtp(
            f"The password of the e-mail server cannot be read from {path}. Put it there, mode 0400."
        ) from None
    if mode & 0o077:
        raise BadSmtp(f"Others may read {path}, the password of the e-mail server. Run: chmod 0400 {path}")
    return text
