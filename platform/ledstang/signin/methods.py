"""What a plugin offers on the page where one signs in."""

from __future__ import annotations

import msgspec


class SignInMethod(msgspec.Struct, frozen=True):
    """One way to sign in. `title` and `description` are message ids; `href` is the plugin's own page for it.

    The host adds `?next=<path>` to `href`; the plugin hands it on to `host.sign_in`, which trusts no path it is given. It
    adds `&again=1` where somebody who is signed in has to prove once more who they are: a provider that remembers people
    must not wave them through then.
    """

    name: str
    title: str
    href: str
    description: str = ""
