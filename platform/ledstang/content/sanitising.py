"""The last gate before a page: whatever the parser made, only these elements, attributes and addresses come through."""

from __future__ import annotations

import re

import nh3

TAGS = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li strong em s code pre blockquote a img table thead tbody tr th td br hr".split()  # noqa: SIM905
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"https", "mailto", "tel"}
OWN = re.compile(r"(?:/(?![/\\])|#|media/(?!.*\.\.))")
"""Addresses without a scheme that stay here: a path of this site, a place on the page, one of its own files."""


def _own_only(url: str) -> str | None:
    return url if OWN.match(url) else None


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    url_relative=_own_only,
    strip_comments=True,
    link_rel="noopener noreferrer",
)


def sanitise(html: str) -> str:
    """Return HTML with nothing in it but what prose needs. Text without a tag is safe as the parser escaped it."""
    return _CLEANER.clean(html) if "<" in html else html
