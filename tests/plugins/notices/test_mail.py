"""E-mail over real SMTP: what the server says, or does not say, is told apart."""

from __future__ import annotations

import socket
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtplib import SMTPException
from ledstang import Message, NotSent, Undeliverable
from ledstang_notices.settings import Smtp
from ledstang_notices.smtp import BadSmtp, SmtpMail, open_mail

from ...naughty import LINES, NAUGHTY
from .conftest import Mailbox

MAIL = Message("dag@example.se", "Du har något nytt att läsa – här: https://example.se/x", "once-1", "Något nytt")


def at(port: int, **more: object) -> SmtpMail:
    """Return what sends by a server on this machine."""
    return SmtpMail(Smtp("127.0.0.1", "Regionen <no-reply@example.se>", port=port, security="none", **more), "")


async def test_an_e_mail_is_whole_and_has_an_id_of_its_own(mailbox: Mailbox) -> None:
    """The same one sent again has the same Message-ID, so that a mail system may know it for a double."""
    first, again = [await at(mailbox.port).send(MAIL) for _ in range(2)]
    other = await at(mailbox.port).send(Message("dag@example.se", "Hej", "once-2", "Hej"))
    assert first == again != other
    assert first.endswith("@example.se>")
    mail = mailbox.mails[0]
    assert (mail.mail_from, mail.rcpt_tos) == ("no-reply@example.se", ["dag@example.se"])
    assert b"From: Regionen <no-reply@example.se>\r\n" in mail.content


@pytest.mark.parametrize(
    ("step", "answer", "raised"),
    [
        ("RCPT", "550 no such box", Undeliverable),
        ("RCPT", "451 greylisted", NotSent),
        ("RCPT", "452 too many", NotSent),
        ("DATA", "554 spam", Undeliverable),
        ("DATA", "451 later", NotSent),
        ("DATA", "hang up", SMTPException),
        ("DATA", "hang", SMTPException),
    ],
)
async def test_what_will_never_do_is_told_from_what_will_later(
    mailbox: Mailbox, step: str, answer: str, raised: type[Exception]
) -> None:
    """550 and 451; and a line that went dead, or silent, after the mail was handed over is neither."""
    mailbox.says[step] = answer
    with pytest.raises(raised) as told:
        await at(mailbox.port, seconds=0.3).send(MAIL)
    assert "dag@" not in str(told.value)


async def test_a_server_that_is_away_or_silent_has_sent_nothing() -> None:
    """Refused at the door, and held in silence for longer than it is given."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent):
            await at(nobody.getsockname()[1]).send(MAIL)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotSent):
        await at(silent.getsockname()[1], seconds=0.1).send(MAIL)


async def test_an_address_that_no_server_takes_never_arrives(mailbox: Mailbox) -> None:
    """A domain with Swedish letters does, as the mail's world writes it; a name in front of it does not."""
    await at(mailbox.port).send(Message("dag@räksmörgås.se", "Hej", "1", "Hej"))
    assert mailbox.mails[0].rcpt_tos == ["dag@xn--rksmrgs-5wao1o.se"]
    with pytest.raises(Undeliverable):
        await at(mailbox.port).send(Message("åsa@example.se", "Hej", "1", "Hej"))


NO_ADDRESS = (
    "", "@", "dag", "dag@", "a@b@c.se", "dag@x..se", "<dag@x.se>", "dag@exa mple.se", "a,b@example.se", "dag@x.se, c@d.se",
    "dag(c)@x.se", "dag@x.se\r\nBcc: c@d.se", "dag@x.se>\r\nRCPT TO:<c@d.se", "da\0g@x.se", "dag@x.se\n", "dag\u202e@x.se",
    "dag@x\u200b\u202e.se", "dag@\ud800.se", "a" * 300 + "@x.se", f"dag@{'x' * 70}.se",
)  # fmt: skip


@pytest.mark.parametrize("to", NO_ADDRESS)
async def test_what_is_nearly_an_address_is_nobody_s(mailbox: Mailbox, to: str) -> None:
    """Mail systems read another's address in it, or a line of their own: nothing is said to the server then."""
    with pytest.raises(Undeliverable):
        await at(mailbox.port).send(Message(to, "Hej", "1", "Hej"))
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "text", [*NAUGHTY.values(), *LINES.values(), ".", ".\r\n.\r\nQUIT\r\nRCPT TO:<a@b.se>", "rad\n" * 2000]
)
async def test_whatever_an_e_mail_says_arrives_and_is_only_its_text(mailbox: Mailbox, text: str) -> None:
    """In lines that every server takes and signs that no server changes, under headers that are as for any other text."""
    await at(mailbox.port).send(Message("dag@example.se", text, "1", "Något nytt"))
    (mail,) = mailbox.mails
    assert mail.rcpt_tos == ["dag@example.se"]
    assert mail.content.isascii()
    assert all(len(line) < 998 for line in mail.content.split(b"\r\n"))
    read = message_from_bytes(mail.content, policy=default)
    assert (read["To"], read["Subject"], read["Bcc"], read["Set-Cookie"]) == (
        "dag@example.se",
        "Något nytt",
        None,
        None,
    )
    body = read.get_content().replace("\r\n", "\n")
    assert body.removesuffix("\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "sender", ["nobody", "Region, Norra <a@b.se>", "a@b.se\r\nBcc: c@d.se", "X\u202e <a@b.se>", "åsa@b.se", "<>"]
)
def test_a_sender_that_no_server_takes_is_told_at_the_start(tmp_path: Path, sender: str) -> None:
    """Before anybody waits for what cannot be sent; a name with letters of ours, and a domain of them, will do."""
    with pytest.raises(BadSmtp, match="sender"):
        open_mail(Smtp("127.0.0.1", sender, security="none"), tmp_path)
    assert open_mail(Smtp("127.0.0.1", "Åsö <a@räksmörgås.se>", security="none"), tmp_path)


def test_nothing_goes_over_the_net_in_the_open(tmp_path: Path) -> None:
    """Unencrypted only to this machine; a password lies in a file that nobody else may read."""
    with pytest.raises(BadSmtp, match="unencrypted"):
        open_mail(Smtp("mail.example.se", "a@example.se", security="none"), tmp_path)
    secret = tmp_path / "secret"
    with pytest.raises(BadSmtp, match="cannot be read"):
        open_mail(Smtp("mail.example.se", "a@example.se", password_file="secret"), tmp_path)
    secret.write_text("kanariefågel", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(BadSmtp, match="chmod 0400"):
        open_mail(Smtp("mail.example.se", "a@example.se", password_file="secret"), tmp_path)
    secret.chmod(0o400)
    assert open_mail(Smtp("mail.example.se", "a@example.se", password_file="secret"), tmp_path)
