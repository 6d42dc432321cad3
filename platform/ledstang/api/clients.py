"""The systems that may ask, as `ledstang.toml` names them, with their public keys from the files beside it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from ledstang.api.limits import ApiClient
from ledstang.fitting import SettingsFault, locate
from ledstang.instance import FILE, Instance

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

LARGEST = 100_000
"""The most bytes of a file of keys."""
RSA_BITS = 2048
SECRET = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""What a public key does not have."""


class Client(msgspec.Struct, frozen=True):
    """A system that may ask, and the keys that its proofs are signed with."""

    told: ApiClient
    keys: Any

    def __repr__(self) -> str:
        return f"Client({self.told.id})"


def read_clients(instance: Instance) -> tuple[dict[str, Client], list[SettingsFault]]:
    """Return the systems by id, and what is wrong with the settings. Where there are none, no library is loaded."""
    found: dict[str, Client] = {}
    faults = [_fault(instance, ("address",), *one) for one in _address_faults(instance)]
    regions = {region.id for region in instance.regions}
    for number, told in enumerate(instance.settings.api.clients):
        try:
            if told.id in found:
                raise _Wrong("id", f"Two systems are called `{told.id}`.", "Rename one.")
            if strangers := set(told.regions) - regions:
                why = f"The region `{min(strangers)}` is not in this file."
                raise _Wrong("regions", why, f"Use one of: {', '.join(sorted(regions)) or '(add a [[regions]])'}.")
            found[told.id] = Client(told, _keys(instance, told))
        except _Wrong as wrong:
            faults.append(_fault(instance, ("clients", str(number), wrong.key), wrong.why, wrong.tip))
    return found, faults


class _Wrong(Exception):
    """Something about one system: the key of the settings, why, and what to do."""

    def __init__(self, key: str, why: str, tip: str) -> None:
        self.key, self.why, self.tip = key, why, tip
        super().__init__(why)


def _address_faults(instance: Instance) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the address that proofs are made for."""
    api = instance.settings.api
    if not api.clients and not api.address:
        return
    tip = "Write where systems reach this instance, such as https://egenvard.example.se, without a path."
    if not api.address:
        yield "Systems may ask, and `api.address` is missing.", tip
        return
    parts = urlsplit(api.address)
    here = parts.hostname == "localhost" or _is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        yield "`api.address` does not begin with https://.", tip
    elif not parts.hostname or parts.path or parts.query or parts.fragment:
        yield "`api.address` is more, or less, than a scheme and a host.", tip


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _keys(instance: Instance, told: ApiClient) -> KeySet:
    """Read the public keys of a system. Raises _Wrong."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    data = _json(instance, told)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is too weak is refused below
            keys = KeySet.import_key_set(data)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise _wrong_keys(told, "is no set of public keys", "Ask the system for its JWK set.") from None
    kids = [key.get("kid") for key in data["keys"] if isinstance(key, dict)]
    if not all(isinstance(kid, str) and kid for kid in kids) or len(set(kids)) != len(kids):
        raise _wrong_keys(told, "has keys without a `kid`, or two with the same", "Ask the system for one with them.")
    if any(key.key_type == "RSA" and key.raw_value.key_size < RSA_BITS for key in keys):
        raise _wrong_keys(told, f"has an RSA key of less than {RSA_BITS} bits", "Ask the system for a longer one.")
    return keys


def _json(instance: Instance, told: ApiClient) -> dict[str, Any]:
    file = instance.path(told.keys)
    try:
        raw = file.read_bytes()
        data = json.loads(raw[: LARGEST + 1])
    except OSError as fault:
        raise _wrong_keys(told, f"cannot be read: {fault.strerror}", "Put the system's JWK set there.") from None
    except ValueError:
        raise _wrong_keys(told, "is not JSON, or far too long", "Put the system's JWK set there.") from None
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise _wrong_keys(told, "is no set of keys", 'It looks like {"keys": [{"kty": "EC", …}]}.')
    if any(SECRET & key.keys() for key in keys):
        tip = "Remove it, tell the system that its key is no secret any more, and ask for a new public one."
        raise _wrong_keys(told, "holds a private key", tip)
    return data


def _wrong_keys(told: ApiClient, why: str, tip: str) -> _Wrong:
    return _Wrong("keys", f"The file {told.keys} of the system `{told.id}` {why}.", tip)


def _fault(instance: Instance, path: tuple[str, ...], why: str, tip: str) -> SettingsFault:
    return SettingsFault(instance.folder / FILE, locate(instance.text, ("api", *path)), why, tip)
