"""For whom a page's buttons act, while it is rendered: said on each of them, so that nobody sends anything for another."""

from __future__ import annotations

from contextvars import ContextVar

whom: ContextVar[str] = ContextVar("whom", default="")
"""The name of the one that somebody acts for; empty for oneself. Set by `Pages.render`, asked by the macro `button`."""
