"""Is this SVG only a drawing? An allow-list over expat, which expands no entity because none may be declared."""

from __future__ import annotations

import re
from xml.parsers import expat

ELEMENTS = frozenset(
    """
    svg g path rect circle ellipse line polyline polygon text tspan textPath title desc defs symbol use marker
    linearGradient radialGradient stop clipPath mask pattern metadata
    """.split()  # noqa: SIM905
)
FOREIGN = re.compile(r"(?:url\(\s*['\"]?(?!#)|javascript:|data:|expression\(|@import|\\)", re.IGNORECASE)
EDITORS = ("inkscape:", "sodipodi:", "rdf:", "cc:", "dc:")
"""Notes that drawing programs leave; they draw nothing."""


class _Active(Exception):
    pass


def svg_fault(data: bytes) -> str | None:
    """Return what in an SVG is more than a drawing, as it is written there, or None when it is only a drawing."""
    parser = expat.ParserCreate("utf-8")
    parser.XmlDeclHandler = _declaration
    parser.StartElementHandler = _element
    parser.StartDoctypeDeclHandler = lambda *_: _refuse("DOCTYPE")
    parser.EntityDeclHandler = lambda *_: _refuse("ENTITY")
    parser.ProcessingInstructionHandler = lambda target, _: _refuse(f"<?{target}")
    try:
        parser.Parse(data, True)
    except _Active as active:
        return str(active)
    except (expat.ExpatError, ValueError) as fault:
        return str(fault)
    return None


def _declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    """Refuse an encoding that a browser would follow and this parser does not."""
    if encoding is not None and encoding.lower() != "utf-8":
        _refuse(f"encoding={encoding}")


def _element(name: str, attributes: dict[str, str]) -> None:
    if name.startswith(EDITORS):
        return
    if name not in ELEMENTS:
        _refuse(f"<{name}>")
    for key, value in attributes.items():
        small = key.lower()
        if small.startswith("on"):
            _refuse(key)
        if small.rpartition(":")[2] in ("href", "src") and not value.strip().startswith("#"):
            _refuse(f"{key}={value[:40]}")
        if not small.startswith("xmlns") and FOREIGN.search(value):
            _refuse(f"{key}={value[:40]}")


def _refuse(what: str) -> None:
    raise _Active(what)
