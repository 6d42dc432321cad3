"""From settings to registers that can be asked: what is wrong with one is told at start, and none is asked then."""

from __future__ import annotations

import stat
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ledstang import Host

from ledstang_registry.asking import Asking
from ledstang_registry.settings import Source


class BadSource(ValueError):
    """A register that the settings describe wrongly. The sentence says which, what is wrong, and what to do."""


def asking(host: Host, name: str, source: Source) -> Asking:
    """Return how a register is asked. Raises BadSource."""
    _check_address(name, source.address)
    return Asking(source, credential(name, host.instance.path(source.credential_file)))


def _check_address(name: str, address: str) -> None:
    """Demand HTTPS, but where nobody stands between: on this very machine."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and _is_loopback(parts.hostname or "")
    if (parts.scheme != "https" and not local) or not parts.hostname:
        why = f"The address of `{name}` must begin with https://, or with http:// for a process on this machine"
        raise BadSource(f"{why}: whoever stands between could say who is whose guardian. Correct it.")
    if parts.query or parts.fragment or parts.username or parts.password:
        why = f"The address of `{name}` holds more than a host and a path"
        raise BadSource(f"{why}. Leave the rest out; the credential has a file of its own.")


def credential(name: str, path: Path) -> str:
    """Return what a file holds, without its last line break. Raises BadSource."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSource(f"The credential of `{name}` cannot be read from {path}. Put it there, mode 0400.") from None
    if mode & 0o077:
        raise BadSource(f"Others may read {path}, the credential of `{name}`. Run: chmod 0400 {path}")
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise BadSource(f"{path}, the credential of `{name}`, must be one word of ASCII. Put another there.")
    return text


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
