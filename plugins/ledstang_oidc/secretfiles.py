"""What a client proves itself by: read from files that nobody but their owner may read, and never from settings."""

from __future__ import annotations

import stat
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ledstang_oidc.settings import Provider

ClientKey = RSAKey | ECKey


class BadProvider(ValueError):
    """A provider that the settings describe wrongly. The sentence says which, what is wrong, and what to do."""


def read_secret(path: Path, provider: str) -> str:
    """Return what a secret's file holds, without its last line break. Raises BadProvider."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        why = f"The secret of the provider `{provider}` cannot be read from {path}. Put it there, mode 0400."
        raise BadProvider(why) from None
    if mode & 0o077:
        raise BadProvider(f"Others may read {path}, the secret of the provider `{provider}`. Run: chmod 0400 {path}")
    if not text:
        raise BadProvider(f"{path}, the secret of the provider `{provider}`, is empty. Put the secret there.")
    return text


def read_key(path: Path, provider: Provider) -> ClientKey:
    """Return a client's private key. Raises BadProvider."""
    pem = read_secret(path, provider.name)
    kind = ECKey if provider.key_algorithm.startswith("ES") else RSAKey
    try:
        return kind.import_key(pem, {"kid": provider.key_id} if provider.key_id else None)
    except (JoseError, ValueError):
        why = f"{path} holds no private key in PEM that signs by {provider.key_algorithm}"
        raise BadProvider(f"{why}, which the provider `{provider.name}` is to be told by. Put another there.") from None
