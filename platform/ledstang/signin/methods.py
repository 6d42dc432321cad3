"""What a plugin offers on the page where one signs in."""

from __future__ import annotations

import msgspec


class SignInMethod(msgspec.Struct, frozen=True):
    """One way to sign in. `title` and `description` are message ids; `href` is the plugin's own page for it.

    The host adds `?next=<path>` to `href`; the plugin hands it on to `host.sign_in`, which trusts no path it is given.
    """

    name: str
    title: str
    href: str
    description: str = ""
